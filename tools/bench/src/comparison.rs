use std::fmt;

use serde::Serialize;

/// What a figure is beside if it is nobody's.
pub(super) const AIM: &str = "the aim";

/// Figures of one part, which can be printed and kept.
pub trait Figures: Serialize + fmt::Display {
    /// What of them is beside something else that was measured in the same run, or beside what is to be reached.
    fn comparisons(&self) -> Vec<Comparison>;
}

/// A figure of ours beside another one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// What was done.
    pub what: String,
    /// What both figures count.
    pub unit: &'static str,
    /// Ours.
    pub ours: f64,
    /// Whose the other is.
    pub beside: String,
    /// The other.
    pub theirs: f64,
    /// How many times better ours is.
    pub times_better: f64,
    /// What `times_better` should be at least.
    pub reach: Option<f64>,
}

impl Comparison {
    /// Of figures of which more are better: rates.
    #[must_use]
    pub fn more(what: impl Into<String>, unit: &'static str, ours: f64) -> Draft {
        Draft::new(what.into(), unit, ours, |ours, theirs| ours / theirs)
    }

    /// Of figures of which less are better: times and sizes.
    #[must_use]
    pub fn less(what: impl Into<String>, unit: &'static str, ours: f64) -> Draft {
        Draft::new(what.into(), unit, ours, |ours, theirs| theirs / ours)
    }

    /// Whether it is as good as it should be, if there is an aim.
    #[must_use]
    pub fn is_reached(&self) -> Option<bool> {
        self.reach.map(|reach| self.times_better >= reach)
    }
}

/// A figure of ours that is not beside anything yet.
pub struct Draft {
    what: String,
    unit: &'static str,
    ours: f64,
    times_better: fn(f64, f64) -> f64,
}

impl Draft {
    const fn new(
        what: String,
        unit: &'static str,
        ours: f64,
        times_better: fn(f64, f64) -> f64,
    ) -> Self {
        Self {
            what,
            unit,
            ours,
            times_better,
        }
    }

    /// Beside another figure, which ours should be so many times better than, if it is said.
    #[must_use]
    pub fn beside(
        self,
        whose: impl Into<String>,
        theirs: f64,
        reach: impl Into<Option<f64>>,
    ) -> Comparison {
        Comparison {
            what: self.what,
            unit: self.unit,
            ours: self.ours,
            beside: whose.into(),
            theirs,
            times_better: (self.times_better)(self.ours, theirs),
            reach: reach.into(),
        }
    }

    /// Beside what it should be.
    #[must_use]
    pub fn beside_aim(self, aim: f64) -> Comparison {
        self.beside(AIM, aim, 1.0)
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reach = match (self.reach, self.is_reached()) {
            (Some(reach), Some(true)) => format!("{reach:.2}: yes"),
            (Some(reach), _) => format!("{reach:.2}: **no**"),
            (None, _) => String::new(),
        };
        write!(
            f,
            "| {} | {} {} | {} | {} | {:.2} | {reach} |",
            self.what,
            short(self.ours),
            self.unit,
            self.beside,
            short(self.theirs),
            self.times_better,
        )
    }
}

/// With three digits that count, and no power of ten.
fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_is_better_of_rates_and_less_of_times() {
        let rate = Comparison::more("range", "a second", 30.0).beside("nginx", 20.0, 1.0);
        assert_eq!((rate.times_better, rate.is_reached()), (1.5, Some(true)));
        let time = Comparison::less("look-up", "ns", 300.0).beside("fst", 900.0, 4.0);
        assert_eq!((time.times_better, time.is_reached()), (3.0, Some(false)));
        let size = Comparison::less("index", "bytes", 8.0).beside_aim(9.0);
        assert_eq!(size.is_reached(), Some(true));
        assert_eq!(
            size.to_string(),
            "| index | 8.00 bytes | the aim | 9.00 | 1.12 | 1.00: yes |"
        );
    }
}
