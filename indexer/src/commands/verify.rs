use anyhow::Context;
use clap::Args;
use data_encoding::HEXLOWER;
use memmap2::Mmap;
use serde_json::{Value, json};

use super::options::{Files, FilesOption};
use super::output;
use super::progress::row_bar;
use super::table::grouped;
use crate::generation::FileKind;
use crate::index::{GenerationId, Index};

/// Check every byte of an index.
///
/// Reads the whole of a generation's files and checks checksums, order, encodings, that postings and statistics follow
/// from the rows, and that the root follows from the ranges. Needs no key.
#[derive(Args)]
#[command(after_help = "\
Example:
  tekser-indexer verify --index index")]
pub(super) struct Verify {
    #[command(flatten)]
    files: FilesOption,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let Files {
            generation,
            public,
            sealed,
            ..
        } = self.files.open()?;
        let files: Vec<(FileKind, Index<Mmap>)> = std::iter::once((FileKind::Public, public))
            .chain(sealed.map(|sealed| (FileKind::Sealed, sealed)))
            .collect();
        for (kind, index) in &files {
            verify(index, kind.file_name())?;
        }
        if self.json {
            output::line(as_json(generation, &files))?;
        } else {
            output::data(as_text(generation, &files))?;
        }
        Ok(())
    }
}

fn as_json(generation: GenerationId, files: &[(FileKind, Index<Mmap>)]) -> Value {
    let file = |(kind, index): &(FileKind, Index<Mmap>)| {
        let header = index.header();
        json!({"file": kind.file_name(), "rows": header.rows, "root": HEXLOWER.encode(&header.root)})
    };
    let files: Vec<Value> = files.iter().map(file).collect();
    json!({"generation": generation.as_str(), "intact": true, "files": files})
}

fn as_text(generation: GenerationId, files: &[(FileKind, Index<Mmap>)]) -> String {
    let mut text = format!("generation {generation} is intact\n");
    for (kind, index) in files {
        let (rows, root) = (
            grouped(index.header().rows),
            HEXLOWER.encode(&index.header().root),
        );
        text.push_str(&format!("{}  {rows} rows, root {root}\n", kind.file_name()));
    }
    text
}

fn verify(index: &Index<Mmap>, name: &'static str) -> anyhow::Result<()> {
    let bar = row_bar(index.header().rows);
    bar.set_message(name);
    let outcome = index.verify(&mut |rows| bar.inc(rows));
    bar.finish_and_clear();
    outcome.with_context(|| format!("{name} is damaged; restore it from a copy or build it again"))
}
