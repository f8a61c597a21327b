use std::fmt;
use std::str::FromStr;

/// When work is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Never.
    Off,
    /// Always, and as much as `auto` asks for at the highest load.
    On,
    /// Always, and the more the higher the load.
    #[default]
    Auto,
}

/// A mode that does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the proof of work is `auto`, `off` or `on`")]
pub struct ModeError;

impl FromStr for Mode {
    type Err = ModeError;

    fn from_str(text: &str) -> Result<Self, ModeError> {
        match text {
            "off" => Ok(Self::Off),
            "on" => Ok(Self::On),
            "auto" => Ok(Self::Auto),
            _ => Err(ModeError),
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Off => "off",
            Self::On => "on",
            Self::Auto => "auto",
        })
    }
}

/// How much work one element costs: the number of key derivations that finding the counter takes on average.
///
/// The counter is uniform over twice as many values, from 0 up. A distribution that began higher would not help:
/// whoever knows it begins there. Giving up unlucky challenges for new ones does not help either, since the work that
/// is left shrinks with every miss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Effort(u32);

impl Effort {
    /// Key derivations per element when nothing is going on.
    ///
    /// One derivation (PBKDF2-HMAC-SHA-256, 2000 iterations) takes 0.24 ms on a core of an AMD EPYC (Zen 3, 2.45 GHz,
    /// SHA instructions; `cargo test --release -p tekser-server --lib -- --ignored --nocapture what_work_costs`), so an
    /// element costs 0.12 s of such a core on average and 0.24 s at most. A browser adds what a call of WebCrypto
    /// costs, some tenths of a millisecond; a page should keep several under way, and may do the work before a person
    /// has typed anything.
    pub const BASE: Self = Self(500);

    /// The effort under full load, as a multiple of the base.
    pub const MOST: u32 = 8;

    /// An effort of so many derivations per element on average; at least 1.
    #[must_use]
    pub const fn new(derivations: u32) -> Self {
        Self(if derivations == 0 { 1 } else { derivations })
    }

    /// Key derivations per element on average.
    #[must_use]
    pub const fn derivations(self) -> u32 {
        self.0
    }

    /// This base effort raised for a load, which is a share of the capacity: unchanged up to a quarter, then smoothly
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

    /// How many values the counter for so many elements has, from 0 up.
    pub(super) fn counters(self, elements: usize) -> u32 {
        let elements = u32::try_from(elements.max(1)).unwrap_or(u32::MAX);
        self.0.saturating_mul(2).saturating_mul(elements)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn modes_are_read_and_written() {
        assert_eq!(
            ["off", "on", "auto"].map(str::parse),
            [Ok(Mode::Off), Ok(Mode::On), Ok(Mode::Auto)]
        );
        assert_eq!(
            [Mode::Off, Mode::On, Mode::Auto].map(|mode| mode.to_string()),
            ["off", "on", "auto"]
        );
        assert_eq!("On".parse::<Mode>(), Err(ModeError));
    }

    #[test]
    fn effort_runs_from_the_base_to_eight_times_it() {
        let at = |load| Effort::BASE.at_load(load).derivations();
        assert_eq!(
            [at(0.0), at(0.25), at(1.0), at(1e9)],
            [500, 500, 4000, 4000]
        );
        assert_eq!(at(0.5), 1000);
        assert_eq!(Effort::BASE.full(), Effort::BASE.at_load(1.0));
        assert_eq!(
            Effort::BASE.at_load(f64::NAN),
            Effort::new(1),
            "unreachable, and no panic"
        );
    }

    #[test]
    fn the_mean_counter_is_the_effort_times_the_elements() {
        assert_eq!(Effort::BASE.counters(1), 1000);
        assert_eq!(Effort::BASE.counters(16), 16_000);
        assert_eq!(Effort::BASE.full().counters(usize::MAX), u32::MAX);
    }

    proptest! {
        #[test]
        fn more_load_never_means_less_effort_and_no_jump(base in 1..100_000_u32, load in 0.0..2.0_f64, more in 0.0..0.01_f64) {
            let (low, high) = (Effort::new(base).at_load(load), Effort::new(base).at_load(load + more));
            prop_assert!(low <= high);
            prop_assert!(f64::from(high.derivations()) <= f64::from(low.derivations()) * 1.03 + 1.0);
        }
    }
}
