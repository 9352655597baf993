//! Reading observations.

use std::io::Read;

use super::Report;
use super::rows::{Row, Rows, columns};
use crate::catalogue::Catalogue;
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::Sink;
use crate::model::{
    Absence, Breakdown, Heading, IndicatorCode, InstitutionCode, Measure, Observation, Place,
    RegionCode, Stated, Status,
};
use crate::notation::{self, Said};

const REQUIRED: &[&str] = &["source", "indicator", "figure", "period"];

/// Reads `observations.csv` into a sink.
///
/// # Errors
/// A header that is not as it should be, or a file that cannot be read to its end; a bad row is in the report.
pub fn read_observations(reader: impl Read, file: &str, sink: &mut impl Sink) -> Result<Report> {
    let mut rows = Rows::open(reader, file, columns::OBSERVATIONS, REQUIRED)?;
    let mut report = Report::default();
    while let Some(row) = rows.next() {
        let taken = row.and_then(|row| {
            let taken = observation(&row, sink).and_then(|observation| {
                sink.observe(&observation)
                    .map_err(|error| in_its_column(error, &row, &observation, sink.catalogue()))
            });
            match taken {
                Ok(warning) => Ok((row.line, warning)),
                Err(error) => Err(row.refuse(error, file)),
            }
        });
        match taken {
            Ok((line, warning)) => report.accept(file, line, warning),
            Err((error, _)) if error.kind() == ErrorKind::Io => return Err(error),
            Err((error, value)) => report.reject(&error, value.as_deref()),
        }
    }
    Ok(report)
}

/// The error with the column that its rule is about; the rule that a key has one figure is about the row.
fn in_its_column(
    error: Error,
    row: &Row<'_>,
    observation: &Observation,
    catalogue: &Catalogue,
) -> Error {
    let Observation { key, source, .. } = observation;
    let place = match key.place {
        Place::Region(_) => "region",
        Place::Institution(_) => "institution",
    };
    let column = match error.kind() {
        ErrorKind::Bounds => "figure",
        ErrorKind::Unit if row.text("unit").is_empty() => "figure",
        ErrorKind::Unit => "unit",
        ErrorKind::Period => "period",
        ErrorKind::Measure => "measure",
        ErrorKind::Unknown if catalogue.indicator(&key.heading.indicator).is_err() => "indicator",
        ErrorKind::Unknown if catalogue.place(&key.place).is_err() => place,
        ErrorKind::Unknown if catalogue.source(source).is_err() => "source",
        ErrorKind::Unknown if !knows(catalogue, &key.heading.breakdown) => "breakdown",
        // The scope of a rank.
        ErrorKind::Unknown => "measure",
        _ => return error,
    };
    error.in_column(column)
}

fn knows(catalogue: &Catalogue, breakdown: &Breakdown) -> bool {
    breakdown.pairs().iter().all(|(dimension, member)| {
        catalogue
            .dimension(dimension)
            .is_ok_and(|dimension| dimension.member(member).is_some())
    })
}

fn observation(row: &Row<'_>, sink: &impl Sink) -> Result<Observation> {
    let heading = Heading {
        indicator: row.required::<IndicatorCode>("indicator")?,
        breakdown: row.optional::<Breakdown>("breakdown")?.unwrap_or_default(),
        measure: row
            .optional::<Measure>("measure")?
            .unwrap_or(Measure::Level),
    };
    let stated = stated(row, &heading, sink)?;
    Ok(Observation {
        key: heading.at(place(row)?, row.required("period")?),
        stated,
        source: row.required("source")?,
    })
}

fn place(row: &Row<'_>) -> Result<Place> {
    match (
        row.optional::<RegionCode>("region")?,
        row.optional::<InstitutionCode>("institution")?,
    ) {
        (Some(region), None) => Ok(Place::Region(region)),
        (None, Some(institution)) => Ok(Place::Institution(institution)),
        (None, None) => Err(Error::new(
            ErrorKind::Syntax,
            "a region or an institution is missing: what is the figure about?",
        )),
        (Some(region), Some(institution)) => Err(Error::new(
            ErrorKind::Syntax,
            format!(
                "the figure is about region {region} and about institution {institution}: give one of the two"
            ),
        )),
    }
}

fn stated(row: &Row<'_>, heading: &Heading, sink: &impl Sink) -> Result<Stated> {
    let text = row.text("figure");
    if text.is_empty() {
        return match row.optional::<Absence>("status")? {
            Some(absence) => Ok(Stated::Absent(absence)),
            None => Err(Error::new(
                ErrorKind::Syntax,
                "the figure is empty: give one, or say why it is absent in the column status (absent is not zero)",
            )
            .in_column("figure")),
        };
    }
    let status = row.optional::<Status>("status")?.unwrap_or(Status::Normal);
    let header = match row.text("unit") {
        "" => {
            let catalogue = sink.catalogue();
            let indicator = catalogue
                .indicator(&heading.indicator)
                .map_err(|error| error.in_column("indicator"))?;
            let indicator = catalogue.indicator_record(indicator)?;
            crate::rules::unit_of(indicator, &heading.measure).to_string()
        }
        unit => unit.to_string(),
    };
    let reading = notation::parse_cell(text, &header).map_err(|error| {
        let at_fault = match notation::parse_cell("1", &header) {
            Ok(_) => "figure",
            Err(_) => "unit",
        };
        error.in_column(at_fault)
    })?;
    agree(text, &reading.measure(), &heading.measure).map_err(|error| error.in_column("figure"))?;
    let Some(unit) = reading.unit() else {
        return Err(Error::new(ErrorKind::Unit, format!("{text:?} has no unit")).in_column("unit"));
    };
    Ok(Stated::Figure {
        figure: reading.figure(),
        unit,
        status,
    })
}

/// Checks that what the words of a figure say of its measure is what the row says.
fn agree(text: &str, said: &Said, measure: &Measure) -> Result<()> {
    let fail = |is: String| {
        Err(Error::new(
            ErrorKind::Measure,
            format!("{text:?} is {is}, and the row's measure is {measure}: correct one of the two"),
        ))
    };
    match (said, measure) {
        (Said::Level, _) | (Said::Rank, Measure::Rank { .. }) => Ok(()),
        (Said::Rank, _) => fail("a rank".to_string()),
        (
            Said::Change { form, base },
            Measure::Change {
                form: own_form,
                base: own_base,
            },
        ) => {
            if form != own_form {
                return fail(format!("a change that is {form}"));
            }
            match base {
                Some(base) if base != own_base => fail(format!("a change from {base}")),
                _ => Ok(()),
            }
        }
        (Said::Change { .. }, _) => fail("a change".to_string()),
    }
}
