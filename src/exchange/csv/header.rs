//! What each column of a file of observations holds: from its name, the layout and what the caller says.

use std::collections::BTreeMap;

use super::cells;
use super::options::{Column, Layout, Lookup, Options, Use};
use super::rows::{NOTE, separator_hint};
use crate::catalogue::{Catalogue, slips};
use crate::error::{Error, ErrorKind, Result, excerpt};
use crate::model::{IndicatorCode, Period};

/// So many names of a header are listed in a message.
const LISTED_MAX: usize = 20;

/// What each column of a file holds.
#[derive(Debug)]
pub(super) struct Plan {
    names: Vec<String>,
    /// By column, where it stands.
    places: [Option<usize>; Column::ALL.len()],
    /// By column, what every row holds.
    given: [Option<String>; Column::ALL.len()],
    figures: Vec<FigureColumn>,
    /// Columns without a name, which must be empty.
    unnamed: Vec<usize>,
}

/// A column of figures, and what its header says of all of them.
#[derive(Clone, Debug)]
pub(super) struct FigureColumn {
    pub(super) at: usize,
    pub(super) name: String,
    pub(super) period: Option<Period>,
    pub(super) indicator: Option<IndicatorCode>,
    pub(super) unit: Option<String>,
}

impl Plan {
    /// Reads a header.
    ///
    /// # Errors
    /// [`Syntax`](ErrorKind::Syntax) for a column that is not known, is there twice or is missing.
    pub(super) fn of(header: &[String], options: &Options, catalogue: &Catalogue) -> Result<Self> {
        let mut plan = Self {
            names: header.to_vec(),
            places: [None; Column::ALL.len()],
            given: [const { None }; Column::ALL.len()],
            figures: Vec::new(),
            unnamed: Vec::new(),
        };
        let mut unmet: BTreeMap<&str, &Use> = options
            .columns
            .iter()
            .map(|(name, is)| (name.as_str(), is))
            .collect();
        for (at, name) in header.iter().enumerate() {
            if name.is_empty() {
                plan.unnamed.push(at);
                continue;
            }
            let (stem, unit) = cells::split_unit(name);
            let said = [name.as_str(), &stem]
                .into_iter()
                .find_map(|key| Some((key, options.columns.get(key)?)));
            if let Some((key, _)) = said {
                unmet.remove(key);
            }
            match said.map(|(_, is)| is) {
                Some(Use::Ignored) => {}
                Some(Use::Holds(column)) => plan.put(*column, at, unit)?,
                Some(Use::FiguresOf(indicator)) => plan.figures.push(FigureColumn {
                    at,
                    name: name.clone(),
                    period: None,
                    indicator: Some(indicator.clone()),
                    unit,
                }),
                None if name == NOTE => {}
                None => match Column::ALL.iter().find(|column| column.name() == name) {
                    Some(column) => plan.put(*column, at, None)?,
                    None => plan.figures_below(at, &stem, unit, options, catalogue)?,
                },
            }
        }
        if let Some((name, _)) = unmet.first_key_value() {
            return refuse(format!(
                "there is no column {:?}: the header has {}",
                excerpt(name),
                plan.listed()
            ));
        }
        plan.give(options)?;
        plan.check(options)?;
        Ok(plan)
    }

    /// The text in a column, or what is given for it; empty where there is neither.
    pub(super) fn text<'a>(&'a self, fields: &'a csv::StringRecord, column: Column) -> &'a str {
        match (self.place(column), self.given(column)) {
            (Some(at), _) => cells::clean(fields.get(at).unwrap_or_default()),
            (None, Some(given)) => given,
            (None, None) => "",
        }
    }

    /// What a column is called in the file.
    pub(super) fn name(&self, column: Column) -> &str {
        self.place(column)
            .and_then(|at| self.names.get(at))
            .map_or(column.name(), String::as_str)
    }

    pub(super) fn figures(&self) -> &[FigureColumn] {
        &self.figures
    }

    /// The first field that stands under no name.
    pub(super) fn stray<'a>(&self, fields: &'a csv::StringRecord) -> Option<(usize, &'a str)> {
        self.unnamed.iter().find_map(|&at| {
            let text = cells::clean(fields.get(at)?);
            (!text.is_empty()).then_some((at + 1, text))
        })
    }

    pub(super) fn has(&self, column: Column) -> bool {
        self.place(column).is_some() || self.given(column).is_some()
    }

    pub(super) fn given(&self, column: Column) -> Option<&str> {
        self.given.get(index(column))?.as_deref()
    }

    fn place(&self, column: Column) -> Option<usize> {
        *self.places.get(index(column))?
    }

    fn put(&mut self, column: Column, at: usize, unit: Option<String>) -> Result<()> {
        let name = self.names.get(at).cloned().unwrap_or_default();
        if let Some(known) = self.place(column) {
            let known = self.names.get(known).cloned().unwrap_or_default();
            return refuse(if known == name {
                format!("column {name} is there twice")
            } else {
                format!(
                    "columns {known} and {name} both hold {column}: say which does, and ignore the other"
                )
            });
        }
        if let Some(place) = self.places.get_mut(index(column)) {
            *place = Some(at);
        }
        if column == Column::Figure {
            self.figures.push(FigureColumn {
                at,
                name,
                period: None,
                indicator: None,
                unit,
            });
        }
        Ok(())
    }

    /// A column that is not named is one of figures, if the layout has such.
    fn figures_below(
        &mut self,
        at: usize,
        stem: &str,
        unit: Option<String>,
        options: &Options,
        catalogue: &Catalogue,
    ) -> Result<()> {
        let name = self.names.get(at).cloned().unwrap_or_default();
        let mut column = FigureColumn {
            at,
            name: name.clone(),
            period: None,
            indicator: None,
            unit,
        };
        let read = match options.layout {
            Layout::Tidy => {
                let near = match near_column(&name) {
                    Some(near) => format!("did you mean {near}? "),
                    None => String::new(),
                };
                let columns = Column::ALL.map(Column::name).join(", ");
                return refuse(format!(
                    "unknown column {:?}: {near}the columns are {columns}, and {NOTE}; say what it holds with Options::column, or that it is not read with Options::ignored{}",
                    excerpt(&name),
                    separator_hint(&name)
                ));
            }
            Layout::Periods => cells::period(stem).map(|period| column.period = Some(period)),
            Layout::Indicators => indicator(catalogue, stem, options.lookup)
                .or_else(|error| match indicator(catalogue, &name, options.lookup) {
                    // A bracket that holds a unit may be a part of the name.
                    Ok(indicator) => {
                        column.unit = None;
                        Ok(indicator)
                    }
                    Err(_) => Err(error),
                })
                .map(|indicator| column.indicator = Some(indicator)),
        };
        if let Err(error) = read {
            let is = match options.layout {
                Layout::Periods => "no period",
                _ => "no indicator",
            };
            return Err(Error::new(
                error.kind(),
                format!(
                    "column {:?} is {is}: {}; say what it holds with Options::column, or that it is not read with Options::ignored{}",
                    excerpt(&name),
                    error.message(),
                    separator_hint(&name)
                ),
            ));
        }
        self.figures.push(column);
        Ok(())
    }

    fn give(&mut self, options: &Options) -> Result<()> {
        for (&column, value) in &options.given {
            if self.place(column).is_some() {
                return refuse(format!(
                    "{column} is given as {:?}, and column {} holds it too: leave one of them out",
                    excerpt(value),
                    self.name(column)
                ));
            }
            if let Some(given) = self.given.get_mut(index(column)) {
                *given = Some(cells::clean(value).to_string());
            }
        }
        Ok(())
    }

    /// Checks that all that is needed is there, once.
    fn check(&self, options: &Options) -> Result<()> {
        if self.figures.is_empty() {
            return Err(match options.layout {
                Layout::Tidy => self.missing(Column::Figure),
                Layout::Periods => self.no_figures("a period"),
                Layout::Indicators => self.no_figures("an indicator"),
            });
        }
        let of_period = self.figures.iter().find(|column| column.period.is_some());
        let of_indicator = self
            .figures
            .iter()
            .find(|column| column.indicator.is_some());
        for (needed, own) in [
            (Column::Source, None),
            (Column::Indicator, of_indicator),
            (Column::Period, of_period),
        ] {
            match own {
                Some(own) if self.has(needed) => {
                    let given = match self.given(needed) {
                        Some(given) => format!("is given as {given:?}"),
                        None => format!("stands in column {}", self.name(needed)),
                    };
                    return refuse(format!(
                        "the {needed} {given}, and column {} has its own: leave one of them out",
                        own.name
                    ));
                }
                None if !self.has(needed) => return Err(self.missing(needed)),
                _ => {}
            }
        }
        let places = [Column::Region, Column::Institution, Column::Place];
        if !places.into_iter().any(|column| self.has(column)) {
            return Err(self.missing(Column::Region));
        }
        let mut of: BTreeMap<_, &str> = BTreeMap::new();
        for column in &self.figures {
            let key = (column.period, column.indicator.clone());
            if let Some(known) = of.insert(key, &column.name) {
                return refuse(if known == column.name {
                    format!("column {known} is there twice")
                } else {
                    format!(
                        "columns {known} and {} hold the same figures: say which does, and ignore the other",
                        column.name
                    )
                });
            }
        }
        Ok(())
    }

    fn no_figures(&self, of: &str) -> Error {
        Error::new(
            ErrorKind::Syntax,
            format!(
                "no column holds the figures of {of}: the header has {}",
                self.listed()
            ),
        )
    }

    /// The error for a column that is needed and not there.
    fn missing(&self, column: Column) -> Error {
        let near = self
            .names
            .iter()
            .filter(|name| near_column(name) == Some(column))
            .map(|name| format!("{:?}", excerpt(name)))
            .collect::<Vec<_>>();
        let (question, example) = match near.as_slice() {
            [] => (String::new(), "…"),
            [first, ..] => (
                format!("; did you mean {}", near.join(" or ")),
                first.as_str(),
            ),
        };
        let variant = column.variant();
        Error::new(
            ErrorKind::Syntax,
            format!(
                "no column holds the {column}: the header has {}{question}; say which does with Options::column({example}, {variant}), or give it for all rows with Options::given({variant}, …)",
                self.listed(),
            ),
        )
    }

    /// The names of the header, as far as a message holds them.
    fn listed(&self) -> String {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let more = names.len().saturating_sub(LISTED_MAX);
        let shown = names.get(..LISTED_MAX).unwrap_or(&names).join(", ");
        match more {
            0 => shown,
            more => format!("{shown} and {more} more"),
        }
    }
}

/// The indicator that a text stands for.
pub(super) fn indicator(
    catalogue: &Catalogue,
    text: &str,
    lookup: Lookup,
) -> Result<IndicatorCode> {
    let handle = match lookup {
        Lookup::Codes => return text.parse(),
        Lookup::Names => catalogue.find_indicator(text)?,
    };
    Ok(catalogue.indicator_record(handle)?.code().clone())
}

/// What a column of that name may hold.
fn near_column(name: &str) -> Option<Column> {
    let lower = name.to_lowercase();
    let labelled = Column::ALL.into_iter().find(|column| {
        let labels = column.labels().iter();
        lower.contains(column.name()) || labels.into_iter().any(|label| lower.contains(label))
    });
    labelled.or_else(|| {
        let wanted: Vec<char> = lower.chars().collect();
        Column::ALL.into_iter().find(|column| {
            let known: Vec<char> = column.name().chars().collect();
            slips(&wanted, &known, 2, &mut Vec::new()).is_some()
        })
    })
}

fn index(column: Column) -> usize {
    Column::ALL
        .iter()
        .position(|own| *own == column)
        .unwrap_or_default()
}

fn refuse<T>(message: String) -> Result<T> {
    Err(Error::new(ErrorKind::Syntax, message))
}
