//! Noise of a known law: the sum of four even draws, near to normal, in integers alone.

use super::seeded::Seeded;

/// Steps around zero: four draws from `0..width`, added and centred.
///
/// Its standard deviation is about 0.577 widths. Integers only, so that every machine draws the same; and as its law is
/// known, so is the information of every step.
#[derive(Clone, Copy, Debug)]
pub struct Noise {
    width: u32,
}

impl Noise {
    /// Noise of a width, at least 1.
    pub fn new(width: u32) -> Self {
        Self {
            width: width.max(1),
        }
    }

    /// The next step.
    pub fn step(self, seeded: &mut Seeded) -> i64 {
        let drawn: i64 = (0..4).map(|_| i64::from(seeded.below32(self.width))).sum();
        drawn - self.middle()
    }

    /// The bits of information in a step.
    pub fn bits(self, step: i64) -> f64 {
        -self.share_of_four(self.ways(i128::from(step + self.middle()), 3))
    }

    /// The bits of information in hearing that a step is this or less.
    pub fn bits_at_most(self, step: i64) -> f64 {
        -self.share_of_four(self.ways(i128::from(step + self.middle()), 4))
    }

    /// The bits of information in hearing that a step is this or more: the law is symmetric.
    pub fn bits_at_least(self, step: i64) -> f64 {
        self.bits_at_most(-step)
    }

    fn middle(self) -> i64 {
        2 * (i64::from(self.width) - 1)
    }

    /// In how many ways four draws come to a sum (`order` 3), or to that sum or less (`order` 4): inclusion and exclusion
    /// of the draws that are too wide.
    fn ways(self, sum: i128, order: i128) -> i128 {
        let chosen = [1, -4, 6, -4, 1];
        let mut ways = 0;
        for (wide, sign) in (0..).zip(chosen) {
            let left = sum - wide * i128::from(self.width);
            if left >= 0 {
                // The binomial of `left + order` over `order`.
                let product: i128 = (1..=order).map(|i| left + i).product();
                ways += sign * (product / if order == 3 { 6 } else { 24 });
            }
        }
        ways
    }

    /// The binary logarithm of a number of ways among all.
    fn share_of_four(self, ways: i128) -> f64 {
        let log2 = |number: i128| -> f64 {
            // Two halves, as each fits a double closely enough and no cast is needed.
            let high = i32::try_from(number >> 62).unwrap_or(i32::MAX);
            let low = number & ((1 << 62) - 1);
            let upper = u32::try_from(low >> 32).unwrap_or(u32::MAX);
            let lower = u32::try_from(low & 0xffff_ffff).unwrap_or(u32::MAX);
            (f64::from(high) * 4_611_686_018_427_387_904.0
                + f64::from(upper) * 4_294_967_296.0
                + f64::from(lower))
            .log2()
        };
        log2(ways) - 4.0 * f64::from(self.width).log2()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_law_is_what_is_drawn() {
        let noise = Noise::new(3);
        let of = |step: i64| noise.bits(step).exp2().recip();
        let total: f64 = (-4..=4).map(of).sum();
        assert!((total - 1.0).abs() < 1e-12, "{total}");
        // Four draws of three: all zero in one way of 81.
        assert!((of(-4) - 1.0 / 81.0).abs() < 1e-12);
        assert!((noise.bits_at_most(-3).exp2().recip() - 5.0 / 81.0).abs() < 1e-12);
        assert!((noise.bits_at_least(3).exp2().recip() - 5.0 / 81.0).abs() < 1e-12);
        let mut seeded = Seeded::new(1);
        let zeros = (0..81_000).filter(|_| noise.step(&mut seeded) == 0).count();
        // 19 ways of 81.
        assert!((18_500..19_500).contains(&zeros), "{zeros}");
    }

    #[test]
    fn wide_noise_stays_within_the_numbers() {
        let noise = Noise::new(1 << 20);
        let bits = noise.bits(0);
        // The density of the sum of four even draws at its middle is 2/3.
        assert!(
            (bits - (20.0 - (2.0_f64 / 3.0).log2())).abs() < 1e-3,
            "{bits}"
        );
    }
}
