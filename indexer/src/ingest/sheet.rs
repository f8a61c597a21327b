use super::RECORD_LIMIT;
use super::columns::Placed;
use super::error::Failure;
use super::expected::is_total;
use super::intake::Intake;
use super::recover;
use super::resolve::FileRules;
use super::tally::{Passage, Reason};

/// How many rows a sheet can have.
pub(super) const ROW_LIMIT: u32 = 1_048_576;

/// How many columns a sheet can have.
pub(super) const COLUMN_LIMIT: usize = 16_384;

/// Takes the cells of a sheet, which come row by row.
pub(super) trait TakeCells {
    /// The cells that follow stand in this row, from 0.
    fn go_to(&mut self, row: u32) -> Result<(), Failure>;

    /// Puts a cell's text into the present row.
    fn put(&mut self, column: usize, text: String);

    /// Ends the present row; one without any cell is none.
    fn end_row(&mut self) -> Result<(), Failure>;

    /// The row that was ended last stands there so many times more.
    fn repeat_row(&mut self, times: u64);
}

/// The rows of a sheet, handed on as records.
pub(super) struct Sheet<'r, 'i, 's> {
    rules: &'r FileRules,
    intake: &'i mut Intake<'s>,
    /// The columns and the width, once the first row has told them.
    shape: Option<(Vec<Placed<'r>>, usize)>,
    row: u32,
    cells: Vec<String>,
    /// How many of `cells` the present row has.
    width: usize,
    /// How much text the present row has.
    bytes: usize,
}

impl<'r, 'i, 's> Sheet<'r, 'i, 's> {
    pub(super) const fn new(rules: &'r FileRules, intake: &'i mut Intake<'s>) -> Self {
        Self {
            rules,
            intake,
            shape: None,
            row: 0,
            cells: Vec::new(),
            width: 0,
            bytes: 0,
        }
    }

    fn begin(&mut self) -> Result<(), Failure> {
        let columns = &self.rules.columns;
        self.intake.has_header(self.rules.has_header());
        if self.rules.has_header() {
            let names = self.written();
            self.shape = Some((columns.by_name(names)?, self.width));
            let row = self.written().join("\t");
            self.intake
                .check_header(u64::from(self.row) + 1, row.as_bytes());
            return Ok(());
        }
        // Without header no row tells how wide the sheet is: spreadsheets leave empty cells at a row's end out.
        self.shape = Some((columns.by_number(COLUMN_LIMIT)?, COLUMN_LIMIT));
        self.record()
    }

    /// Passes over the present row, which is above the header or the first record.
    fn pass_over(&mut self) {
        let row = self.written().join("\t");
        let line = u64::from(self.row) + 1;
        self.intake
            .pass_over(line, Passage::Preamble, row.as_bytes());
    }

    /// Passes over the present row if it holds no identifier: sums or counts of the others.
    fn is_footer(&mut self) -> bool {
        let row = self.written().join("\t");
        let is_footer = !recover::holds_any(row.as_bytes());
        if is_footer {
            let line = u64::from(self.row) + 1;
            self.intake.pass_over(line, Passage::Footer, row.as_bytes());
        }
        is_footer
    }

    fn record(&mut self) -> Result<(), Failure> {
        if self.written().first().is_some_and(|first| is_total(first)) && self.is_footer() {
            return Ok(());
        }
        let Some((columns, width)) = &self.shape else {
            return Ok(());
        };
        let reason = match () {
            () if self.bytes > RECORD_LIMIT => Some(Reason::TooLong),
            () if self.width > *width => Some(Reason::WrongColumnCount),
            () => None,
        };
        if let Some(reason) = reason {
            let row = self.written().join("\t");
            let line = u64::from(self.row) + 1;
            return self.intake.reject_row(line, reason, row.as_bytes());
        }
        for &(place, column) in columns {
            let text = self.cells.get(place).map_or("", String::as_str);
            self.intake.cell(column, text);
        }
        self.intake.end_record()
    }

    /// The cells that are kept of the present row.
    fn written(&self) -> &[String] {
        &self.cells[..self.width.min(self.cells.len())]
    }
}

impl TakeCells for Sheet<'_, '_, '_> {
    fn go_to(&mut self, row: u32) -> Result<(), Failure> {
        if row != self.row {
            self.end_row()?;
            self.row = row;
        }
        Ok(())
    }

    fn put(&mut self, column: usize, text: String) {
        if text.is_empty() {
            return;
        }
        self.bytes += text.len();
        self.width = self.width.max(column + 1);
        // One text may stand in every column, so that a small file makes a row of gigabytes.
        if self.bytes > RECORD_LIMIT {
            return;
        }
        if column >= self.cells.len() {
            self.cells.resize(column + 1, String::new());
        }
        self.cells[column] = text;
    }

    fn end_row(&mut self) -> Result<(), Failure> {
        if self.width == 0 {
            return Ok(());
        }
        match &self.shape {
            None if u64::from(self.row) < self.rules.entry.skip.unwrap_or(0) => self.pass_over(),
            None => self.begin()?,
            Some(_) => self.record()?,
        }
        self.cells.iter_mut().for_each(String::clear);
        self.width = 0;
        self.bytes = 0;
        Ok(())
    }

    fn repeat_row(&mut self, times: u64) {
        self.intake.repeat_row(times);
    }
}
