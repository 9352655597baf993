//! A small world for tests: a province, a prefecture, two counties, a hospital, a consortium.

use yearbook::model::*;
use yearbook::{BookBuilder, Catalogue, CatalogueBuilder, Result};

pub(crate) fn names(name: &str) -> Names {
    Names::zh(name).unwrap()
}

pub(crate) fn region(code: &str, parent: Option<&str>, level: Level, name: &str) -> Region {
    Region::new(
        code.parse().unwrap(),
        parent.map(|parent| parent.parse().unwrap()),
        level,
        names(name),
    )
}

pub(crate) fn indicator(code: &str, unit: Unit, kind: Kind, temporal: Temporal) -> Indicator {
    Indicator::new(code.parse().unwrap(), names(code), unit, kind, temporal).unwrap()
}

/// Everything of which the tests speak.
pub(crate) fn world() -> CatalogueBuilder {
    let mut world = CatalogueBuilder::new();
    for region in [
        region("430000", None, Level::Province, "湖南省"),
        region("430200", Some("430000"), Level::Prefecture, "株洲市"),
        region("430223", Some("430200"), Level::County, "攸县"),
        region("430281", Some("430200"), Level::County, "醴陵市"),
    ] {
        world.region(region).unwrap();
    }
    let mut retired = region("430211", Some("430200"), Level::County, "旧县");
    retired.validity = Validity::new(None, Some("2018-06-30".parse().unwrap())).unwrap();
    world.region(retired).unwrap();
    world
        .institution(Institution::new(
            "people-hospital".parse().unwrap(),
            "430281".parse().unwrap(),
            InstitutionKind::GeneralHospital,
            names("人民医院"),
        ))
        .unwrap();
    world
        .consortium(Consortium {
            code: "liling-consortium".parse().unwrap(),
            kind: ConsortiumKind::County,
            region: Some("430281".parse().unwrap()),
            names: names("醴陵市医共体"),
            members: vec![Membership {
                institution: "people-hospital".parse().unwrap(),
                role: Role::Lead,
                validity: Validity::new(Some("2020-01-01".parse().unwrap()), None).unwrap(),
            }],
        })
        .unwrap();
    for source in ["report-a", "report-b"] {
        world
            .source(Source::new(source.parse().unwrap(), "A report", "An office", None).unwrap())
            .unwrap();
    }
    let member = |code: &str| Member {
        code: code.parse().unwrap(),
        names: names(code),
        parent: None,
        partition: Some("all".to_string()),
    };
    world
        .dimension(
            Dimension::new(
                "dose".parse().unwrap(),
                names("剂次"),
                vec![member("first"), member("second")],
            )
            .unwrap(),
        )
        .unwrap();
    for indicator in [
        indicator("share", Unit::PERCENT, Kind::Share, Temporal::Flow),
        indicator("people", Unit::PERSON, Kind::Count, Temporal::Flow),
        indicator("hospitals", Unit::INSTITUTION, Kind::Count, Temporal::Stock),
        indicator(
            "doses",
            Unit::DOSE_GIVEN,
            Kind::Count,
            Temporal::Cumulative {
                since: Some("2020-12-01".parse().unwrap()),
            },
        ),
        indicator("area", Unit::MU, Kind::Amount, Temporal::Stock),
        indicator(
            "saving",
            "元/台".parse().unwrap(),
            Kind::Mean,
            Temporal::Flow,
        ),
        indicator("score", Unit::ONE, Kind::Index, Temporal::Stock),
    ] {
        world.indicator(indicator).unwrap();
    }
    world
}

pub(crate) fn catalogue() -> Catalogue {
    world().finish().unwrap()
}

/// An observation of `report-a`: indicator with breakdown and measure as in `doses [dose=first] level`.
pub(crate) fn observation(
    heading: (&str, &str, &str),
    place: &str,
    period: &str,
    figure: &str,
    unit: &str,
) -> Observation {
    let (indicator, breakdown, measure) = heading;
    Observation {
        key: Heading {
            indicator: indicator.parse().unwrap(),
            breakdown: breakdown.parse().unwrap(),
            measure: measure.parse().unwrap(),
        }
        .at(place.parse::<Place>().unwrap(), period.parse().unwrap()),
        stated: Stated::figure(figure.parse().unwrap(), unit.parse().unwrap()),
        source: "report-a".parse().unwrap(),
    }
}

/// One of everything that a cell can be.
pub(crate) fn observations() -> Vec<Observation> {
    let mut observations = vec![
        observation(("share", "", "level"), "430200", "2021", "81.04", "%"),
        observation(
            ("share", "", "level"),
            "430200",
            "2024-01/2024-09",
            "88.22",
            "%",
        ),
        observation(("share", "", "level"), "430281", "2022-S1", ">=93e0", "%"),
        observation(("share", "", "level"), "430281", "2021", "4.50", "‰"),
        observation(("share", "", "target"), "430281", "2025", "95e0", "%"),
        observation(
            ("share", "", "change_points(2021)"),
            "430200",
            "2023",
            "9e0",
            "pp",
        ),
        observation(("people", "", "level"), "430281", "2021", "10455", "人"),
        observation(
            ("people", "", "level"),
            "institution:people-hospital",
            "2021",
            "1100+",
            "人",
        ),
        observation(
            ("people", "", "completion"),
            "430281",
            "2021",
            ">330e0",
            "%",
        ),
        observation(
            ("people", "", "change_relative(year_earlier)"),
            "430281",
            "2022-01/2022-10",
            "-2.7",
            "%",
        ),
        observation(
            ("people", "", "change_absolute(previous)"),
            "430281",
            "2022-Q1",
            "-120",
            "人",
        ),
        observation(("people", "", "level"), "430281", "2023-W05", "0", "人"),
        observation(
            ("hospitals", "", "level"),
            "430200",
            "2024-09-30",
            "~300",
            "家",
        ),
        observation(
            ("doses", "", "level"),
            "430281",
            "2020-12/2022-06",
            "1876e3",
            "剂次",
        ),
        observation(
            ("doses", "dose=first", "level"),
            "430281",
            "2020-12/2022-06",
            "718e3",
            "剂次",
        ),
        observation(("area", "", "level"), "430281", "2023", "0.25!", "平方公里"),
        observation(("area", "", "level"), "430223", "2023", "18500e0", "亩"),
        observation(
            ("saving", "", "level"),
            "institution:people-hospital",
            "2023/2024",
            "8e3..1e4",
            "元/台",
        ),
        observation(("saving", "", "level"), "430281", "2024", "-5000-", "元/台"),
        observation(("score", "", "rank(430000)"), "430281", "2024", "1", "位"),
        observation(
            ("score", "", "level"),
            "430281",
            "2024",
            "79228162514264337593543950335!",
            "1",
        ),
    ];
    for (period, status) in [
        ("2031", Status::Forecast),
        ("2020", Status::SeriesBreak),
        ("2022", Status::Provisional),
        ("2019", Status::Estimated),
    ] {
        let mut own = observation(("hospitals", "", "level"), "430281", period, "3", "家");
        if let Stated::Figure { status: own, .. } = &mut own.stated {
            *own = status;
        }
        observations.push(own);
    }
    for (period, absence) in [
        ("2016", Absence::Suppressed),
        ("2017", Absence::NotApplicable),
        ("2018", Absence::NotCollected),
    ] {
        let mut own = observation(("hospitals", "", "level"), "430281", period, "3", "家");
        own.stated = Stated::Absent(absence);
        own.source = "report-b".parse().unwrap();
        observations.push(own);
    }
    observations
}

/// The refusal of one observation, whole.
pub(crate) fn refusal(observation: &Observation) -> String {
    let mut book = BookBuilder::new(catalogue());
    let error: Result<_> = book.observe(observation);
    let error = error.expect_err("it should be refused");
    assert_eq!(
        book.finish().unwrap().headings().len(),
        0,
        "what was refused was recorded"
    );
    error.to_string()
}

/// The peak of resident memory since it was last reset, in MiB.
pub(crate) fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1));
    kib.unwrap().parse::<u64>().unwrap() / 1024
}

/// Begins a new peak, at what is resident now.
pub(crate) fn reset_peak() {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
}
