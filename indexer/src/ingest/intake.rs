use std::ops::ControlFlow;

use super::columns::Column;
use super::error::Failure;
use super::tally::{CellTally, LISTED_REJECTS, Reason, Reject, Tally};
use crate::breach::ClassSet;
use crate::identifier::{Identifier, Kind, clean, normalise_cell};

/// Where records go.
pub trait Sink {
    /// Takes one record's identifiers, of which there is at least one, and the classes leaked with each of them. The
    /// sink may drain `identifiers`; what it leaves is dropped. Breaking ends the reading with
    /// [`IngestError::Stopped`](super::IngestError::Stopped).
    fn record(&mut self, identifiers: &mut Vec<Identifier>, classes: ClassSet) -> ControlFlow<()>;
}

/// Takes nothing, where a dump is only looked at.
pub(super) struct Nowhere;

impl Sink for Nowhere {
    fn record(&mut self, _: &mut Vec<Identifier>, _: ClassSet) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Turns cells into identifiers and classes, record by record, and counts.
pub(super) struct Intake<'a> {
    sink: &'a mut dyn Sink,
    identifiers: Vec<Identifier>,
    classes: ClassSet,
    cells: [CellTally; Kind::ALL.len()],
    rows: u64,
    rejected_rows: u64,
    rejects: Vec<Reject>,
    file: String,
    member: Option<usize>,
}

impl<'a> Intake<'a> {
    pub(super) fn new(sink: &'a mut dyn Sink) -> Self {
        Self {
            sink,
            identifiers: Vec::new(),
            classes: ClassSet::default(),
            cells: [CellTally::default(); Kind::ALL.len()],
            rows: 0,
            rejected_rows: 0,
            rejects: Vec::new(),
            file: String::new(),
            member: None,
        }
    }

    /// Says where the records to come stand.
    pub(super) fn enter(&mut self, file: &str, member: Option<usize>) {
        file.clone_into(&mut self.file);
        self.member = member;
    }

    /// Takes a cell of the present record.
    pub(super) fn cell(&mut self, column: &Column, text: &str) {
        if is_empty(text) {
            return;
        }
        self.classes = self.classes.union(column.classes);
        let Some(kind) = column.identifier else {
            return;
        };
        let tally = &mut self.cells[usize::from(kind.code())];
        tally.filled += 1;
        if normalise_cell(kind, text, &mut self.identifiers).is_err() {
            tally.invalid += 1;
        }
    }

    /// Takes a cell that holds something which is no text, such as a nested object.
    pub(super) fn opaque_cell(&mut self, column: &Column) {
        self.classes = self.classes.union(column.classes);
        if let Some(kind) = column.identifier {
            let tally = &mut self.cells[usize::from(kind.code())];
            tally.filled += 1;
            tally.invalid += 1;
        }
    }

    /// Ends the present record and hands it on.
    pub(super) fn end_record(&mut self) -> Result<(), Failure> {
        self.rows += 1;
        let classes = std::mem::take(&mut self.classes);
        if self.identifiers.is_empty() {
            return Ok(());
        }
        let flow = self.sink.record(&mut self.identifiers, classes);
        self.identifiers.clear();
        match flow {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Failure::Stopped),
        }
    }

    /// Counts a row that is refused whole.
    pub(super) fn reject(&mut self, line: u64, reason: Reason) {
        self.rows += 1;
        self.rejected_rows += 1;
        if self.rejects.len() < LISTED_REJECTS {
            self.rejects.push(Reject {
                file: self.file.clone(),
                member: self.member,
                line,
                reason,
            });
        }
    }

    /// What was counted. A kind of which no cell was filled is left out.
    pub(super) fn into_tally(self) -> Tally {
        let cells = Kind::ALL.into_iter().zip(self.cells);
        Tally {
            rows: self.rows,
            rejected_rows: self.rejected_rows,
            cells: cells.filter(|(_, cell)| cell.filled > 0).collect(),
            rejects: self.rejects,
        }
    }
}

/// What a cell says that holds nothing, cleaned and lower-cased.
const NOTHING: [&str; 8] = ["", "-", "—", "null", "\\n", "n/a", "нет", "none"];

/// Letters and digits that no empty cell has: one more than `null` and `none`.
const SURELY_FILLED: usize = 5;

/// Whether a cell says nothing.
pub(crate) fn is_empty(text: &str) -> bool {
    // Cleaning drops no letters or digits, so that the many cells of some length need none.
    if text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .take(SURELY_FILLED)
        .count()
        == SURELY_FILLED
    {
        return false;
    }
    NOTHING.contains(&clean(text).to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_says_nothing_is_empty() {
        for nothing in [
            "",
            "  ",
            "\"\"",
            "-",
            "—",
            "NULL",
            "\\N",
            "N/A",
            "n/a",
            "Нет",
            "none",
            "« нет »",
            "N\u{200B}U\u{200B}LL",
            "ｎｏｎｅ",
        ] {
            assert!(is_empty(nothing), "{nothing:?}");
        }
        for filled in [
            "0",
            "--",
            "нету",
            "null1",
            "x",
            "77090000001",
            "N//A",
            "none none",
        ] {
            assert!(!is_empty(filled), "{filled:?}");
        }
    }
}
