//! The questions that people put to reported figures, answered exactly, with how certain the answer is.
//!
//! [`Ask::of`] a book; every method of [`Ask`] is a question. Indicators, places and periods are given as a person
//! says them (a code, a name or an alias; `2024-01/2024-09` or 2024年1-9月) or as the types of the
//! [model](crate::model). What comes back carries [`Answer`]s: the true values that the printed figures allow, the
//! cells that were used, what was missing, and what to be careful about.
//!
//! ```
//! # use yearbook::model::*;
//! # use yearbook::{BookBuilder, CatalogueBuilder};
//! use yearbook::query::Ask;
//!
//! # let mut catalogue = CatalogueBuilder::new();
//! # catalogue.region(Region::new("430200".parse()?, None, Level::Prefecture, Names::zh("株洲市")?))?;
//! # catalogue.source(Source::new("zhuzhou-2024".parse()?, "Health services review of 2024", "", None)?)?;
//! # catalogue.indicator(Indicator::new(
//! #     "inpatient_share_within_county".parse()?,
//! #     Names::zh("县域内住院量占比")?,
//! #     Unit::PERCENT,
//! #     Kind::Share,
//! #     Temporal::Flow,
//! # )?)?;
//! # let mut book = BookBuilder::new(catalogue.finish()?);
//! # for (period, figure) in [("2021", "81.04"), ("2024-01/2024-09", "88.22")] {
//! #     book.observe(&Observation {
//! #         key: Heading::level("inpatient_share_within_county".parse()?)
//! #             .at("430200".parse::<Place>()?, period.parse()?),
//! #         stated: Stated::figure(figure.parse()?, Unit::PERCENT),
//! #         source: "zhuzhou-2024".parse()?,
//! #     })?;
//! # }
//! # let book = book.finish()?;
//! let ask = Ask::of(&book);
//! let latest = ask.latest("县域内住院量占比", "株洲市")?.expect("it has figures");
//! assert_eq!(latest.period().to_string(), "2024-01/2024-09");
//! assert_eq!(latest.answer().to_string(), "88.22%, within [88.215, 88.225]");
//! # Ok::<(), yearbook::Error>(())
//! ```
//!
//! | question | method |
//! |---|---|
//! | how much is it, or was it last | [`figure`](Ask::figure), [`latest`](Ask::latest), [`recent`](Ask::recent), [`coverage`](Ask::coverage) |
//! | by how much did it change; what was it before a stated change | [`change`](Ask::change), [`change_since`](Ask::change_since), [`before`](Ask::before) |
//! | who stands where among whom | [`rank`](Ask::rank), with [`share_of_total`](Ranking::share_of_total), [`median`](Ranking::median), [`quantile`](Ranking::quantile) |
//! | what do the parts come to | [`roll_up`](Ask::roll_up), [`roll_up_members`](Ask::roll_up_members), [`roll_up_time`](Ask::roll_up_time) |
//! | what follows from others | [`quotient`](Ask::quotient), [`sum`](Ask::sum), [`difference`](Ask::difference), [`definition`](Ask::definition), then [`of`](Derived::of) or [`solve_for`](Derived::solve_for) |
//! | how much of the target is done, what was the target, are we on track | [`completion`](Ask::completion), [`target`](Ask::target), [`on_track`](Ask::on_track) |
//! | what is it called | [`search`](Ask::search) |
//! | which figures cannot all be true | [`reconcile`](Ask::reconcile) |
//! | what is over a threshold | [`alerts`](Ask::alerts) |
//!
//! Nothing here is a floating-point number. A result that does not come out as a decimal is an interval rounded
//! outward; counts tighten inward to whole numbers.

pub mod alert;
mod among;
mod answer;
mod change;
mod cited;
mod derive;
mod look;
mod name;
mod rank;
pub mod reconcile;
mod roll_up;
mod search;
mod show;
mod subject;
mod targets;
#[cfg(test)]
mod tests;

pub use alert::{Alert, AlertRule};
pub use among::Among;
pub use answer::Answer;
pub use change::{Before, Change};
pub use cited::{Cited, Flag, Gap, Missing};
pub use derive::Derived;
pub use look::{Coverage, Look};
pub use name::{Label, When, WhichHeading, WhichPlace};
pub use rank::{Ranked, Ranking};
pub use reconcile::{Finding, Identity, Reconcile, Step, Verdict, VerdictKind};
pub use roll_up::RollUp;
pub use search::{Found, Search};
pub use targets::{OnTrack, Plan};

use crate::book::Yearbook;

/// Questions to one book. Cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    book: &'a Yearbook,
}

impl<'a> Ask<'a> {
    /// Questions to this book.
    pub fn of(book: &'a Yearbook) -> Self {
        Self { book }
    }

    /// The book that is asked.
    pub fn book(&self) -> &'a Yearbook {
        self.book
    }
}
