//! How near a name is to what was asked for: slips of the pen, and names cut short.

/// No longer text is worth comparing.
const CHARS_MAX: usize = 64;

/// What the name of a region ends in, the longest first. A name without it is near the whole one: 醴陵 is near
/// 醴陵市, and never stands for it, for 长沙市 and 长沙县 are two.
const ENDINGS: [&str; 22] = [
    "村民委员会",
    "居民委员会",
    "社区居委会",
    "特别行政区",
    "社区",
    "居委会",
    "村委会",
    "自治区",
    "自治州",
    "自治县",
    "自治旗",
    "街道",
    "地区",
    "新区",
    "省",
    "市",
    "县",
    "区",
    "州",
    "镇",
    "乡",
    "村",
];

/// A text that names are compared with.
pub(super) struct Wanted {
    chars: Vec<char>,
    bytes: usize,
    slips: usize,
    /// Whether names without their endings are compared too.
    short: bool,
}

/// How near a name is: the fewer slips the nearer; then a name that only lacks its ending; then one that begins alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Nearness {
    slips: usize,
    cut_short: bool,
    begins_otherwise: bool,
}

impl Wanted {
    /// `None` for a text that is too long to be near anything.
    pub(super) fn new(text: &str) -> Option<Self> {
        let chars: Vec<char> = text.chars().map(fold).take(CHARS_MAX + 1).collect();
        let latin = text.is_ascii();
        // Two Chinese characters that share one are near; of Latin letters a word needs four to bear a slip.
        let slips = match (latin, chars.len()) {
            (_, 0) => return None,
            (_, length) if length > CHARS_MAX => return None,
            (true, 1..=3) | (false, 1) => 0,
            (true, 4..=6) | (false, 2..=5) => 1,
            _ => 2,
        };
        Some(Self {
            chars,
            bytes: text.len(),
            slips,
            short: !latin && ending(text).is_none(),
        })
    }

    /// How near a name is, if it is near at all. `spare` is memory to be used again.
    pub(super) fn nearness(&self, name: &[u8], spare: &mut Spare) -> Option<Nearness> {
        // A slip changes the length by a character at most.
        let slack = 4 * self.slips;
        if name.len() + slack < self.bytes {
            return None;
        }
        let whole = name.len() <= self.bytes + slack;
        // The longest ending has fifteen bytes.
        if !whole && (!self.short || name.len() > self.bytes + slack + 15) {
            return None;
        }
        let name = str::from_utf8(name).ok()?;
        let nearness = |text: &str, cut_short: bool, spare: &mut Spare| {
            spare.name.clear();
            spare
                .name
                .extend(text.chars().map(fold).take(CHARS_MAX + 1));
            Some(Nearness {
                slips: slips(&self.chars, &spare.name, self.slips, &mut spare.row)?,
                cut_short,
                begins_otherwise: self.chars.first() != spare.name.first(),
            })
        };
        let full = if whole {
            nearness(name, false, spare)
        } else {
            None
        };
        let stem = if self.short { ending(name) } else { None };
        let cut = stem.and_then(|stem| nearness(stem, true, spare));
        // Of a missing one and a present one the present one.
        [full, cut].into_iter().flatten().min()
    }
}

/// Memory for comparing, used again for every name.
#[derive(Default)]
pub(super) struct Spare {
    name: Vec<char>,
    row: Vec<usize>,
}

fn fold(c: char) -> char {
    c.to_ascii_lowercase()
}

/// The name without its ending, if it has one and is more than it.
fn ending(name: &str) -> Option<&str> {
    let stem = ENDINGS
        .iter()
        .find_map(|ending| name.strip_suffix(ending))?;
    (stem.chars().nth(1).is_some()).then_some(stem)
}

/// The number of characters to insert, leave out or replace (Levenshtein), if it is at most `most`.
pub(crate) fn slips(
    one: &[char],
    other: &[char],
    most: usize,
    row: &mut Vec<usize>,
) -> Option<usize> {
    let alike = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (one.get(alike..)?, other.get(alike..)?);
    let alike = one
        .iter()
        .rev()
        .zip(other.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (one, other) = (
        one.get(..one.len() - alike)?,
        other.get(..other.len() - alike)?,
    );
    if one.len().abs_diff(other.len()) > most {
        return None;
    }
    if one.is_empty() || other.is_empty() {
        return Some(one.len().max(other.len()));
    }
    if most < 2 {
        return (most == 1 && one.len() == 1 && other.len() == 1).then_some(1);
    }
    row.clear();
    row.extend(0..=other.len());
    for (above, from) in (1..).zip(one) {
        let (mut diagonal, mut before) = (above - 1, above);
        let mut least = above;
        for (cell, to) in row.iter_mut().skip(1).zip(other) {
            let replaced = diagonal + usize::from(from != to);
            diagonal = *cell;
            *cell = replaced.min(diagonal + 1).min(before + 1);
            before = *cell;
            least = least.min(before);
        }
        if least > most {
            return None;
        }
        if let Some(first) = row.first_mut() {
            *first = above;
        }
    }
    row.last().copied().filter(|&slips| slips <= most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(wanted: &str, name: &str) -> Option<(usize, bool)> {
        let nearness = Wanted::new(wanted)?.nearness(name.as_bytes(), &mut Spare::default())?;
        Some((nearness.slips, nearness.cut_short))
    }

    #[test]
    fn slips_and_short_names_are_near() {
        for (wanted, name, expected) in [
            ("醴陵市", "醴陵市", Some((0, false))),
            ("醴棱市", "醴陵市", Some((1, false))),
            ("醴陵", "醴陵市", Some((0, true))),
            ("醴陵县", "醴陵市", Some((1, false))),
            ("株州", "株洲市", Some((1, true))),
            ("城步", "城步苗族自治县", None),
            ("双牌", "双牌自治县", Some((0, true))),
            ("多福巷", "多福巷社区居委会", Some((0, true))),
            ("liling", "Liling", Some((0, false))),
            ("Lilin", "Liling", Some((1, false))),
            ("Yu", "Yi", None),
            ("市", "县", None),
            ("醴陵市", "株洲市", None),
            ("", "a", None),
        ] {
            assert_eq!(near(wanted, name), expected, "{wanted} {name}");
        }
        assert!(Wanted::new(&"人".repeat(1_000_000)).is_none());
        assert_eq!(
            Wanted::new("人们")
                .unwrap()
                .nearness(b"\xff\xfe\xff", &mut Spare::default()),
            None
        );
    }

    #[test]
    fn a_name_that_begins_alike_is_nearer() {
        let nearness = |name: &str| {
            Wanted::new("株州市")
                .unwrap()
                .nearness(name.as_bytes(), &mut Spare::default())
        };
        assert!(nearness("株洲市") < nearness("杭州市"));
    }

    proptest! {
        #[test]
        fn slips_are_those_of_the_whole_table(one in "[abc市]{0,6}", other in "[abc市]{0,6}", most in 0usize..4) {
            let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
            let mut table = vec![vec![0usize; other.len() + 1]; one.len() + 1];
            for i in 0..=one.len() {
                for j in 0..=other.len() {
                    table[i][j] = match (i, j) {
                        (0, _) => j,
                        (_, 0) => i,
                        _ => (table[i - 1][j - 1] + usize::from(one[i - 1] != other[j - 1]))
                            .min(table[i - 1][j] + 1)
                            .min(table[i][j - 1] + 1),
                    };
                }
            }
            let expected = Some(table[one.len()][other.len()]).filter(|&slips| slips <= most);
            prop_assert_eq!(slips(&one, &other, most, &mut Vec::new()), expected);
        }
    }
}
