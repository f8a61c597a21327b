//! What does the description say about this dump? From `breach.toml` to checked files, columns and rules.

pub(super) mod columns;
pub(super) mod description;
pub(super) mod layout;
pub(super) mod nearest;
pub(super) mod resolve;
