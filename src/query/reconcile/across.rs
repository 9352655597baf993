//! Checks of several headings at one place: partitions, breakdowns, ratios, changes, completions, declared identities.

use rust_decimal::Decimal;

use super::equation::Form;
use super::finding::{Obstacle, Rule};
use super::hearing::{Claim, Heard, Hearing};
use super::identity::Declared;
use super::plan::Whole;
use crate::catalogue::PlaceHandle;
use crate::model::{Base, ChangeForm, Period, Unit};

/// The first is the sum of all others.
const SUM: Form = Form::Sum { minus: usize::MAX };

impl<'a> Hearing<'_, 'a> {
    /// Every place and period at which one of the tables states a figure, once.
    fn each_stated(
        &mut self,
        tables: &[usize],
        mut hear: impl FnMut(&mut Self, PlaceHandle, Period) -> Heard,
    ) -> Heard {
        let lenses = self.lenses;
        for (at, number) in tables.iter().enumerate() {
            let Some(table) = &lenses.get(*number).subject.table else {
                continue;
            };
            for cell in table.cells() {
                let (place, period, cell) = cell?;
                self.passed(1)?;
                if cell.figure().is_none() {
                    continue;
                }
                let mut heard = false;
                for earlier in tables.iter().take(at) {
                    heard = heard || lenses.spot(*earlier, place, period)?.is_known();
                }
                if !heard {
                    hear(self, place, period)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn partition(&mut self, whole: usize, parts: &[usize]) -> Heard {
        self.each_stated(parts, |hearing, place, period| {
            let lenses = hearing.lenses;
            let mut spots = vec![lenses.spot(whole, place, period)?];
            for part in parts {
                spots.push(lenses.spot(*part, place, period)?);
            }
            hearing.hear(&Claim {
                rule: Rule::Partition,
                name: None,
                form: SUM,
                spots,
                units: &[],
            })
        })
    }

    pub(super) fn within(&mut self, part: usize, wholes: &[Whole]) -> Heard {
        self.each_stated(&[part], |hearing, place, period| {
            let lenses = hearing.lenses;
            let own = lenses.spot(part, place, period)?;
            let mut stated = vec![false; wholes.len()];
            for (at, whole) in wholes.iter().enumerate() {
                let above = lenses.spot(whole.table, place, period)?;
                if !above.is_known() {
                    continue;
                }
                let nearer = |at: &usize| stated.get(*at).copied().unwrap_or(false);
                let said = whole.divided || whole.beyond.iter().any(nearer);
                if let Some(stated) = stated.get_mut(at) {
                    *stated = true;
                }
                if !said {
                    hearing.hear(&Claim {
                        rule: Rule::Within,
                        name: None,
                        form: Form::AtLeastSum,
                        spots: vec![above, own],
                        units: &[],
                    })?;
                }
            }
            Ok(())
        })
    }

    pub(super) fn numerator(
        &mut self,
        share: Option<usize>,
        numerator: usize,
        denominator: usize,
    ) -> Heard {
        let unit = |number: usize| self.lenses.get(number).subject.unit;
        let whole = unit(denominator);
        let units = [(whole, whole), (unit(numerator), whole)];
        self.each_stated(&[numerator], |hearing, place, period| {
            let lenses = hearing.lenses;
            // Where the share is stated, it is held against both.
            if let Some(share) = share
                && lenses.spot(share, place, period)?.is_known()
            {
                return Ok(());
            }
            let above = lenses.spot(denominator, place, period)?;
            if !above.is_known() {
                return Ok(());
            }
            hearing.hear(&Claim {
                rule: Rule::Numerator,
                name: None,
                form: Form::AtLeastSum,
                spots: vec![above, lenses.spot(numerator, place, period)?],
                units: &units,
            })
        })
    }

    pub(super) fn ratio(
        &mut self,
        tables: &[usize; 3],
        scale: Decimal,
        units: Option<&[(Unit, Unit); 3]>,
        obstacle: Option<Obstacle>,
    ) -> Heard {
        let form = Form::Ratio {
            scale,
            offset: Decimal::ZERO,
        };
        self.rated(Rule::Ratio, tables, &form, units, obstacle)
    }

    pub(super) fn completion(&mut self, tables: &[usize; 3]) -> Heard {
        let form = Form::Ratio {
            scale: Decimal::ONE_HUNDRED,
            offset: Decimal::ZERO,
        };
        self.rated(Rule::Completion, tables, &form, None, None)
    }

    fn rated(
        &mut self,
        rule: Rule,
        tables: &[usize; 3],
        form: &Form,
        units: Option<&[(Unit, Unit); 3]>,
        obstacle: Option<Obstacle>,
    ) -> Heard {
        let [rate, ..] = *tables;
        self.each_stated(&[rate], |hearing, place, period| {
            let mut spots = Vec::with_capacity(tables.len());
            for table in tables {
                spots.push(hearing.lenses.spot(*table, place, period)?);
            }
            let claim = Claim {
                rule,
                name: None,
                form: form.clone(),
                spots,
                units: units.map_or(&[], |units| units.as_slice()),
            };
            match obstacle {
                Some(obstacle) => hearing.cannot(&claim, obstacle),
                None => hearing.hear(&claim),
            }
        })
    }

    pub(super) fn change(
        &mut self,
        change: usize,
        level: usize,
        form: ChangeForm,
        base: Base,
    ) -> Heard {
        let form = match form {
            ChangeForm::Relative => Form::Ratio {
                scale: Decimal::ONE_HUNDRED,
                offset: Decimal::ONE_HUNDRED,
            },
            // Points are the difference of two percentages, number for number.
            _ => Form::Sum { minus: 2 },
        };
        self.each_stated(&[change], |hearing, place, period| {
            let Some(from) = base.of(period) else {
                return Ok(());
            };
            let lenses = hearing.lenses;
            hearing.hear(&Claim {
                rule: Rule::Change,
                name: None,
                form: form.clone(),
                spots: vec![
                    lenses.spot(change, place, period)?,
                    lenses.spot(level, place, period)?,
                    lenses.spot(level, place, from)?,
                ],
                units: &[],
            })
        })
    }

    pub(super) fn declared(&mut self, declared: &Declared) -> Heard {
        self.each_stated(&declared.lenses, |hearing, place, period| {
            let mut spots = Vec::with_capacity(declared.lenses.len());
            for table in &declared.lenses {
                spots.push(hearing.lenses.spot(*table, place, period)?);
            }
            hearing.hear(&Claim {
                rule: Rule::Declared,
                name: declared.name.as_deref(),
                form: declared.form.clone(),
                spots,
                units: &declared.units,
            })
        })
    }
}
