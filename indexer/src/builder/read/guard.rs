//! Does this breach match its description? If much of a breach cannot be read, its columns are usually described
//! wrongly, and staff would publish an index that answers citizens "not found".

use std::borrow::Cow;

use exposure_index::breach::BreachId;

use crate::builder::GuardError;
use crate::ingest::{FileTally, Share, Tally};

/// Refuses a breach if too much of it could not be read, with the first of its [`complaints`].
pub(crate) fn check(breach: &BreachId, tally: &Tally, limit: Share) -> Result<(), GuardError> {
    first(complaints(breach, tally, limit))
}

/// Refuses a breach that has no rows, or too many that do not parse, for any purpose.
pub(crate) fn check_rows(breach: &BreachId, tally: &Tally, limit: Share) -> Result<(), GuardError> {
    if tally.rows == 0 {
        return Err(no_rows(breach));
    }
    let with_own_limit = tally.files.iter().filter(|file| file.max_rejects.is_some());
    let of_files = with_own_limit.filter_map(|file| rows_of_file(breach, file, limit));
    first(
        rows(breach, &common(tally), limit)
            .into_iter()
            .chain(of_files),
    )
}

/// Returns all reasons to refuse a breach. The limit holds for the whole breach, without files that state their own,
/// and, if the whole is within it, for each file.
pub(crate) fn complaints(breach: &BreachId, tally: &Tally, limit: Share) -> Vec<GuardError> {
    if tally.rows == 0 {
        return vec![no_rows(breach)];
    }
    let common = common(tally);
    let mut complaints: Vec<GuardError> = rows(breach, &common, limit).into_iter().collect();
    if complaints.is_empty() && tally.cells.values().all(|cells| cells.filled == 0) {
        complaints.push(GuardError::NoIdentifiers {
            breach: breach.clone(),
            rows: tally.rows,
        });
    }
    complaints.extend(cells(breach, &common, limit));
    let is_fine = complaints.is_empty();
    for file in &tally.files {
        if is_fine || file.max_rejects.is_some() {
            complaints.extend(rows_of_file(breach, file, limit));
            complaints.extend(cells_of_file(breach, file, limit));
        }
    }
    complaints
}

fn first(complaints: impl IntoIterator<Item = GuardError>) -> Result<(), GuardError> {
    complaints.into_iter().next().map_or(Ok(()), Err)
}

fn no_rows(breach: &BreachId) -> GuardError {
    GuardError::NoRows {
        breach: breach.clone(),
    }
}

/// Returns the files under the breach's limit: those without their own.
fn common(tally: &Tally) -> Cow<'_, Tally> {
    let is_common = |file: &&FileTally| file.max_rejects.is_none();
    if tally.files.iter().all(|file| is_common(&file)) {
        return Cow::Borrowed(tally);
    }
    let mut common = Tally::default();
    for file in tally.files.iter().filter(is_common) {
        common.add(file.clone());
    }
    let rejects = tally.rejects.iter();
    let is_in_common = |name: &str| common.files.iter().any(|file| file.name == name);
    common.rejects = rejects
        .filter(|reject| is_in_common(&reject.file))
        .cloned()
        .collect();
    Cow::Owned(common)
}

fn rows(breach: &BreachId, tally: &Tally, limit: Share) -> Option<GuardError> {
    let (rejected, rows) = unread(tally.rejected_rows, tally.rows, tally.missed());
    let breach = breach.clone();
    if !limit.exceeded(rejected, rows) {
        return None;
    }
    Some(match tally.missed() > tally.rejected_rows {
        true => GuardError::TooMuchPassedOver {
            breach,
            missed: tally.missed(),
            rows: tally.rows,
            limit,
            passed_over: tally.passed_over.clone(),
        },
        false => GuardError::TooManyRejects {
            breach,
            rejected,
            rows,
            limit,
            rejects: tally.rejects.clone(),
        },
    })
}

fn cells(breach: &BreachId, tally: &Tally, limit: Share) -> impl Iterator<Item = GuardError> {
    let exceeding = tally
        .cells
        .iter()
        .filter(move |(_, cells)| limit.exceeded(cells.invalid, cells.filled));
    exceeding.map(move |(&kind, cells)| GuardError::TooManyInvalidCells {
        breach: breach.clone(),
        kind,
        invalid: cells.invalid,
        filled: cells.filled,
        limit,
    })
}

/// Returns the unread rows, and all rows. An identifier in text that was passed over counts as a row that may have been
/// missed.
const fn unread(rejected: u64, rows: u64, missed: u64) -> (u64, u64) {
    (rejected + missed, rows + missed)
}

/// Returns the limit of a file, if the file exceeds it. Files without a limit of their own are also checked one by one:
/// a small file of only rejects is a small share of a large breach.
fn exceeded(file: &FileTally, limit: Share, part: u64, whole: u64) -> Option<Share> {
    match file.max_rejects {
        Some(own) => own.exceeded(part, whole).then_some(own),
        None => limit.exceeded_in_file(part, whole).then_some(limit),
    }
}

fn rows_of_file(breach: &BreachId, file: &FileTally, limit: Share) -> Option<GuardError> {
    let (rejected, rows) = unread(file.rejected_rows, file.rows, file.missed());
    let limit = exceeded(file, limit, rejected, rows)?;
    Some(GuardError::TooManyRejectsInFile {
        breach: breach.clone(),
        file: file.title(),
        rejected,
        rows,
        limit,
    })
}

fn cells_of_file(
    breach: &BreachId,
    file: &FileTally,
    limit: Share,
) -> impl Iterator<Item = GuardError> {
    file.cells.iter().filter_map(move |(&kind, cells)| {
        Some(GuardError::TooManyInvalidCellsInFile {
            breach: breach.clone(),
            file: file.title(),
            kind,
            invalid: cells.invalid,
            filled: cells.filled,
            limit: exceeded(file, limit, cells.invalid, cells.filled)?,
        })
    })
}

#[cfg(test)]
mod tests {
    use exposure_index::identifier::Kind;

    use super::*;
    use crate::ingest::CellTally;

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
        let message = check(&id, &tally, limit).expect_err("refused").to_string();
        assert!(message.contains("3 of 3 rows of b.csv"), "{message}");
        assert!(check(&id, &tally, Share::ALL).is_ok());
    }

    #[test]
    fn a_file_that_states_a_limit_is_judged_by_it_and_the_others_by_theirs() {
        let file = |name: &str, rejected_rows, max_rejects: Option<&str>| FileTally {
            name: name.to_owned(),
            rows: 100,
            rejected_rows,
            cells: [(
                Kind::Iin,
                CellTally {
                    filled: 1,
                    ..CellTally::default()
                },
            )]
            .into(),
            max_rejects: max_rejects.and_then(|limit| limit.parse().ok()),
            ..FileTally::default()
        };
        let id = BreachId::try_from("x-2020".to_owned()).expect("an id");
        let limit: Share = "5%".parse().expect("a share");
        let refused = |files: Vec<FileTally>| {
            let mut tally = Tally::default();
            files.into_iter().for_each(|file| tally.add(file));
            complaints(&id, &tally, limit).len()
        };
        let good = || file("good.csv", 0, None);
        assert_eq!(refused(vec![good(), file("bad.csv", 90, None)]), 1);
        assert_eq!(refused(vec![good(), file("bad.csv", 90, Some("95%"))]), 0);
        assert_eq!(refused(vec![good(), file("bad.csv", 3, Some("2%"))]), 1);
        let others = vec![file("a.csv", 50, None), file("b.csv", 90, Some("95%"))];
        assert_eq!(refused(others), 1);
    }
}
