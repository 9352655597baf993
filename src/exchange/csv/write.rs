//! Writing a catalogue and observations as the files that the reader reads.

use std::io::Write;
use std::path::Path;

use csv::Writer;

use super::rows::columns;
use crate::catalogue::Catalogue;
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::Observations;
use crate::model::{Figure, Measure, Names, Observation, Place, Stated, Status, Unit, Validity};

/// Writes every file of a folder, which is made if it is not there; files of these names are replaced.
///
/// # Errors
/// [`Io`](ErrorKind::Io) if a file cannot be written, and whatever the source of observations meets.
pub fn write_folder(folder: impl AsRef<Path>, from: &impl Observations) -> Result<()> {
    let folder = folder.as_ref();
    std::fs::create_dir_all(folder)?;
    let create = |file: &str| -> Result<std::io::BufWriter<std::fs::File>> {
        let path = folder.join(file);
        match std::fs::File::create(&path) {
            Ok(created) => Ok(std::io::BufWriter::new(created)),
            Err(error) => Err(Error::from(error).in_file(path.display().to_string())),
        }
    };
    let catalogue = from.catalogue();
    write_regions(create("regions.csv")?, catalogue)?;
    write_institutions(create("institutions.csv")?, catalogue)?;
    write_consortia(create("consortia.csv")?, create("members.csv")?, catalogue)?;
    write_sources(create("sources.csv")?, catalogue)?;
    write_breakdowns(create("breakdowns.csv")?, catalogue)?;
    write_indicators(create("indicators.csv")?, catalogue)?;
    write_observations(create("observations.csv")?, from)
}

/// Writes `observations.csv`: figures in canonical text, units by code.
///
/// # Errors
/// [`Io`](ErrorKind::Io) if it cannot be written, and whatever the source of observations meets.
pub fn write_observations(to: impl Write, from: &impl Observations) -> Result<()> {
    let mut writer = Writer::from_writer(to);
    record(&mut writer, columns::OBSERVATIONS)?;
    for observation in from.observations() {
        let Observation {
            key,
            stated,
            source,
        } = observation?;
        let (region, institution) = match &key.place {
            Place::Region(code) => (code.to_string(), String::new()),
            Place::Institution(code) => (String::new(), code.to_string()),
        };
        let (figure, unit, status) = match stated {
            Stated::Figure {
                figure,
                unit,
                status,
            } => {
                let status = if status == Status::Normal {
                    String::new()
                } else {
                    status.to_string()
                };
                (cell_text(&figure, unit), unit.to_string(), status)
            }
            Stated::Absent(absence) => (String::new(), String::new(), absence.to_string()),
        };
        let measure = match &key.heading.measure {
            Measure::Level => String::new(),
            measure => measure.to_string(),
        };
        record(
            &mut writer,
            &[
                source.to_string(),
                region,
                institution,
                key.heading.indicator.to_string(),
                key.heading.breakdown.to_string(),
                measure,
                figure,
                unit,
                key.period.to_string(),
                status,
            ],
        )?;
    }
    flush(writer)
}

/// The canonical text, with `!` where a bare number in a unit that is not counted would be read as
/// rounded.
fn cell_text(figure: &Figure, unit: Unit) -> String {
    if unit.is_counter() {
        figure.to_string()
    } else {
        format!("{figure:#}")
    }
}

fn write_regions(to: impl Write, catalogue: &Catalogue) -> Result<()> {
    let mut writer = Writer::from_writer(to);
    record(&mut writer, columns::REGIONS)?;
    for place in catalogue.regions() {
        let region = catalogue.region_record(place)?;
        let [zh, en, aliases] = names(&region.names);
        let [from, to] = days(&region.validity);
        let succeeds: Vec<String> = region.succeeds.iter().map(ToString::to_string).collect();
        record(
            &mut writer,
            &[
                region.code.to_string(),
                text(region.parent),
                region.level.to_string(),
                zh,
                en,
                aliases,
                from,
                to,
                succeeds.join("|"),
            ],
        )?;
    }
    flush(writer)
}

fn write_institutions(to: impl Write, catalogue: &Catalogue) -> Result<()> {
    let mut writer = Writer::from_writer(to);
    record(&mut writer, columns::INSTITUTIONS)?;
    for place in catalogue.institutions() {
        let institution = catalogue.institution_record(place)?;
        let [zh, en, aliases] = names(&institution.names);
        let [from, to] = days(&institution.validity);
        record(
            &mut writer,
            &[
                institution.code.to_string(),
                institution.region.to_string(),
                institution.kind.to_string(),
                text(institution.grade.map(|grade| grade.tier())),
                text(institution.grade.and_then(|grade| grade.class())),
                text(institution.ownership),
                zh,
                en,
                aliases,
                text(institution.unified_code),
                from,
                to,
            ],
        )?;
    }
    flush(writer)
}

fn write_consortia(
    consortia: impl Write,
    members: impl Write,
    catalogue: &Catalogue,
) -> Result<()> {
    let (mut consortia, mut members) =
        (Writer::from_writer(consortia), Writer::from_writer(members));
    record(&mut consortia, columns::CONSORTIA)?;
    record(&mut members, columns::MEMBERS)?;
    for handle in catalogue.consortia() {
        let consortium = catalogue.consortium_record(handle)?;
        let [zh, en, aliases] = names(&consortium.names);
        let code = consortium.code.to_string();
        record(
            &mut consortia,
            &[
                code.clone(),
                consortium.kind.to_string(),
                text(consortium.region),
                zh,
                en,
                aliases,
            ],
        )?;
        for member in &consortium.members {
            let [from, to] = days(&member.validity);
            record(
                &mut members,
                &[
                    code.clone(),
                    member.institution.to_string(),
                    member.role.to_string(),
                    from,
                    to,
                ],
            )?;
        }
    }
    flush(consortia)?;
    flush(members)
}

fn write_sources(to: impl Write, catalogue: &Catalogue) -> Result<()> {
    let mut writer = Writer::from_writer(to);
    record(&mut writer, columns::SOURCES)?;
    for handle in catalogue.sources() {
        let source = catalogue.source_record(handle)?;
        record(
            &mut writer,
            &[
                source.code().as_str(),
                source.title(),
                source.issuer(),
                &text(source.published()),
            ],
        )?;
    }
    flush(writer)
}

fn write_breakdowns(to: impl Write, catalogue: &Catalogue) -> Result<()> {
    let mut writer = Writer::from_writer(to);
    record(&mut writer, columns::BREAKDOWNS)?;
    for dimension in catalogue.dimensions() {
        let own = dimension.code().to_string();
        let [zh, en, aliases] = names(dimension.names());
        let none = String::new;
        record(
            &mut writer,
            &[own.clone(), none(), none(), none(), zh, en, aliases],
        )?;
        for member in dimension.members() {
            let [zh, en, aliases] = names(&member.names);
            let partition = member.partition.clone().unwrap_or_default();
            record(
                &mut writer,
                &[
                    own.clone(),
                    member.code.to_string(),
                    text(member.parent.as_ref()),
                    partition,
                    zh,
                    en,
                    aliases,
                ],
            )?;
        }
    }
    flush(writer)
}

fn write_indicators(to: impl Write, catalogue: &Catalogue) -> Result<()> {
    let mut writer = Writer::from_writer(to);
    record(&mut writer, columns::INDICATORS)?;
    for handle in catalogue.indicators() {
        let indicator = catalogue.indicator_record(handle)?;
        let [zh, en, aliases] = names(indicator.names());
        record(
            &mut writer,
            &[
                indicator.code().to_string(),
                zh,
                en,
                aliases,
                indicator.unit().to_string(),
                indicator.kind().to_string(),
                indicator.temporal().to_string(),
                indicator.polarity().to_string(),
                text(indicator.numerator()),
                text(indicator.denominator()),
                text(indicator.bounds().low()),
                text(indicator.bounds().high()),
                text(indicator.plausible().low()),
                text(indicator.plausible().high()),
                text(indicator.succeeds()),
            ],
        )?;
    }
    flush(writer)
}

fn names(names: &Names) -> [String; 3] {
    [
        names.chinese().unwrap_or_default().to_string(),
        names.english().unwrap_or_default().to_string(),
        names.aliases().collect::<Vec<_>>().join("|"),
    ]
}

fn days(validity: &Validity) -> [String; 2] {
    [text(validity.from()), text(validity.to())]
}

fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn record(writer: &mut Writer<impl Write>, fields: &[impl AsRef<[u8]>]) -> Result<()> {
    writer.write_record(fields).map_err(cannot_write)
}

fn flush(mut writer: Writer<impl Write>) -> Result<()> {
    writer.flush().map_err(Error::from)
}

fn cannot_write(error: csv::Error) -> Error {
    Error::new(ErrorKind::Io, format!("cannot be written: {error}")).with_source(error)
}
