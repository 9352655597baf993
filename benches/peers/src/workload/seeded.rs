//! A small generator of our own, so that the workload has the same bits on every machine and for ever.

/// SplitMix64 (Steele, Lea and Flood, 2014).
#[derive(Clone, Debug)]
pub struct Seeded(u64);

impl Seeded {
    /// A generator that starts from a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A generator of its own for each pair of numbers.
    pub fn of(seed: u64, first: u32, second: u32) -> Self {
        let pair = (u64::from(first) << 32) | u64::from(second);
        Self(mix(seed ^ mix(pair)))
    }

    /// 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number below `limit`, even to 1 in 10^5 for limits up to 10^5.
    pub fn below32(&mut self, limit: u32) -> u32 {
        let wide = (self.bits() >> 32) * u64::from(limit);
        u32::try_from(wide >> 32).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below32(high - low + 1)
    }

    /// True once in `times`.
    pub fn once_in(&mut self, times: u32) -> bool {
        self.below32(times) == 0
    }

    /// A number from `low` to `low << doublings`, as likely in each doubling.
    pub fn over_doublings(&mut self, low: u32, doublings: u32) -> u32 {
        let base = low << self.below32(doublings);
        base + self.below32(base)
    }
}

/// Spreads 64 bits over 64 bits, one to one.
pub fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
