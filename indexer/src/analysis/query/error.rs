use std::fmt;

use super::{MAX_DEPTH, MAX_LENGTH, Vocabulary};

/// An expression that cannot be read.
///
/// Its words are shown only where they are those of the grammar, breaches or classes; anything else may be personal
/// data.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the query cannot be read at character {}: {problem}\n  {shown}\n  {caret:>column$}", .at + 1, caret = '^', column = .at + 1)]
pub(crate) struct QueryError {
    /// How many characters are before the one that does not fit.
    pub at: usize,
    /// What is wrong there.
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

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum Problem {
    /// Something else must be here.
    Expected(&'static str),
    /// A word that is no breach's name.
    UnknownBreach,
    /// A word that ends with a hyphen and is no breach's name.
    HangingHyphen,
    /// A word that is no kind's name.
    UnknownKind,
    /// A word that is no class of these breaches, and which classes they have.
    UnknownClass(Vec<String>),
    /// A word that is no status.
    UnknownStatus,
    /// A word that is no type.
    UnknownType,
    /// A text that is no date.
    BadDate,
    /// Too many parentheses within each other.
    TooDeep,
    /// Too many characters.
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
                "this breach is not in the index; if a difference is meant, put a blank before the hyphen: a - b",
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
            Self::TooDeep => write!(f, "more than {MAX_DEPTH} parentheses and ! within each other"),
            Self::TooLong => write!(f, "more than {MAX_LENGTH} characters"),
        }
    }
}
