use std::collections::BTreeMap;
use std::fmt;

use crate::identifier::Kind;

/// How many rejected rows are listed one by one; the others are only counted.
pub(super) const LISTED_REJECTS: usize = 20;

/// What was met in a breach's files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows, the rejected ones included; headers and blank lines are none.
    pub rows: u64,
    /// Rows refused whole: they do not parse or have the wrong number of columns.
    pub rejected_rows: u64,
    /// The cells of identifier columns, per kind.
    pub cells: BTreeMap<Kind, CellTally>,
    /// The first twenty rejected rows.
    pub rejects: Vec<Reject>,
    /// Identifiers recovered from rejected rows, per kind and each as often as it was; a kind without any is left out.
    pub recovered: BTreeMap<Kind, u64>,
}

/// The cells of one kind of identifier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CellTally {
    /// Cells that were not empty.
    pub filled: u64,
    /// Cells among them of which at least a part did not normalise.
    pub invalid: u64,
}

/// A rejected row: where it stands and what is wrong with it, never what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The file, relative to the breach's folder.
    pub file: String,
    /// Which member of the archive, from 1, if the file is one.
    pub member: Option<usize>,
    /// The line at which the row begins, or the row of the sheet, from 1.
    pub line: u64,
    /// What is wrong.
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

/// What is wrong with a rejected row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// More or fewer columns than the header has or most rows have.
    WrongColumnCount,
    /// Longer than [`RECORD_LIMIT`](super::RECORD_LIMIT).
    TooLong,
    /// A quote is opened and never closed.
    UnclosedQuote,
    /// No JSON object.
    NotJson,
    /// No SQL tuple.
    NotSql,
    /// The file ends in the middle of an SQL statement or comment: there may have been more rows.
    CutOff,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WrongColumnCount => "wrong number of columns",
            Self::TooLong => "longer than a record may be",
            Self::UnclosedQuote => "a quote is never closed",
            Self::NotJson => "not a JSON object",
            Self::NotSql => "not an SQL row",
            Self::CutOff => "the file ends in the middle of a statement",
        })
    }
}
