//! The indexer of leak dumps: from a folder of files to an index, and what can be read from one with its key.
//!
//! | room | question |
//! |---|---|
//! | [`ingest`] | what does this dump hold? |
//! | [`inspect`] | what is in this unknown file? |
//! | [`builder`] | how do rows become one file? |
//! | [`comparison`] | what do two generations, or a dump and an index, have in common? |
//! | `passwords` | how often was each password met? |
//! | `erasure` | who must never be found again? |
//! | `export` | what does a file server need to answer look-ups? |
//! | `analysis` | what do the leaks have in common? |
//! | `report` | what does the minister see? |
//! | `hibp` | what does Have I Been Pwned know about a leak that is still to be described? |
//! | [`commands`] | what did the operator ask for? |
//!
//! `report` comes with the feature of its name; encrypted dumps with `age`, and pushing to an object store with
//! `store`. `full` is everything that the packaged program has.
//!
//! The files, what identifiers and keys are, and the protocol are the library `exposure_index`'s, which servers and
//! clients use without this one.

#[cfg_attr(
    not(feature = "report"),
    expect(
        dead_code,
        unused_imports,
        reason = "some figures are for the report alone"
    )
)]
mod analysis;
pub mod builder;
pub mod commands;
pub mod comparison;
mod digest;
mod erasure;
mod export;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod hibp;
pub mod ingest;
pub mod inspect;
mod language;
mod passwords;
#[cfg(feature = "report")]
mod report;
