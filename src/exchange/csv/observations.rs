//! Reading observations.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use csv::StringRecord;

use super::cells;
use super::fractions::Fractions;
use super::header::{self, FigureColumn, Plan};
use super::options::{Blank, Column, Layout, Lookup, Options};
use super::records::Records;
use crate::catalogue::Catalogue;
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::intake::{Intake, Part, Refusal, part_at_fault};
use crate::exchange::{Report, Sink, Watch};
use crate::model::{
    Absence, Breakdown, Heading, IndicatorCode, InstitutionCode, Kind, Measure, Observation,
    Period, Place, Qualifier, RegionCode, SourceCode, Stated, Status, Unit,
};
use crate::notation::{self, Said};

/// So many names of places are remembered with what they stand for.
const PLACES_KNOWN_MAX: usize = 1 << 14;

/// Reads `observations.csv` into a sink: a tidy file, as [`write_observations`](super::write_observations) writes it.
///
/// # Errors
/// As for [`read`].
pub fn read_observations(reader: impl Read, file: &str, sink: &mut impl Sink) -> Result<Report> {
    read(reader, file, sink, &Options::new(), &mut ())
}

/// Reads a file of observations that the options describe into a sink, and tells `watch` how it goes.
///
/// ```
/// use yearbook::exchange::csv::{self, Column, Layout, Lookup, Options};
/// use yearbook::model::*;
/// use yearbook::{BookBuilder, CatalogueBuilder};
///
/// let mut catalogue = CatalogueBuilder::new();
/// catalogue.region(Region::new("430200".parse()?, None, Level::Prefecture, Names::zh("株洲市")?))?;
/// catalogue.source(Source::new("yearbook-2022".parse()?, "Statistical yearbook", "", None)?)?;
/// let beds = Indicator::new("hospital_beds".parse()?, Names::zh("床位数")?, Unit::BED, Kind::Count, Temporal::Stock)?;
/// catalogue.indicator(beds)?;
/// let mut book = BookBuilder::new(catalogue.finish()?);
///
/// let file = "地区,指标,2021年,2022年\n株洲市,床位数（万张）,3.25,\n株洲市,床位数（张）,,\"33,104\"\n";
/// let options = Options::new()
///     .layout(Layout::Periods)
///     .lookup(Lookup::Names)
///     .column("地区", Column::Region)
///     .column("指标", Column::Indicator)
///     .given(Column::Source, "yearbook-2022");
/// let report = csv::read(file.as_bytes(), "beds.csv", &mut book, &options, &mut ())?;
/// assert_eq!(report.to_string(), "2 rows: 2 accepted, 2 blank, 0 rejected");
/// let book = book.finish()?;
/// let key = Heading::level("hospital_beds".parse()?).at("430200".parse::<Place>()?, "2021".parse()?);
/// assert_eq!(book.get(&key)?.expect("it was read").stated().to_string(), "325e2 bed");
/// # Ok::<(), yearbook::Error>(())
/// ```
///
/// # Errors
/// [`Syntax`](ErrorKind::Syntax) for a header that does not hold what is needed, and for a file that is no CSV; [`Io`](ErrorKind::Io) for one
/// that cannot be read to its end; whatever keeps the sink from going on. A bad row is in the report.
pub fn read(
    reader: impl Read,
    file: &str,
    sink: &mut impl Sink,
    options: &Options,
    watch: &mut impl Watch,
) -> Result<Report> {
    let columns = Column::ALL.map(Column::name);
    let mut records = Records::open(reader, file, options.encoding, options.separator, &columns)?;
    let at_header = |error: Error| error.in_file(file).at_row(1);
    let plan = Plan::of(records.header(), options, sink.catalogue()).map_err(at_header)?;
    let mut rows = RowReader {
        given: Given::of(&plan, sink.catalogue()).map_err(at_header)?,
        plan: &plan,
        options,
        intake: Intake::new(file, sink, watch, options.kept_max, options.bytes_total),
        places: HashMap::new(),
        indicators: HashMap::new(),
        fractions: Fractions::default(),
    };
    while let Some(record) = records.next() {
        let line = record.line;
        match record.fields {
            Ok(fields) if fields.iter().all(|field| cells::clean(field).is_empty()) => continue,
            Ok(fields) => rows.row(line, &fields)?,
            Err(refusal) => rows.intake.reject(line, refusal)?,
        }
        if rows.intake.after_row(line, records.bytes()).is_break() {
            break;
        }
    }
    let (fractions, mut intake) = (rows.fractions, rows.intake);
    fractions.report(|row, message| intake.warn(row, message));
    Ok(intake.report)
}

/// Reads a file by its path, as [`read`] does; how long it is, is told to `watch`.
///
/// # Errors
/// As for [`read`], and [`Io`](ErrorKind::Io) if it cannot be opened.
pub fn read_file(
    path: impl AsRef<Path>,
    sink: &mut impl Sink,
    options: &Options,
    watch: &mut impl Watch,
) -> Result<Report> {
    let path = path.as_ref();
    let name = path.display().to_string();
    let file =
        std::fs::File::open(path).map_err(|error| Error::from(error).in_file(name.as_str()))?;
    let mut options = options.clone();
    if let Ok(metadata) = file.metadata() {
        options = options.bytes_total(metadata.len());
    }
    read(file, &name, sink, &options, watch)
}

/// What is given for all rows, read once.
struct Given {
    indicator: Option<(IndicatorCode, Option<String>)>,
    source: Option<SourceCode>,
}

impl Given {
    /// # Errors
    /// What is given is no code, or the catalogue does not hold it.
    fn of(plan: &Plan, catalogue: &Catalogue) -> Result<Self> {
        let wrong = |column: Column| {
            move |error: Error| {
                let message = format!("what is given as {column} will not do: {}", error.message());
                Error::new(error.kind(), message)
            }
        };
        let source = match plan.given(Column::Source) {
            Some(text) => {
                let code: SourceCode = text.parse().map_err(wrong(Column::Source))?;
                catalogue.source(&code).map_err(wrong(Column::Source))?;
                Some(code)
            }
            None => None,
        };
        let indicator = match plan.given(Column::Indicator) {
            Some(text) => {
                let found = named_indicator(catalogue, text, Lookup::Names);
                Some(found.map_err(wrong(Column::Indicator))?)
            }
            None => None,
        };
        for column in [Column::Region, Column::Institution, Column::Place] {
            if let Some(text) = plan.given(column) {
                named_place(catalogue, text, column, Lookup::Names).map_err(wrong(column))?;
            }
        }
        if let Some(text) = plan.given(Column::Breakdown) {
            text.parse::<Breakdown>()
                .map_err(wrong(Column::Breakdown))?;
        }
        if let Some(text) = plan.given(Column::Measure) {
            text.parse::<Measure>().map_err(wrong(Column::Measure))?;
        }
        if let Some(text) = plan.given(Column::Period) {
            cells::period(text).map_err(wrong(Column::Period))?;
        }
        if let Some(text) = plan.given(Column::Unit) {
            Unit::parse_scaled(text).map_err(wrong(Column::Unit))?;
        }
        if let Some(text) = plan.given(Column::Status) {
            text.parse::<Status>().map_err(wrong(Column::Status))?;
        }
        Ok(Self { indicator, source })
    }
}

/// Reads rows as a plan has them.
struct RowReader<'a, S, W> {
    plan: &'a Plan,
    options: &'a Options,
    given: Given,
    intake: Intake<'a, S, W>,
    /// Names that were looked up.
    places: HashMap<(Column, String), Place>,
    indicators: HashMap<String, (IndicatorCode, Option<String>)>,
    fractions: Fractions,
}

/// What a row says of all of its figures.
struct Common {
    indicator: Option<IndicatorCode>,
    /// The unit that stands behind the indicator's name.
    label_unit: Option<String>,
    breakdown: Breakdown,
    measure: Measure,
    place: Place,
    period: Option<Period>,
    source: SourceCode,
}

impl<S: Sink, W: Watch> RowReader<'_, S, W> {
    /// Records the figures of a row, or rejects them.
    fn row(&mut self, line: u64, fields: &StringRecord) -> Result<()> {
        if let Some((number, text)) = self.plan.stray(fields) {
            let message = format!(
                "column {number} has no name in the header, and holds {:?}: name it, or empty it",
                crate::error::excerpt(text)
            );
            return self
                .intake
                .reject(line, (Error::new(ErrorKind::Syntax, message), None));
        }
        let common = match self.common(fields) {
            Ok(common) => common,
            Err(error) => {
                let refusal = self.named(error, fields, None);
                return self.intake.reject(line, refusal);
            }
        };
        let plan = self.plan;
        for column in plan.figures() {
            let taken = self.figure(line, fields, &common, column);
            if let Err(error) = taken {
                let refusal = self.named(error, fields, Some(column));
                self.intake.reject(line, refusal)?;
            }
        }
        Ok(())
    }

    /// What the row says of all of its figures.
    fn common(&mut self, fields: &StringRecord) -> Result<Common> {
        let plan = self.plan;
        let text = |column: Column| plan.text(fields, column);
        let (indicator, label_unit) = if plan.has(Column::Indicator) {
            let (indicator, unit) = self.indicator(text(Column::Indicator))?;
            (Some(indicator), unit)
        } else {
            (None, None)
        };
        let breakdown = optional(text(Column::Breakdown), Column::Breakdown)?;
        let measure = optional(text(Column::Measure), Column::Measure)?;
        let place = self.place(fields)?;
        let period = if plan.has(Column::Period) {
            let text = required(text(Column::Period), Column::Period)?;
            Some(cells::period(text).map_err(|error| error.in_column(Column::Period.name()))?)
        } else {
            None
        };
        let source = match &self.given.source {
            Some(source) => source.clone(),
            None => parsed(
                required(text(Column::Source), Column::Source)?,
                Column::Source,
            )?,
        };
        if plan.figures().len() > 1 {
            // Said once of the row, and not of each of its figures.
            let catalogue = self.intake.sink.catalogue();
            if let Some(indicator) = &indicator {
                catalogue
                    .indicator(indicator)
                    .map_err(|error| error.in_column(Column::Indicator.name()))?;
            }
            let column = place_column(plan, fields);
            catalogue
                .place(&place)
                .map_err(|error| error.in_column(column.name()))?;
            catalogue
                .source(&source)
                .map_err(|error| error.in_column(Column::Source.name()))?;
        }
        Ok(Common {
            indicator,
            label_unit,
            breakdown: breakdown.unwrap_or_default(),
            measure: measure.unwrap_or(Measure::Level),
            place,
            period,
            source,
        })
    }

    fn indicator(&mut self, text: &str) -> Result<(IndicatorCode, Option<String>)> {
        if let Some(given) = &self.given.indicator {
            return Ok(given.clone());
        }
        let text = required(text, Column::Indicator)?;
        if let Some(known) = self.indicators.get(text) {
            return Ok(known.clone());
        }
        let catalogue = self.intake.sink.catalogue();
        let found = named_indicator(catalogue, text, self.options.lookup)
            .map_err(|error| error.in_column(Column::Indicator.name()))?;
        if self.indicators.len() >= PLACES_KNOWN_MAX {
            self.indicators.clear();
        }
        self.indicators.insert(text.to_string(), found.clone());
        Ok(found)
    }

    fn place(&mut self, fields: &StringRecord) -> Result<Place> {
        let plan = self.plan;
        let columns = [Column::Region, Column::Institution, Column::Place];
        let mut stated = columns
            .into_iter()
            .map(|column| (column, plan.text(fields, column)))
            .filter(|(_, text)| !text.is_empty());
        let Some((column, text)) = stated.next() else {
            return Err(Error::new(
                ErrorKind::Syntax,
                "a region or an institution is missing: what is the figure about?",
            ));
        };
        if let Some((other, other_text)) = stated.next() {
            return Err(Error::new(
                ErrorKind::Syntax,
                format!(
                    "the figure is about {column} {text} and about {other} {other_text}: give one of the two"
                ),
            ));
        }
        // What is given has been looked up by name, if need be.
        let lookup = match plan.given(column) {
            Some(_) => Lookup::Names,
            None => self.options.lookup,
        };
        let key = (column, text.to_string());
        if let Some(known) = self.places.get(&key) {
            return Ok(known.clone());
        }
        let catalogue = self.intake.sink.catalogue();
        let place = named_place(catalogue, text, column, lookup)
            .map_err(|error| error.in_column(column.name()))?;
        if self.places.len() >= PLACES_KNOWN_MAX {
            self.places.clear();
        }
        self.places.insert(key, place.clone());
        Ok(place)
    }

    /// Records one figure of a row.
    fn figure(
        &mut self,
        line: u64,
        fields: &StringRecord,
        common: &Common,
        column: &FigureColumn,
    ) -> Result<()> {
        let (Some(indicator), Some(period)) = (
            column.indicator.as_ref().or(common.indicator.as_ref()),
            column.period.or(common.period),
        ) else {
            // The plan has checked that each is there.
            return Err(Error::new(ErrorKind::Syntax, "the figure has no key"));
        };
        let heading = Heading {
            indicator: indicator.clone(),
            breakdown: common.breakdown.clone(),
            measure: common.measure.clone(),
        };
        let text = cells::clean(fields.get(column.at).unwrap_or_default());
        let Some((stated, bare_percent)) = self.stated(fields, text, &heading, common, column)?
        else {
            self.intake.report.count_blank();
            return Ok(());
        };
        let observation = Observation {
            key: heading.at(common.place.clone(), period),
            stated,
            source: common.source.clone(),
        };
        if let Err(error) = self.intake.take(line, Some(&column.name), &observation) {
            return Err(self.in_its_column(error, fields, &observation, column));
        }
        if let Some(value) = bare_percent {
            let catalogue = self.intake.sink.catalogue();
            let indicator = &observation.key.heading.indicator;
            let record = catalogue.indicator_record(catalogue.indicator(indicator)?)?;
            let share = record.kind() == Kind::Share;
            self.fractions
                .note(indicator, share, line, &column.name, value);
        }
        Ok(())
    }

    /// What is stated in a cell; `None` if nobody recorded anything. With it, the number if it stands for percent without saying so.
    fn stated(
        &self,
        fields: &StringRecord,
        text: &str,
        heading: &Heading,
        common: &Common,
        column: &FigureColumn,
    ) -> Result<Option<(Stated, Option<rust_decimal::Decimal>)>> {
        let status = self.plan.text(fields, Column::Status);
        let blank = self.options.blanks.iter().find(|(mark, _)| mark == text);
        let blank = match blank {
            Some((_, means)) => Some(*means),
            None if text.is_empty() => match self.options.layout {
                Layout::Periods | Layout::Indicators => Some(Blank::Unrecorded),
                Layout::Tidy if column.indicator.is_some() => Some(Blank::Unrecorded),
                Layout::Tidy => None,
            },
            None => None,
        };
        // An absence that the row states goes before what a mark may mean.
        if (text.is_empty() || blank.is_some()) && !status.is_empty() {
            if let Ok(absence) = status.parse::<Absence>() {
                return Ok(Some((Stated::Absent(absence), None)));
            }
            if blank.is_none() {
                parsed::<Absence>(status, Column::Status)?;
            }
        }
        match blank {
            Some(Blank::Unrecorded) => return Ok(None),
            Some(Blank::Absent(absence)) => return Ok(Some((Stated::Absent(absence), None))),
            None if text.is_empty() => {
                return Err(Error::new(
                    ErrorKind::Syntax,
                    "the figure is empty: give one, or say why it is absent in the column status (absent is not zero)",
                )
                .in_column(Column::Figure.name()));
            }
            None => {}
        }
        let in_figure = |error: Error| error.in_column(Column::Figure.name());
        cells::check_figure(text).map_err(in_figure)?;
        let status = optional(status, Column::Status)?.unwrap_or(Status::Normal);
        let header = self.unit(fields, heading, common, column)?;
        let reading = notation::parse_cell(text, &header).map_err(|error| {
            match notation::parse_cell("1", &header) {
                Ok(_) => in_figure(error),
                Err(_) => error.in_column(Column::Unit.name()),
            }
        })?;
        agree(text, &reading.measure(), &heading.measure).map_err(in_figure)?;
        let Some(unit) = reading.unit() else {
            return Err(Error::new(ErrorKind::Unit, format!("{text:?} has no unit"))
                .in_column(Column::Unit.name()));
        };
        let figure = reading.figure();
        let level = matches!(
            heading.measure,
            Measure::Level | Measure::Target | Measure::Completion
        );
        let bare = level
            && unit == Unit::PERCENT
            && figure.qualifier() == Qualifier::None
            && !text.ends_with(['%', '％']);
        let stated = Stated::Figure {
            figure,
            unit,
            status,
        };
        Ok(Some((stated, bare.then(|| figure.value()))))
    }

    /// The unit that the figures of a cell are in: the row's own, the header's, that of the indicator's name, or the indicator's.
    fn unit(
        &self,
        fields: &StringRecord,
        heading: &Heading,
        common: &Common,
        column: &FigureColumn,
    ) -> Result<String> {
        let own = self.plan.text(fields, Column::Unit);
        let stated = [
            Some(own).filter(|own| !own.is_empty()),
            column.unit.as_deref(),
            common.label_unit.as_deref(),
        ];
        let mut stated = stated.into_iter().flatten();
        if let Some(unit) = stated.next() {
            for other in stated {
                if scaled(unit) != scaled(other) {
                    return Err(Error::new(
                        ErrorKind::Unit,
                        format!(
                            "the figure is in {unit} and in {other}: the row and the header must not contradict each other"
                        ),
                    )
                    .in_column(match own {
                        "" => Column::Figure.name(),
                        _ => Column::Unit.name(),
                    }));
                }
            }
            return Ok(unit.to_string());
        }
        let catalogue = self.intake.sink.catalogue();
        let indicator = catalogue
            .indicator(&heading.indicator)
            .map_err(|error| error.in_column(Column::Indicator.name()))?;
        let indicator = catalogue.indicator_record(indicator)?;
        Ok(crate::rules::unit_of(indicator, &heading.measure).to_string())
    }

    /// The error with the column that its rule is about; the rule that a key has one figure is about the row.
    fn in_its_column(
        &self,
        error: Error,
        fields: &StringRecord,
        observation: &Observation,
        column: &FigureColumn,
    ) -> Error {
        let catalogue = self.intake.sink.catalogue();
        let no_unit = self.plan.text(fields, Column::Unit).is_empty();
        let at_fault = match part_at_fault(&error, observation, catalogue) {
            Some(Part::Figure) => Column::Figure,
            Some(Part::Unit) if no_unit => Column::Figure,
            Some(Part::Unit) => Column::Unit,
            Some(Part::Period) => Column::Period,
            Some(Part::Measure) => Column::Measure,
            Some(Part::Indicator) => Column::Indicator,
            Some(Part::Place) => place_column(self.plan, fields),
            Some(Part::Source) => Column::Source,
            Some(Part::Breakdown) => Column::Breakdown,
            // A column of its own says which of a row's figures it is.
            None if self.plan.figures().len() > 1 => Column::Figure,
            None => return error,
        };
        let of_header = match at_fault {
            Column::Period => column.period.is_some(),
            Column::Indicator => column.indicator.is_some(),
            _ => false,
        };
        let at_fault = if of_header { Column::Figure } else { at_fault };
        error.in_column(at_fault.name())
    }

    /// The error with the column as the file calls it, and the value there.
    fn named(&self, error: Error, fields: &StringRecord, column: Option<&FigureColumn>) -> Refusal {
        let own = error.column().map(String::from);
        let column_of = |name: &str| Column::ALL.into_iter().find(|own| own.name() == name);
        match own.as_deref().and_then(column_of) {
            Some(Column::Figure) | None if own.is_some() => match column {
                Some(column) => {
                    let value = cells::clean(fields.get(column.at).unwrap_or_default());
                    (
                        error.in_column(column.name.as_str()),
                        Some(value.to_string()),
                    )
                }
                None => (error, None),
            },
            Some(own) => {
                let value = self.plan.text(fields, own).to_string();
                (error.in_column(self.plan.name(own)), Some(value))
            }
            None => (error, None),
        }
    }
}

/// The column that says what place a row is about.
fn place_column(plan: &Plan, fields: &StringRecord) -> Column {
    [Column::Region, Column::Institution]
        .into_iter()
        .find(|column| !plan.text(fields, *column).is_empty())
        .unwrap_or(Column::Place)
}

/// The indicator of a cell, and the unit that stands behind its name.
fn named_indicator(
    catalogue: &Catalogue,
    text: &str,
    lookup: Lookup,
) -> Result<(IndicatorCode, Option<String>)> {
    cells::check_code(text)?;
    header::indicator(catalogue, text, lookup)
        .map(|indicator| (indicator, None))
        .or_else(|error| {
            let (stem, unit) = cells::split_unit(text);
            match (lookup, unit) {
                (Lookup::Names, Some(unit)) => {
                    Ok((header::indicator(catalogue, &stem, lookup)?, Some(unit)))
                }
                _ => Err(error),
            }
        })
}

/// The place of a cell.
fn named_place(catalogue: &Catalogue, text: &str, column: Column, lookup: Lookup) -> Result<Place> {
    cells::check_code(text)?;
    let coded: Result<Place> = match column {
        Column::Region => text.parse::<RegionCode>().map(Place::Region),
        Column::Institution => text.parse::<InstitutionCode>().map(Place::Institution),
        _ => text.parse::<Place>(),
    };
    if lookup == Lookup::Codes {
        return coded;
    }
    if let Ok(place) = &coded
        && catalogue.place(place).is_ok()
    {
        return coded;
    }
    let place = catalogue.place_code(catalogue.find_place(text)?)?;
    match (column, &place) {
        (Column::Region, Place::Institution(code)) => Err(Error::new(
            ErrorKind::Unknown,
            format!("{text} is institution {code}, and the column holds regions"),
        )),
        (Column::Institution, Place::Region(code)) => Err(Error::new(
            ErrorKind::Unknown,
            format!("{text} is region {code}, and the column holds institutions"),
        )),
        _ => Ok(place),
    }
}

/// A unit with its power of ten, for comparing.
fn scaled(text: &str) -> Option<(u8, Unit)> {
    let text = cells::clean(text);
    let text = text.strip_prefix("单位").unwrap_or(text);
    let text = text.trim_start_matches([':', '：']).replace('％', "%");
    Unit::parse_scaled(&text).ok()
}

/// The value of a cell that may be empty.
fn optional<T: std::str::FromStr<Err = Error>>(text: &str, column: Column) -> Result<Option<T>> {
    match text {
        "" => Ok(None),
        text => parsed(text, column).map(Some),
    }
}

fn parsed<T: std::str::FromStr<Err = Error>>(text: &str, column: Column) -> Result<T> {
    cells::check_code(text)
        .and_then(|()| text.parse())
        .map_err(|error: Error| error.in_column(column.name()))
}

fn required(text: &str, column: Column) -> Result<&str> {
    match text {
        "" => {
            let message = format!("column {column} is empty");
            Err(Error::new(ErrorKind::Syntax, message).in_column(column.name()))
        }
        text => Ok(text),
    }
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
