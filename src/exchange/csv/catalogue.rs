//! Reading the registries of a catalogue.

use std::collections::BTreeMap;
use std::io::{ErrorKind::NotFound, Read};
use std::path::Path;

use super::Report;
use super::rows::{Row, Rows, columns};
use crate::catalogue::{Catalogue, CatalogueBuilder};
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::{Outcome, Rejection};
use crate::model::{
    Class, Consortium, ConsortiumCode, Dimension, DimensionCode, Grade, Granularity, Indicator,
    Institution, InstitutionCode, Member, MemberCode, Membership, Names, Period, Polarity, Range,
    Region, Source, Tier, Unit, Validity, exact_decimal,
};

/// Reads the catalogue of a folder; a file that is not there is an empty registry.
///
/// # Errors
/// A file that cannot be read, or whose header is not as it should be; a bad row, and what stands on it, is in
/// the report.
pub fn read_catalogue(folder: impl AsRef<Path>) -> Result<(Catalogue, Report)> {
    let folder = folder.as_ref();
    let mut reader = CatalogueReader::new();
    for (file, read) in CatalogueReader::FILES {
        // Only what is certainly not there is left out: not what cannot be reached.
        if folder
            .join(file)
            .symlink_metadata()
            .is_err_and(|error| error.kind() == NotFound)
        {
            continue;
        }
        read(&mut reader, &mut super::open(folder, file)?, file)?;
    }
    Ok(reader.finish())
}

/// Reads registries one file at a time.
///
/// Consortia come before their members, and so do institutions.
#[derive(Default)]
pub struct CatalogueReader {
    builder: CatalogueBuilder,
    report: Report,
    institutions: std::collections::HashSet<InstitutionCode>,
    consortia: BTreeMap<ConsortiumCode, (Consortium, String, u64)>,
    /// The consortium, the file and the row of each membership that was taken.
    members: Vec<(ConsortiumCode, String, u64)>,
}

/// A method that reads one file.
type ReadFile = fn(&mut CatalogueReader, &mut dyn Read, &str) -> Result<()>;

impl CatalogueReader {
    /// The files of a folder, in the order that their references need.
    const FILES: [(&'static str, ReadFile); 7] = [
        ("regions.csv", |reader, file, name| {
            reader.regions(file, name)
        }),
        ("institutions.csv", |reader, file, name| {
            reader.institutions(file, name)
        }),
        ("consortia.csv", |reader, file, name| {
            reader.consortia(file, name)
        }),
        ("members.csv", |reader, file, name| {
            reader.members(file, name)
        }),
        ("sources.csv", |reader, file, name| {
            reader.sources(file, name)
        }),
        ("breakdowns.csv", |reader, file, name| {
            reader.breakdowns(file, name)
        }),
        ("indicators.csv", |reader, file, name| {
            reader.indicators(file, name)
        }),
    ];

    /// A reader of nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The catalogue of what was read, and what became of each row. What does not hold together (an
    /// orphan, a cycle) is rejected with all that stands on it.
    pub fn finish(mut self) -> (Catalogue, Report) {
        for (consortium, file, row) in std::mem::take(&mut self.consortia).into_values() {
            if let Err(error) = self.builder.at(&file, row).consortium(consortium) {
                self.report.withdraw(&error.in_file(file).at_row(row));
            }
        }
        let (catalogue, errors) = self.builder.finish_keeping_good();
        for error in &errors {
            self.report.withdraw(error);
        }
        // The rows of members fall with their consortium.
        for (consortium, file, row) in self.members {
            if catalogue.consortium(&consortium).is_err() {
                let error = Error::new(
                    ErrorKind::Structure,
                    format!("consortium {consortium} was refused, and its members with it"),
                );
                self.report.withdraw(&error.in_file(file).at_row(row));
            }
        }
        (catalogue, self.report)
    }

    /// Reads `regions.csv`.
    ///
    /// # Errors
    /// A header that is not as it should be.
    pub fn regions(&mut self, reader: impl Read, file: &str) -> Result<()> {
        self.each(
            Rows::open(reader, file, columns::REGIONS, &["code", "level"])?,
            |own, row, file| {
                let mut region = Region::new(
                    row.required("code")?,
                    row.optional("parent")?,
                    row.required("level")?,
                    names(row)?,
                );
                region.validity = validity(row, "valid_from", "valid_to")?;
                region.succeeds = row
                    .list("succeeds")
                    .map(|code| {
                        code.parse()
                            .map_err(|error: Error| error.in_column("succeeds"))
                    })
                    .collect::<Result<_>>()?;
                own.builder.at(file, row.line).region(region)
            },
        )
    }

    /// Reads `institutions.csv`.
    ///
    /// # Errors
    /// A header that is not as it should be.
    pub fn institutions(&mut self, reader: impl Read, file: &str) -> Result<()> {
        self.each(
            Rows::open(
                reader,
                file,
                columns::INSTITUTIONS,
                &["code", "region", "kind"],
            )?,
            |own, row, file| {
                let code: InstitutionCode = row.required("code")?;
                let mut institution = Institution::new(
                    code.clone(),
                    row.required("region")?,
                    row.required("kind")?,
                    names(row)?,
                );
                institution.grade = grade(row)?;
                institution.ownership = row.optional("ownership")?;
                institution.unified_code = row.optional("unified_code")?;
                institution.validity = validity(row, "valid_from", "valid_to")?;
                own.builder.at(file, row.line).institution(institution)?;
                own.institutions.insert(code);
                Ok(())
            },
        )
    }

    /// Reads `consortia.csv`.
    ///
    /// # Errors
    /// A header that is not as it should be.
    pub fn consortia(&mut self, reader: impl Read, file: &str) -> Result<()> {
        self.each(Rows::open(reader, file, columns::CONSORTIA, &["code", "kind"])?, |own, row, file| {
            let consortium = Consortium {
                code: row.required("code")?,
                kind: row.required("kind")?,
                region: row.optional("region")?,
                names: names(row)?,
                members: Vec::new(),
            };
            if let Some((earlier, earlier_file, earlier_row)) = own.consortia.get(&consortium.code) {
                return Err(Error::new(
                    ErrorKind::Duplicate,
                    format!("consortium {} is given twice: in {earlier_file}, row {earlier_row} and in {file}, row {}", earlier.code, row.line),
                ));
            }
            own.consortia.insert(consortium.code.clone(), (consortium, file.to_string(), row.line));
            Ok(())
        })
    }

    /// Reads `members.csv`, after the institutions and the consortia.
    ///
    /// # Errors
    /// A header that is not as it should be.
    pub fn members(&mut self, reader: impl Read, file: &str) -> Result<()> {
        self.each(
            Rows::open(
                reader,
                file,
                columns::MEMBERS,
                &["consortium", "institution", "role"],
            )?,
            |own, row, file| {
                let consortium: ConsortiumCode = row.required("consortium")?;
                let membership = Membership {
                    institution: row.required("institution")?,
                    role: row.required("role")?,
                    validity: validity(row, "from", "to")?,
                };
                let unknown = |column: &str, what: &str, code: &str| {
                    Err(Error::new(
                        ErrorKind::Unknown,
                        format!("no {what} {code} in the catalogue"),
                    )
                    .in_column(column))
                };
                if !own.institutions.contains(&membership.institution) {
                    return unknown(
                        "institution",
                        "institution",
                        membership.institution.as_str(),
                    );
                }
                let Some((known, ..)) = own.consortia.get_mut(&consortium) else {
                    return unknown("consortium", "consortium", consortium.as_str());
                };
                known.members.push(membership);
                own.members.push((consortium, file.to_string(), row.line));
                Ok(())
            },
        )
    }

    /// Reads `sources.csv`.
    ///
    /// # Errors
    /// A header that is not as it should be.
    pub fn sources(&mut self, reader: impl Read, file: &str) -> Result<()> {
        self.each(
            Rows::open(reader, file, columns::SOURCES, &["code", "title"])?,
            |own, row, file| {
                let title = row.text("title");
                if title.is_empty() {
                    return Err(row.empty("title"));
                }
                let source = Source::new(
                    row.required("code")?,
                    title,
                    row.text("issuer"),
                    row.optional("published")?,
                )?;
                own.builder.at(file, row.line).source(source)
            },
        )
    }

    /// Reads `breakdowns.csv`: dimensions and their members.
    ///
    /// # Errors
    /// A header that is not as it should be.
    pub fn breakdowns(&mut self, reader: impl Read, file: &str) -> Result<()> {
        let mut dimensions: BTreeMap<DimensionCode, (Names, Vec<Member>, Vec<u64>)> =
            BTreeMap::new();
        self.each(Rows::open(reader, file, columns::BREAKDOWNS, &["dimension", "member"])?, |_, row, _| {
            let code: DimensionCode = row.required("dimension")?;
            let member: Option<MemberCode> = row.optional("member")?;
            match (dimensions.get_mut(&code), member) {
                (None, None) => {
                    dimensions.insert(code, (names(row)?, Vec::new(), vec![row.line]));
                    Ok(())
                }
                (Some((_, _, lines)), None) => Err(Error::new(
                    ErrorKind::Duplicate,
                    format!("dimension {code} is named twice: in row {} and in row {}", lines[0], row.line),
                )),
                (None, Some(member)) => Err(Error::new(
                    ErrorKind::Unknown,
                    format!("dimension {code} of member {member} is not named: a row with an empty member names it, before its members"),
                )),
                (Some((_, members, lines)), Some(member)) => {
                    if members.iter().any(|earlier| earlier.code == member) {
                        return Err(Error::new(ErrorKind::Duplicate, format!("dimension {code} has two members {member}")));
                    }
                    let partition = row.text("partition");
                    members.push(Member {
                        code: member,
                        names: names(row)?,
                        parent: row.optional("parent")?,
                        partition: (!partition.is_empty()).then(|| partition.to_string()),
                    });
                    lines.push(row.line);
                    Ok(())
                }
            }
        })?;
        for (code, (names, members, lines)) in dimensions {
            // The row that names the dimension, and one for each member.
            let (line, member_lines) = (lines[0], &lines[1..]);
            let added = Dimension::new(code.clone(), names, members)
                .and_then(|dimension| self.builder.at(file, line).dimension(dimension));
            let Err(error) = added else { continue };
            for member_line in member_lines {
                let falls = Error::new(
                    error.kind(),
                    format!("a member of dimension {code} is left out with it, for row {line}"),
                );
                self.report
                    .withdraw(&falls.in_file(file).at_row(*member_line));
            }
            self.report.withdraw(&error.in_file(file).at_row(line));
        }
        Ok(())
    }

    /// Reads `indicators.csv`.
    ///
    /// # Errors
    /// A header that is not as it should be.
    pub fn indicators(&mut self, reader: impl Read, file: &str) -> Result<()> {
        self.each(
            Rows::open(
                reader,
                file,
                columns::INDICATORS,
                &["code", "kind", "temporal"],
            )?,
            |own, row, file| own.builder.at(file, row.line).indicator(indicator(row)?),
        )
    }

    /// Does `take` with every row, and reports what becomes of it.
    fn each<R: Read>(
        &mut self,
        mut rows: Rows<R>,
        mut take: impl FnMut(&mut Self, &Row<'_>, &str) -> Result<()>,
    ) -> Result<()> {
        let file = rows.file().to_string();
        while let Some((line, row)) = rows.next() {
            self.report.count_row();
            let taken =
                row.and_then(|row| take(self, &row, &file).map_err(|error| row.refuse(error)));
            match taken {
                Ok(()) => self.report.take(Outcome::New),
                Err((error, value)) => {
                    let error = error.in_file(file.as_str()).at_row(line);
                    if error.kind() == ErrorKind::Io {
                        return Err(error);
                    }
                    self.report
                        .reject(Rejection::of(&error, value.as_deref()), usize::MAX);
                }
            }
        }
        Ok(())
    }
}

fn names(row: &Row<'_>) -> Result<Names> {
    let names = Names::new(row.text("name_zh"), row.text("name_en"))
        .map_err(|error| error.in_column("name_zh"))?;
    row.list("aliases")
        .try_fold(names, Names::alias)
        .map_err(|error| error.in_column("aliases"))
}

fn validity(row: &Row<'_>, from: &'static str, to: &'static str) -> Result<Validity> {
    let day = |column: &'static str| -> Result<Option<chrono::NaiveDate>> {
        match row.optional::<Period>(column)? {
            None => Ok(None),
            Some(day) if day.granularity() == Granularity::Day => Ok(Some(day.first_day())),
            Some(other) => Err(Error::new(
                ErrorKind::Period,
                format!("{other} is no day: give one such as 2021-06-30"),
            )
            .in_column(column)),
        }
    };
    Validity::new(day(from)?, day(to)?)
}

fn grade(row: &Row<'_>) -> Result<Option<Grade>> {
    let (tier, class): (Option<Tier>, Option<Class>) =
        (row.optional("tier")?, row.optional("class")?);
    match (tier, class) {
        (None, None) => Ok(None),
        (None, Some(class)) => Err(Error::new(
            ErrorKind::Bounds,
            format!("class {class} without a tier: classes stand within tiers"),
        )
        .in_column("tier")),
        (Some(tier), class) => Grade::new(tier, class).map(Some),
    }
}

fn indicator(row: &Row<'_>) -> Result<Indicator> {
    let kind = row.required("kind")?;
    let unit = row.optional("unit")?.unwrap_or(Unit::ONE);
    let indicator = Indicator::new(
        row.required("code")?,
        names(row)?,
        unit,
        kind,
        row.required("temporal")?,
    )?
    .with_polarity(row.optional("polarity")?.unwrap_or(Polarity::Neutral))
    .with_parts(row.optional("numerator")?, row.optional("denominator")?)?
    .with_bounds(range(row, "lower", "upper")?)?
    .with_plausible(range(row, "plausible_low", "plausible_high")?);
    match row.optional("succeeds")? {
        Some(succeeds) => indicator.with_predecessor(succeeds),
        None => Ok(indicator),
    }
}

fn range(row: &Row<'_>, low: &'static str, high: &'static str) -> Result<Range> {
    let end = |column: &'static str| match row.text(column) {
        "" => Ok(None),
        text => exact_decimal(text).map(Some).ok_or_else(|| {
            Error::syntax("a bound", text, 0, "a decimal number of at most 28 digits")
                .in_column(column)
        }),
    };
    Range::new(end(low)?, end(high)?)
}
