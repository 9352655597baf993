//! How the units of a ratio and of its parts go together.

use rust_decimal::Decimal;

use crate::model::Unit;

/// For `numerator × scale = ratio × denominator`: the scale, and for each of the three the unit it is in and the
/// one to reckon in. `None` where the units do not make such a ratio.
pub(super) fn ratio_units(
    ratio: Unit,
    numerator: Unit,
    denominator: Unit,
) -> Option<(Decimal, [(Unit, Unit); 3])> {
    let own = (ratio, ratio);
    if ratio.is_percent_like() {
        let whole = Unit::PERCENT
            .convert_exact(Decimal::ONE_HUNDRED, ratio)
            .ok()?;
        let fits = denominator.converts_to(numerator);
        return fits.then_some((
            whole,
            [own, (numerator, numerator), (denominator, numerator)],
        ));
    }
    if let Some((above, scale, below)) = ratio.ratio_parts() {
        let fits = numerator.converts_to(above) && denominator.converts_to(below);
        return fits.then_some((
            Decimal::from(scale),
            [own, (numerator, above), (denominator, below)],
        ));
    }
    // A mean in the unit of what is averaged: the cost of a visit in 元.
    numerator.converts_to(ratio).then_some((
        Decimal::ONE,
        [own, (numerator, ratio), (denominator, denominator)],
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_make_ratios_or_do_not() {
        let scale = |units: [&str; 3]| {
            let [ratio, above, below] = units.map(|unit| unit.parse::<Unit>().unwrap());
            ratio_units(ratio, above, below).map(|(scale, _)| scale.to_string())
        };
        assert_eq!(scale(["%", "人", "人"]).as_deref(), Some("100"));
        assert_eq!(scale(["‰", "人", "人"]).as_deref(), Some("1000"));
        assert_eq!(scale(["个/千人", "个", "人"]).as_deref(), Some("1000"));
        assert_eq!(scale(["元", "元", "人次"]).as_deref(), Some("1"));
        assert_eq!(scale(["%", "人", "人次"]), None);
        assert_eq!(scale(["个/千人", "张", "人"]), None);
        assert_eq!(scale(["岁", "元", "人次"]), None);
    }
}
