use std::fmt;

use super::{MAX_DEPTH, MAX_LENGTH, Vocabulary};

/// An expression that cannot be read.
///
/// Only words of the grammar, breaches and classes are shown; anything else may be personal
/// data.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the query cannot be read at character {}: {problem}\n  {shown}\n  {caret:>column$}", .at + 1, caret = '^', column = .at + 1)]
pub(crate) struct QueryError {
    /// Number of characters before the wrong one.
    pub at: usize,
    /// The problem at that place.
    pub problem: Problem,
    /// The expression, with dots for what must not be shown.
    shown: String,
}

impl QueryError {
    pub(super) fn new(text: &str, at: usize, problem: Problem, vocabulary: &Vocabulary) -> Self {
        Self {
            at,
            problem,
            shown: vocabulary.shown(text),
        }
    }
}

/// A problem of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum Problem {
    /// Something else is expected.
    Expected(&'static str),
    /// A word is not the name of a breach.
    UnknownBreach,
    /// A word ends with a hyphen and is not the name of a breach.
    HangingHyphen,
    /// A word is not the name of a kind.
    UnknownKind,
    /// A word is not a class of these breaches; holds the classes that they have.
    UnknownClass(Vec<String>),
    /// A word is not a status.
    UnknownStatus,
    /// A word is not a type.
    UnknownType,
    /// A text is not a date.
    BadDate,
    /// Parentheses are nested too deep.
    TooDeep,
    /// The expression is too long.
    TooLong,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expected(what) => write!(f, "expected {what}"),
            Self::UnknownBreach => f.write_str(
                "this breach is not in the index (tekser-indexer stats lists them); other terms are kind:phone, \
                 class:passwords, status:confirmed, type:warning, date>=2024, sensitive, all",
            ),
            Self::HangingHyphen => f.write_str(
                "this breach is not in the index; if a difference is meant, put a space before the hyphen: a - b",
            ),
            Self::UnknownKind => f.write_str(
                "expected a kind: iin, phone, email, id_card, passport, iban, card, plate, login, site, company, \
                 wallet, handle",
            ),
            Self::UnknownClass(classes) => {
                write!(f, "expected a class of the breaches: {}", classes.join(", "))
            }
            Self::UnknownStatus => {
                f.write_str("expected a status: confirmed, reported, unverified, fabricated")
            }
            Self::UnknownType => f.write_str("expected a type: leak, warning"),
            Self::BadDate => f.write_str("expected a date: YYYY, YYYY-MM or YYYY-MM-DD"),
            Self::TooDeep => write!(f, "more than {MAX_DEPTH} nested parentheses and !"),
            Self::TooLong => write!(f, "more than {MAX_LENGTH} characters"),
        }
    }
}
