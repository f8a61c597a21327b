//! The exposure index: from leak dumps to private answers.
pub mod breach;
pub mod identifier;
pub mod index;
#[cfg(feature = "indexer")]
pub mod ingest;
pub mod oprf;
