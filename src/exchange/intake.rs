//! The way of every row: into the sink, the report, and the ears of who watches.

use std::ops::ControlFlow;

use super::{Progress, Rejection, Report, Sink, Told, Watch};
use crate::catalogue::Catalogue;
use crate::error::{Error, ErrorKind, Result};
use crate::model::Observation;

/// Why a row was rejected, and the value in the column at fault.
pub(super) type Refusal = (Error, Option<String>);

/// Takes the rows of one file.
pub(super) struct Intake<'a, S, W> {
    pub(super) file: &'a str,
    pub(super) sink: &'a mut S,
    watch: &'a mut W,
    pub(super) report: Report,
    kept_max: usize,
    bytes_total: Option<u64>,
}

impl<'a, S: Sink, W: Watch> Intake<'a, S, W> {
    pub(super) fn new(
        file: &'a str,
        sink: &'a mut S,
        watch: &'a mut W,
        kept_max: usize,
        bytes_total: Option<u64>,
    ) -> Self {
        Self {
            file,
            sink,
            watch,
            report: Report::default(),
            kept_max,
            bytes_total,
        }
    }

    /// Records an observation that stands in a row, or says why it is refused.
    pub(super) fn take(
        &mut self,
        row: u64,
        column: Option<&str>,
        observation: &Observation,
    ) -> Result<()> {
        let (outcome, warning) = self.sink.take(observation)?;
        self.report.take(outcome);
        if let Some(warning) = warning {
            self.warn(row, warning.message().to_string());
        }
        self.watch.told(&Told {
            file: self.file,
            row,
            column,
            outcome: Ok(outcome),
        });
        Ok(())
    }

    /// Says that a row is worth a second look.
    pub(super) fn warn(&mut self, row: u64, message: String) {
        self.report.warn(self.file, row, message, self.kept_max);
    }

    /// Rejects a row or a figure.
    ///
    /// # Errors
    /// That of the disk, which is no fault of the row.
    pub(super) fn reject(&mut self, row: u64, refusal: Refusal) -> Result<()> {
        let (error, value) = refusal;
        let error = error.in_file(self.file).at_row(row);
        if matches!(error.kind(), ErrorKind::Io | ErrorKind::Corrupt) {
            return Err(error);
        }
        let rejection = Rejection::of(&error, value.as_deref());
        self.watch.told(&Told {
            file: self.file,
            row,
            column: rejection.column.as_deref(),
            outcome: Err(&rejection),
        });
        self.report.reject(rejection, self.kept_max);
        Ok(())
    }

    /// Says that a row was read; whether to go on.
    pub(super) fn after_row(&mut self, row: u64, bytes: u64) -> ControlFlow<()> {
        self.report.count_row();
        let flow = self.watch.progress(&Progress {
            file: self.file,
            rows: self.report.rows(),
            bytes,
            bytes_total: self.bytes_total,
        });
        if flow.is_break() {
            self.report.stop(self.file, row);
        }
        flow
    }
}

/// A part of an observation that a rule can be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Source,
    Place,
    Indicator,
    Breakdown,
    Measure,
    Figure,
    Unit,
    Period,
}

/// The part of an observation that the rule it breaks is about; that a key has one figure is about the whole.
pub(super) fn part_at_fault(
    error: &Error,
    observation: &Observation,
    catalogue: &Catalogue,
) -> Option<Part> {
    let Observation { key, source, .. } = observation;
    let knows_breakdown = || {
        key.heading
            .breakdown
            .pairs()
            .iter()
            .all(|(dimension, member)| {
                catalogue
                    .dimension(dimension)
                    .is_ok_and(|dimension| dimension.member(member).is_some())
            })
    };
    Some(match error.kind() {
        ErrorKind::Bounds => Part::Figure,
        ErrorKind::Unit => Part::Unit,
        ErrorKind::Period => Part::Period,
        ErrorKind::Measure => Part::Measure,
        ErrorKind::Unknown if catalogue.indicator(&key.heading.indicator).is_err() => {
            Part::Indicator
        }
        ErrorKind::Unknown if catalogue.place(&key.place).is_err() => Part::Place,
        ErrorKind::Unknown if catalogue.source(source).is_err() => Part::Source,
        ErrorKind::Unknown if !knows_breakdown() => Part::Breakdown,
        // The scope of a rank.
        ErrorKind::Unknown => Part::Measure,
        _ => return None,
    })
}

#[cfg(feature = "json")]
impl Part {
    /// Its name in JSON.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Place => "place",
            Self::Indicator => "indicator",
            Self::Breakdown => "breakdown",
            Self::Measure => "measure",
            Self::Figure => "figure",
            Self::Unit => "unit",
            Self::Period => "period",
        }
    }

    /// Its text in an observation.
    pub(super) fn text(self, observation: &Observation) -> String {
        let Observation {
            key,
            stated,
            source,
        } = observation;
        match self {
            Self::Source => source.to_string(),
            Self::Place => key.place.to_string(),
            Self::Indicator => key.heading.indicator.to_string(),
            Self::Breakdown => key.heading.breakdown.to_string(),
            Self::Measure => key.heading.measure.to_string(),
            Self::Figure => stated
                .as_figure()
                .map(ToString::to_string)
                .unwrap_or_default(),
            Self::Unit => stated
                .unit()
                .map(|unit| unit.to_string())
                .unwrap_or_default(),
            Self::Period => key.period.to_string(),
        }
    }
}
