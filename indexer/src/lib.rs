//! The exposure index: from leak dumps to private answers.
pub mod breach;
pub mod identifier;
#[cfg(feature = "indexer")]
pub mod ingest;
