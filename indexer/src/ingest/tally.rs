//! What was found in the files of a breach? Rows, rejects, cells, by file and column.

use std::collections::BTreeMap;
use std::fmt;

use exposure_index::identifier::{IdentifierError, Kind};
use serde::Serialize;

use super::Share;
use super::describe::columns::Column;
use super::describe::layout::DetectedLayout;
use super::fingerprint::Fingerprints;

/// Number of rejected rows listed one by one, per breach and per file for each reason; the others are only
/// counted.
pub(super) const LISTED_REJECTS: usize = 20;

/// The counts of a breach's files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows, the rejected ones included; headers and blank lines do not count.
    pub rows: u64,
    /// Rows refused whole: they do not parse or have the wrong number of columns.
    pub rejected_rows: u64,
    /// Rows read without their last cells, which their files leave out if they are empty.
    pub short_rows: u64,
    /// Rows among those read that their tables mark as deleted.
    pub deleted_rows: u64,
    /// Truncated files, which were [allowed](super::ReadOptions::allow_truncated).
    pub truncated: u64,
    /// The cells of identifier columns, per kind.
    pub cells: BTreeMap<Kind, CellTally>,
    /// The first twenty rejected rows.
    pub rejects: Vec<Reject>,
    /// Identifiers recovered from rejected rows, per kind, with repetitions; a kind without any is left out.
    pub recovered: BTreeMap<Kind, u64>,
    /// Text outside rows, by its kind.
    pub passed_over: BTreeMap<Passage, PassageTally>,
    /// Entries of a warning list that are left out, by reason.
    pub left_out: BTreeMap<LeftOut, u64>,
    /// Entries of a warning list that are refused, by the allow list that names them.
    pub allowed: BTreeMap<String, u64>,
    /// Every file, in the order in which they were read.
    pub files: Vec<FileTally>,
}

impl Tally {
    /// Adds the counts of one more file.
    pub(crate) fn add(&mut self, file: FileTally) {
        self.rows += file.rows;
        self.rejected_rows += file.rejected_rows;
        self.short_rows += file.short_rows;
        self.deleted_rows += file.deleted_rows;
        self.truncated += u64::from(file.is_truncated);
        for (kind, cells) in &file.cells {
            self.cells.entry(*kind).or_default().add(cells);
        }
        for (kind, count) in &file.recovered {
            *self.recovered.entry(*kind).or_default() += count;
        }
        for (passage, tally) in &file.passed_over {
            self.passed_over.entry(*passage).or_default().add(tally);
        }
        for (why, count) in &file.left_out {
            *self.left_out.entry(*why).or_default() += count;
        }
        for (list, count) in &file.allowed {
            *self.allowed.entry(list.clone()).or_default() += count;
        }
        self.files.push(file);
    }

    /// Identifiers in text that was passed over: rows that may have been missed, which count as rejected ones.
    #[must_use]
    pub fn missed(&self) -> u64 {
        missed(&self.passed_over)
    }
}

fn missed(passed_over: &BTreeMap<Passage, PassageTally>) -> u64 {
    passed_over.values().map(|tally| tally.identifiers).sum()
}

/// The counts of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileTally {
    /// The file, relative to the breach's folder.
    pub name: String,
    /// Bytes on the disk.
    pub size: u64,
    /// Fingerprints of the bytes on the disk; `None` if not requested.
    pub fingerprints: Option<Fingerprints>,
    /// The layouts of the file or its members, in the order of reading.
    pub readings: Vec<DetectedLayout>,
    /// Whether it was truncated, which was allowed.
    pub is_truncated: bool,
    /// Rows, the rejected ones included.
    pub rows: u64,
    /// Rows refused whole.
    pub rejected_rows: u64,
    /// Rows read without their last cells, which the file leaves out if they are empty.
    pub short_rows: u64,
    /// Rows among those read that its table marks as deleted, or that are beyond its stated number.
    pub deleted_rows: u64,
    /// The rejected rows by reason.
    pub rejects: BTreeMap<Reason, RejectTally>,
    /// The cells of identifier columns, per kind.
    pub cells: BTreeMap<Kind, CellTally>,
    /// Identifiers recovered from its rejected rows, per kind, with repetitions.
    pub recovered: BTreeMap<Kind, u64>,
    /// Its text outside rows, by kind.
    pub passed_over: BTreeMap<Passage, PassageTally>,
    /// Like [`Tally::left_out`], for this file.
    pub left_out: BTreeMap<LeftOut, u64>,
    /// Like [`Tally::allowed`], for this file.
    pub allowed: BTreeMap<String, u64>,
    /// The table, sheet or member that its `[[file]]` names, such as `table "users"`.
    pub part: Option<String>,
    /// Members of the archive that were read, by number from 1; empty if it is not an archive.
    pub members: Vec<usize>,
    /// The columns that `breach.toml` names, in its order.
    pub columns: Vec<ColumnTally>,
    /// The share of its rows and cells that may be bad, if `breach.toml` states one.
    pub max_rejects: Option<Share>,
}

impl FileTally {
    /// Its name in messages, with the part that is read.
    #[must_use]
    pub fn title(&self) -> String {
        match &self.part {
            Some(part) => format!("{}, {part}", self.name),
            None => self.name.clone(),
        }
    }

    /// Like [`Tally::missed`], for this file.
    #[must_use]
    pub fn missed(&self) -> u64 {
        missed(&self.passed_over)
    }
}

/// The kind of a stretch of text outside rows.
///
/// Together with rows, read and rejected, these account for every byte of a file's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Passage {
    /// Lines before the rows, the header among them: titles, `sep=;`, lines that `skip` passes over.
    Preamble,
    /// A comment.
    Comment,
    /// A statement that carries no rows, such as the definition of an index.
    Statement,
    /// Rows of a table that `breach.toml` does not name.
    OtherTable,
    /// A sheet of a workbook that `breach.toml` does not name.
    OtherSheet,
    /// A member of an archive that `breach.toml` does not name.
    OtherMember,
    /// A value outside the records that `breach.toml` names.
    OtherValue,
    /// The body of a procedure or trigger, whose statements insert nothing here.
    Procedure,
    /// Text after the rows, such as the count of rows that psql prints.
    Footer,
}

impl Passage {
    /// Whether `breach.toml` leaves this text out, so that it is not searched.
    pub(super) const fn is_excluded(self) -> bool {
        matches!(
            self,
            Self::OtherTable | Self::OtherSheet | Self::OtherMember
        )
    }
}

impl fmt::Display for Passage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Preamble => "lines before the rows",
            Self::Comment => "comments",
            Self::Statement => "statements without rows",
            Self::OtherTable => "rows of other tables",
            Self::OtherSheet => "other sheets",
            Self::OtherMember => "other members",
            Self::OtherValue => "values outside the records",
            Self::Procedure => "procedures and triggers",
            Self::Footer => "lines after the rows",
        })
    }
}

/// The counts of one kind of text passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PassageTally {
    /// Number of stretches.
    pub passages: u64,
    /// Bytes, as UTF-8; 0 for data that are not text.
    pub bytes: u64,
    /// Identifiers that a search finds in it, unless `breach.toml` leaves it out.
    pub identifiers: u64,
    /// Places of the first twenty passages.
    pub places: Vec<RowPlace>,
}

impl PassageTally {
    pub(super) fn begin(&mut self, place: RowPlace) {
        self.passages += 1;
        if self.places.len() < LISTED_REJECTS {
            self.places.push(place);
        }
    }

    pub(super) const fn extend(&mut self, bytes: usize, identifiers: usize) {
        self.bytes += bytes as u64;
        self.identifiers += identifiers as u64;
    }

    fn add(&mut self, other: &Self) {
        self.passages += other.passages;
        self.bytes += other.bytes;
        self.identifiers += other.identifiers;
        let room = LISTED_REJECTS.saturating_sub(self.places.len());
        self.places.extend(other.places.iter().take(room));
    }
}

/// Why entries of a warning list are left out although they can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LeftOut {
    /// The publisher removed the entries.
    Removed,
    /// The entries are older than `valid_for` days.
    Expired,
    /// The entries are of a type, or in a pattern, that `breach.toml` does not read.
    Other,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Removed => "removed by the publisher",
            Self::Expired => "older than valid_for",
            Self::Other => "of a type or in a pattern that is not read",
        })
    }
}

/// The rows of a file that were rejected for one reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RejectTally {
    /// The number of rows.
    pub rows: u64,
    /// Places of the first twenty.
    pub places: Vec<RowPlace>,
}

/// The place of a row in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowPlace {
    /// Member of the archive, from 1, if the file is one.
    pub member: Option<usize>,
    /// The line at which the row begins, or the row of the sheet, from 1.
    pub line: u64,
}

impl RejectTally {
    pub(super) fn add(&mut self, place: RowPlace) {
        self.rows += 1;
        if self.places.len() < LISTED_REJECTS {
            self.places.push(place);
        }
    }
}

/// The cells of one column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnTally {
    /// The column, as in `breach.toml`.
    pub name: String,
    /// The kind of identifiers that it holds, if it holds any.
    pub identifier: Option<Kind>,
    /// Whether it holds free text.
    pub is_text: bool,
    /// The identifiers found in its free text, per kind, with repetitions.
    pub found: BTreeMap<Kind, u64>,
    /// Cells that are empty or hold a word such as `NULL`.
    pub empty: u64,
    /// The other cells.
    pub cells: CellTally,
}

impl ColumnTally {
    pub(super) fn of(column: &Column) -> Self {
        Self {
            name: column.name.clone(),
            identifier: column.identifier,
            is_text: column.is_text,
            ..Self::default()
        }
    }
}

/// The cells of one kind of identifier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CellTally {
    /// Cells that were not empty.
    pub filled: u64,
    /// Cells among them that did not normalise completely.
    pub invalid: u64,
    /// The invalid cells by the rule that they broke, the first if they broke several.
    pub faults: BTreeMap<IdentifierError, u64>,
}

impl CellTally {
    /// Counts a cell that is not empty, and the rule that it broke, if it broke one.
    pub(super) fn count(&mut self, fault: Option<IdentifierError>) {
        self.filled += 1;
        if let Some(rule) = fault {
            self.invalid += 1;
            *self.faults.entry(rule).or_default() += 1;
        }
    }

    fn add(&mut self, other: &Self) {
        self.filled += other.filled;
        self.invalid += other.invalid;
        for (rule, cells) in &other.faults {
            *self.faults.entry(*rule).or_default() += cells;
        }
    }
}

/// A rejected row: its place and fault, never its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The file, relative to the breach's folder.
    pub file: String,
    /// Member of the archive, from 1, if the file is one.
    pub member: Option<usize>,
    /// The line at which the row begins, or the row of the sheet, from 1.
    pub line: u64,
    /// The fault.
    pub reason: Reason,
}

impl fmt::Display for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(member) = self.member {
            write!(f, ", member {member}")?;
        }
        write!(f, ", line {}: {}", self.line, self.reason)
    }
}

/// The fault of a rejected row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// More or fewer columns than the header has or most rows have.
    WrongColumnCount,
    /// Longer than [`RECORD_LIMIT`](super::RECORD_LIMIT).
    TooLong,
    /// A quote is opened and never closed.
    UnclosedQuote,
    /// Not a JSON object.
    NotJson,
    /// Not an SQL tuple.
    NotSql,
    /// The file ends in the middle of an SQL statement or comment: there may have been more rows.
    CutOff,
    /// A statement that puts rows into a table, in an unsupported form.
    Statement,
    /// The row of a database breaks its format.
    Damaged,
    /// Neither present nor deleted by its mark, as every row of a dBase table is.
    NotDbf,
    /// One of its memos is cut off, or has an impossible place.
    NoMemo,
    /// The date of an entry of a warning list cannot be read, or is in the future.
    Undated,
    /// The reason of an entry of a warning list is not one that `breach.toml` names, and the list has no default.
    Unreasoned,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::WrongColumnCount => "wrong number of columns",
            Self::TooLong => "longer than a record may be",
            Self::UnclosedQuote => "a quote is never closed",
            Self::NotJson => "not a JSON object",
            Self::NotSql => "not an SQL row",
            Self::CutOff => "the file ends in the middle of a statement",
            Self::Statement => "a statement with rows that is not understood",
            Self::Damaged => "damaged in the database",
            Self::NotDbf => "not marked as a row of a dBase table",
            Self::NoMemo => "its memo is not where it should be",
            Self::Undated => "its date cannot be read, or is in the future",
            Self::Unreasoned => "breach.toml does not name its reason",
        })
    }
}
