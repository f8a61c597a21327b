//! How does a dump become tagged rows? Identifiers are evaluated once each, and each dump is checked by its guards.

pub(crate) mod collect;
pub(crate) mod dump_reader;
pub(crate) mod guard;
pub(crate) mod memo;
pub(crate) mod replay_check;
pub(crate) mod tagger;
