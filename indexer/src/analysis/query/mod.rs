//! How much matches this expression? Set algebra over breaches, kinds, data classes, status and dates.
//!
//! ```text
//! expression   = intersection { "|" intersection }
//! intersection = operand { ( "&" | "-" ) operand }
//! operand      = "!" operand | "(" expression ")" | term
//! term         = BREACH | "breach:" BREACH | "kind:" KIND | "class:" CLASS | "status:" STATUS | "type:" TYPE
//!              | "date" ( "<" | "<=" | "=" | ">=" | ">" ) DATE | "sensitive" | "all"
//! ```
//!
//! A term stands for a set of identifiers. `&` keeps what is in both, `-` takes the second away; they bind equally,
//! from left to right. `|` binds less: what is in either. `!` is what is not. Names of breaches contain hyphens, so a
//! difference has a space before its `-`. TYPE is leak or warning; `all` is what is in either.
//!
//! | term | identifiers |
//! |---|---|
//! | `voters-2019`, `breach:voters-2019` | in this breach; the second form is for breaches called `all`, `date`, `sensitive` |
//! | `kind:phone` | of this kind |
//! | `class:passwords` | with which this class leaked, in any breach |
//! | `status:confirmed` | in any breach of this status |
//! | `date>=2024` | in any breach of such a date; dates are compared as far as both are known |
//! | `sensitive` | in any sensitive breach |
//! | `all` | all |

mod breakdown;
mod error;
mod evaluate;
mod expression;
mod lexer;
mod parser;
mod vocabulary;

pub(crate) use breakdown::{Breakdown, By, Cell};
pub(crate) use error::{Problem, QueryError};
pub(crate) use expression::{Comparison, Expression, Step, Term};
pub(crate) use parser::{MAX_DEPTH, MAX_LENGTH};
pub(crate) use vocabulary::Vocabulary;

use std::fmt;

use roaring::RoaringBitmap;

use super::{AnalysisError, Corpus};

/// A question to a corpus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Query(Expression);

impl Query {
    /// Reads an expression about the breaches and classes of a vocabulary.
    ///
    /// # Errors
    /// [`QueryError`] with the first character that does not fit.
    pub(crate) fn parse(text: &str, vocabulary: &Vocabulary) -> Result<Self, QueryError> {
        parser::parse(text, vocabulary).map(Self)
    }

    /// Returns the rows that match.
    ///
    /// Time: O(rows ÷ 64) for each term; a term with a class reads all rows.
    ///
    /// # Errors
    /// [`AnalysisError`] if a file is damaged.
    pub(crate) fn rows<D: AsRef<[u8]> + Sync>(
        &self,
        corpus: &Corpus<'_, D>,
    ) -> Result<RoaringBitmap, AnalysisError> {
        evaluate::rows(&self.0, corpus)
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
