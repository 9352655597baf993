//! The information in a workload, under the laws that made it.

/// Adds up information as a row is made.
pub trait Account {
    /// The bits that a value had.
    fn value(&mut self, bits: impl FnOnce() -> f64);
    /// A month that is filled, or not.
    fn filled(&mut self, filled: bool, once_in: u32);
    /// A qualifier or none.
    fn qualifier(&mut self, qualified: bool, once_in: u32, kinds: u32);
}

/// No account is kept.
impl Account for () {
    fn value(&mut self, _: impl FnOnce() -> f64) {}
    fn filled(&mut self, _: bool, _: u32) {}
    fn qualifier(&mut self, _: bool, _: u32, _: u32) {}
}

/// The information in the cells of a workload, given the course and the noise of each row.
#[derive(Clone, Copy, Debug, Default)]
pub struct Entropy {
    value_bits: f64,
    hole_bits: f64,
    qualifier_bits: f64,
    cells: u64,
}

impl Entropy {
    pub(super) fn add_cells(&mut self, cells: u64) {
        self.cells += cells;
    }

    /// Bits a cell for the values.
    pub fn value_bits_a_cell(&self) -> f64 {
        self.value_bits / float(self.cells)
    }

    /// Bits a cell for which months are filled.
    pub fn hole_bits_a_cell(&self) -> f64 {
        self.hole_bits / float(self.cells)
    }

    /// Bits a cell for the qualifiers.
    pub fn qualifier_bits_a_cell(&self) -> f64 {
        self.qualifier_bits / float(self.cells)
    }

    /// All of it, in bytes a cell.
    pub fn bytes_a_cell(&self) -> f64 {
        (self.value_bits + self.hole_bits + self.qualifier_bits) / 8.0 / float(self.cells)
    }
}

impl Account for Entropy {
    fn value(&mut self, bits: impl FnOnce() -> f64) {
        self.value_bits += bits();
    }

    fn filled(&mut self, filled: bool, once_in: u32) {
        self.hole_bits += surprise(!filled, once_in);
    }

    fn qualifier(&mut self, qualified: bool, once_in: u32, kinds: u32) {
        self.qualifier_bits += surprise(qualified, once_in);
        if qualified {
            self.qualifier_bits += f64::from(kinds).log2();
        }
    }
}

/// The bits in hearing whether something came that comes once in so many times.
fn surprise(came: bool, once_in: u32) -> f64 {
    let rare = f64::from(once_in).recip();
    -(if came { rare } else { 1.0 - rare }).log2()
}

/// A count as a number to divide by.
pub fn float(count: u64) -> f64 {
    let high = u32::try_from(count >> 32).unwrap_or(u32::MAX);
    let low = u32::try_from(count & 0xffff_ffff).unwrap_or(u32::MAX);
    f64::from(high) * 4_294_967_296.0 + f64::from(low)
}
