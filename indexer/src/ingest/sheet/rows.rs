//! Which rows does a sheet of a workbook hold, whatever its format?

use crate::ingest::describe::columns::PlacedColumn;
use crate::ingest::describe::resolve::FileRules;
use crate::ingest::error::{Failure, Names};
use crate::ingest::record_builder::RecordBuilder;
use crate::ingest::recover;
use crate::ingest::tally::{Passage, Reason};
use crate::ingest::text::expected::is_total;
use crate::ingest::{Fault, RECORD_LIMIT};

/// Maximum number of rows of a sheet.
pub(in crate::ingest) const ROW_LIMIT: u32 = 1_048_576;

/// Maximum number of columns of a sheet.
pub(in crate::ingest) const COLUMN_LIMIT: usize = 16_384;

/// Maximum number of listed names of sheets.
const LISTED_SHEETS: usize = 20;

/// Takes the cells of a sheet, which come row by row.
pub(in crate::ingest) trait TakeCells {
    /// Begins this row, from 0, for the following cells.
    fn go_to(&mut self, row: u32) -> Result<(), Failure>;

    /// Puts a cell's text into the current row.
    fn put(&mut self, column: usize, text: String);

    /// Ends the current row; one without cells does not count.
    fn end_row(&mut self) -> Result<(), Failure>;

    /// Repeats the last row `times` more.
    fn repeat_row(&mut self, times: u64);
}

/// The sheets of a workbook; those that `breach.toml` names are read, or else all that have its columns.
pub(in crate::ingest) struct Sheets<'r, 'i, 's> {
    rules: &'r FileRules,
    builder: &'i mut RecordBuilder<'s>,
    /// Whether the named sheet has been found, or one with all columns.
    is_met: bool,
    /// The sheets that lack a column, and whether they hold identifiers.
    lacking: Vec<(String, bool)>,
    /// The column that the first of them lacks.
    missing: Option<Fault>,
}

impl<'r, 'i, 's> Sheets<'r, 'i, 's> {
    pub(in crate::ingest) const fn new(
        rules: &'r FileRules,
        builder: &'i mut RecordBuilder<'s>,
    ) -> Self {
        Self {
            rules,
            builder,
            is_met: false,
            lacking: Vec::new(),
            missing: None,
        }
    }

    /// Reads a sheet, if it is wanted; `read` gives its cells.
    pub(in crate::ingest) fn sheet(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Sheet<'r, '_, 's>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        if !self.wants(name) {
            self.pass_over(name);
            return Ok(());
        }
        let missed = self.builder.missed();
        let mut sheet = Sheet::new(self.rules, self.builder);
        read(&mut sheet)?;
        match sheet.shape {
            Shape::Unknown => {}
            Shape::Columns(..) => self.is_met = true,
            Shape::Lacking(fault) => {
                let holds_identifiers = self.builder.missed() > missed;
                self.lacking.push((name.to_owned(), holds_identifiers));
                self.missing.get_or_insert(fault);
            }
        }
        self.is_met |= self.rules.entry.sheet.is_some();
        Ok(())
    }

    /// Whether a sheet is to be read.
    pub(in crate::ingest) fn wants(&self, name: &str) -> bool {
        let wanted = self.rules.entry.sheet.as_deref();
        wanted.is_none_or(|wanted| wanted == name)
    }

    /// Counts a sheet that is not wanted, unless another `[[file]]` reads it or has counted it.
    pub(in crate::ingest) fn pass_over(&mut self, name: &str) {
        let mut others = self.rules.others.iter().map(|other| other.sheet.as_deref());
        if self.rules.is_first && !others.any(|other| other == Some(name)) {
            self.builder.pass_over_unread(Passage::OtherSheet, 0);
        }
    }

    /// Passes over text that is outside of the sheets.
    pub(in crate::ingest) fn pass_over_text(&mut self, text: &str) {
        self.builder
            .pass_over(1, Passage::OtherValue, text.as_bytes());
    }

    /// Refuses a workbook whose sheets are not what `breach.toml` says.
    pub(in crate::ingest) fn end(self) -> Result<(), Fault> {
        if let (Some(sheet), false) = (&self.rules.entry.sheet, self.is_met) {
            return Err(Fault::MissingSheet {
                sheet: sheet.clone(),
            });
        }
        let names = |lacking: Vec<(String, bool)>| {
            let shown = lacking
                .into_iter()
                .map(|(name, _)| name)
                .take(LISTED_SHEETS);
            Names::from(shown.collect::<Vec<_>>())
        };
        match (self.is_met, self.missing) {
            (_, None) => Ok(()),
            (false, Some(Fault::MissingColumn { column })) if self.lacking.len() > 1 => {
                let sheets = names(self.lacking);
                Err(Fault::NoSheet { column, sheets })
            }
            (false, Some(fault)) => Err(fault),
            (true, Some(_)) => {
                let mut lacking = self.lacking;
                lacking.retain(|(_, holds_identifiers)| *holds_identifiers);
                match lacking.is_empty() {
                    true => Ok(()),
                    false => Err(Fault::SeveralSheets {
                        sheets: names(lacking),
                    }),
                }
            }
        }
    }
}

/// The rows of a sheet, handed on as records.
pub(in crate::ingest) struct Sheet<'r, 'i, 's> {
    rules: &'r FileRules,
    builder: &'i mut RecordBuilder<'s>,
    shape: Shape<'r>,
    row: u32,
    cells: Vec<String>,
    /// Number of `cells` of the current row.
    width: usize,
    /// Bytes of text of the current row.
    bytes: usize,
}

/// The shape that the first row of a sheet shows.
enum Shape<'r> {
    /// There was no first row.
    Unknown,
    /// The places of the columns, and the width.
    Columns(Vec<PlacedColumn<'r>>, usize),
    /// A column is missing, so the sheet is passed over.
    Lacking(Fault),
}

impl<'r, 'i, 's> Sheet<'r, 'i, 's> {
    const fn new(rules: &'r FileRules, builder: &'i mut RecordBuilder<'s>) -> Self {
        Self {
            rules,
            builder,
            shape: Shape::Unknown,
            row: 0,
            cells: Vec::new(),
            width: 0,
            bytes: 0,
        }
    }

    fn begin(&mut self) -> Result<(), Failure> {
        let columns = &self.rules.columns;
        if !self.rules.has_header() {
            self.builder.has_header(false);
            // Without header no row says how wide the sheet is: spreadsheets leave out empty cells at a row's end.
            self.shape = Shape::Columns(columns.by_number(COLUMN_LIMIT)?, COLUMN_LIMIT);
            return self.record();
        }
        match columns.by_name(self.written()) {
            Ok(columns) => {
                self.builder.has_header(true);
                self.shape = Shape::Columns(columns, self.width);
                let row = self.written().join("\t");
                self.builder.check_header(self.line(), row.as_bytes());
            }
            Err(fault) if self.rules.entry.sheet.is_some() => return Err(fault.into()),
            Err(fault) => {
                self.shape = Shape::Lacking(fault);
                self.pass_over(Passage::OtherValue);
            }
        }
        Ok(())
    }

    /// Passes over the current row.
    fn pass_over(&mut self, passage: Passage) {
        let text = self.written().join("\t") + "\n";
        self.builder
            .pass_over(self.line(), passage, text.as_bytes());
    }

    /// Passes over a further row of a sheet that lacks a column.
    fn pass_over_more(&mut self) {
        let text = self.written().join("\t") + "\n";
        self.builder
            .pass_over_more(Passage::OtherValue, text.as_bytes());
    }

    /// Passes over the current row if it holds no identifier: sums or counts of the others.
    fn is_footer(&mut self) -> bool {
        let row = self.written().join("\t");
        let is_footer = !recover::holds_any(row.as_bytes());
        if is_footer {
            self.pass_over(Passage::Footer);
        }
        is_footer
    }

    /// Returns the number of the current row, from 1.
    fn line(&self) -> u64 {
        u64::from(self.row) + 1
    }

    fn record(&mut self) -> Result<(), Failure> {
        if self
            .written()
            .first()
            .is_some_and(|first| is_total(first.as_bytes()))
            && self.is_footer()
        {
            return Ok(());
        }
        let Shape::Columns(columns, width) = &self.shape else {
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
            return self.builder.reject_row(line, reason, row.as_bytes());
        }
        for &(place, column) in columns {
            let text = self.cells.get(place).map_or("", String::as_str);
            self.builder.cell(column, text);
        }
        self.builder.end_record()
    }

    /// Returns the cells kept of the current row.
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
        // One text may be in every column, so a small file could make a row of gigabytes.
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
            Shape::Unknown if u64::from(self.row) < self.rules.entry.skip.unwrap_or(0) => {
                self.pass_over(Passage::Preamble);
            }
            Shape::Unknown => self.begin()?,
            Shape::Columns(..) => self.record()?,
            Shape::Lacking(_) => self.pass_over_more(),
        }
        self.cells.iter_mut().for_each(String::clear);
        self.width = 0;
        self.bytes = 0;
        Ok(())
    }

    fn repeat_row(&mut self, times: u64) {
        if let Shape::Columns(..) = self.shape {
            self.builder.repeat_row(times);
        }
    }
}
