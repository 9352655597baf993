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
//! | what is over a threshold | [`alerts`](Ask::alerts) |
//! | which figures cannot all be true | [`reconcile`](Ask::reconcile) |
//!
//! Nothing here is a floating-point number. A result that does not come out as a decimal is an interval rounded
//! outward; counts tighten inward to whole numbers.

pub mod alert;
mod among;
mod answer;
mod cited;
mod look;
mod name;
pub mod reconcile;
mod show;
mod subject;

pub use alert::{Alert, AlertRule};
pub use among::Among;
pub use answer::Answer;
pub use cited::{Cited, Flag, Gap, Missing};
pub use look::{Coverage, Look};
pub use name::{Label, When, WhichHeading, WhichPlace};
pub use reconcile::{Finding, Identity, Reconcile, Step, Verdict, VerdictKind};

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
