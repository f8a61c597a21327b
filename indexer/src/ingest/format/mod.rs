//! What does a row of this format say? One reader per format, from a stream of text or bytes to records.
//!
//! Formats that are read by pages or with companion files are in `database`; those with sheets of rows and cells in
//! `sheet`.

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
