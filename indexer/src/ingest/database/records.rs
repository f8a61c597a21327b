//! How do the rows of a table become records?

use super::{Cell, DecodedCell, Decoder, Row, Tables, choice};
use crate::ingest::RECORD_LIMIT;
use crate::ingest::describe::columns::{Column, PlacedColumn};
use crate::ingest::describe::description::Format;
use crate::ingest::describe::layout::DetectedLayout;
use crate::ingest::describe::resolve::FileRules;
use crate::ingest::error::Failure;
use crate::ingest::record_builder::RecordBuilder;
use crate::ingest::tally::{Passage, Reason};

/// Reads the chosen table. The others are counted, unless other `[[file]]`s read them.
pub(super) fn read(
    format: Format,
    tables: &mut dyn Tables,
    rules: &FileRules,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    let place = choice::wanted(tables.list(), rules)?;
    let columns = &tables.list()[place].columns;
    let placed = match rules.columns.by_name(columns) {
        Err(_) if rules.columns.are_numbered() => rules.columns.by_number(columns.len())?,
        placed => placed?,
    };
    let wanted: Vec<usize> = placed.iter().map(|&(place, _)| place).collect();
    let decoder = Decoder::of(tables, place, &wanted, rules.entry.encoding)?;
    builder.read_as(DetectedLayout::new(format, decoder.encoding));
    for _ in 0..choice::passed_over(tables.list(), place, rules) {
        builder.pass_over_unread(Passage::OtherTable, 0);
    }
    let mut records = Records {
        columns: placed,
        decoder,
        builder,
        row: 0,
    };
    tables.rows(place, &wanted, &mut |row| records.take(&row))
}

/// The rows of a table, handed on as records.
struct Records<'r, 'i, 's> {
    columns: Vec<PlacedColumn<'r>>,
    decoder: Decoder,
    builder: &'i mut RecordBuilder<'s>,
    /// Place of the current row in its table, from 1.
    row: u64,
}

impl Records<'_, '_, '_> {
    fn take(&mut self, row: &Row<'_>) -> Result<(), Failure> {
        self.row += 1;
        match row {
            Row::Cells(cells) => self.record(cells),
            Row::Rejected(reason, texts) => self.reject(*reason, texts),
        }
    }

    fn record(&mut self, cells: &[Cell<'_>]) -> Result<(), Failure> {
        if cells.iter().map(length).sum::<usize>() > RECORD_LIMIT {
            let decoded: Vec<_> = cells.iter().map(|cell| self.decoder.text(cell)).collect();
            let texts = decoded.iter().filter_map(|decoded| match decoded {
                DecodedCell::Text(text) | DecodedCell::Damaged(text) => Some(text.as_bytes()),
                DecodedCell::Opaque => None,
            });
            return self.reject(Reason::TooLong, &texts.collect::<Vec<_>>());
        }
        let mut is_damaged = false;
        for (&(_, column), cell) in self.columns.iter().zip(cells) {
            is_damaged |= put(self.builder, column, self.decoder.text(cell));
        }
        if is_damaged && let Some(reading) = self.builder.reading() {
            reading.damaged_lines += 1;
        }
        self.builder.end_record()
    }

    fn reject(&mut self, reason: Reason, texts: &[&[u8]]) -> Result<(), Failure> {
        self.builder.reject(self.row, reason);
        texts.iter().try_for_each(|text| self.builder.recover(text))
    }
}

/// Puts a cell into the current record; returns true if some of its bytes are not characters.
fn put(builder: &mut RecordBuilder<'_>, column: &Column, decoded: DecodedCell<'_>) -> bool {
    match decoded {
        DecodedCell::Text(text) => builder.cell(column, &text),
        DecodedCell::Damaged(text) => {
            builder.cell(column, &text);
            return true;
        }
        DecodedCell::Opaque => builder.opaque_cell(column),
    }
    false
}

/// Returns the length of a cell's text, in bytes.
fn length(cell: &Cell<'_>) -> usize {
    match cell {
        Cell::Text(text) => text.len(),
        Cell::Coded(bytes) => bytes.len(),
        Cell::Empty | Cell::Opaque => 0,
    }
}
