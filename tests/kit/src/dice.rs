use std::time::Duration;

/// Reproducible dice (SplitMix64; Steele, Lea, Flood 2014), so that a failure can be repeated.
pub struct Dice(u64);

impl Dice {
    /// Makes the dice of a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns any number.
    pub const fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `bound`.
    ///
    /// # Panics
    /// Panics if `bound` is zero.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.roll() % bound as u64).expect("below a usize")
    }

    /// Returns a moment between now and `longest` later.
    pub fn moment(&mut self, longest: Duration) -> Duration {
        longest.mul_f64(self.roll() as f64 / u64::MAX as f64)
    }

    /// Returns one of several.
    ///
    /// # Panics
    /// Panics if there is none.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// Returns `length` bytes.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.roll().to_le_bytes()[0]).collect()
    }

    /// Returns `length` decimal digits.
    pub fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| self.below(10).to_string()).collect()
    }

    /// Returns the IIN of a person born in the nineteenth century.
    pub fn iin(&mut self) -> String {
        loop {
            let (year, month, day) = (self.below(100), 1 + self.below(12), 1 + self.below(28));
            let (sex, serial) = (1 + self.below(2), self.digits(4));
            let first = format!("{year:02}{month:02}{day:02}{sex}{serial}");
            if let Some(iin) = crate::with_check_digit(&first) {
                return iin;
            }
        }
    }
}
