use anyhow::Context;
use clap::Args;
use data_encoding::HEXLOWER;
use exposure_index::generation::FileKind;
use exposure_index::index::Index;
use memmap2::Mmap;
use serde_json::{Value, json};

use super::options::{Files, FilesOption};
use super::output;
use super::output::progress::Bar;
use super::output::table::grouped;

/// Check every byte of an index.
///
/// Reads all files of a generation and checks checksums, order and encodings, that postings and statistics follow from
/// the rows and the root from the ranges, and that pairs, if any are kept, are this generation's, whole and in order.
/// Needs no key. With --trust it also checks who signed.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer verify --index index
  tekser-indexer verify --index index --trust release.key.pub")]
pub(super) struct Verify {
    #[command(flatten)]
    files: FilesOption,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let files = self.files.open()?;
        verify_all(&files)?;
        let pairs = self.pairs(&files)?;
        if self.json {
            output::line(as_json(&files, pairs))?;
        } else {
            output::data(as_text(&files, pairs))?;
        }
        Ok(())
    }

    /// Checks the pairs and returns their number; `None` if none are kept or asked for.
    fn pairs(&self, files: &Files) -> anyhow::Result<Option<u64>> {
        if self.files.is_public() {
            return Ok(None);
        }
        let pairs = files.directory.check_pairs(files.public.header())?;
        Ok(pairs.map(|pairs| pairs.pairs()))
    }
}

/// Reads every byte of the files, with a bar for each.
pub(super) fn verify_all(files: &Files) -> anyhow::Result<()> {
    each(files).try_for_each(|(kind, index)| verify(index, kind.file_name()))
}

fn each(files: &Files) -> impl Iterator<Item = (FileKind, &Index<Mmap>)> {
    let sealed = files.sealed.as_ref();
    std::iter::once((FileKind::Public, &files.public))
        .chain(sealed.map(|sealed| (FileKind::Sealed, sealed)))
}

fn as_json(files: &Files, pairs: Option<u64>) -> Value {
    let file = |(kind, index): (FileKind, &Index<Mmap>)| {
        let header = index.header();
        json!({"file": kind.file_name(), "rows": header.rows, "root": HEXLOWER.encode(&header.root)})
    };
    let listed: Vec<Value> = each(files).map(file).collect();
    let mut shown =
        json!({"generation": files.generation.as_str(), "intact": true, "files": listed});
    if let Some(pairs) = pairs {
        shown["pairs"] = pairs.into();
    }
    if let Some(signer) = files.signer {
        shown["signed_by"] = signer.to_string().into();
    }
    shown
}

fn as_text(files: &Files, pairs: Option<u64>) -> String {
    let mut text = format!("generation {} is intact\n", files.generation);
    for (kind, index) in each(files) {
        let (rows, root) = (
            grouped(index.header().rows),
            HEXLOWER.encode(&index.header().root),
        );
        text.push_str(&format!("{}  {rows} rows, root {root}\n", kind.file_name()));
    }
    if let Some(pairs) = pairs {
        text.push_str(&format!("pairs.bin  {} pairs\n", grouped(pairs)));
    }
    if let Some(signer) = files.signer {
        text.push_str(&format!("signed with the trusted key {signer}\n"));
    }
    text
}

fn verify(index: &Index<Mmap>, name: &'static str) -> anyhow::Result<()> {
    let bar = Bar::of_rows(name);
    let outcome = index.verify(&bar);
    drop(bar);
    outcome.with_context(|| format!("{name} is damaged; restore it from a copy or build it again"))
}
