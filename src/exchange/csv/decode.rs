//! The bytes of a file as UTF-8, whether it is in UTF-8 or in GB18030.

use std::collections::VecDeque;
use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, GB18030, UTF_8};

use super::options::Encoding;
use crate::error::{Error, ErrorKind};

/// What stands in the text for bytes that are no character: no byte of UTF-8, so that it can never pass for one.
pub(super) const MALFORMED: u8 = 0xff;

/// From the first byte that is not ASCII, so many are looked at to tell the encoding.
const WINDOW_BYTES: usize = 1 << 16;
const READ_BYTES: usize = 1 << 14;

/// Reads the bytes of a file as UTF-8. The encoding is told from them unless it is given; as long as they are
/// ASCII, it need not be known.
pub(super) struct Decode<R> {
    bytes: R,
    encoding: Encoding,
    decoder: Option<Decoder>,
    started: bool,
    /// What was read and not decoded, from `next` on.
    raw: Vec<u8>,
    next: usize,
    ended: bool,
    finished: bool,
    /// How many bytes were decoded.
    taken: u64,
    text: Vec<u8>,
    text_next: usize,
    /// Where the bytes stood for which there is a [`MALFORMED`] in the text.
    faults: VecDeque<u64>,
}

impl<R: Read> Decode<R> {
    pub(super) fn new(bytes: R, encoding: Encoding) -> Self {
        Self {
            bytes,
            encoding,
            decoder: None,
            started: false,
            raw: Vec::new(),
            next: 0,
            ended: false,
            finished: false,
            taken: 0,
            text: Vec::new(),
            text_next: 0,
            faults: VecDeque::new(),
        }
    }

    /// The offset in the file of the next bytes that were no character.
    pub(super) fn next_fault(&mut self) -> Option<u64> {
        self.faults.pop_front()
    }

    /// How many bytes of the file were decoded.
    pub(super) fn taken(&self) -> u64 {
        self.taken
    }

    /// What the file is in, as far as it is known.
    pub(super) fn encoding_name(&self) -> &'static str {
        self.decoder
            .as_ref()
            .map_or(UTF_8, |decoder| decoder.encoding())
            .name()
    }

    fn rest(&self) -> &[u8] {
        self.raw.get(self.next..).unwrap_or_default()
    }

    fn advance(&mut self, bytes: usize) {
        self.next += bytes;
        self.taken += u64::try_from(bytes).unwrap_or(u64::MAX);
        if self.next >= self.raw.len() {
            self.raw.clear();
            self.next = 0;
        }
    }

    /// Reads until so many bytes wait or there are no more.
    fn fill(&mut self, bytes: usize) -> io::Result<()> {
        while self.raw.len() - self.next < bytes && !self.ended {
            let length = self.raw.len();
            self.raw.resize(length + READ_BYTES, 0);
            let read = loop {
                let space = self.raw.get_mut(length..).unwrap_or_default();
                match self.bytes.read(space) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    read => break read,
                }
            };
            self.raw
                .truncate(length + read.as_ref().copied().unwrap_or(0));
            self.ended = read? == 0;
        }
        Ok(())
    }

    /// Looks at how the file begins.
    fn start(&mut self) -> io::Result<()> {
        self.started = true;
        self.fill(8)?;
        let refuse = |what: &str| {
            let message = format!("the file is {what}: save it as CSV in UTF-8");
            Err(io::Error::other(Error::new(ErrorKind::Syntax, message)))
        };
        let mark = match self.rest() {
            [0xef, 0xbb, 0xbf, ..] if self.encoding == Encoding::Gb18030 => {
                let message = "the file begins with the byte-order mark of UTF-8, and is to be read as GB18030: leave the encoding to be told from the file";
                return Err(io::Error::other(Error::new(ErrorKind::Syntax, message)));
            }
            [0xef, 0xbb, 0xbf, ..] => {
                self.decoder = Some(UTF_8.new_decoder_without_bom_handling());
                3
            }
            [0x84, 0x31, 0x95, 0x33, ..] => {
                self.decoder = Some(GB18030.new_decoder_without_bom_handling());
                4
            }
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return refuse("in UTF-16"),
            [b'P', b'K', 3, 4, ..] => return refuse("a workbook (xlsx) or an archive"),
            [0xd0, 0xcf, 0x11, 0xe0, ..] => return refuse("a workbook (xls)"),
            _ => 0,
        };
        self.advance(mark);
        match self.encoding {
            Encoding::Auto => {}
            Encoding::Utf8 => self.decoder = Some(UTF_8.new_decoder_without_bom_handling()),
            Encoding::Gb18030 => self.decoder = Some(GB18030.new_decoder_without_bom_handling()),
        }
        Ok(())
    }

    /// Decodes some more; nothing is added at the end.
    fn decode(&mut self) -> io::Result<()> {
        if !self.started {
            self.start()?;
        }
        self.fill(1)?;
        if self.decoder.is_none() {
            let ascii = self.rest().iter().take_while(|byte| byte.is_ascii());
            let ascii = ascii.count();
            if ascii > 0 {
                let text = self.raw.get(self.next..self.next + ascii);
                self.text.extend(text.unwrap_or_default());
                self.advance(ascii);
                return Ok(());
            }
            self.fill(WINDOW_BYTES)?;
        }
        let raw = self.raw.get(self.next..).unwrap_or_default();
        let decoder = self
            .decoder
            .get_or_insert_with(|| likelier(raw, self.ended));
        let room = READ_BYTES * 3;
        self.text.resize(room, 0);
        let (result, read, written) =
            decoder.decode_to_utf8_without_replacement(raw, &mut self.text, self.ended);
        self.text.truncate(written);
        match result {
            DecoderResult::Malformed(length, behind) => {
                let read = u64::try_from(read).unwrap_or(u64::MAX);
                let back = u64::from(length) + u64::from(behind);
                self.faults
                    .push_back((self.taken + read).saturating_sub(back));
                self.text.push(MALFORMED);
            }
            DecoderResult::InputEmpty => self.finished = self.ended,
            DecoderResult::OutputFull => {}
        }
        self.advance(read);
        Ok(())
    }
}

impl<R: Read> Read for Decode<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.text_next >= self.text.len() {
            if self.finished {
                return Ok(0);
            }
            self.text.clear();
            self.text_next = 0;
            self.decode()?;
        }
        let text = self.text.get(self.text_next..).unwrap_or_default();
        let length = text.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..length), text.get(..length)) {
            to.copy_from_slice(from);
        }
        self.text_next += length;
        Ok(length)
    }
}

/// The encoding under which less of the bytes is no character; UTF-8 if it is the same.
fn likelier(bytes: &[u8], last: bool) -> Decoder {
    let utf8 = UTF_8.new_decoder_without_bom_handling();
    let gb18030 = GB18030.new_decoder_without_bom_handling();
    if faults(utf8, bytes, last) <= faults(gb18030, bytes, last) {
        UTF_8.new_decoder_without_bom_handling()
    } else {
        GB18030.new_decoder_without_bom_handling()
    }
}

fn faults(mut decoder: Decoder, mut bytes: &[u8], last: bool) -> usize {
    let mut text = vec![0; READ_BYTES];
    let mut faults = 0;
    loop {
        let (result, read, _) = decoder.decode_to_utf8_without_replacement(bytes, &mut text, last);
        bytes = bytes.get(read..).unwrap_or_default();
        match result {
            DecoderResult::InputEmpty => return faults,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => faults += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A reader that gives so many bytes at a time.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = self.1.min(buffer.len()).min(self.0.len());
            buffer[..length].copy_from_slice(&self.0[..length]);
            self.0 = &self.0[length..];
            Ok(length)
        }
    }

    fn decoded(bytes: &[u8], step: usize, encoding: Encoding) -> io::Result<(Vec<u8>, Vec<u64>)> {
        let mut decode = Decode::new(Drip(bytes, step), encoding);
        let mut text = Vec::new();
        decode.read_to_end(&mut text)?;
        assert_eq!(decode.taken(), bytes.len() as u64);
        Ok((text, decode.faults.into()))
    }

    fn gb18030(text: &str) -> Vec<u8> {
        let (bytes, _, unmappable) = GB18030.encode(text);
        assert!(!unmappable);
        bytes.into_owned()
    }

    #[test]
    fn the_encoding_is_told_from_the_bytes() {
        // 㐂 (U+3402) and 𠮷 (U+20BB7) take four bytes in GB18030.
        let text = "地区,指标\n株洲市,93.94\n㐂𠮷村,1\n";
        let mut marked = vec![0xef, 0xbb, 0xbf];
        marked.extend(text.as_bytes());
        let mut marked_gb = vec![0x84, 0x31, 0x95, 0x33];
        marked_gb.extend(gb18030(text));
        for bytes in [
            text.as_bytes().to_vec(),
            marked,
            gb18030(text),
            marked_gb.clone(),
        ] {
            for step in [1, 2, 3, 5, 1 << 20] {
                let (found, faults) = decoded(&bytes, step, Encoding::Auto).unwrap();
                assert_eq!((str::from_utf8(&found), faults), (Ok(text), vec![]));
            }
        }
        // Long past the first window of bytes, all of which are ASCII.
        let ascii = "a,1\n".repeat(100_000);
        let long = format!("{ascii}株洲市");
        assert_eq!(
            decoded(&gb18030(&long), 4096, Encoding::Auto).unwrap().0,
            long.as_bytes()
        );
        assert_eq!(
            decoded(&gb18030(text), 7, Encoding::Gb18030).unwrap().0,
            text.as_bytes()
        );
        assert_eq!(decoded(b"", 1, Encoding::Auto).unwrap().0, b"");
        assert_eq!(decoded(b"a", 1, Encoding::Auto).unwrap().0, b"a");
    }

    #[test]
    fn a_slip_in_one_encoding_does_not_make_it_the_other() {
        let text = "株洲市,醴陵市,攸县,茶陵县,炎陵县\n";
        let mut bytes = text.as_bytes().to_vec();
        bytes.extend(b"\xff\n");
        bytes.extend(text.as_bytes());
        let (found, faults) = decoded(&bytes, 3, Encoding::Auto).unwrap();
        assert_eq!(faults, [text.len() as u64]);
        assert_eq!(found, bytes);
        let mut bytes = gb18030(text);
        let at = bytes.len() as u64;
        bytes.extend(b"\xff\n");
        bytes.extend(gb18030(text));
        let (found, faults) = decoded(&bytes, 3, Encoding::Auto).unwrap();
        assert_eq!(faults, [at]);
        let mut whole = text.as_bytes().to_vec();
        whole.extend(b"\xff\n");
        whole.extend(text.as_bytes());
        assert_eq!(found, whole);
    }

    #[test]
    fn half_a_character_at_the_end_is_a_fault_where_it_begins() {
        let expected = "株".bytes().chain([MALFORMED]).collect::<Vec<u8>>();
        for step in [1, 4, 100] {
            let utf8 = "株洲".as_bytes();
            let (found, faults) = decoded(&utf8[..5], step, Encoding::Utf8).unwrap();
            assert_eq!((found, faults), (expected.clone(), vec![3]));
            let gb = gb18030("株洲");
            let (found, faults) = decoded(&gb[..3], step, Encoding::Gb18030).unwrap();
            assert_eq!((found, faults), (expected.clone(), vec![2]));
        }
    }

    #[test]
    fn what_is_no_csv_is_named() {
        for (bytes, message) in [
            (
                b"\xff\xfea\0".as_slice(),
                "the file is in UTF-16: save it as CSV in UTF-8",
            ),
            (
                b"PK\x03\x04...",
                "the file is a workbook (xlsx) or an archive: save it as CSV in UTF-8",
            ),
            (
                b"\xd0\xcf\x11\xe0",
                "the file is a workbook (xls): save it as CSV in UTF-8",
            ),
        ] {
            let error = decoded(bytes, 1, Encoding::Auto).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
        let error = decoded(b"\xef\xbb\xbfa", 1, Encoding::Gb18030).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the file begins with the byte-order mark of UTF-8, and is to be read as GB18030: leave the encoding to be told from the file"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_decoded_whatever_the_steps(text in "[ -~株洲市㐂𠮷é]{0,200}", step in 1usize..40) {
            prop_assume!(!text.starts_with("PK"));
            let bytes = gb18030(&text);
            prop_assert_eq!(decoded(&bytes, step, Encoding::Gb18030).unwrap().0, text.as_bytes());
            prop_assert_eq!(decoded(text.as_bytes(), step, Encoding::Utf8).unwrap().0, text.as_bytes());
        }

        #[test]
        fn any_bytes_are_decoded_to_text_and_faults(bytes: Vec<u8>, step in 1usize..40) {
            for encoding in [Encoding::Auto, Encoding::Utf8, Encoding::Gb18030] {
                let Ok((text, faults)) = decoded(&bytes, step, encoding) else { continue };
                let marks = text.iter().filter(|byte| **byte == MALFORMED).count();
                prop_assert_eq!(marks, faults.len());
                let clean: Vec<u8> = text.into_iter().filter(|byte| *byte != MALFORMED).collect();
                prop_assert!(String::from_utf8(clean).is_ok());
            }
        }
    }
}
