//! What does a row of this format say? One reader a format, from text to records.

pub(super) mod bson;
pub(super) mod combo;
pub(super) mod csv;
pub(super) mod dbf;
pub(super) mod fixed;
pub(super) mod free_text;
pub(super) mod json;
pub(super) mod jsonl;
pub(super) mod sql;
pub(super) mod xml;
