use std::fmt;
use std::str::FromStr;

use super::BuildError;
use crate::breach::BreachId;
use crate::ingest::Tally;

/// A share of a whole, written `5%` or `0.05`; kept in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u32);

const WHOLE: u32 = 1_000_000;

impl Share {
    /// All of it.
    pub const ALL: Self = Self(WHOLE);

    /// Whether `part` of `whole` is more than this share. Nothing of nothing is not.
    fn exceeded(self, part: u64, whole: u64) -> bool {
        u128::from(part) * u128::from(WHOLE) > u128::from(whole) * u128::from(self.0)
    }
}

/// A text that is no share.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a share such as 5% or 0.05, between 0 and 100%")]
pub struct BadShare;

impl FromStr for Share {
    type Err = BadShare;

    fn from_str(text: &str) -> Result<Self, BadShare> {
        let (number, unit) = match text.trim().strip_suffix('%') {
            Some(percent) => (percent, 0.01),
            None if text.contains('.') => (text, 1.0),
            // 5 may mean 5 % or five times everything.
            None => return Err(BadShare),
        };
        let share = number.trim().parse::<f64>().map_err(|_| BadShare)? * unit;
        if !(0.0..=1.0).contains(&share) {
            return Err(BadShare);
        }
        Ok(Self((share * f64::from(WHOLE)).round() as u32))
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", f64::from(self.0) / f64::from(WHOLE / 100))
    }
}

/// Refuses a breach of which too much could not be read: most often its columns are described wrongly, and staff would
/// publish an index that tells citizens "not found".
pub(super) fn check(breach: &BreachId, tally: &Tally, limit: Share) -> Result<(), BuildError> {
    if tally.rows == 0 {
        return Err(BuildError::NoRows {
            breach: breach.clone(),
        });
    }
    if limit.exceeded(tally.rejected_rows, tally.rows) {
        let (rejected, rows) = (tally.rejected_rows, tally.rows);
        return Err(BuildError::TooManyRejects {
            breach: breach.clone(),
            rejected,
            rows,
            limit,
            rejects: tally.rejects.clone(),
        });
    }
    if tally.cells.values().all(|cells| cells.filled == 0) {
        return Err(BuildError::NoIdentifiers {
            breach: breach.clone(),
            rows: tally.rows,
        });
    }
    for (&kind, cells) in &tally.cells {
        if limit.exceeded(cells.invalid, cells.filled) {
            let (invalid, filled) = (cells.invalid, cells.filled);
            return Err(BuildError::TooManyInvalidCells {
                breach: breach.clone(),
                kind,
                invalid,
                filled,
                limit,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_read_in_percent_and_as_a_fraction() {
        assert_eq!("5%".parse(), "0.05".parse::<Share>());
        assert_eq!("100 %".parse(), Ok(Share::ALL));
        assert_eq!(
            "2.5%".parse::<Share>().map(|share| share.to_string()),
            Ok("2.5 %".to_owned())
        );
        for bad in ["", "%", "-1%", "101%", "1.01", "NaN", "five", "1", "5"] {
            assert_eq!(bad.parse::<Share>(), Err(BadShare), "{bad}");
        }
    }

    #[test]
    fn a_share_is_exceeded_only_by_more() {
        let limit: Share = "5%".parse().expect("a share");
        assert!(!limit.exceeded(5, 100));
        assert!(limit.exceeded(6, 100));
        assert!(!limit.exceeded(0, 0));
        assert!(limit.exceeded(u64::MAX, u64::MAX));
    }
}
