//! JSON lines: an observation a line, in UTF-8.
//!
//! | field | holds | left out |
//! |---|---|---|
//! | `indicator` | the code of what is measured | never |
//! | `breakdown` | the sub-population, `dose=first` | if it is the total |
//! | `measure` | `level`, `completion`, `change_relative(year_earlier)` … | may be, for `level` |
//! | `place` | the code of a region, or `institution:` and that of an institution | never |
//! | `period` | the period in canonical text, `2024-01/2024-09` | never |
//! | `figure` | the [`Figure`](crate::model::Figure) in canonical text, as a string: `"88.22"`, `"730e4+"` | if it is absent |
//! | `unit` | the code of the unit it was reported in | with the figure |
//! | `status` | `estimated`, `provisional`, `forecast`, `series_break` | if it is normal |
//! | `absent` | why there is no figure: `suppressed`, `not_applicable`, `not_collected` | if there is one |
//! | `source` | the code of the source | never |
//!
//! It is the serde form of an [`Observation`]: what is written is read back as it was, and a field of another name is refused.
//! Unlike in CSV, a figure is read in canonical text only.
//!
//! ```
//! # use yearbook::model::*;
//! # use yearbook::{BookBuilder, CatalogueBuilder};
//! # let mut catalogue = CatalogueBuilder::new();
//! # catalogue.region(Region::new("430200".parse()?, None, Level::Prefecture, Names::zh("株洲市")?))?;
//! # catalogue.source(Source::new("zhuzhou-2024".parse()?, "Review", "", None)?)?;
//! # catalogue.indicator(Indicator::new("inpatient_share".parse()?, Names::zh("住院量占比")?, Unit::PERCENT, Kind::Share, Temporal::Flow)?)?;
//! # let mut book = BookBuilder::new(catalogue.finish()?);
//! use yearbook::exchange::json;
//!
//! let line = r#"{"indicator":"inpatient_share","measure":"level","place":"430200","period":"2024-01/2024-09","figure":"88.22","unit":"%","source":"zhuzhou-2024"}"#;
//! let report = json::read_observations(line.as_bytes(), "share.jsonl", &mut book)?;
//! assert_eq!(report.to_string(), "1 row: 1 accepted, 0 rejected");
//!
//! let mut written = Vec::new();
//! json::write_observations(&mut written, &book.finish()?)?;
//! assert_eq!(String::from_utf8_lossy(&written), format!("{line}\n"));
//! # Ok::<(), yearbook::Error>(())
//! ```

use std::io::{BufRead, BufReader, Read, Write};

use super::intake::{Intake, Refusal, part_at_fault};
use super::{Observations, Report, Sink, Watch};
use crate::error::{Error, ErrorKind, Result};
use crate::model::Observation;

/// No line is longer: an observation takes some two hundred bytes.
const LINE_BYTES_MAX: usize = 1 << 16;

/// So many rejections, and so many warnings, are kept unless the caller says otherwise.
const KEPT_MAX: usize = 10_000;

/// How JSON lines are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    kept_max: usize,
    bytes_total: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl Options {
    /// What there is to say if nothing is said.
    pub fn new() -> Self {
        Self {
            kept_max: KEPT_MAX,
            bytes_total: None,
        }
    }

    /// Says how many rejections, and how many warnings, the report keeps: 10 000 unless this is called.
    #[must_use]
    pub fn kept_max(mut self, rows: usize) -> Self {
        self.kept_max = rows;
        self
    }

    /// Says how many bytes there are to be read, for [`Progress`](super::Progress).
    #[must_use]
    pub fn bytes_total(mut self, bytes: u64) -> Self {
        self.bytes_total = Some(bytes);
        self
    }
}

/// Writes every observation, a line each.
///
/// # Errors
/// [`Io`](ErrorKind::Io) if it cannot be written, and whatever the source of observations meets.
pub fn write_observations(mut to: impl Write, from: &impl Observations) -> Result<()> {
    for observation in from.observations() {
        let mut line = serde_json::to_vec(&observation?).map_err(|error| {
            Error::new(ErrorKind::Io, format!("cannot be written: {error}")).with_source(error)
        })?;
        line.push(b'\n');
        to.write_all(&line)?;
    }
    to.flush()?;
    Ok(())
}

/// Reads JSON lines into a sink.
///
/// # Errors
/// As for [`read`].
pub fn read_observations(reader: impl Read, file: &str, sink: &mut impl Sink) -> Result<Report> {
    read(reader, file, sink, &Options::new(), &mut ())
}

/// Reads JSON lines into a sink, and tells `watch` how it goes. Blank lines are left out.
///
/// # Errors
/// [`Io`](ErrorKind::Io) for a file that cannot be read to its end; whatever keeps the sink from going on. A bad line is in the report.
pub fn read(
    reader: impl Read,
    file: &str,
    sink: &mut impl Sink,
    options: &Options,
    watch: &mut impl Watch,
) -> Result<Report> {
    let mut reader = BufReader::new(reader);
    let mut intake = Intake::new(file, sink, watch, options.kept_max, options.bytes_total);
    let (mut line, mut row, mut offset) = (Vec::new(), 0u64, 0u64);
    let cannot_read = |error: std::io::Error, row: u64| {
        let message = format!("cannot be read: {error}");
        let error = Error::new(ErrorKind::Io, message).with_source(error);
        error.in_file(file).at_row(row)
    };
    loop {
        row += 1;
        line.clear();
        let (read, whole) = next_line(&mut reader, &mut line).map_err(|e| cannot_read(e, row))?;
        if read == 0 {
            return Ok(intake.report);
        }
        let begun = offset;
        offset += read;
        let text = if row == 1 {
            line.strip_prefix(b"\xef\xbb\xbf".as_slice())
                .unwrap_or(&line)
        } else {
            &line
        };
        if text.trim_ascii().is_empty() && whole {
            continue;
        }
        let before = u64::try_from(line.len() - text.len()).unwrap_or_default();
        let refusal = match whole {
            true => observation(text, begun + before)
                .and_then(|observation| take(&mut intake, row, &observation)),
            false => Err((
                Error::new(
                    ErrorKind::Syntax,
                    format!(
                        "the line is longer than {} KiB: an observation takes one line, and no more",
                        LINE_BYTES_MAX >> 10
                    ),
                ),
                None,
            )),
        };
        if let Err(refusal) = refusal {
            intake.reject(row, refusal)?;
        }
        if intake.after_row(row, offset).is_break() {
            return Ok(intake.report);
        }
    }
}

/// Reads a line, of which no more than [`LINE_BYTES_MAX`] is kept: how long it was, and whether all of it is there.
fn next_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<(u64, bool)> {
    let mut read = 0;
    loop {
        let limit = u64::try_from(LINE_BYTES_MAX + 1).unwrap_or(u64::MAX);
        let kept = line.len();
        let more = reader.by_ref().take(limit).read_until(b'\n', line)?;
        read += u64::try_from(more).unwrap_or(u64::MAX);
        let ended = more == 0 || line.last() == Some(&b'\n');
        if kept == 0 && (ended || more <= LINE_BYTES_MAX) {
            return Ok((read, line.len() <= LINE_BYTES_MAX + 1));
        }
        if ended || more <= LINE_BYTES_MAX {
            return Ok((read, false));
        }
        // The rest of a line that is too long.
        line.truncate(1);
    }
}

fn observation(line: &[u8], offset: u64) -> std::result::Result<Observation, Refusal> {
    let text = str::from_utf8(line).map_err(|error| {
        let at = u64::try_from(error.valid_up_to()).unwrap_or(u64::MAX);
        let message = format!(
            "what stands at byte {} of the file is no character of UTF-8: JSON is in UTF-8",
            offset.saturating_add(at)
        );
        (Error::new(ErrorKind::Syntax, message), None)
    })?;
    serde_json::from_str(text).map_err(|error| {
        let said = error.to_string();
        let said = match said.rfind(" at line ") {
            Some(end) => said.get(..end).unwrap_or_default().to_string(),
            None => said,
        };
        // What is wrong with the whole has no place in it.
        let place = match error.line() {
            0 => String::new(),
            _ => format!("at byte {}: ", error.column().saturating_sub(1)),
        };
        let message = format!("cannot read the line as an observation: {place}{said}");
        (
            Error::new(ErrorKind::Syntax, message).with_source(error),
            None,
        )
    })
}

fn take<S: Sink, W: Watch>(
    intake: &mut Intake<'_, S, W>,
    row: u64,
    observation: &Observation,
) -> std::result::Result<(), Refusal> {
    intake.take(row, None, observation).map_err(|error| {
        let Some(part) = part_at_fault(&error, observation, intake.sink.catalogue()) else {
            return (error, None);
        };
        let value = part.text(observation);
        (error.in_column(part.name()), Some(value))
    })
}
