//! What is in an unknown file? Guesses what its columns hold and drafts the `breach.toml` that
//! says so.
//!
//! Only the beginnings of files are read (see [`LOOKED_AT`]). A guess rests on a column's name (`name`) and on its
//! values (`identifiers`, `classes`), both as weights of `evidence`. No value leaves this module: only their
//! form is shown (`mask`).

mod classes;
mod combo;
mod dates;
mod draft;
mod error;
mod evidence;
mod feed;
mod files;
mod free_text;
mod guess;
mod header;
mod identifiers;
mod instead;
mod keys;
mod mask;
mod meaning;
mod name;
mod part;
mod passed_over;
mod titles;
mod weigh;
mod words;

pub use crate::ingest::{LOOKED_AT, PassedOver};
pub use draft::draft;
pub(crate) use draft::quoted;
pub use error::InspectError;
pub(crate) use files::inspect_known;
pub use files::{Files, expand, inspect};
pub use guess::{Column, Guess};
pub(crate) use instead::instead;
pub use meaning::Meaning;
pub(crate) use name::{shown, shown_path};
pub(crate) use passed_over::named as passed_over;

use std::path::PathBuf;

use crate::ingest::survey::Layout;

/// The findings in one file.
pub struct Inspection {
    /// The given file.
    pub path: PathBuf,
    /// Outermost container, if any.
    pub container: Option<&'static str>,
    /// Its tables and sheets; a file of another format has one part.
    pub parts: Vec<Part>,
    /// Parts without rows, such as pictures: members of an archive, or the file itself.
    pub passed_over: Vec<PassedOver>,
}

/// A table, a sheet, the records at one place of JSON documents, or all that a file or some members of an archive hold.
pub struct Part {
    pub(crate) layout: Layout,
    /// Number of lines or rows above the header or the first row, such as titles.
    pub skip: u64,
    /// Whether the first row names the columns, if the format leaves that open.
    pub header: Option<bool>,
    /// The columns, in the order of the file.
    pub columns: Vec<Column>,
    /// Number of inspected rows.
    pub rows: usize,
    /// Whether these are all rows.
    pub whole: bool,
    /// The members of the archive that have it.
    pub members: Vec<String>,
}

impl Part {
    /// Whether a column surely holds identifiers, or a text without columns any, so that there is something to index.
    #[must_use]
    pub fn has_identifier(&self) -> bool {
        if self.layout.format.is_without_columns() {
            return self.rows > 0;
        }
        let mut proposed = self.columns.iter().filter_map(Column::proposed);
        proposed.any(|guess| guess.meaning.is_indexed())
    }
}
