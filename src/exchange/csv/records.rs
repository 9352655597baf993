//! Records of a CSV file, each with the line it begins in.

use std::io::Read;

use csv::{ByteRecord, Reader, ReaderBuilder, StringRecord};

use super::cells;
use super::decode::{Decode, MALFORMED};
use super::options::{Encoding, Separator};
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::intake::Refusal;

/// No row is longer: a quote that is never closed must not take a whole file into memory.
const ROW_BYTES_MAX: usize = 16 << 20;

/// A CSV file whose header has been read.
pub(super) struct Records<R> {
    reader: Reader<Lines<Decode<R>>>,
    file: String,
    header: Vec<String>,
    record: ByteRecord,
    broken: bool,
}

/// A record, or why it is none, and its line.
pub(super) struct Record {
    pub(super) line: u64,
    pub(super) fields: std::result::Result<StringRecord, Refusal>,
}

impl<R: Read> Records<R> {
    /// Reads the header: its names without the spaces around them and the line breaks in them. `columns` are named if there is none.
    ///
    /// # Errors
    /// A file that is empty, that cannot be read or is no CSV.
    pub(super) fn open(
        reader: R,
        file: &str,
        encoding: Encoding,
        separator: Separator,
        columns: &[&str],
    ) -> Result<Self> {
        let reader = ReaderBuilder::new()
            .flexible(true)
            .has_headers(false)
            .delimiter(separator.byte())
            .from_reader(Lines::new(Decode::new(reader, encoding)));
        let mut records = Self {
            reader,
            file: file.to_string(),
            header: Vec::new(),
            record: ByteRecord::new(),
            broken: false,
        };
        let refuse = |error: Error, line| Err(error.in_file(file).at_row(line));
        let header = match records.read() {
            Ok(true) => records.fields(false),
            Ok(false) => {
                let message = format!(
                    "the file is empty: its first row names the columns, which are {}",
                    columns.join(", ")
                );
                return refuse(Error::new(ErrorKind::Syntax, message), 1);
            }
            Err(error) => return refuse(error, 1),
        };
        match header {
            Ok(header) => {
                records.header = header.iter().map(cells::tidy_name).collect();
                Ok(records)
            }
            Err((error, _)) => refuse(error, 1),
        }
    }

    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// The names of the columns.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// How many bytes of the file were read.
    pub(super) fn bytes(&self) -> u64 {
        self.reader.get_ref().bytes.taken()
    }

    /// The next record; `None` at the end. After an error of kind [`Io`](ErrorKind::Io) there is no other.
    pub(super) fn next(&mut self) -> Option<Record> {
        if self.broken {
            return None;
        }
        let begun = self.reader.position().line();
        match self.read() {
            Ok(false) => return None,
            Ok(true) => {}
            Err(error) => {
                self.broken = true;
                let line = begun;
                let fields = Err((error, None));
                return Some(Record { line, fields });
            }
        }
        // The reader counts the blank lines before a row as the row's own; what it has read ends with this one.
        let breaks = self.record.as_slice().iter();
        let breaks = breaks.filter(|&&byte| byte == b'\n').count();
        let breaks = u64::try_from(breaks).unwrap_or(u64::MAX);
        // As the last line is ended too, only a quote can take a row to the end of the file.
        let unclosed = self.reader.get_ref().ended;
        let last_line = self.reader.position().line().saturating_sub(1);
        let line = (last_line + u64::from(unclosed)).saturating_sub(breaks);
        let fields = self.fields(true);
        let refuse = |message: String| Err((Error::new(ErrorKind::Syntax, message), None));
        let fields = if unclosed {
            refuse(format!(
                "a quote is opened and never closed: all up to row {last_line} is within it"
            ))
        } else if breaks > 0 {
            refuse(format!(
                "the row goes on to row {last_line}: a quote is not closed, or a field has a line break, which none may have"
            ))
        } else {
            fields
        };
        Some(Record { line, fields })
    }

    /// Reads a record into `self.record`.
    fn read(&mut self) -> Result<bool> {
        self.reader.get_mut().row_bytes = 0;
        match self.reader.read_byte_record(&mut self.record) {
            Ok(read) => Ok(read),
            Err(error) => match error.into_kind() {
                csv::ErrorKind::Io(error) => Err(match error.downcast::<Error>() {
                    Ok(own) => own,
                    Err(error) => Error::new(ErrorKind::Io, format!("cannot be read: {error}"))
                        .with_source(error),
                }),
                kind => Err(Error::new(
                    ErrorKind::Syntax,
                    format!("is no CSV: {kind:?}"),
                )),
            },
        }
    }

    /// The fields of the record, if they are text and as many as the header's.
    fn fields(&mut self, checked: bool) -> std::result::Result<StringRecord, Refusal> {
        let malformed = |field: &[u8]| field.iter().filter(|&&byte| byte == MALFORMED).count();
        let mut at_fault: Option<(usize, u64)> = None;
        for (at, field) in self.record.iter().enumerate() {
            for _ in 0..malformed(field) {
                let offset = self.reader.get_mut().bytes.next_fault();
                at_fault = at_fault.or(offset.map(|offset| (at, offset)));
            }
        }
        if let Some((at, offset)) = at_fault {
            let encoding = self.reader.get_ref().bytes.encoding_name();
            let field = self.record.get(at).unwrap_or_default();
            let text: Vec<u8> = field
                .iter()
                .map(|&byte| if byte == MALFORMED { b'?' } else { byte })
                .collect();
            let error = Error::new(
                ErrorKind::Syntax,
                format!(
                    "what stands at byte {offset} of the file is no character of {encoding}: save the file as UTF-8, or say what it is in"
                ),
            );
            let error = match self.header.get(at) {
                Some(name) => error.in_column(name),
                None => error,
            };
            return Err((error, Some(String::from_utf8_lossy(&text).into_owned())));
        }
        if checked && self.record.len() != self.header.len() {
            let message = format!(
                "the row has {} columns and the header {}: a field is missing or not quoted",
                self.record.len(),
                self.header.len()
            );
            return Err((Error::new(ErrorKind::Syntax, message), None));
        }
        StringRecord::from_byte_record(self.record.clone()).map_err(|_| {
            let message = "the row is not UTF-8: save the file as UTF-8";
            (Error::new(ErrorKind::Syntax, message), None)
        })
    }
}

/// Bytes whose lines all end with a line feed, the last one too, so that they can be counted.
struct Lines<R> {
    bytes: R,
    after_return: bool,
    /// The last byte was no line feed.
    unended: bool,
    /// The end was asked for and met.
    ended: bool,
    /// How many bytes were given since a row was begun.
    row_bytes: usize,
}

impl<R> Lines<R> {
    fn new(bytes: R) -> Self {
        Self {
            bytes,
            after_return: false,
            unended: false,
            ended: false,
            row_bytes: 0,
        }
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.row_bytes > ROW_BYTES_MAX {
            let message = format!(
                "the row is longer than {} MiB: a quote is opened and never closed, and nothing behind it was read",
                ROW_BYTES_MAX >> 20
            );
            return Err(std::io::Error::other(Error::new(
                ErrorKind::Syntax,
                message,
            )));
        }
        loop {
            let read = self.bytes.read(buffer)?;
            self.row_bytes += read;
            if read == 0 {
                let Some(first) = buffer.first_mut().filter(|_| self.unended) else {
                    self.ended = true;
                    return Ok(0);
                };
                *first = b'\n';
                self.unended = false;
                return Ok(1);
            }
            let mut kept = 0;
            for at in 0..read {
                let byte = buffer[at];
                let ends_return = self.after_return && byte == b'\n';
                self.after_return = byte == b'\r';
                if !ends_return {
                    buffer[kept] = if byte == b'\r' { b'\n' } else { byte };
                    kept += 1;
                }
            }
            // A line feed that only ended a carriage return is no end of the file.
            if kept > 0 {
                self.unended = buffer[kept - 1] != b'\n';
                return Ok(kept);
            }
        }
    }
}
