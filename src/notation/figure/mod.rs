//! Figures as people print them: 730多万剂次, 93%以上, 同比下降2.86%, 每千人口4.92个, 第三位.
//!
//! [`parse`] reads a phrase into its figure, its unit and what it says of the indicator (a level, a change with its
//! base, or a rank). It is a grammar over tables of words, so it reads bulletins that it has not seen; it reads a
//! whole phrase or none, and an error names the byte, what was expected there and what stood there.
//!
//! | phrase | figure | unit | says |
//! |---|---|---|---|
//! | `730多万剂次` | `730e4+` | 剂次 | level |
//! | `93%以上` | `>=93e0` | % | level |
//! | `8千元到1万元不等` | `8e3..1e4` | 元 | level |
//! | `每千人口4.92个` | `4.92` | 个/千人 | level |
//! | `同比下降2.86%` | `-2.86` | % | relative change, from a year earlier |
//! | `比2021年提高了9个百分点` | `9e0` | 个百分点 | change in points, from 2021 |
//! | `较上月增加120人` | `120` | 人 | absolute change, from the previous period |
//! | `翻一番` · `增长2.1倍` | `100e0` · `21e1` | % | relative change |
//! | `是上年的2.1倍` | `11e1` | % | relative change, from a year earlier |
//! | `由81.04%提高到88.22%` | `88.22` | % | level |
//! | `全省第2名` · `前三` | `2` · `<=3` | 位 | rank |
//!
//! | `常住人口1409.67万人` · `每千人口床位数7.23张` | `140967e2` · `7.23` | 人 · 张/千人 | level |
//! | `病床使用率比上年提高8.4个百分点` | `8.4` | 个百分点 | change in points, from a year earlier |
//!
//! # Labels and notes
//!
//! A label may stand in front of the figure, as in the last rows, if it holds no other number and no word that makes
//! another figure of the one behind it: 上年同期5.2% is of another period, 各县均有1家 of several places, 高于全省平均2个百分点 a
//! difference, 年均增长5% a mean over years, 预计增长5% not yet a figure. What the label says is not kept, save what the figure is
//! divided by (人均可支配收入39218元 is in 元/人). A note in brackets may close it (增长5.3%（按不变价格计算）), if it says nothing of
//! the kind either.
//!
//! # Precision
//!
//! A whole number of countable things, printed without 万 or the like, is [`Exact`](crate::model::Precision::Exact), and so is a
//! whole number without a unit. All else is known to its last printed digit: `1.85万人` to 10^2, `79岁` to 10^0.
//! Chinese numerals below 万 are digits (两百人 is 200人), 万 and 亿 are not (三万五千人 is 3.5万人). What is said in words is
//! known to the percent: 持平 is `0e0`, 翻一番 `100e0`, 全覆盖 `100e0`. 清零 is an exact 0 of whatever is counted.
//!
//! # Falling changes
//!
//! The sign turns the qualifier with it. 下降超过5% is a change under −5%, 下降5%以上 at most −5%, 下降近5% nearly −5%, and
//! 下降不足1% over −1%: its interval (−1, ∞) does not say that it fell at all, because a figure has one bound.

//!
//! # What is refused
//!
//! Two qualifiers (约300余人, 超过60%以上: which of them holds?), a half that is no bound (一年半: how exact is it?),
//! fractions in words (三分之一), dates (2023年, 3月), two figures (12亿元，增长5%), proportions (1:1.48), numbers in brackets, which
//! may be less than zero or beside the point, what exceeds a target (超额完成120%: of what?), and comparisons with another
//! place (比全省平均高2个百分点).

mod cell;
mod change;
mod change_words;
mod compare;
mod cursor;
mod digits;
mod end;
mod fold;
mod label;
mod note;
mod nouns;
mod number;
mod phrase;
mod powers;
mod print;
mod quantity;
mod rank;
mod settle;
mod spelled;
#[cfg(test)]
mod tests;
mod words;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::model::{Base, ChangeForm, Figure, Unit};

pub use cell::parse_cell;
pub use print::figure_to_chinese;

/// What a phrase says: a figure, its unit, and what of.
///
/// The unit and the measure agree: only a rank is counted in places (位), only a change in points, and
/// a change in % or ‰ is a relative one.
///
/// Its text (`Display`, `FromStr`, serde) is [`to_chinese`](Self::to_chinese), which [`parse`] reads back as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reading {
    figure: Figure,
    unit: Option<Unit>,
    measure: Said,
}

/// What a figure is said to be, as far as the phrase itself tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Said {
    /// How much it is. A target or a completion reads so too.
    Level,
    /// By how much it changed; less than zero where it fell.
    Change {
        /// In its own unit, in percent of the base, or in points.
        form: ChangeForm,
        /// Since when. `None` where the phrase does not say, and where it depends on the figure's own
        /// period: 比年初 and 比上年末 are a year earlier in an annual report only, 比2019年同期 is a part of 2019.
        base: Option<Base>,
    },
    /// Which place it takes; among whom is not kept.
    Rank,
}

/// Reads one figure as printed.
///
/// Spaces around it and a stop behind it are left out; anything else that is not part of the phrase is an error.
///
/// # Errors
///
/// [`Syntax`](ErrorKind::Syntax) with the byte offset, what was expected and what stood there: no number (数百人 and
/// 若干 name none), a noun or a second figure behind it, two qualifiers, a unit that is none.
/// [`Bounds`](ErrorKind::Bounds) for what reads and cannot be: 10455余人 (there is no whole number between 10455 and
/// 10456), a range that falls, a number past 28 digits. [`Unit`](ErrorKind::Unit) for a ratio of units that
/// make none, and for a change in places.
///
/// ```
/// use yearbook::notation::{Said, parse};
/// use yearbook::model::{Base, ChangeForm, Unit};
///
/// let doses = parse("730多万剂次")?;
/// assert_eq!(doses.figure().to_string(), "730e4+");
/// assert_eq!(doses.unit(), Some(Unit::DOSE_GIVEN));
/// assert_eq!(doses.measure(), Said::Level);
///
/// let fall = parse("同比下降2.86%")?;
/// assert_eq!(fall.figure().to_string(), "-2.86");
/// assert_eq!(
///     fall.measure(),
///     Said::Change { form: ChangeForm::Relative, base: Some(Base::YearEarlier) },
/// );
///
/// assert_eq!(
///     parse("数百人").unwrap_err().to_string(),
///     r#"cannot read "数百人" as a figure: at byte 0: expected a number: 数百 names none, so no figure stands for it, found "数百人""#,
/// );
/// # Ok::<(), yearbook::Error>(())
/// ```
pub fn parse(text: &str) -> Result<Reading> {
    let folded = fold::Folded::new(text);
    let cursor = cursor::Cursor::new(text, &folded);
    settle::reading(phrase::phrase(cursor)?, None, &cursor)
}

impl Reading {
    /// A reading whose unit and measure agree.
    ///
    /// # Errors
    ///
    /// [`Unit`](ErrorKind::Unit) if they do not, see [`Reading`].
    pub fn new(figure: Figure, unit: Option<Unit>, measure: Said) -> Result<Self> {
        let fits = match measure {
            Said::Level => unit.is_none_or(|unit| !unit.is_points() && unit != Unit::POSITION),
            Said::Change { form, .. } => form_in(unit)? == form,
            Said::Rank => unit == Some(Unit::POSITION),
        };
        if !fits {
            let unit = unit.map_or_else(|| "no unit".to_string(), |unit| unit.to_string());
            let measure = match measure {
                Said::Level => "a level".to_string(),
                Said::Change { form, .. } => format!("a change ({form})"),
                Said::Rank => "a rank".to_string(),
            };
            return Err(Error::new(
                ErrorKind::Unit,
                format!(
                    "{measure} cannot be in {unit}: ranks are in position, changes in points in pp or permille_point, relative ones in % or permille"
                ),
            ));
        }
        Ok(Self {
            figure,
            unit,
            measure,
        })
    }

    /// The figure; of a change, less than zero where it fell.
    pub fn figure(&self) -> Figure {
        self.figure
    }

    /// The unit, where one was printed or stood in the header.
    pub fn unit(&self) -> Option<Unit> {
        self.unit
    }

    /// What the figure is said to be.
    pub fn measure(&self) -> Said {
        self.measure
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_chinese())
    }
}

impl FromStr for Reading {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        parse(text)
    }
}

crate::model::text_serde!(
    Reading,
    "a figure as printed, such as 730余万剂次 or 同比下降2.86%"
);

/// The form of a change whose size is in `unit`.
fn form_in(unit: Option<Unit>) -> Result<ChangeForm> {
    match unit {
        Some(Unit::PERCENT | Unit::PERMILLE) => Ok(ChangeForm::Relative),
        Some(unit) if unit.is_points() => Ok(ChangeForm::Points),
        Some(unit @ (Unit::POSITION | Unit::MULTIPLE)) => Err(Error::new(
            ErrorKind::Unit,
            format!("a change cannot be in {unit}: state the new rank, or the change in percent"),
        )),
        _ => Ok(ChangeForm::Absolute),
    }
}
