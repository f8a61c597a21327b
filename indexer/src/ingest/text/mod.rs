//! Where do the records of this text end, and where do the cells of a record end? From bytes in any encoding to cells.

pub(super) mod cells;
pub(super) mod code_page;
pub(super) mod cutter;
pub(super) mod document;
pub(super) mod encoding;
pub(super) mod expected;
pub(super) mod kz1048;
pub(super) mod lines;
pub(super) mod markup;
pub(super) mod preamble;
pub(super) mod records;
pub(super) mod separators;
pub(super) mod sniff;
pub(super) mod transfer;
pub(super) mod window;
