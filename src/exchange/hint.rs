//! What to do about a row that was rejected.

use crate::error::{Error, ErrorKind};

/// What to do about an error. Where its message says so itself, behind its last semicolon or as a question, that is it.
pub(super) fn hint(error: &Error) -> String {
    let message = error.message();
    let own = message
        .rsplit_once("; ")
        .or_else(|| message.rsplit_once("? "))
        .map(|(_, hint)| hint);
    if let Some(own) = own.filter(|_| error.expected().is_none()) {
        return own.to_string();
    }
    if let Some(at) = message.find("did you mean ") {
        return message.get(at..).unwrap_or_default().to_string();
    }
    if let (ErrorKind::Syntax, Some((_, own))) = (error.kind(), message.split_once(": ")) {
        // 45199 is no period: format the column as a date.
        if error.expected().is_none() {
            return own.to_string();
        }
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
        _ => "see the message",
    };
    general.to_string()
}
