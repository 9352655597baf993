//! What is watched, and where, as text.

use std::fmt;
use std::str::FromStr;

use super::{AlertScope, Watch};
use crate::error::{Error, Result};
use crate::model::{Level, Measure};
use crate::query::Among;

/// Digits after the point of a score, where nobody says how many.
const DIGITS: u32 = 4;
const DIGITS_MAX: u32 = 20;

impl fmt::Display for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stated(measure) | Self::Change(measure) => fmt::Display::fmt(measure, f),
            Self::Outlier { digits: DIGITS } => f.pad("outlier"),
            Self::Outlier { digits } => write!(f, "outlier({digits})"),
        }
    }
}

impl FromStr for Watch {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text == "outlier" {
            return Ok(Self::Outlier { digits: DIGITS });
        }
        if let Some(rest) = text.strip_prefix("outlier(") {
            let digits = rest
                .strip_suffix(')')
                .and_then(|digits| digits.parse().ok());
            return match digits {
                Some(digits) if digits <= DIGITS_MAX => Ok(Self::Outlier { digits }),
                _ => Err(Error::syntax(
                    "what to watch",
                    text,
                    "outlier(".len(),
                    "a number of digits from 0 to 20 and )",
                )),
            };
        }
        let measure: Measure = text.parse()?;
        Ok(match measure {
            Measure::Change { .. } => Self::Change(measure),
            stated => Self::Stated(stated),
        })
    }
}

impl fmt::Display for AlertScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use crate::query::name::WhichPlace;
        let place = |which: &WhichPlace| match which {
            WhichPlace::Named(text) => text.clone(),
            WhichPlace::Place(place) => place.to_string(),
            WhichPlace::Handle(handle) => format!("#{}", handle.index()),
        };
        match self {
            Self::All => f.pad("all"),
            Self::Among(Among::Children(region)) => write!(f, "children({})", place(region)),
            Self::Among(Among::Level(level, region)) => write!(f, "{level}({})", place(region)),
            Self::Among(Among::Institutions(region)) => {
                write!(f, "institutions({})", place(region))
            }
            Self::Among(Among::Consortium(consortium, _)) => write!(f, "consortium({consortium})"),
            Self::Among(Among::Listed(places)) => {
                let places: Vec<String> = places.iter().map(place).collect();
                f.write_str(&places.join("|"))
            }
        }
    }
}

impl FromStr for AlertScope {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        if text == "all" {
            return Ok(Self::All);
        }
        if text.is_empty() {
            return Err(Error::syntax(
                "a scope",
                text,
                0,
                "all, a place, children(PLACE), county(PLACE), institutions(PLACE) or consortium(NAME)",
            ));
        }
        let inside = text.strip_suffix(')').and_then(|text| text.split_once('('));
        let among = match inside {
            Some(("children", place)) => Among::children_of(place),
            Some(("institutions", place)) => Among::institutions_in(place),
            Some(("consortium", consortium)) => Among::members_of(consortium),
            Some((word, place)) if word.parse::<Level>().is_ok() => {
                Among::level(word.parse()?, place)
            }
            _ => Among::these(text.split('|')),
        };
        Ok(Self::Among(among))
    }
}
