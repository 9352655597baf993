//! One spelling for each character: full width, typographic dashes, spaces and traditional powers of ten.

/// A text with its characters folded, and where each of its bytes stood before.
#[derive(Debug)]
pub(super) struct Folded {
    text: String,
    /// For each byte of `text`, and for its end, the offset in the original.
    offsets: Vec<usize>,
}

impl Folded {
    pub(super) fn new(original: &str) -> Self {
        let mut folded = Self {
            text: String::with_capacity(original.len()),
            offsets: Vec::with_capacity(original.len() + 1),
        };
        let mut before = '\0';
        for (at, c) in original.char_indices() {
            // 1.5——2万: a Chinese dash is two characters long.
            let second_half = c == '—' && before == '—';
            before = if second_half { '\0' } else { c };
            let Some(c) = fold(c).filter(|_| !second_half) else {
                continue;
            };
            folded.text.push(c);
            folded.offsets.extend(std::iter::repeat_n(at, c.len_utf8()));
        }
        folded.offsets.push(original.len());
        folded
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Where the byte `at` of the folded text stands in the original.
    pub(super) fn original_offset(&self, at: usize) -> usize {
        self.offsets
            .get(at)
            .or(self.offsets.last())
            .copied()
            .unwrap_or(0)
    }
}

/// `None` for characters that have no width.
fn fold(c: char) -> Option<char> {
    Some(match c {
        '\u{200B}' | '\u{2060}' | '\u{FEFF}' => return None,
        // No-break, thin and ideographic spaces; they group digits as a plain space does.
        '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => ' ',
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '﹣' => '-',
        '〜' | '∼' | '˜' => '~',
        '﹪' => '%',
        '≧' | '⩾' => '≥',
        '≦' | '⩽' => '≤',
        '萬' => '万',
        '億' => '亿',
        '餘' => '余',
        // Full-width ASCII stands in the same order as ASCII.
        '\u{FF01}'..='\u{FF5E}' => {
            let ascii = u32::from(c) - 0xFF01 + u32::from('!');
            char::from_u32(ascii).unwrap_or(c)
        }
        _ => c,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_fold_and_offsets_lead_back() {
        for (text, folded) in [
            ("１，１２８人", "1,128人"),
            ("9.80／１０萬", "9.80/10万"),
            ("1\u{2009}128\u{A0}000", "1 128 000"),
            ("−2.7％", "-2.7%"),
            ("1.5——2万", "1.5-2万"),
            ("8千～1万元", "8千~1万元"),
            ("\u{FEFF}５", "5"),
        ] {
            assert_eq!(Folded::new(text).text(), folded, "{text}");
        }
        let folded = Folded::new("约１２人");
        let offsets = [0, 3, 4, 5, 8].map(|at| folded.original_offset(at));
        assert_eq!(offsets, [0, 3, 6, 9, 12]);
        assert_eq!(folded.original_offset(99), 12);
    }
}
