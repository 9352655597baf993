//! The notation of figures, tried on phrases of our own making.

mod bulletins;
mod facts;
mod labelled_changes;
mod labels;
mod phrases;
mod properties;
mod refusals;

use super::{Reading, Said, parse};
use crate::model::{Base, ChangeForm};

/// A reading as `figure | unit | what of`, to compare with.
fn shown(reading: &Reading) -> String {
    let unit = reading
        .unit()
        .map_or_else(|| "-".to_string(), |unit| unit.code());
    let measure = match reading.measure() {
        Said::Level => String::new(),
        Said::Rank => " rank".to_string(),
        Said::Change { form, base } => {
            let form = match form {
                ChangeForm::Absolute => "absolute",
                ChangeForm::Relative => "relative",
                ChangeForm::Points => "points",
            };
            let base = match base {
                None => String::new(),
                Some(Base::YearEarlier) => " year_earlier".to_string(),
                Some(base) => format!(" {base}"),
            };
            format!(" {form}{base}")
        }
    };
    format!("{} {unit}{measure}", reading.figure())
}

fn read(text: &str) -> String {
    parse(text).map_or_else(|error| error.to_string(), |reading| shown(&reading))
}
