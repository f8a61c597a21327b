//! How strongly does the evidence support a guess?
//!
//! Uses the weights of record linkage (Fellegi and Sunter, "A Theory for Record Linkage", 1969): a test that cells pass
//! with probability *m* where the guess is true and *u* where it is not weighs ln(m/u) for each cell that passes and
//! ln((1−m)/(1−u)) for each that does not. So a check digit, which one random number in ten has, weighs little, and an
//! e-mail address much; and many failures weigh against a guess however many cells pass.
//!
//! Cells of one column are not independent of each other: a column of serial numbers begins with the same digits row
//! after row. Therefore no more than [`CELLS`] are counted, and no test weighs more than its own limit.

/// Maximum number of cells that count; of more, their share counts.
const CELLS: f64 = 30.0;

/// The most that a test weighs against a guess.
const AGAINST: f64 = 12.0;

/// Prior odds of any guess: 1 : 6.
pub(super) const PRIOR: f64 = -1.8;

/// A test of cells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Test {
    /// The share of cells that pass where the guess is true: *m*.
    pub(super) passing: f64,
    /// The share that passes by chance, of other cells that look alike: *u*.
    pub(super) chance: f64,
    /// The most that it weighs, in nats.
    pub(super) limit: f64,
}

impl Test {
    /// The weight of `passed` out of `of` cells, in nats.
    pub(super) fn weight(&self, passed: usize, of: usize) -> f64 {
        if of == 0 {
            return 0.0;
        }
        let share = passed as f64 / of as f64;
        let cells = CELLS.min(of as f64);
        let pass = (self.passing / self.chance).ln();
        let fail = ((1.0 - self.passing) / (1.0 - self.chance)).ln();
        let weight = cells * (share * pass + (1.0 - share) * fail);
        weight.clamp(-AGAINST, self.limit)
    }
}

/// The probability of each of several guesses that exclude each other, one of which is that it is something else; from
/// their weights.
pub(super) fn probabilities(weights: &[f64]) -> Vec<f64> {
    let odds: Vec<f64> = weights.iter().map(|weight| weight.exp()).collect();
    let all = 1.0 + odds.iter().sum::<f64>();
    odds.into_iter().map(|odds| odds / all).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LUHN: Test = Test {
        passing: 0.95,
        chance: 0.1,
        limit: 7.0,
    };

    #[test]
    fn what_passes_as_often_as_by_chance_weighs_against() {
        assert!(LUHN.weight(10, 100) < -5.0);
        assert!(LUHN.weight(95, 100) > 5.0);
        assert_eq!(LUHN.weight(0, 0), 0.0);
    }

    #[test]
    fn one_cell_that_passes_is_little_evidence() {
        assert!(PRIOR + LUHN.weight(1, 1) < 1.0);
    }

    #[test]
    fn more_cells_of_the_same_share_do_not_make_it_surer_without_end() {
        assert_eq!(LUHN.weight(100, 100), LUHN.weight(1_000_000, 1_000_000));
        assert!(LUHN.weight(1_000_000, 1_000_000) <= LUHN.limit);
    }

    #[test]
    fn probabilities_of_exclusive_guesses_leave_room_for_none() {
        let sum: f64 = probabilities(&[3.0, 3.0, -1.0]).iter().sum();
        assert!(sum < 1.0);
        assert_eq!(probabilities(&[0.0]), [0.5]);
    }
}
