use std::fmt;
use std::str::FromStr;

use exposure_index::breach::BreachId;

use super::BuildError;
use crate::ingest::{FileTally, Tally};

/// A share of a whole, written `5%` or `0.05`; kept in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u32);

const WHOLE: u32 = 1_000_000;
const HALF: Share = Share(WHOLE / 2);
/// How many rows or cells of a file may be bad, whatever share of it that is.
const FEW: u64 = 20;

impl Share {
    /// All of it.
    pub const ALL: Self = Self(WHOLE);

    /// Whether `part` of a file's `whole` is so much more than this share that it is no accident.
    ///
    /// In a small file a few bad rows are a large share. They are let pass up to [`FEW`], unless they are the greater
    /// part: then the file is not what its description says.
    fn exceeded_in_file(self, part: u64, whole: u64) -> bool {
        let is_much = part > FEW || HALF.exceeded(part, whole);
        is_much && self.exceeded(part, whole)
    }

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
    check_rows(breach, tally, limit)?;
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
    tally
        .files
        .iter()
        .try_for_each(|file| check_file(breach, file, limit))
}

/// Refuses a breach that has no rows, or too many that do not parse, whatever is wanted of it.
pub(super) fn check_rows(breach: &BreachId, tally: &Tally, limit: Share) -> Result<(), BuildError> {
    if tally.rows == 0 {
        return Err(BuildError::NoRows {
            breach: breach.clone(),
        });
    }
    let (rejected, rows) = unread(tally.rejected_rows, tally.rows, tally.missed());
    let is_exceeded = limit.exceeded(rejected, rows);
    if is_exceeded && tally.missed() > tally.rejected_rows {
        return Err(BuildError::TooMuchPassedOver {
            breach: breach.clone(),
            missed: tally.missed(),
            rows: tally.rows,
            limit,
            passed_over: tally.passed_over.clone(),
        });
    }
    if is_exceeded {
        return Err(BuildError::TooManyRejects {
            breach: breach.clone(),
            rejected,
            rows,
            limit,
            rejects: tally.rejects.clone(),
        });
    }
    Ok(())
}

/// Rejected rows of all. An identifier in text that was passed over stands for a row that may have been missed.
const fn unread(rejected: u64, rows: u64, missed: u64) -> (u64, u64) {
    (rejected + missed, rows + missed)
}

/// Refuses a file that would hide behind the others: a small one that is nothing but rejects is a small share of a large
/// breach.
fn check_file(breach: &BreachId, file: &FileTally, limit: Share) -> Result<(), BuildError> {
    let (rejected, rows) = unread(file.rejected_rows, file.rows, file.missed());
    if limit.exceeded_in_file(rejected, rows) {
        return Err(BuildError::TooManyRejectsInFile {
            breach: breach.clone(),
            file: file.name.clone(),
            rejected,
            rows,
            limit,
        });
    }
    for (&kind, cells) in &file.cells {
        if limit.exceeded_in_file(cells.invalid, cells.filled) {
            return Err(BuildError::TooManyInvalidCellsInFile {
                breach: breach.clone(),
                file: file.name.clone(),
                kind,
                invalid: cells.invalid,
                filled: cells.filled,
                limit,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use exposure_index::identifier::Kind;

    use super::*;
    use crate::ingest::CellTally;

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

    #[test]
    fn a_few_bad_rows_of_a_small_file_are_let_pass_but_not_a_bad_file() {
        let limit: Share = "5%".parse().expect("a share");
        for (rejected, rows, refused) in [
            (1, 2, false),
            (2, 3, true),
            (1, 1, true),
            (20, 100, false),
            (21, 100, true),
            (21, 1000, false),
            (0, 0, false),
        ] {
            let exceeded = limit.exceeded_in_file(rejected, rows);
            assert_eq!(exceeded, refused, "{rejected} of {rows}");
        }
        assert!(!Share::ALL.exceeded_in_file(9, 9));
    }

    #[test]
    fn a_small_file_of_rejects_does_not_hide_behind_a_large_good_one() {
        let file = |name: &str, rows, rejected_rows| FileTally {
            name: name.to_owned(),
            rows,
            rejected_rows,
            ..FileTally::default()
        };
        let filled = CellTally {
            filled: 1,
            ..CellTally::default()
        };
        let tally = Tally {
            rows: 1_000_003,
            rejected_rows: 3,
            cells: [(Kind::Iin, filled)].into(),
            files: vec![file("a.csv", 1_000_000, 0), file("b.csv", 3, 3)],
            ..Tally::default()
        };
        let id = BreachId::try_from("x-2020".to_owned()).expect("an id");
        let limit: Share = "5%".parse().expect("a share");
        let told = check(&id, &tally, limit).expect_err("refused").to_string();
        assert!(told.contains("3 of 3 rows of b.csv"), "{told}");
        assert!(check(&id, &tally, Share::ALL).is_ok());
    }
}
