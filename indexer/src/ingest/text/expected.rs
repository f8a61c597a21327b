//! What do this file's rows look like? The basis for preferring one reading of doubtful lines to another.

use exposure_index::identifier::{Kind, normalise_cell};

use super::cells::Cells;
use super::cutter::{CellBuffer, Cutter, Strays};
use super::separators::{ESCAPE, Separators};
use crate::ingest::describe::columns::PlacedColumn;
use crate::ingest::empty::is_empty;
use crate::ingest::recover;

/// The rows that a file is expected to have.
#[derive(Clone, Default)]
pub(in crate::ingest) struct ExpectedRows<'r> {
    /// Number of cells of a row, if known.
    pub(in crate::ingest) width: Option<usize>,
    /// Columns that are read, if known.
    pub(in crate::ingest) columns: Vec<PlacedColumn<'r>>,
}

impl ExpectedRows<'_> {
    pub(in crate::ingest) fn has_width(&self, width: usize) -> bool {
        self.width.is_none_or(|expected| expected == width)
    }

    /// Returns whether the cells may be a row: their number is right, and none in a column of identifiers is surely
    /// something else.
    pub(in crate::ingest) fn is_row(&self, cells: Cells<'_>) -> bool {
        self.has_width(cells.width()) && self.fits_columns(cells)
    }

    /// Whether the cells may be the first ones of a row whose last ones were left out: no identifier is in a column
    /// that has none, where it would be if other cells than the last ones were missing.
    pub(in crate::ingest) fn is_short_row(&self, cells: Cells<'_>) -> bool {
        let is_shorter = self.width.is_some_and(|width| cells.width() < width);
        is_shorter && self.fits_columns(cells) && !self.has_misplaced(cells)
    }

    /// Whether the cells of a line with strays are a row's: if no identifier is where one should be, none is where it
    /// should not be either.
    fn is_sound_row(&self, cells: Cells<'_>) -> bool {
        self.is_row(cells) && (self.has_identifier(cells) || !self.has_misplaced(cells))
    }

    fn has_identifier(&self, cells: Cells<'_>) -> bool {
        let text = cells.texts();
        let mut columns = self.columns.iter();
        columns.any(|(place, column)| column.identifier.is_some() && !is_empty(&text(*place)))
    }

    /// Whether an identifier is in a column that has none.
    pub(in crate::ingest) fn has_misplaced(&self, cells: Cells<'_>) -> bool {
        let is_of_identifiers = |place: usize| {
            let mut columns = self.columns.iter();
            columns.any(|(other, column)| *other == place && column.identifier.is_some())
        };
        let mut others = cells
            .iter()
            .enumerate()
            .filter(|(place, _)| !is_of_identifiers(*place));
        self.columns
            .iter()
            .any(|(_, column)| column.identifier.is_some())
            && others.any(|(_, cell)| recover::holds_any(cell))
    }

    fn fits_columns(&self, cells: Cells<'_>) -> bool {
        let text = cells.texts();
        self.columns.iter().all(|&(place, column)| {
            let kind = column.identifier.filter(|_| place < cells.width());
            kind.is_none_or(|kind| may_be(kind, &text(place)))
        })
    }
}

/// Whether a cell of a column of this kind holds such an identifier, a damaged one, or nothing.
fn may_be(kind: Kind, text: &str) -> bool {
    let fewest_digits = match kind {
        Kind::Email => return text.contains('@') || is_empty(text),
        Kind::Login => return !text.trim().contains(char::is_whitespace),
        // Near misses of these have no recognisable form.
        Kind::Site | Kind::Wallet | Kind::Handle => {
            return !text.trim().contains(char::is_whitespace);
        }
        Kind::Iin => 10,
        Kind::Company => 9,
        Kind::Phone | Kind::IdCard | Kind::Passport => 7,
        Kind::Card | Kind::Iban => 12,
        Kind::Plate => 5,
    };
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits >= fewest_digits || is_empty(text) || normalise_cell(kind, text, &mut Vec::new()).is_ok()
}

/// First cells of rows with sums or counts, in small letters.
const TOTALS: [&str; 9] = [
    "итого",
    "всего",
    "итог",
    "барлығы",
    "жиыны",
    "жалпы",
    "total",
    "totals",
    "grand total",
];

/// Whether a row that begins with this cell holds sums or counts of the others.
pub(in crate::ingest) fn is_total(first: &[u8]) -> bool {
    let first = first.trim_ascii_start();
    // Nearly every first cell is a number. All Cyrillic letters that count begin with one byte.
    let may_begin = |byte: &u8| matches!(byte, b'T' | b't' | b'G' | b'g' | b'"' | 0xd0);
    if !first.first().is_some_and(may_begin) || first.len() > 64 {
        return false;
    }
    let Ok(first) = str::from_utf8(first) else {
        return false;
    };
    if !first.starts_with(|c| "ИиВвБбЖжTtGg\"".contains(c)) {
        return false;
    }
    let text = first.trim_matches([' ', '\t', '"']).to_lowercase();
    TOTALS.iter().any(|total| {
        let rest = text.strip_prefix(total);
        rest.is_some_and(|rest| !rest.trim_start().starts_with(char::is_alphabetic))
    })
}

/// Reads single lines, each in the way that makes it a row.
pub(in crate::ingest) struct LineReader<'r> {
    pub(in crate::ingest) separators: Separators,
    pub(in crate::ingest) expected: ExpectedRows<'r>,
}

impl LineReader<'_> {
    /// Cuts a line that is a record of its own, in the first way that makes a row of it; false if there is none, where
    /// it is cut with unclosed quotes taken as text.
    pub(in crate::ingest) fn read(&self, line: &[u8], cells: &mut CellBuffer) -> bool {
        let strict = Cutter::strict(self.separators);
        let may_escape = memchr::memchr(ESCAPE, line).is_some();
        let is_proper = strict.line(line, cells) && !self.has_torn(line, cells);
        if is_proper && self.expected.has_width(cells.width()) {
            return true;
        }
        let escaping = may_escape.then(|| strict.with_other_escape());
        let loose =
            [Strays::Text, Strays::TextBeforeEnd].map(|strays| (strict.taking(strays), false));
        let torn = [
            Some(strict.taking(Strays::Text)),
            Some(strict.without_quotes()),
            escaping.map(Cutter::without_quotes),
        ];
        let torn = torn.into_iter().flatten().map(|cutter| (cutter, true));
        // A properly quoted line is a damaged row rather than one with meaningless quotes.
        let loose = loose.into_iter().chain(torn).filter(|_| !is_proper);
        let mut ways = escaping
            .map(|cutter| (cutter, false))
            .into_iter()
            .chain(loose);
        let is_read = self.expected.width.is_some()
            && ways.any(|(cutter, may_be_torn)| {
                cutter.line(line, cells)
                    && self.expected.is_sound_row(cells.cells())
                    && (may_be_torn || !self.has_torn(line, cells))
            });
        if !is_read {
            strict.taking(Strays::Text).line(line, cells);
        }
        is_read
    }

    /// Whether a line looks like a row, in any way.
    pub(in crate::ingest) fn is_row(&self, line: &[u8], cells: &mut CellBuffer) -> bool {
        self.read(line, cells) && self.expected.is_row(cells.cells())
    }

    /// Whether a quote that opens a cell was taken for text, since nothing closes it.
    fn has_torn(&self, line: &[u8], cells: &CellBuffer) -> bool {
        let Some(quote) = self.separators.quote else {
            return false;
        };
        memchr::memchr(quote, line).is_some()
            && cells
                .cells()
                .iter()
                .any(|cell| cell.trim_ascii_start().first() == Some(&quote))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_totals_is_known_by_its_first_word() {
        for total in [
            "Итого",
            "ИТОГО:",
            "Всего 12",
            " Барлығы",
            "\"Жалпы\"",
            "Total (3)",
        ] {
            assert!(is_total(total.as_bytes()), "{total}");
        }
        for other in [
            "Итогов",
            "Всеволод",
            "Итого Иван",
            "Total Fitness",
            "",
            "870",
        ] {
            assert!(!is_total(other.as_bytes()), "{other}");
        }
    }
}
