//! Whatever the truth is and however it was printed: the true answer lies inside the answer, and what is certain is so.

use proptest::prelude::*;
use yearbook::model::*;
use yearbook::query::{Among, Ask, RollUp};
use yearbook::{BookBuilder, Catalogue, CatalogueBuilder, Decimal, Yearbook};

const PREFECTURES: [&str; 2] = ["430100", "430200"];

/// A county with its true numbers, and the figures that were printed of them.
#[derive(Clone, Debug)]
struct County {
    code: String,
    /// Earlier, later, and the whole that they are parts of.
    truths: [i64; 3],
    printed: [Option<Figure>; 3],
}

/// A figure that does not lie about a number; `how` and `digits` say how it was printed.
fn print(truth: i64, how: u8, digits: u32, slack: i64) -> Option<Figure> {
    let unit = 10_i64.pow(digits);
    let digit = i8::try_from(digits).unwrap();
    let rounded = (truth + unit / 2) / unit * unit;
    let floor = truth / unit * unit;
    let figure = |value: i64, precision, qualifier| {
        Figure::new(Decimal::from(value), precision, qualifier).ok()
    };
    let figure = match how {
        0 => None?,
        1 => figure(rounded, Precision::Digit(digit), Qualifier::None),
        2 => figure(floor, Precision::Digit(digit), Qualifier::Odd),
        3 => figure(truth - slack - 1, Precision::Exact, Qualifier::Over),
        4 => figure(truth - slack, Precision::Exact, Qualifier::AtLeast),
        5 => figure(truth + slack, Precision::Exact, Qualifier::AtMost),
        6 => Figure::range(
            Decimal::from(truth - slack - 1),
            Precision::Exact,
            Decimal::from(truth + slack),
            Precision::Exact,
        )
        .ok(),
        7 => figure(rounded, Precision::Digit(digit), Qualifier::About),
        _ => None,
    };
    // What would not hold the truth, or says nothing a count can be, is printed exactly.
    let good = |figure: &Figure| figure.interval().contains(Decimal::from(truth));
    figure.filter(good).or_else(|| Some(Figure::exact(truth)))
}

prop_compose! {
    fn county(code: String)(
        part in 0i64..500_000,
        later in 0i64..500_000,
        rest in 1i64..500_000,
        how in [0..12u8, 0..12u8, 1..12u8],
        digits in 0..5u32,
        slack in 0..5_000i64,
    ) -> County {
        let truths = [part, later, part.max(later) + rest];
        let mut printed = [None; 3];
        for at in 0..3 {
            printed[at] = print(truths[at], how[at], digits, slack.min(truths[at]));
        }
        County { code: code.clone(), truths, printed }
    }
}

/// Counties of two prefectures, at least one each.
fn counties() -> impl Strategy<Value = Vec<County>> {
    (1..5usize, 1..5usize).prop_flat_map(|(first, second)| {
        let codes = (0..first)
            .map(|at| format!("43010{}", at + 1))
            .chain((0..second).map(|at| format!("43020{}", at + 1)));
        codes.map(county).collect::<Vec<_>>()
    })
}

fn catalogue(counties: &[County]) -> Catalogue {
    let mut world = CatalogueBuilder::new();
    let mut region = |code: &str, parent: Option<&str>, level| {
        let names = Names::zh(&format!("地方{code}")).unwrap();
        let parent = parent.map(|parent| parent.parse().unwrap());
        world
            .region(Region::new(code.parse().unwrap(), parent, level, names))
            .unwrap();
    };
    region("430000", None, Level::Province);
    for prefecture in PREFECTURES {
        region(prefecture, Some("430000"), Level::Prefecture);
    }
    for County { code, .. } in counties {
        let prefecture = format!("{}00", &code[..4]);
        region(code, Some(&prefecture), Level::County);
    }
    world
        .source(Source::new("report".parse().unwrap(), "A report", "", None).unwrap())
        .unwrap();
    let indicator = |code: &str, unit, kind| {
        Indicator::new(
            code.parse().unwrap(),
            Names::zh(code).unwrap(),
            unit,
            kind,
            Temporal::Flow,
        )
        .unwrap()
        .with_polarity(Polarity::Higher)
    };
    let share = indicator("share", Unit::PERCENT, Kind::Share)
        .with_parts(
            Some("part".parse().unwrap()),
            Some("whole".parse().unwrap()),
        )
        .unwrap();
    for indicator in [
        indicator("part", Unit::PERSON, Kind::Count),
        indicator("whole", Unit::PERSON, Kind::Count),
        share,
    ] {
        world.indicator(indicator).unwrap();
    }
    world.finish().unwrap()
}

fn observations(counties: &[County]) -> Vec<Observation> {
    let mut observations = Vec::new();
    for county in counties {
        let mut state = |indicator: &str, period: &str, figure: Option<Figure>, unit| {
            let Some(figure) = figure else { return };
            observations.push(Observation {
                key: Heading::level(indicator.parse().unwrap()).at(
                    county.code.parse::<Place>().unwrap(),
                    period.parse().unwrap(),
                ),
                stated: Stated::figure(figure, unit),
                source: "report".parse().unwrap(),
            });
        };
        let [earlier, later, whole] = county.printed;
        state("part", "2022", earlier, Unit::PERSON);
        state("part", "2023", later, Unit::PERSON);
        state("whole", "2023", whole, Unit::PERSON);
        let [_, later, whole] = county.truths.map(Decimal::from);
        let share = (later * Decimal::ONE_HUNDRED / whole).round_dp(2);
        state("share", "2023", Figure::printed(share).ok(), Unit::PERCENT);
    }
    observations
}

fn book_of(catalogue: &Catalogue, observations: &[Observation]) -> Yearbook {
    let mut book = BookBuilder::new(catalogue.clone());
    for observation in observations {
        book.observe(observation).unwrap();
    }
    book.finish().unwrap()
}

fn book(counties: &[County]) -> Yearbook {
    book_of(&catalogue(counties), &observations(counties))
}

/// Whether an interval holds `above × factor ÷ below`, as near as a decimal can tell.
fn holds(interval: &Interval, above: i64, factor: i64, below: i64) -> bool {
    let near = Decimal::from(above) * Decimal::from(factor) / Decimal::from(below);
    let slip = Decimal::new(1, 15);
    interval.overlaps(&Interval::closed(near - slip, near + slip).unwrap())
}

fn is_right(certainty: Certainty, truth: bool) -> bool {
    match certainty {
        Certainty::Certainly => truth,
        Certainty::CertainlyNot => !truth,
        Certainty::Possibly => true,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn sums_hold_the_truth_and_never_pass_for_more(counties in counties()) {
        let book = book(&counties);
        let ask = Ask::of(&book);
        let all = ask.roll_up("part", &Among::level(Level::County, "430000"), "2022").unwrap();
        let truth: i64 = counties.iter().map(|county| county.truths[0]).sum();
        let known = |county: &&County| county.printed[0].is_some();
        let covered: i64 = counties.iter().filter(known).map(|county| county.truths[0]).sum();
        prop_assert_eq!(all.known(), counties.iter().filter(known).count());
        prop_assert_eq!(all.parts(), counties.len());
        prop_assert!(all.covered().interval().contains(Decimal::from(covered)));
        prop_assert!(all.answer().interval().contains(Decimal::from(truth)));
        // There may be a county that nobody knows of.
        prop_assert!(all.answer().interval().contains(Decimal::from(truth + 1_000_000)));
        let whole = all.clone().as_all_there_is().unwrap();
        prop_assert!(whole.answer().interval().contains(Decimal::from(truth)));
        prop_assert_eq!(whole.is_whole(), covered == truth && all.known() == all.parts());
        prop_assert!(whole.is_whole() || whole.answer().value().is_none());

        let by_prefecture = PREFECTURES.map(|prefecture| {
            ask.roll_up("part", &Among::children_of(prefecture), "2022").unwrap()
        });
        let together = RollUp::together(by_prefecture).unwrap();
        prop_assert_eq!(together.covered(), all.covered());
        prop_assert_eq!(together.answer(), all.answer());
        prop_assert_eq!((together.known(), together.parts()), (all.known(), all.parts()));
    }

    #[test]
    fn shares_are_recomputed_and_hold_the_truth(counties in counties()) {
        let book = book(&counties);
        let ask = Ask::of(&book);
        let sure = counties.iter().all(|county| {
            county.printed[2].is_some_and(|whole| {
                whole.interval().greater_than(&Interval::point(Decimal::ZERO)) == Certainty::Certainly
            })
        });
        prop_assume!(sure);
        let all = ask.roll_up("share", &Among::level(Level::County, "430000"), "2023").unwrap()
            .as_all_there_is().unwrap();
        prop_assert!(all.is_whole());
        let parts: i64 = counties.iter().map(|county| county.truths[1]).sum();
        let whole: i64 = counties.iter().map(|county| county.truths[2]).sum();
        prop_assert!(holds(all.answer().interval(), parts, 100, whole), "{}", all);
        let by_prefecture = PREFECTURES.map(|prefecture| {
            ask.roll_up("share", &Among::children_of(prefecture), "2023").unwrap()
        });
        let together = RollUp::together(by_prefecture).unwrap().as_all_there_is().unwrap();
        prop_assert_eq!(together.answer().interval(), all.answer().interval());

        let definition = ask.definition("share").unwrap();
        for county in &counties {
            let [_, part, whole] = county.truths;
            let place = county.code.as_str();
            let derived = definition.of(place, "2023").unwrap();
            prop_assert!(holds(derived.interval(), part, 100, whole));
            let solved = definition.solve_for("part", place, "2023").unwrap();
            prop_assert!(solved.interval().contains(Decimal::from(part)), "{}", solved);
            // A share that may be zero says nothing of its whole.
            if let Ok(solved) = definition.solve_for("whole", place, "2023") {
                prop_assert!(solved.interval().contains(Decimal::from(whole)), "{}", solved);
            }
        }
    }

    #[test]
    fn changes_hold_the_truth_and_are_never_wrong_when_certain(counties in counties()) {
        let book = book(&counties);
        let ask = Ask::of(&book);
        for county in &counties {
            let [earlier, later, _] = county.truths;
            let change = ask.change("part", county.code.as_str(), "2022", "2023").unwrap();
            prop_assert!(change.difference().interval().contains(Decimal::from(later - earlier)));
            prop_assert!(is_right(change.rose(), later > earlier));
            prop_assert!(is_right(change.fell(), later < earlier));
            if let Ok(relative) = change.relative() {
                prop_assert!(holds(relative.interval(), later - earlier, 100, earlier), "{}", change);
                let yearly = change.annualised(6).unwrap();
                prop_assert!(holds(yearly.interval(), later - earlier, 100, earlier));
                prop_assert!(is_right(relative.over(50), 2 * (later - earlier) > earlier));
            }
            if let Some(value) = change.difference().value() {
                prop_assert!(change.difference().interval().contains(value));
            }
        }
    }

    #[test]
    fn true_ranks_lie_between_the_best_and_the_worst(counties in counties()) {
        let book = book(&counties);
        let ask = Ask::of(&book);
        let scope = Among::level(Level::County, "430000");
        let ranking = ask.rank("part", &scope, "2022").unwrap();
        let known: Vec<&County> = counties.iter().filter(|county| county.printed[0].is_some()).collect();
        prop_assert_eq!(ranking.rows().len(), known.len());
        prop_assert_eq!(ranking.without().len(), counties.len() - known.len());
        let total: i64 = counties.iter().map(|county| county.truths[0]).sum();
        for county in &known {
            let place: Place = county.code.parse().unwrap();
            let row = ranking.of(&place).unwrap();
            let higher = known.iter().filter(|other| other.truths[0] > county.truths[0]).count();
            prop_assert!(row.best() <= higher + 1 && higher < row.worst(), "{}", ranking);
            prop_assert!(row.best() <= row.rank() && row.rank() <= row.worst());
            if let Ok(share) = ranking.share_of_total(&place)
                && total > 0
            {
                prop_assert!(holds(share.interval(), county.truths[0], 100, total), "{}", share);
            }
        }
        let mut truths: Vec<i64> = known.iter().map(|county| county.truths[0]).collect();
        truths.sort_unstable();
        match truths.len() {
            0 => prop_assert!(ranking.median().is_err()),
            count => {
                let twice = truths[count / 2] + truths[(count - 1) / 2];
                prop_assert!(holds(ranking.median().unwrap().interval(), twice, 1, 2));
            }
        }
    }

    #[test]
    fn a_ranking_does_not_depend_on_the_order_of_recording(
        (counties, shuffled) in counties().prop_flat_map(|counties| {
            let observations = observations(&counties);
            (Just(counties), Just(observations).prop_shuffle())
        }),
    ) {
        let catalogue = catalogue(&counties);
        let one = book_of(&catalogue, &observations(&counties));
        let other = book_of(&catalogue, &shuffled);
        let scope = Among::level(Level::County, "430000");
        let reversed = Among::these(counties.iter().rev().map(|county| county.code.as_str()));
        let ranking = Ask::of(&one).rank("part", &scope, "2022").unwrap();
        prop_assert_eq!(&ranking, &Ask::of(&other).rank("part", &scope, "2022").unwrap());
        let listed = Ask::of(&one).rank("part", &reversed, "2022").unwrap();
        prop_assert_eq!(ranking.rows(), listed.rows());
    }
}
