//! What to do about a row that was rejected.

use crate::error::{Error, ErrorKind};

/// How messages begin that part of them which says what to do.
const ADVICE: [&str; 21] = [
    "add", "correct", "did you", "empty", "format", "give", "import", "keep", "leave", "make",
    "mend", "name", "record", "save", "say", "set", "state", "take", "use", "widen", "write",
];

/// What to do about an error: the end of its message where that says so, else what helps with errors of its kind.
pub(super) fn hint(error: &Error) -> String {
    if let Some(advice) = advice(error.message()) {
        return advice.to_string();
    }
    let general = match error.kind() {
        ErrorKind::Syntax => match error.expected() {
            Some(expected) => return format!("give {expected}"),
            None => "correct it in the file",
        },
        ErrorKind::Bounds => "compare the figure, its unit and its indicator with the source",
        ErrorKind::Unit => "give the figure in a unit that converts to the indicator's",
        ErrorKind::Measure => "correct the measure or the figure",
        ErrorKind::Period => "correct the period, or the dates in the catalogue",
        ErrorKind::Unknown => "correct it, or add it to the catalogue first",
        ErrorKind::Ambiguous => "give the code instead of the name",
        ErrorKind::Duplicate => "keep one of the two",
        ErrorKind::Structure => "correct what it stands on",
        ErrorKind::Overflow => "give fewer digits",
        _ => "correct it in the file",
    };
    general.to_string()
}

/// The part of a message that says what to do: it stands last.
fn advice(message: &str) -> Option<&str> {
    [": ", "; ", "? ", ", "]
        .iter()
        .flat_map(|stop| message.match_indices(stop))
        .map(|(at, stop)| message.get(at + stop.len()..).unwrap_or_default())
        .filter(|rest| {
            ADVICE.iter().any(|verb| {
                rest.strip_prefix(verb)
                    .is_some_and(|rest| rest.starts_with(' '))
            })
        })
        .max_by_key(|rest| rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_is_what_the_message_says_to_do() {
        let hint = |kind, message: &str| hint(&Error::new(kind, message));
        for (message, expected) in [
            (
                "share 117.2% is over 100%: x is a part of a whole; record a completion if it may exceed its target",
                "record a completion if it may exceed its target",
            ),
            (
                "no region 430299 in the catalogue: did you mean 430200?",
                "did you mean 430200?",
            ),
            (
                "\"45199\" is no period: if it is how a spreadsheet keeps 2023-09-30, format the column as a date",
                "format the column as a date",
            ),
            (
                "count -1 people is under 0: people counts things one by one",
                "compare the figure, its unit and its indicator with the source",
            ),
        ] {
            assert_eq!(hint(ErrorKind::Bounds, message), expected);
        }
        let error = "12x".parse::<crate::model::Figure>().unwrap_err();
        assert_eq!(super::hint(&error), "give nothing more, or one of + - ..");
    }
}
