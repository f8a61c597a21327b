//! What does a file server need to answer look-ups? The documents and ranges of a generation, each as a file.
//!
//! An object store, nginx or a CDN then replaces `tekser-server --role ranges`, and evaluators complete it. The layout
//! is in `server/PROTOCOL.md`.

mod error;
mod folder;

use std::io::{self, Write};
use std::path::Path;

use exposure_index::announcement::{Evaluators, index_document};
use exposure_index::durable::Replacement;
use exposure_index::generation::StatementTexts;
use exposure_index::index::Index;
use exposure_index::messages::CatalogueDocument;
use exposure_index::progress::{Cancel, Progress};
use flate2::Compression;
use flate2::write::GzEncoder;
use memmap2::Mmap;
use serde::Serialize;

pub(crate) use self::error::ExportError;
use self::folder::Folder;

/// Mode of files that anybody may read.
const FILE_MODE: u32 = 0o644;
const FOLDER_MODE: u32 = 0o755;
/// The same as for the server's own encodings.
const ZSTD_LEVEL: i32 = 19;

/// An index to be exported.
pub(crate) struct Export<'a> {
    /// The public file of the generation.
    pub index: &'a Index<Mmap>,
    /// The evaluators; together they must hold the key that it was made with.
    pub evaluators: &'a Evaluators,
    /// The signed statement, if there is one.
    pub attested: Option<&'a StatementTexts>,
}

/// Result of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ExportSummary {
    /// Number of ranges of the generation.
    pub ranges: u32,
    /// Bytes of each range.
    pub range_bytes: u32,
    /// Whether they existed already, from an earlier run.
    pub already: bool,
    /// Number of older generations that were removed.
    pub removed: usize,
}

impl Export<'_> {
    /// Writes it into a folder that is served already or does not exist yet. The ranges of a generation appear in
    /// one step, the document that names it comes last, and the `keep` newest generations stay: a client that is
    /// looking something up is not disturbed, and a killed export is simply repeated. Progress is
    /// in rows, as they are written.
    ///
    /// O(file).
    ///
    /// # Errors
    /// [`ExportError`] if the evaluators hold another key, the file is damaged, or the folder is something else or
    /// cannot be written to.
    pub(crate) fn write(
        &self,
        folder: &Path,
        keep: usize,
        cancel: &Cancel,
        progress: &Progress,
    ) -> Result<ExportSummary, ExportError> {
        let header = self.index.header();
        if header.key_id != self.evaluators.key_id() {
            return Err(ExportError::Key {
                expected: header.key_id,
                got: self.evaluators.key_id(),
            });
        }
        self.index.check_sums()?;
        let folder = Folder::open(folder)?;
        let already = folder.has(header.generation);
        if !already {
            folder.write_ranges(self.index, cancel, progress)?;
        }
        self.write_documents(&folder)?;
        Ok(ExportSummary {
            ranges: header.shape.ranges(),
            range_bytes: header.range_bytes,
            already,
            removed: folder.remove_older(header.generation, keep)?,
        })
    }

    fn write_documents(&self, folder: &Folder) -> Result<(), ExportError> {
        let generation = self.index.header().generation;
        let statistics = self.index.statistics()?;
        let catalogue = CatalogueDocument::of(generation, self.index.catalogue()?, &statistics);
        let breaches = folder.breaches();
        for breach in &catalogue.breaches {
            write_document(&breaches, breach.metadata.id.as_str(), breach)?;
        }
        write_document(&folder.generation(generation)?, "breaches", &catalogue)?;
        write_document(folder.documents(), "breaches", &catalogue)?;
        folder.remove_breaches_but(&catalogue)?;
        let document = index_document(self.index.header(), self.evaluators, self.attested);
        write_document(folder.documents(), "index", &document)
    }
}

/// Writes a document, and next to it the compressed form.
fn write_document<T: Serialize>(
    folder: &Path,
    name: &str,
    document: &T,
) -> Result<(), ExportError> {
    let body = serde_json::to_vec(document)?;
    let encoded = [
        ("json.gz", gzip(&body)?),
        ("json.zst", zstd::encode_all(&body[..], ZSTD_LEVEL)?),
        ("json", body),
    ];
    for (extension, bytes) in encoded {
        let path = folder.join(format!("{name}.{extension}"));
        Replacement::write(&path, FILE_MODE, &bytes)?.put_in_place()?;
    }
    Ok(())
}

fn gzip(body: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body)?;
    encoder.finish()
}
