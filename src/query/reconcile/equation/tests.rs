//! Each form judged and solved, at its edges.

use super::*;

fn count(values: &str) -> Variable {
    Variable {
        values: (!values.is_empty()).then(|| values.parse().unwrap()),
        domain: "[0, ∞)".parse().unwrap(),
        whole: true,
        one_sided: values.contains('∞'),
        units: None,
    }
}

fn percent(values: &str) -> Variable {
    Variable {
        whole: false,
        ..count(values)
    }
}

const PERCENT: Form = Form::Ratio {
    scale: Decimal::ONE_HUNDRED,
    offset: Decimal::ZERO,
};
const RELATIVE: Form = Form::Ratio {
    scale: Decimal::ONE_HUNDRED,
    offset: Decimal::ONE_HUNDRED,
};
const SUM: Form = Form::Sum { minus: usize::MAX };

#[test]
fn outcomes_are_as_certain_as_the_figures() {
    for (form, variables, outcome) in [
        (
            SUM,
            vec![
                count("[8303, 8303]"),
                count("[4163, 4163]"),
                count("[4140, 4140]"),
            ],
            Outcome::Exactly,
        ),
        (
            SUM,
            vec![
                count("[8303, 8303]"),
                count("[4163, 4163]"),
                count("[4141, 4141]"),
            ],
            Outcome::Contradicts,
        ),
        (
            SUM,
            vec![
                count("[8303, 8303]"),
                count("[4163, 4163]"),
                count("[4140, ∞)"),
            ],
            Outcome::WithinBound,
        ),
        (
            SUM,
            vec![count("[1875500, 1876500]"), count("[1869000, 1881000]")],
            Outcome::WithinRounding,
        ),
        (
            SUM,
            vec![count("[8303, 8303]"), count("[4163, 4163]"), count("")],
            Outcome::WithinBound,
        ),
        (
            SUM,
            vec![count("[8303, 8303]"), count("[8304, 8304]"), count("")],
            Outcome::Contradicts,
        ),
        (
            SUM,
            vec![count("[8303, 8303]"), count(""), count("")],
            Outcome::Missing,
        ),
        (SUM, vec![count(""), count("[1, 1]")], Outcome::Missing),
        (
            Form::AtLeastSum,
            vec![count("[19, 19]"), count("[10, 10]"), count("[9, 9]")],
            Outcome::WithinBound,
        ),
        (
            Form::AtLeastSum,
            vec![count("[19, 19]"), count("[10, 10]"), count("[10, 10]")],
            Outcome::Contradicts,
        ),
        (
            PERCENT,
            vec![
                percent("[49.45, 49.55]"),
                count("[558, 558]"),
                count("[1128, 1128]"),
            ],
            Outcome::WithinRounding,
        ),
        (
            PERCENT,
            vec![
                percent("[50.45, 50.55]"),
                count("[558, 558]"),
                count("[1128, 1128]"),
            ],
            Outcome::Contradicts,
        ),
        (
            PERCENT,
            vec![
                percent("(330, ∞)"),
                count("[10455, 10455]"),
                count("[3168, 3168]"),
            ],
            Outcome::WithinBound,
        ),
        (
            PERCENT,
            vec![
                percent("(330, ∞)"),
                count("[10455, 10455]"),
                count("[3169, 3169]"),
            ],
            Outcome::Contradicts,
        ),
        (
            PERCENT,
            vec![percent("[99.5, 100.5]"), count("[0, 0]"), count("[0, 0]")],
            Outcome::Contradicts,
        ),
        (
            PERCENT,
            vec![percent("[99.5, 100.5]"), count(""), count("[0, 0]")],
            Outcome::Contradicts,
        ),
        (
            PERCENT,
            vec![percent("[99.5, 100.5]"), count("[5, 5]"), count("[0, 8]")],
            Outcome::WithinRounding,
        ),
        (
            PERCENT,
            vec![percent("[25, 25]"), count("[1, 1]"), count("[4, 4]")],
            Outcome::Exactly,
        ),
        (
            RELATIVE,
            vec![
                percent("[-2.75, -2.65]"),
                count("[6735, 6735]"),
                count("[6920, 6920]"),
            ],
            Outcome::WithinRounding,
        ),
        (
            RELATIVE,
            vec![
                percent("[-2.75, -2.65]"),
                count("[6735, 6735]"),
                count("[6926, 6926]"),
            ],
            Outcome::Contradicts,
        ),
    ] {
        assert_eq!(
            judge(&form, &variables).unwrap().outcome,
            outcome,
            "{form:?} {variables:?}"
        );
    }
}

#[test]
fn each_variable_is_solved_for() {
    for (form, variables, at, allowed_there) in [
        (
            SUM,
            vec![count(""), count("[4163, 4163]"), count("[4140, 4140]")],
            0,
            Some("[8303, 8303]"),
        ),
        (
            SUM,
            vec![count("[8303, 8303]"), count("[4163, 4163]"), count("")],
            2,
            Some("[4140, 4140]"),
        ),
        (
            SUM,
            vec![count("[3, 3]"), count("[5, 5]"), count("[7, 7]")],
            1,
            None,
        ),
        (
            Form::Sum { minus: 2 },
            vec![
                percent("[8.5, 9.5]"),
                percent("[35.775, 35.785]"),
                percent(""),
            ],
            2,
            Some("[26.275, 27.285]"),
        ),
        (
            Form::Sum { minus: 2 },
            vec![
                percent("[89.5, 90.5]"),
                percent("[35.775, 35.785]"),
                percent(""),
            ],
            2,
            None,
        ),
        (
            Form::AtLeastSum,
            vec![count("[19, 19]"), count("[10, 10]"), count("[10, 10]")],
            2,
            Some("[0, 9]"),
        ),
        (
            Form::AtLeastSum,
            vec![count("[19, 19]"), count("[10, 10]"), count("[10, 10]")],
            0,
            Some("[20, ∞)"),
        ),
        (
            RELATIVE,
            vec![percent("[-2.75, -2.65]"), count("[6735, 6735]"), count("")],
            2,
            Some("[6919, 6925]"),
        ),
        (
            PERCENT,
            vec![percent("(330, ∞)"), count("[10455, 10455]"), count("")],
            2,
            Some("[1, 3168]"),
        ),
        (
            PERCENT,
            vec![percent("[99.5, 100.5]"), count("[5, 5]"), count("[0, 0]")],
            0,
            Some("unknown"),
        ),
        (
            PERCENT,
            vec![percent("[99.5, 100.5]"), count("[5, 5]"), count("[0, 0]")],
            2,
            Some("[5, 5]"),
        ),
    ] {
        let expected = match allowed_there {
            None => Solved::Nothing,
            Some("unknown") => Solved::Unknown,
            Some(values) => Solved::Values(values.parse().unwrap()),
        };
        let solved = solve(&form, &variables, at).unwrap();
        assert_eq!(solved, expected, "{form:?} {at}");
    }
}

#[test]
fn the_least_change_is_in_steps_of_the_last_digit() {
    let interval = |text: &str| text.parse::<Interval>().unwrap();
    let change = |stated: &str, allowed: &str, step: &str| {
        least_change(&interval(stated), &interval(allowed), step.parse().ok())
            .map(|by| by.to_string())
    };
    assert_eq!(
        change("[4141, 4141]", "[4140, 4140]", "1").as_deref(),
        Some("-1")
    );
    assert_eq!(
        change("[50.45, 50.55]", "[49.468, 49.4681]", "0.1").as_deref(),
        Some("-1")
    );
    assert_eq!(
        change("[0, 0.05]", "(0.05, 1]", "0.1").as_deref(),
        Some("0.1")
    );
    assert_eq!(change("[1, 1]", "[2.5, 2.5]", "").as_deref(), Some("1.5"));
    assert_eq!(change("[1, 3]", "[2, 2]", "1"), None, "they meet");
}
