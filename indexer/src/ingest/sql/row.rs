/// The cells of one row, in one buffer that is used again for the next.
#[derive(Default)]
pub(super) struct Row {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Row {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Adds to the cell that is not yet ended.
    pub(super) fn extend(&mut self, text: &[u8]) {
        self.text.extend_from_slice(text);
    }

    /// Drops what the cell that is not yet ended holds.
    pub(super) fn restart_cell(&mut self) {
        self.text.truncate(self.ends.last().copied().unwrap_or(0));
    }

    pub(super) fn end_cell(&mut self) {
        self.ends.push(self.text.len());
    }

    /// How many cells have been ended.
    pub(super) const fn width(&self) -> usize {
        self.ends.len()
    }

    /// The cell at `place`, which is below the width.
    pub(super) fn cell(&self, place: usize) -> &[u8] {
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.text[start..self.ends[place]]
    }
}
