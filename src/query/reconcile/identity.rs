//! Identities that the catalogue does not know: the caller's own.

use super::equation::Form;
use super::lens::Lenses;
use super::units::ratio_units;
use crate::error::{Error, ErrorKind, Result};
use crate::model::Unit;
use crate::query::name::WhichHeading;
use rust_decimal::Decimal;

/// Headings whose figures fit each other at every place and in every period.
///
/// ```
/// use yearbook::query::Identity;
///
/// Identity::sum("doses", ["doses [dose=first]", "doses [dose=second]"]).named("all doses");
/// Identity::at_most("childcare_providers_filed", "childcare_providers_applied");
/// Identity::quotient("beds_per_1000", "beds", "population");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Identity {
    name: Option<String>,
    shape: Shape,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Shape {
    Sum {
        whole: WhichHeading,
        plus: Vec<WhichHeading>,
        minus: Vec<WhichHeading>,
    },
    AtMost {
        part: WhichHeading,
        whole: WhichHeading,
    },
    Quotient {
        ratio: WhichHeading,
        numerator: WhichHeading,
        denominator: WhichHeading,
    },
}

/// An identity with its headings found.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    pub(super) name: Option<String>,
    pub(super) form: Form,
    pub(super) lenses: Vec<usize>,
    pub(super) units: Vec<(Unit, Unit)>,
}

impl Identity {
    /// The whole is the sum of the parts.
    pub fn sum<H: Into<WhichHeading>>(
        whole: impl Into<WhichHeading>,
        parts: impl IntoIterator<Item = H>,
    ) -> Self {
        Self::of(Shape::Sum {
            whole: whole.into(),
            plus: parts.into_iter().map(Into::into).collect(),
            minus: Vec::new(),
        })
    }

    /// The result is one heading less another: the rest of the year, the natural growth of births and deaths.
    pub fn difference(
        result: impl Into<WhichHeading>,
        from: impl Into<WhichHeading>,
        less: impl Into<WhichHeading>,
    ) -> Self {
        Self::of(Shape::Sum {
            whole: result.into(),
            plus: vec![from.into()],
            minus: vec![less.into()],
        })
    }

    /// The part has no more than the whole. Neither can be negative.
    pub fn at_most(part: impl Into<WhichHeading>, whole: impl Into<WhichHeading>) -> Self {
        Self::of(Shape::AtMost {
            part: part.into(),
            whole: whole.into(),
        })
    }

    /// The ratio is the numerator over the denominator, in the units of the three: % and ‰, 人/万人, 元 over 台.
    pub fn quotient(
        ratio: impl Into<WhichHeading>,
        numerator: impl Into<WhichHeading>,
        denominator: impl Into<WhichHeading>,
    ) -> Self {
        Self::of(Shape::Quotient {
            ratio: ratio.into(),
            numerator: numerator.into(),
            denominator: denominator.into(),
        })
    }

    /// The same with a name, which findings bear.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    fn of(shape: Shape) -> Self {
        Self { name: None, shape }
    }

    /// Finds the headings and checks that their units go together.
    pub(super) fn declared(&self, lenses: &mut Lenses<'_>) -> Result<Declared> {
        let (form, headings): (Form, Vec<&WhichHeading>) = match &self.shape {
            Shape::Sum { whole, plus, minus } => (
                Form::Sum {
                    minus: match minus.is_empty() {
                        true => usize::MAX,
                        false => plus.len().saturating_add(1),
                    },
                },
                std::iter::once(whole).chain(plus).chain(minus).collect(),
            ),
            Shape::AtMost { part, whole } => (Form::AtLeastSum, vec![whole, part]),
            Shape::Quotient {
                ratio,
                numerator,
                denominator,
            } => (
                Form::Ratio {
                    scale: Decimal::ONE,
                    offset: Decimal::ZERO,
                },
                vec![ratio, numerator, denominator],
            ),
        };
        let mut numbers = Vec::with_capacity(headings.len());
        for which in headings {
            let heading = lenses.ask.heading(which)?;
            numbers.push(lenses.need(heading)?);
        }
        let own: Vec<Unit> = numbers
            .iter()
            .map(|number| lenses.get(*number).subject.unit)
            .collect();
        let (form, units) = match (form, own.as_slice()) {
            (Form::Ratio { offset, .. }, [ratio, numerator, denominator]) => {
                let Some((scale, units)) = ratio_units(*ratio, *numerator, *denominator) else {
                    return Err(Error::new(
                        ErrorKind::Unit,
                        format!(
                            "{numerator} over {denominator} makes no {ratio}: give headings whose units do"
                        ),
                    ));
                };
                (Form::Ratio { scale, offset }, units.to_vec())
            }
            (form, own) => {
                let common = own.first().copied().unwrap_or(Unit::ONE);
                if let Some(other) = own.iter().find(|unit| !unit.converts_to(common)) {
                    return Err(Error::new(
                        ErrorKind::Unit,
                        format!(
                            "{other} does not convert to {common}: an identity adds up what is of one sort"
                        ),
                    ));
                }
                (form, own.iter().map(|unit| (*unit, common)).collect())
            }
        };
        Ok(Declared {
            name: self.name.clone(),
            form,
            lenses: numbers,
            units,
        })
    }
}
