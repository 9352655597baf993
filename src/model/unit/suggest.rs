//! Near units for a text that is none.

use super::table::LABELS;

/// At most this many are offered.
const OFFERED_MAX: usize = 3;

/// Labels that differ from `text` by a slip of the pen, the nearest first; one for each unit.
pub(super) fn near(text: &str) -> Vec<&'static str> {
    let wanted: Vec<char> = text.chars().take(CHARS_MAX + 1).collect();
    if wanted.len() > CHARS_MAX {
        return Vec::new();
    }
    let mut found: Vec<(usize, &'static str, &'static str)> = LABELS
        .iter()
        .filter_map(|(&label, id)| {
            let chars: Vec<char> = label.chars().collect();
            let distance = distance(&wanted, &chars);
            let near = distance <= slips_allowed(wanted.len().min(chars.len()), text.is_ascii());
            near.then_some((distance, label, id.row().code))
        })
        .collect();
    found.sort_unstable();
    let mut offered: Vec<(&'static str, &'static str)> = Vec::new();
    for (_, label, code) in found {
        if offered.len() < OFFERED_MAX && offered.iter().all(|&(_, other)| other != code) {
            offered.push((label, code));
        }
    }
    offered.into_iter().map(|(label, _)| label).collect()
}

/// No label is longer, and no longer text is worth comparing.
const CHARS_MAX: usize = 32;

/// Two Chinese characters that share one are near; of Latin letters a word needs four to bear one slip.
fn slips_allowed(chars: usize, latin: bool) -> usize {
    match (latin, chars) {
        (true, 0..=3) | (false, 0..=1) => 0,
        (true, 4..=6) | (false, _) => 1,
        (true, _) => 2,
    }
}

/// The number of characters to insert, leave out or replace (Levenshtein).
fn distance(left: &[char], right: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (above, from) in left.iter().enumerate() {
        let mut diagonal = above;
        let mut before = above + 1;
        for (cell, to) in row.iter_mut().skip(1).zip(right) {
            let replaced = diagonal + usize::from(from != to);
            diagonal = *cell;
            *cell = replaced.min(diagonal + 1).min(before + 1);
            before = *cell;
        }
        if let Some(first) = row.first_mut() {
            *first = above + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_near_and_strangers_are_not() {
        assert_eq!(near("persn"), ["person"]);
        assert_eq!(near("hectars"), ["hectare", "sectors"][..1]);
        assert_eq!(near("个百分"), ["个百分点"]);
        assert_eq!(near("平方公尺"), ["平方公里"]);
        assert!(near("光年纪").is_empty());
        assert!(near("人们").len() <= OFFERED_MAX);
        assert!(near("").is_empty());
        assert!(near(&"人".repeat(1_000_000)).is_empty());
    }

    #[test]
    fn distance_counts_slips() {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        for (left, right, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("人次", "人", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(&chars(left), &chars(right)), expected);
        }
    }
}
