use clap::ValueEnum;

/// When work is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// Always: little work when the load is low, more as it rises.
    Auto,
    /// Always, and as much as auto asks for at the highest load.
    On,
    /// Never.
    Off,
}

/// The work that one element costs: the average number of hash iterations to find a solution.
///
/// They are spent on derivations of equal length, each of which is the right one with the same small chance. A client
/// that has tried many is no nearer to the end, so giving up an unlucky challenge for a new one gains nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Effort(u32);

impl Effort {
    /// Iterations per element without load.
    ///
    /// 2000 iterations of PBKDF2-HMAC-SHA-256 take 0.24 ms on a core of an AMD EPYC (Zen 3, 2.45 GHz, SHA instructions;
    /// `cargo test --release -p tekser-server --lib -- --ignored --nocapture what_work_costs`), so an element costs
    /// 0.12 s of such a core on average, and one time in twenty more than three times as much. A browser adds what a
    /// call of WebCrypto costs, some tenths of a millisecond; a page should keep several under way, and may do the work
    /// before a person has typed anything.
    pub(crate) const BASE: Self = Self(1_000_000);

    /// The effort under full load, as a multiple of the base.
    pub(crate) const MOST: u32 = 8;

    /// Makes an effort of this many iterations per element on average; at least 1.
    #[must_use]
    pub(crate) const fn new(iterations: u32) -> Self {
        Self(if iterations == 0 { 1 } else { iterations })
    }

    /// Returns the iterations per element, on average.
    #[cfg(test)]
    const fn iterations(self) -> u32 {
        self.0
    }

    /// Raises this base effort for a load, a share of the capacity: unchanged up to a quarter, then smoothly
    /// up to [`Effort::MOST`] times as much at the whole capacity, and never more, so that a person is not shut out
    /// however busy it gets.
    #[must_use]
    pub(super) fn at_load(self, load: f64) -> Self {
        let rise = ((load - 0.25) / 0.75).clamp(0.0, 1.0);
        let factor = f64::from(Self::MOST).powf(rise);
        // Cannot overflow: a cast from f64 saturates.
        Self::new((f64::from(self.0) * factor).round() as u32)
    }

    pub(super) const fn full(self) -> Self {
        Self(self.0.saturating_mul(Self::MOST))
    }

    /// Returns the iterations for a request of this many elements, on average.
    pub(super) fn of_all(self, elements: usize) -> u64 {
        let elements = u64::try_from(elements.max(1)).unwrap_or(u64::MAX);
        u64::from(self.0).saturating_mul(elements)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn effort_runs_from_the_base_to_eight_times_it() {
        let at = |load| Effort::BASE.at_load(load).iterations();
        assert_eq!(
            [at(0.0), at(0.25), at(1.0), at(1e9)],
            [1_000_000, 1_000_000, 8_000_000, 8_000_000]
        );
        assert_eq!(at(0.5), 2_000_000);
        assert_eq!(Effort::BASE.full(), Effort::BASE.at_load(1.0));
        assert_eq!(
            Effort::BASE.at_load(f64::NAN),
            Effort::new(1),
            "unreachable, and no panic"
        );
    }

    #[test]
    fn the_effort_of_a_request_is_that_of_its_elements() {
        assert_eq!(Effort::BASE.of_all(1), 1_000_000);
        assert_eq!(Effort::BASE.of_all(16), 16_000_000);
        assert_eq!(Effort::BASE.of_all(0), 1_000_000);
        assert_eq!(Effort::BASE.full().of_all(usize::MAX), u64::MAX);
    }

    proptest! {
        #[test]
        fn more_load_never_means_less_effort_and_no_jump(base in 1..100_000_u32, load in 0.0..2.0_f64, more in 0.0..0.01_f64) {
            let (low, high) = (Effort::new(base).at_load(load), Effort::new(base).at_load(load + more));
            prop_assert!(low <= high);
            prop_assert!(f64::from(high.iterations()) <= f64::from(low.iterations()) * 1.03 + 1.0);
        }
    }
}
