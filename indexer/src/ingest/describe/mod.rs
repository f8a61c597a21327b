//! What does the description say of this dump? From `breach.toml` to files, columns and rules that are checked.

pub(super) mod columns;
pub(super) mod description;
pub(super) mod layout;
pub(super) mod nearest;
pub(super) mod resolve;
