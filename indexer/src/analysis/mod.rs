//! What do the leaks have in common? Figures for investigators, from the postings and ranges of a finished index: it needs
//! no dump and no key.
//!
//! | question | answer |
//! |---|---|
//! | in exactly which leaks is how much? | [`Combinations`] |
//! | how much do any two leaks share? | [`overlaps`] |
//! | how much fulfils this expression? | [`Query`] |
//! | how much of it is how grave? | [`Severity`] |
//! | what may be published of it? | [`suppress`] |
//! | what does a report show? | [`Figures`] |
//!
//! Everything is counted in identifiers; those that were recovered from rejected rows count as the others do. Nothing here
//! knows or prints an identifier or a tag.

mod breaches;
mod combinations;
mod corpus;
mod error;
mod figures;
mod labels;
mod overlap;
mod published;
pub mod query;
mod severity;
mod suppress;
mod watch;

pub use breaches::{BreachPlace, CorpusBreach};
pub use combinations::{Combination, Combinations};
pub use corpus::Corpus;
pub use error::AnalysisError;
pub use exposure_index::identifier::ByKind;
pub use figures::{
    BreachFigures, CombinationFigures, Counts, Figures, OtherCombinations, PairFigures, Quality,
    SeverityFigures, WarningFigures,
};
pub use overlap::{Pair, Shared, overlaps};
pub use published::PublishedPair;
pub use query::Query;
pub use severity::Severity;
pub use suppress::{is_small, suppress, suppress_beside};
pub use watch::RowWatch;
