use data_encoding::HEXUPPER_PERMISSIVE;
use memchr::memmem;

use crate::ingest::text::cells::Cells;

/// The cells of one row, in one buffer that is reused for the next.
#[derive(Default)]
pub(super) struct Row {
    text: Vec<u8>,
    ends: Vec<usize>,
    is_opaque: bool,
}

impl Row {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.is_opaque = false;
    }

    /// Adds the placeholder of an unknown value.
    pub(super) fn extend_opaque(&mut self, text: &[u8]) {
        self.extend(text);
        self.is_opaque = true;
    }

    /// Whether it has unknown values.
    pub(super) const fn is_opaque(&self) -> bool {
        self.is_opaque
    }

    /// Adds to the open cell.
    pub(super) fn extend(&mut self, text: &[u8]) {
        self.text.extend_from_slice(text);
    }

    /// Empties the open cell.
    pub(super) fn restart_cell(&mut self) {
        self.text.truncate(self.ends.last().copied().unwrap_or(0));
    }

    /// Returns the content of the open cell.
    pub(super) fn open_cell(&self) -> &[u8] {
        &self.text[self.ends.last().copied().unwrap_or(0)..]
    }

    /// Replaces each `written` in the open cell by a byte.
    pub(super) fn replace_in_open_cell(&mut self, written: &[u8], meant: u8) {
        if memmem::find(self.open_cell(), written).is_none() {
            return;
        }
        let mut cell = Vec::new();
        let mut rest = self.open_cell();
        while let Some(place) = memmem::find(rest, written) {
            cell.extend_from_slice(&rest[..place]);
            cell.push(meant);
            rest = &rest[place + written.len()..];
        }
        cell.extend_from_slice(rest);
        self.restart_cell();
        self.extend(&cell);
    }

    /// Decodes the open cell from hexadecimal digits, if it holds nothing else.
    pub(super) fn decode_open_cell(&mut self) {
        if let Ok(bytes) = HEXUPPER_PERMISSIVE.decode(self.open_cell()) {
            self.restart_cell();
            self.extend(&bytes);
        }
    }

    pub(super) fn end_cell(&mut self) {
        self.ends.push(self.text.len());
    }

    /// Returns everything kept, with a tab between two cells.
    pub(super) fn joined(&self) -> Vec<u8> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let ends = self.ends.iter().copied().chain([self.text.len()]);
        let cells: Vec<&[u8]> = starts
            .zip(ends)
            .map(|(start, end)| &self.text[start..end])
            .collect();
        cells.join(&b'\t')
    }

    /// The cells that have been ended.
    pub(super) fn cells(&self) -> Cells<'_> {
        Cells::new(&self.text, &self.ends, 0)
    }
}
