use std::fmt;

use serde::Serialize;

/// Name of the other side if it is an aim.
pub(super) const AIM: &str = "the aim";

/// Figures of one part, which can be printed and kept.
pub trait Figures: Serialize + fmt::Display {
    /// Comparisons with something that was measured in the same run, or with an aim.
    fn comparisons(&self) -> Vec<Comparison>;
}

/// A figure of ours, compared with another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// What was done.
    pub what: String,
    /// What both figures count.
    pub unit: &'static str,
    /// Our figure.
    pub ours: f64,
    /// Name of the other side.
    pub beside: String,
    /// Figure of the other side.
    pub theirs: f64,
    /// Factor by which ours is better.
    pub times_better: f64,
    /// Minimum that `times_better` should be.
    pub reach: Option<f64>,
}

impl Comparison {
    /// Compares figures of which larger ones are better: rates.
    #[must_use]
    pub fn more(what: impl Into<String>, unit: &'static str, ours: f64) -> Draft {
        Draft::new(what.into(), unit, ours, |ours, theirs| ours / theirs)
    }

    /// Compares figures of which smaller ones are better: times and sizes.
    #[must_use]
    pub fn less(what: impl Into<String>, unit: &'static str, ours: f64) -> Draft {
        Draft::new(what.into(), unit, ours, |ours, theirs| theirs / ours)
    }

    /// Returns whether the aim is reached, if there is one.
    #[must_use]
    pub fn is_reached(&self) -> Option<bool> {
        self.reach.map(|reach| self.times_better >= reach)
    }
}

/// A figure of ours that is not compared yet.
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

    /// Compares it with another figure; ours should be better by the factor `at_least`, if given.
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

    /// Compares it with an aim.
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

/// Writes a number with three significant digits and no power of ten.
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
