use super::Effort;

/// Maximum number of iterations of one derivation: half a millisecond of a core, which the server spends on each
/// solution it checks.
const LONGEST: u64 = 4096;

/// Minimum number of hexadecimal digits. A derivation must not be much shorter than [`LONGEST`] either: in a browser
/// each is a call of WebCrypto, and a person's browser should spend its time as a sweeper's program does.
const FEWEST_DIGITS: u32 = 2;

/// A puzzle: find a derivation of a number of iterations whose key begins with a number of zeros.
///
/// One in 16^`digits` does, so an effort is set by the number of digits, roughly, and by the length of each derivation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Puzzle {
    pub(super) iterations: u32,
    pub(super) digits: u32,
}

impl Puzzle {
    /// Makes the puzzle that takes this effort for this many elements.
    pub(super) fn of(effort: Effort, elements: usize) -> Self {
        let mut digits = FEWEST_DIGITS;
        let mut each = effort.of_all(elements) >> (4 * digits);
        while each > LONGEST {
            digits += 1;
            each >>= 4;
        }
        Self {
            // Cannot fail: it is at most `LONGEST`.
            iterations: u32::try_from(each.max(1)).unwrap_or(u32::MAX),
            digits,
        }
    }

    /// Returns what the key must begin with, in hexadecimal.
    pub(super) fn prefix(self) -> String {
        "0".repeat(self.digits as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_effort_is_reached_within_a_part_in_a_hundred_and_no_check_is_long() {
        for effort in [Effort::BASE, Effort::BASE.at_load(0.6), Effort::BASE.full()] {
            for elements in 1..=16 {
                let puzzle = Puzzle::of(effort, elements);
                let average = u64::from(puzzle.iterations) << (4 * puzzle.digits);
                let wanted = effort.of_all(elements);
                let missing = (wanted - average) as f64 / wanted as f64;
                assert!((0.0..0.01).contains(&missing), "{puzzle:?} of {wanted}");
                assert!((256..=4096).contains(&puzzle.iterations), "{puzzle:?}");
            }
        }
    }

    #[test]
    fn the_least_effort_is_a_puzzle_and_the_most_one_without_overflow() {
        let least = Puzzle::of(Effort::new(1), 1);
        assert_eq!((least.iterations, least.prefix().as_str()), (1, "00"));
        assert!(Puzzle::of(Effort::new(u32::MAX), usize::MAX).iterations <= 4096);
    }
}
