//! The exposure index: from leak dumps to private answers.
//!
//! | room | question |
//! |---|---|
//! | [`identifier`] | what is this value, written one way? |
//! | [`breach`] | what is known about this leak? |
//! | [`oprf`] | what is its tag? |
//! | [`index`] | what is in the file, and where? |
//! | [`generation`] | which index is in force, and how does a new one take its place? |
//! | [`messages`] | what goes over the wire? |
//! | [`process`] | what may leave this process? |
//! | `ingest` | what does this dump hold? |
//! | `build` | how do rows become one file? |
//! | `commands` | what did the person ask? |
//!
//! The last three, and normalisation, come with the feature `indexer`; a server that answers look-ups does without.

pub mod breach;
#[cfg(feature = "indexer")]
pub mod build;
#[cfg(feature = "indexer")]
pub mod commands;
pub mod generation;
pub mod identifier;
pub mod index;
#[cfg(feature = "indexer")]
pub mod ingest;
pub mod messages;
pub mod oprf;
pub mod process;
