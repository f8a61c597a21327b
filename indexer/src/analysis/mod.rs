//! What do the leaks have in common? Figures for investigators, from the postings and ranges of a finished index: it
//! needs no dump and no key.
//!
//! | question | answer |
//! |---|---|
//! | in exactly which leaks is how much? | [`Combinations`] |
//! | how much do any two leaks share? | [`overlaps`] |
//! | how much matches this expression? | [`Query`] |
//! | how severe is it? | [`Severity`] |
//! | what may be published of it? | [`suppress`] |
//! | what does a report show? | [`Figures`] |
//!
//! Everything is counted in identifiers; those that were recovered from rejected rows count like the others. Nothing
//! here knows or prints an identifier or a tag.

mod breaches;
mod combinations;
mod corpus;
mod error;
pub(crate) mod figures;
mod labels;
mod overlap;
mod published;
pub(crate) mod query;
mod severity;
mod suppress;

pub(crate) use breaches::{BreachPlace, CorpusBreach};
pub(crate) use combinations::{Combination, Combinations};
pub(crate) use corpus::Corpus;
pub(crate) use error::AnalysisError;
pub(crate) use exposure_index::identifier::ByKind;
pub(crate) use figures::{
    BreachFigures, CombinationFigures, Counts, Figures, PairFigures, SeverityFigures,
    WarningFigures,
};
pub(crate) use overlap::{OverlapCounts, Pair, overlaps};
pub(crate) use published::PublishedPair;
pub(crate) use severity::Severity;
pub(crate) use suppress::{is_small, suppress, suppress_beside};
