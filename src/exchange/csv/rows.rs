//! Rows of a CSV file by the names of their columns.

use std::io::Read;
use std::str::FromStr;

use csv::{ByteRecord, Reader, ReaderBuilder, StringRecord};

use crate::error::{Error, ErrorKind, Result, excerpt};

/// A column that any file may have, for the people who keep it.
const NOTE: &str = "note";

/// The columns of each file, in the order they are written.
pub(super) mod columns {
    pub(in super::super) const REGIONS: &[&str] = &[
        "code",
        "parent",
        "level",
        "name_zh",
        "name_en",
        "aliases",
        "valid_from",
        "valid_to",
        "succeeds",
    ];
    pub(in super::super) const INSTITUTIONS: &[&str] = &[
        "code",
        "region",
        "kind",
        "tier",
        "class",
        "ownership",
        "name_zh",
        "name_en",
        "aliases",
        "unified_code",
        "valid_from",
        "valid_to",
    ];
    pub(in super::super) const CONSORTIA: &[&str] =
        &["code", "kind", "region", "name_zh", "name_en", "aliases"];
    pub(in super::super) const MEMBERS: &[&str] =
        &["consortium", "institution", "role", "from", "to"];
    pub(in super::super) const SOURCES: &[&str] = &["code", "title", "issuer", "published"];
    pub(in super::super) const BREAKDOWNS: &[&str] = &[
        "dimension",
        "member",
        "parent",
        "partition",
        "name_zh",
        "name_en",
        "aliases",
    ];
    pub(in super::super) const INDICATORS: &[&str] = &[
        "code",
        "name_zh",
        "name_en",
        "aliases",
        "unit",
        "kind",
        "temporal",
        "polarity",
        "numerator",
        "denominator",
        "lower",
        "upper",
        "plausible_low",
        "plausible_high",
        "succeeds",
    ];
    pub(in super::super) const OBSERVATIONS: &[&str] = &[
        "source",
        "region",
        "institution",
        "indicator",
        "breakdown",
        "measure",
        "figure",
        "unit",
        "period",
        "status",
    ];
}

/// A CSV file whose header has been checked against the columns that are known.
pub(super) struct Rows<R> {
    reader: Reader<Lines<R>>,
    file: String,
    /// The place of each known column in the file.
    columns: Vec<(&'static str, Option<usize>)>,
    width: usize,
}

/// One row, and where it stands.
pub(super) struct Row<'a> {
    record: StringRecord,
    columns: &'a [(&'static str, Option<usize>)],
    pub(super) line: u64,
}

/// What a row that was rejected looked like: the error, and the value in its column.
pub(super) type Refusal = (Error, Option<String>);

impl<R: Read> Rows<R> {
    /// Reads the header. `columns` are the names that are known; `required` must be there.
    ///
    /// # Errors
    /// A column that is missing, twice there or unknown, and a file that cannot be read.
    pub(super) fn open(
        reader: R,
        file: &str,
        columns: &[&'static str],
        required: &[&str],
    ) -> Result<Self> {
        let mut reader = ReaderBuilder::new()
            .flexible(true)
            .from_reader(Lines::new(reader));
        let header = reader
            .byte_headers()
            .map_err(|error| read_error(error, file))?
            .clone();
        let refuse = |message: String| {
            Err(Error::new(ErrorKind::Syntax, message)
                .in_file(file)
                .at_row(1))
        };
        if header.is_empty() {
            return refuse(format!(
                "the file is empty: its first row names the columns, which are {}",
                columns.join(", ")
            ));
        }
        let mut found: Vec<(&'static str, Option<usize>)> =
            columns.iter().map(|name| (*name, None)).collect();
        for (at, name) in header.iter().enumerate() {
            let name = String::from_utf8_lossy(name);
            let name = if at == 0 {
                name.trim_start_matches('\u{feff}')
            } else {
                &name
            };
            let name = name.trim();
            match found.iter_mut().find(|(known, _)| *known == name) {
                Some((_, Some(_))) => return refuse(format!("column {name} is there twice")),
                Some((_, place)) => *place = Some(at),
                None if name == NOTE => {}
                None => {
                    let hint = match name.contains([';', '\t']) {
                        true => "; fields are separated by commas",
                        false => "",
                    };
                    return refuse(format!(
                        "unknown column {:?}: the columns are {}, and {NOTE}{hint}",
                        excerpt(name),
                        columns.join(", ")
                    ));
                }
            }
        }
        for needed in required {
            if found
                .iter()
                .any(|(name, place)| name == needed && place.is_none())
            {
                return refuse(format!(
                    "column {needed} is missing: the columns are {}",
                    columns.join(", ")
                ));
            }
        }
        Ok(Self {
            reader,
            file: file.to_string(),
            columns: found,
            width: header.len(),
        })
    }

    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// The next row; `None` at the end.
    pub(super) fn next(&mut self) -> Option<std::result::Result<Row<'_>, Refusal>> {
        let mut record = ByteRecord::new();
        match self.reader.read_byte_record(&mut record) {
            Ok(false) => return None,
            Ok(true) => {}
            Err(error) => return Some(Err((read_error(error, &self.file), None))),
        }
        // The reader counts the blank lines before a row as the row's own; what it has read ends with this one.
        let breaks = record.as_slice().iter().filter(|&&byte| byte == b'\n');
        let breaks = u64::try_from(breaks.count()).unwrap_or(u64::MAX);
        // As the last line is ended too, only a quote can take a row to the end of the file.
        let unclosed = self.reader.get_ref().ended;
        let last_line = self.reader.position().line().saturating_sub(1);
        let line = (last_line + u64::from(unclosed)).saturating_sub(breaks);
        let refuse = |message: String| {
            Some(Err((
                Error::new(ErrorKind::Syntax, message)
                    .in_file(&self.file)
                    .at_row(line),
                None,
            )))
        };
        if unclosed {
            return refuse(format!(
                "a quote is opened and never closed: all up to row {last_line} is within it"
            ));
        }
        if breaks > 0 {
            return refuse(format!(
                "the row goes on to row {last_line}: a quote is not closed, or a field has a line break, which none may have"
            ));
        }
        if record.len() != self.width {
            return refuse(format!(
                "the row has {} columns and the header {}: a field is missing or not quoted",
                record.len(),
                self.width
            ));
        }
        match StringRecord::from_byte_record(record) {
            Ok(record) => Some(Ok(Row {
                record,
                columns: &self.columns,
                line,
            })),
            Err(_) => refuse("the row is not UTF-8: save the file as UTF-8".to_string()),
        }
    }
}

impl Row<'_> {
    /// The text in a column; empty where there is none.
    pub(super) fn text(&self, column: &str) -> &str {
        self.columns
            .iter()
            .find(|(name, _)| *name == column)
            .and_then(|(_, place)| self.record.get((*place)?))
            .unwrap_or_default()
            .trim()
    }

    /// The value in a column that may be empty.
    pub(super) fn optional<T: FromStr<Err = Error>>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>> {
        match self.text(column) {
            "" => Ok(None),
            text => text
                .parse()
                .map(Some)
                .map_err(|error: Error| error.in_column(column)),
        }
    }

    /// The value in a column that must not be empty.
    pub(super) fn required<T: FromStr<Err = Error>>(&self, column: &'static str) -> Result<T> {
        self.optional(column)?.ok_or_else(|| self.empty(column))
    }

    /// The error for a column that must not be empty.
    pub(super) fn empty(&self, column: &'static str) -> Error {
        Error::new(ErrorKind::Syntax, format!("column {column} is empty")).in_column(column)
    }

    /// The values in a column whose parts are joined by `|`.
    pub(super) fn list<'a>(&'a self, column: &'static str) -> impl Iterator<Item = &'a str> {
        self.text(column)
            .split('|')
            .map(str::trim)
            .filter(|part| !part.is_empty())
    }

    /// The error with the row it is about, and the value in its column.
    pub(super) fn refuse(&self, error: Error, file: &str) -> Refusal {
        let value = error.column().map(|column| self.text(column).to_string());
        (error.in_file(file).at_row(self.line), value)
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
}

impl<R> Lines<R> {
    fn new(bytes: R) -> Self {
        Self {
            bytes,
            after_return: false,
            unended: false,
            ended: false,
        }
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            let read = self.bytes.read(buffer)?;
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

fn read_error(error: csv::Error, file: &str) -> Error {
    Error::new(ErrorKind::Io, format!("cannot be read: {error}"))
        .with_source(error)
        .in_file(file)
}
