//! The closed table of simple units: one row each, and the indices by which text finds them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::Dimension;
use super::counters::COUNTERS;
use super::measures::MEASURES;

/// One simple unit, as people write it and as it converts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// Canonical, ASCII, and never changed: stored bytes and files hold it.
    pub(super) code: &'static str,
    /// The first is printed; the rest are read.
    pub(super) chinese: &'static [&'static str],
    pub(super) one: &'static str,
    pub(super) many: &'static str,
    /// Further English spellings that are read.
    pub(super) also: &'static [&'static str],
    pub(super) ucum: Ucum,
    pub(super) dimension: Dimension,
    /// How many of the dimension's base unit one of this unit is, as numerator and denominator.
    pub(super) factor: (u64, u64),
}

/// What UCUM says for a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ucum {
    /// It has no code that would keep the meaning.
    Nothing,
    /// The unit's own code in braces: an annotation, which UCUM takes for the number 1.
    Annotation,
    Code(&'static str),
}

impl Row {
    pub(super) const fn also(mut self, spellings: &'static [&'static str]) -> Self {
        self.also = spellings;
        self
    }

    pub(super) const fn ucum(mut self, code: &'static str) -> Self {
        self.ucum = Ucum::Code(code);
        self
    }

    /// Every text that [`Unit::parse`](super::Unit::parse) reads as this row, UCUM left out.
    pub(super) fn labels(&self) -> impl Iterator<Item = &'static str> {
        let english = [self.one, self.many];
        std::iter::once(self.code)
            .chain(self.chinese.iter().copied())
            .chain(english)
            .chain(self.also.iter().copied())
    }
}

pub(super) const fn counter(
    code: &'static str,
    chinese: &'static [&'static str],
    one: &'static str,
    many: &'static str,
) -> Row {
    let mut row = measure(code, chinese, one, many, Dimension::Counter(code), (1, 1));
    row.ucum = Ucum::Annotation;
    row
}

pub(super) const fn money(
    code: &'static str,
    chinese: &'static [&'static str],
    one: &'static str,
    many: &'static str,
) -> Row {
    measure(code, chinese, one, many, Dimension::Money(code), (1, 1))
}

pub(super) const fn measure(
    code: &'static str,
    chinese: &'static [&'static str],
    one: &'static str,
    many: &'static str,
    dimension: Dimension,
    factor: (u64, u64),
) -> Row {
    Row {
        code,
        chinese,
        one,
        many,
        also: &[],
        ucum: Ucum::Nothing,
        dimension,
        factor,
    }
}

const LEN: usize = MEASURES.len() + COUNTERS.len();

/// All simple units. The order is not part of any format: what is stored is the code.
pub(super) static TABLE: [Row; LEN] = joined();

/// The number of a row of [`TABLE`]. Only this module makes one, so it is always within.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct RowId(u16);

impl RowId {
    /// The row of a code that the table is known to hold; for constants, where a wrong code does not compile.
    pub(super) const fn of(code: &str) -> Self {
        let rows = joined();
        let mut at: u16 = 0;
        while (at as usize) < LEN {
            if same(rows[at as usize].code, code) {
                return Self(at);
            }
            at += 1;
        }
        panic!("no unit has this code")
    }

    pub(super) fn row(self) -> &'static Row {
        &TABLE[usize::from(self.0)]
    }

    pub(super) fn all() -> impl DoubleEndedIterator<Item = Self> + Clone {
        (0..u16::try_from(LEN).unwrap_or(u16::MAX)).map(Self)
    }
}

/// Codes, Chinese and English labels, by their text.
pub(super) static LABELS: LazyLock<BTreeMap<&'static str, RowId>> = LazyLock::new(|| {
    RowId::all()
        .flat_map(|id| id.row().labels().map(move |label| (label, id)))
        .collect()
});

/// English labels in lower case, for text in another case.
pub(super) static ENGLISH: LazyLock<BTreeMap<String, RowId>> = LazyLock::new(|| {
    RowId::all()
        .flat_map(|id| {
            let row = id.row();
            let words = [row.one, row.many]
                .into_iter()
                .chain(row.also.iter().copied());
            words.map(move |word| (word.to_ascii_lowercase(), id))
        })
        .collect()
});

/// UCUM codes other than annotations.
pub(super) static UCUM: LazyLock<BTreeMap<&'static str, RowId>> = LazyLock::new(|| {
    RowId::all()
        .filter_map(|id| match id.row().ucum {
            Ucum::Code(code) => Some((code, id)),
            Ucum::Nothing | Ucum::Annotation => None,
        })
        .collect()
});

/// Words for a person that stand below the line only: 人/万人口, but 300人口 is no count.
pub(super) const DENOMINATORS: &[(&str, RowId)] = &[
    ("常住人口", RowId::of("person")),
    ("户籍人口", RowId::of("person")),
    ("人口", RowId::of("person")),
];

const fn joined() -> [Row; LEN] {
    let mut rows = [MEASURES[0]; LEN];
    let mut at = 0;
    while at < LEN {
        rows[at] = if at < MEASURES.len() {
            MEASURES[at]
        } else {
            COUNTERS[at - MEASURES.len()]
        };
        at += 1;
    }
    rows
}

const fn same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    /// `(text, code)` pairs that share their text with another row.
    fn clashes(pairs: impl Iterator<Item = (String, &'static str)>) -> Vec<(String, &'static str)> {
        let mut seen: HashMap<String, &'static str> = HashMap::new();
        let mut clashes = Vec::new();
        for (text, code) in pairs {
            if let Some(&other) = seen.get(&text) {
                if other != code {
                    clashes.push((text, code));
                }
            } else {
                seen.insert(text, code);
            }
        }
        clashes
    }

    #[test]
    fn no_text_names_two_units() {
        let ucum = TABLE.iter().filter_map(|row| match row.ucum {
            Ucum::Code(code) => Some((code.to_string(), row.code)),
            _ => None,
        });
        let labels = TABLE
            .iter()
            .flat_map(|row| row.labels().map(|label| (label.to_string(), row.code)));
        assert_eq!(clashes(labels.chain(ucum)), []);
        let folded = TABLE.iter().flat_map(|row| {
            row.labels()
                .filter(|label| label.len() > 3)
                .map(|label| (label.to_ascii_lowercase(), row.code))
        });
        assert_eq!(clashes(folded), []);
    }

    #[test]
    fn no_row_says_a_label_twice() {
        for row in &TABLE {
            let mut chinese = row.chinese.to_vec();
            chinese.sort_unstable();
            chinese.dedup();
            assert_eq!(chinese.len(), row.chinese.len(), "{}", row.code);
        }
    }

    #[test]
    fn codes_are_plain_and_labels_are_there() {
        for row in &TABLE {
            assert!(
                row.code.bytes().all(|byte| byte.is_ascii_graphic()),
                "{}",
                row.code
            );
            assert!(
                !row.code.contains(['.', '{', '}', '"', ',']),
                "{}",
                row.code
            );
            // Only a fraction's code has a slash, and it begins with a digit: a ratio's never does.
            assert_eq!(
                row.code.contains('/'),
                row.code.starts_with("1/"),
                "{}",
                row.code
            );
            for label in row.labels() {
                assert_eq!(label.trim(), label);
                assert!(!label.is_empty(), "{}", row.code);
            }
            assert!(!row.chinese.is_empty(), "{}", row.code);
            assert!(row.factor.0 > 0 && row.factor.1 > 0, "{}", row.code);
        }
    }

    #[test]
    fn ucum_codes_keep_to_its_characters() {
        for row in &TABLE {
            let code = match row.ucum {
                Ucum::Nothing => continue,
                Ucum::Annotation => row.code,
                Ucum::Code(code) => code,
            };
            assert!(
                code.bytes().all(|byte| (33..=126).contains(&byte)),
                "{code}"
            );
            let braces = code.matches('{').count();
            assert_eq!(braces, code.matches('}').count(), "{code}");
        }
    }

    #[test]
    fn each_dimension_but_calendar_time_has_one_base() {
        // What has a factor of 1 shares it only with what it is the same amount as.
        let mut bases: Vec<(Dimension, &str)> = TABLE
            .iter()
            .filter(|row| row.factor == (1, 1))
            .map(|row| (row.dimension, row.code))
            .collect();
        bases.retain(|(dimension, _)| *dimension != Dimension::CalendarTime);
        let mut seen = std::collections::HashSet::new();
        for (dimension, code) in bases {
            assert!(seen.insert(dimension), "{code}");
        }
    }

    #[test]
    fn the_table_is_wide() {
        assert!(COUNTERS.len() > 100, "{}", COUNTERS.len());
        assert!(LEN < usize::from(u16::MAX));
    }
}
