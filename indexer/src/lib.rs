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
//! | [`statement`] | who answers for this generation? |
//! | [`public_log`] | which generations have there been? |
//! | [`hibp`] | how does Have I Been Pwned say this? |
//! | [`passwords`] | how often did this password leak? |
//! | [`secret`] | who else can read this? |
//! | [`process`] | what may leave this process? |
//! | `manual` | what does the manual say? |
//! | `client` | what does the server say of this identifier, and can it be believed? |
//! | `store` | where do those who serve a generation get it from? |
//! | `ingest` | what does this dump hold? |
//! | `erasure` | who is never to be told of again? |
//! | `pairs` | which identifiers stood together? |
//! | `inspect` | what is in this file, told nothing about it? |
//! | `build` | how do rows become one file? |
//! | `export` | what does a file server need to answer look-ups? |
//! | `analysis` | what do the leaks have in common? |
//! | `report` | what does the minister see of it? |
//! | `commands` | what did the person ask? |
//!
//! The last nine, and normalisation, come with the feature `indexer`; a server that answers look-ups does without.
//! `client`, `manual`, `report` and `store` come with the features of their names; so does encryption with `age`. `full`
//! is everything that the program in packages has.

#[cfg(feature = "indexer")]
pub mod analysis;
pub mod breach;
#[cfg(feature = "indexer")]
pub mod build;
#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "indexer")]
pub mod commands;
mod durable;
#[cfg(feature = "indexer")]
pub mod erasure;
#[cfg(feature = "indexer")]
pub mod export;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
pub mod generation;
pub mod hibp;
pub mod identifier;
pub mod index;
#[cfg(feature = "indexer")]
pub mod ingest;
#[cfg(feature = "indexer")]
pub mod inspect;
#[cfg(feature = "manual")]
pub mod manual;
pub mod messages;
pub mod oprf;
#[cfg(feature = "indexer")]
pub mod pairs;
pub mod passwords;
pub mod process;
pub mod public_log;
#[cfg(feature = "report")]
pub mod report;
pub mod secret;
pub mod statement;
#[cfg(feature = "store")]
pub mod store;
