use std::time::Duration;

/// Dice that fall the same way every time (SplitMix64; Steele, Lea, Flood 2014), so that what fails can be thrown again.
pub struct Dice(u64);

impl Dice {
    /// Dice that fall as `seed` has it.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub const fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`.
    ///
    /// # Panics
    /// If `bound` is zero.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.roll() % bound as u64).expect("below a usize")
    }

    /// A moment between now and `longest` later.
    pub fn moment(&mut self, longest: Duration) -> Duration {
        longest.mul_f64(self.roll() as f64 / u64::MAX as f64)
    }

    /// One of several.
    ///
    /// # Panics
    /// If there is none.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// So many bytes.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.roll().to_le_bytes()[0]).collect()
    }

    /// So many decimal digits.
    pub fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| self.below(10).to_string()).collect()
    }

    /// The IIN of a person born in the nineteenth century.
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
