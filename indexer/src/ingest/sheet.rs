use super::RECORD_LIMIT;
use super::columns::Placed;
use super::error::Failure;
use super::intake::Intake;
use super::resolve::FileRules;
use super::tally::Reason;

/// How many rows a sheet can have.
pub(super) const ROW_LIMIT: u32 = 1_048_576;

/// How many columns a sheet can have.
pub(super) const COLUMN_LIMIT: usize = 16_384;

/// The rows of a sheet, gathered from cells that come row by row.
pub(super) struct Sheet<'r> {
    rules: &'r FileRules,
    /// The columns and the width, once the first row has told them.
    shape: Option<(Vec<Placed<'r>>, usize)>,
    row: u32,
    cells: Vec<String>,
    /// How many of `cells` the present row has.
    width: usize,
    /// How much text the present row has.
    bytes: usize,
}

impl<'r> Sheet<'r> {
    pub(super) const fn new(rules: &'r FileRules) -> Self {
        Self {
            rules,
            shape: None,
            row: 0,
            cells: Vec::new(),
            width: 0,
            bytes: 0,
        }
    }

    pub(super) fn go_to(&mut self, row: u32, intake: &mut Intake<'_>) -> Result<(), Failure> {
        if row != self.row {
            self.end_row(intake)?;
            self.row = row;
        }
        Ok(())
    }

    /// Puts a cell's text into the present row.
    pub(super) fn put(&mut self, column: usize, text: String) {
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

    /// Ends the present row; one without any cell is none.
    pub(super) fn end_row(&mut self, intake: &mut Intake<'_>) -> Result<(), Failure> {
        if self.width == 0 {
            return Ok(());
        }
        match &self.shape {
            None => self.begin(intake)?,
            Some(_) => self.record(intake)?,
        }
        self.cells.iter_mut().for_each(String::clear);
        self.width = 0;
        self.bytes = 0;
        Ok(())
    }

    fn begin(&mut self, intake: &mut Intake<'_>) -> Result<(), Failure> {
        let columns = &self.rules.columns;
        intake.has_header(self.rules.has_header());
        if self.rules.has_header() {
            let names = self.written();
            self.shape = Some((columns.by_name(names)?, self.width));
            return Ok(());
        }
        // Without header no row tells how wide the sheet is: spreadsheets leave empty cells at a row's end out.
        self.shape = Some((columns.by_number(COLUMN_LIMIT)?, COLUMN_LIMIT));
        self.record(intake)
    }

    fn record(&self, intake: &mut Intake<'_>) -> Result<(), Failure> {
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
            return intake.reject_row(u64::from(self.row) + 1, reason, row.as_bytes());
        }
        for &(place, column) in columns {
            intake.cell(column, self.cells.get(place).map_or("", String::as_str));
        }
        intake.end_record()
    }

    /// The cells that are kept of the present row.
    fn written(&self) -> &[String] {
        &self.cells[..self.width.min(self.cells.len())]
    }
}
