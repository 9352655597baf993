//! Whole numbers as Chinese text writes them: 2023, ２０２３, 二〇二三, 二千零二十三, 两百, 廿三, 三亿五千万.
//!
//! The period and the figure notations share this. Both functions read the number *at the start* of a
//! text and say how many bytes it took, so that the caller sees what follows (余, 多, 年, 万 …).

const WAN: u128 = 10_000;
const YI: u128 = 100_000_000;

/// The whole number at the start of `text`, with 万 and 亿: its value and the bytes it took.
///
/// Reads a run of digits (ASCII or full width, 38 at most), a number spelled digit by digit
/// (二〇二三, 二○二三 and the typists' 二O二三, 二0二三), or one spelled with its powers of ten
/// (一千零五, 一百五 = 150, 一万二 = 12000, 廿三, 三万亿, and the bankers' 壹仟贰佰).
///
/// `None` where no number starts, and where digits side by side mean "about" rather than a number:
/// 七八 is seven or eight, 二三百 two or three hundred. In 十七八 and 一千二三百 it stops before such
/// a pair. Arabic digits are never joined to Chinese powers: of `12万` it reads 12 and leaves 万.
///
/// The value of a spelled number is below 10^17.
pub(crate) fn chinese_number(text: &str) -> Option<(u128, usize)> {
    let Some((head, read)) = below_yi(text)? else {
        return digit_run(text);
    };
    let Some(after_yi) = yi(text.get(read..)?) else {
        return Some((head, read));
    };
    let value = head.checked_mul(YI)?;
    let read = read + after_yi;
    let (tail, tail_read) = tail_after(text.get(read..)?, YI, |rest| below_yi(rest).flatten());
    Some((value.checked_add(tail)?, read + tail_read))
}

/// As [`chinese_number`], but it stops before 万 and 亿: for a caller that reads these as multipliers
/// of whatever stands in front (1.2万, 十多万, 三万).
pub(crate) fn chinese_number_below_wan(text: &str) -> Option<(u128, usize)> {
    match section(text)? {
        Some(spelled) => Some(spelled),
        None => digit_run(text),
    }
}

/// Arabic digits, or three and more Chinese ones (two only if one is a zero).
fn digit_run(text: &str) -> Option<(u128, usize)> {
    let chinese = text.chars().next().and_then(chinese_digit).is_some();
    let mut value: u128 = 0;
    let mut count = 0;
    let mut zero = false;
    let mut read = 0;
    for c in text.chars() {
        let digit = match chinese {
            true => chinese_digit(c).or_else(|| zero_look_alike(c)),
            false => arabic_digit(c),
        };
        let Some(digit) = digit else { break };
        value = value.checked_mul(10)?.checked_add(digit)?;
        count += 1;
        zero |= digit == 0;
        read += c.len_utf8();
    }
    let rest = text.get(read..)?;
    let powers_follow = rest.chars().next().is_some_and(|c| power(c).is_some());
    match chinese {
        _ if count == 0 => None,
        true if count == 2 && !zero => None,
        true if powers_follow => None,
        _ => Some((value, read)),
    }
}

/// A number below 10^8: `section`, or `section 万 section`.
///
/// `Some(None)` if `text` holds no spelled number but may hold a run of digits.
fn below_yi(text: &str) -> Option<Option<(u128, usize)>> {
    let Some((head, read)) = section(text)? else {
        return Some(None);
    };
    let Some(after_wan) = wan(text.get(read..)?) else {
        return Some(Some((head, read)));
    };
    let read = read + after_wan;
    let (tail, tail_read) = tail_after(text.get(read..)?, WAN, |rest| section(rest).flatten());
    Some(Some((head * WAN + tail, read + tail_read)))
}

/// What follows 万 or 亿: 零五百, 五千, or one digit of the next power (一万二 is 12000).
fn tail_after(
    text: &str,
    power: u128,
    read: impl Fn(&str) -> Option<(u128, usize)>,
) -> (u128, usize) {
    let zero = text.chars().next().filter(|&c| chinese_digit(c) == Some(0));
    let zero_bytes = zero.map_or(0, char::len_utf8);
    let rest = text.get(zero_bytes..).unwrap_or_default();
    match read(rest) {
        Some((value, bytes)) if value > 0 && value < power => {
            let one_digit = zero.is_none() && value < 10;
            let value = if one_digit {
                value * (power / 10)
            } else {
                value
            };
            (value, zero_bytes + bytes)
        }
        _ => (0, 0),
    }
}

/// A number below 10^4 that is spelled with its powers of ten, or a single digit.
///
/// `Some(None)` if two digits stand side by side at the start, `None` if no Chinese number starts.
fn section(text: &str) -> Option<Option<(u128, usize)>> {
    let mut value = 0;
    let mut read = 0;
    let mut above = WAN;
    let first = text.chars().next()?;
    if arabic_digit(first).is_some() {
        return Some(None);
    }
    loop {
        let mut chars = text.get(read..)?.chars();
        let mut c = chars.next();
        let zero = c.filter(|&c| read > 0 && chinese_digit(c) == Some(0));
        let zero_bytes = zero.map_or(0, char::len_utf8);
        if zero.is_some() {
            c = chars.next();
        }
        let Some(c) = c else { break };
        if let Some((ten, ten_bytes)) = tens(c).filter(|_| above > 10) {
            // 十 and 廿 without a digit in front: 十五, 一百十五, 廿三.
            value += ten;
            above = 10;
            read += zero_bytes + ten_bytes;
            continue;
        }
        let Some(digit) = chinese_digit(c) else { break };
        let digit_bytes = zero_bytes + c.len_utf8();
        let follows = chars.next();
        if let Some(unit) = follows.and_then(power).filter(|_| digit > 0) {
            if unit >= above {
                break;
            }
            value += digit * unit;
            above = unit;
            read += digit_bytes + follows.map_or(0, char::len_utf8);
            continue;
        }
        let digit_follows = follows.is_some_and(|c| chinese_digit(c).or(power(c)).is_some());
        let look_alike_follows = follows.and_then(zero_look_alike).is_some();
        if read == 0 && (digit_follows || look_alike_follows) {
            return Some(None);
        }
        if digit_follows || (digit == 0 && read > 0) {
            break;
        }
        let large_follows = follows.is_some_and(|c| is_wan(c) || is_yi(c));
        let bare = read > 0 && zero.is_none() && above > 10;
        if bare && large_follows {
            break;
        }
        // 一百五 is 150.
        value += if bare { digit * (above / 10) } else { digit };
        read += digit_bytes;
        break;
    }
    (read > 0).then_some(Some((value, read)))
}

/// A digit of Chinese text, the bankers' forms included; not an Arabic one.
pub(crate) fn chinese_digit(c: char) -> Option<u128> {
    Some(match c {
        '〇' | '零' | '○' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '兩' | '贰' | '貳' => 2,
        '三' | '叁' | '參' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' | '陸' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// An Arabic digit, ASCII or full width.
pub(crate) fn arabic_digit(c: char) -> Option<u128> {
    let start = match c {
        '0'..='9' => '0',
        '０'..='９' => '０',
        _ => return None,
    };
    Some(u128::from(u32::from(c) - u32::from(start)))
}

/// What is typed for the 〇 that keyboards lack, inside a run of Chinese digits.
fn zero_look_alike(c: char) -> Option<u128> {
    matches!(c, 'O' | 'o' | '0' | '０' | 'Ｏ' | '◯').then_some(0)
}

fn power(c: char) -> Option<u128> {
    match c {
        '十' | '拾' => Some(10),
        '百' | '佰' => Some(100),
        '千' | '仟' => Some(1000),
        _ => None,
    }
}

fn tens(c: char) -> Option<(u128, usize)> {
    let ten = match c {
        '十' | '拾' => 10,
        '廿' => 20,
        '卅' => 30,
        '卌' => 40,
        _ => return None,
    };
    Some((ten, c.len_utf8()))
}

fn is_wan(c: char) -> bool {
    matches!(c, '万' | '萬')
}

fn is_yi(c: char) -> bool {
    matches!(c, '亿' | '億')
}

fn wan(text: &str) -> Option<usize> {
    text.chars()
        .next()
        .filter(|&c| is_wan(c))
        .map(char::len_utf8)
}

fn yi(text: &str) -> Option<usize> {
    text.chars()
        .next()
        .filter(|&c| is_yi(c))
        .map(char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(text: &str) -> Option<u128> {
        let (value, read) = chinese_number(text)?;
        assert_eq!(&text[read..], "", "{text} was not read to its end");
        Some(value)
    }

    fn start(text: &str) -> Option<(u128, &str)> {
        let (value, read) = chinese_number(text)?;
        Some((value, &text[read..]))
    }

    #[test]
    fn numbers_are_read_whole() {
        for (text, value) in [
            ("0", 0),
            ("2023", 2023),
            ("２０２３", 2023),
            ("007", 7),
            ("零", 0),
            ("〇", 0),
            ("三", 3),
            ("十", 10),
            ("十五", 15),
            ("二十", 20),
            ("三十一", 31),
            ("廿三", 23),
            ("卅", 30),
            ("两百", 200),
            ("一百零五", 105),
            ("一百五", 150),
            ("一百一十五", 115),
            ("一百十五", 115),
            ("一千零五", 1005),
            ("一千零五十", 1050),
            ("一千零十五", 1015),
            ("一千二百", 1200),
            ("二千零二十三", 2023),
            ("九千九百九十九", 9999),
            ("二〇二三", 2023),
            ("二零二三", 2023),
            ("二○二三", 2023),
            ("二O二三", 2023),
            ("二0二三", 2023),
            ("二〇", 20),
            ("一二三", 123),
            ("一万", 10_000),
            ("一万二", 12_000),
            ("一万零二", 10_002),
            ("一万零五百", 10_500),
            ("三十六万五千", 365_000),
            ("三千万", 30_000_000),
            ("三亿五千万", 350_000_000),
            ("一亿二", 120_000_000),
            ("三万亿", 3_000_000_000_000),
            ("十亿零一", 1_000_000_001),
            ("壹仟贰佰叁拾肆", 1234),
        ] {
            assert_eq!(whole(text), Some(value), "{text}");
        }
    }

    #[test]
    fn what_follows_is_left() {
        for (text, value, rest) in [
            ("2023年", 2023, "年"),
            ("12万", 12, "万"),
            ("1,128", 1, ",128"),
            ("十多万", 10, "多万"),
            ("十七八", 10, "七八"),
            ("一千二三百", 1000, "二三百"),
            ("一百零", 100, "零"),
            ("一百百", 100, "百"),
            ("三万万", 30_000, "万"),
            ("一亿亿", 100_000_000, "亿"),
            ("十四五", 10, "四五"),
            ("二十年", 20, "年"),
            ("二〇万", 20, "万"),
            ("5〇", 5, "〇"),
        ] {
            assert_eq!(start(text), Some((value, rest)), "{text}");
        }
        assert_eq!(chinese_number_below_wan("三万五千"), Some((3, 3)));
        assert_eq!(chinese_number_below_wan("二百三十万"), Some((230, 12)));
        assert_eq!(chinese_number_below_wan("１２万"), Some((12, 6)));
    }

    #[test]
    fn no_number_is_none() {
        for text in [
            "",
            "年",
            "万",
            "百",
            "千人",
            "亿",
            "七八",
            "七八个",
            "二三百",
            "三四十",
            "二三万",
            "O二",
            "-1",
            "×",
            "999999999999999999999999999999999999999",
        ] {
            assert_eq!(chinese_number(text), None, "{text}");
        }
        assert_eq!(chinese_number(&"9".repeat(1_000_000)), None);
        assert_eq!(
            chinese_number(&"〇".repeat(1_000_000)),
            Some((0, 3_000_000))
        );
        assert_eq!(chinese_number(&"十".repeat(1_000_000)), Some((10, 3)));
    }

    /// The usual spelling, written independently of the reader.
    fn spell(value: u128) -> String {
        const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
        for (power, name) in [
            (YI, "亿"),
            (WAN, "万"),
            (1000, "千"),
            (100, "百"),
            (10, "十"),
        ] {
            if value >= power {
                let (head, tail) = (value / power, value % power);
                let gap = if tail > 0 && tail < power / 10 {
                    "零"
                } else {
                    ""
                };
                let tail = if tail == 0 {
                    String::new()
                } else {
                    spell(tail)
                };
                return format!("{}{name}{gap}{tail}", spell(head));
            }
        }
        DIGITS[usize::try_from(value).unwrap()].to_string()
    }

    proptest! {
        #[test]
        fn spelled_numbers_are_read_back(value in prop_oneof![0..10_000u128, 0..1_000_000_000_000u128]) {
            prop_assert_eq!(whole(&spell(value)), Some(value));
        }

        #[test]
        fn any_text_is_read_without_panic(text in "[0-9０-９零〇一二两三四五六七八九十百千万亿廿O年 ]{0,12}") {
            for read in [chinese_number(&text), chinese_number_below_wan(&text)].into_iter().flatten() {
                prop_assert!(read.1 > 0 && text.is_char_boundary(read.1));
            }
        }
    }
}
