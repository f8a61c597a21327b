use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use exposure_index::announcement::{Evaluators, RemoteEvaluator};
use exposure_index::statement;
use serde_json::json;

use super::options::{GenerationOption, TrustOption, at_least};
use super::output;
use super::output::progress::Bar;
use super::output::table::grouped;
use super::publishing::on_signals;
use crate::export::Export;

/// Write the public part of an index as files for nginx or a CDN.
///
/// A file server or an object store hands the files out, without a key or tekser-server; evaluators (tekser-server
/// --role evaluator) complete the service. Writes only the public file, from which nobody can read an identifier
/// without the key.
#[derive(Args)]
#[command(after_help = "\
Example:
  tekser-indexer export --index index --static /srv/tekser --trust release.key.pub \\
    --evaluator https://evaluator.example.kz/v1/evaluate=0123…cdef

The folder then holds v1/index.json, v1/breaches.json, v1/breaches/ID.json and
v1/generations/GENERATION/breaches.json (each also as .gz and .zst), and
v1/ranges/GENERATION/PREFIX; a look-up requests v1/index, the generation's breaches.json and ranges.
server/PROTOCOL.md says what a server must do with them, and has the lines for nginx.

Run it again after each new generation: existing ranges are not written again, and the document that
names the new generation is replaced last, in one step.")]
pub(super) struct ExportCommand {
    #[command(flatten)]
    generation: GenerationOption,
    /// Folder to write to; created if it does not exist.
    #[arg(long = "static", value_name = "FOLDER")]
    folder: PathBuf,
    /// URL of an evaluator's /v1/evaluate and its public key, as keygen printed it. Repeat it for each share of the
    /// key.
    #[arg(long = "evaluator", value_name = "URL=PUBLIC_KEY", required = true)]
    evaluators: Vec<RemoteEvaluator>,
    /// Number of generations to keep, the new one included: look-ups end with the generation they began with.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = at_least::<u32>(1))]
    keep: u32,
    #[command(flatten)]
    trust: TrustOption,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// Warns if only the owner can read an export that is meant for everybody.
fn warn_if_private(folder: &Path) {
    const OTHERS_READ: u32 = 0o005;
    let written = folder.join("v1");
    let mode = written
        .metadata()
        .map_or(0o777, |metadata| metadata.permissions().mode());
    if mode & OTHERS_READ != OTHERS_READ {
        output::message(format_args!(
            "warning: the umask lets only the owner read {}: for a web server run chmod -R a+rX",
            folder.display()
        ));
    }
}

impl ExportCommand {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let files = self.generation.open_public()?;
        let checked = statement::check(&files.directory, &files.public, &self.trust.load()?)?;
        let attested = checked.map(|checked| checked.attested);
        let evaluators = Evaluators::new(None, &self.evaluators)
            .context("the public keys do not fit together")?;
        let export = Export {
            index: &files.public,
            evaluators: &evaluators,
            attested: attested.as_ref(),
        };
        let bar = Bar::of_rows("writing ranges");
        let written = export.write(&self.folder, self.keep as usize, &on_signals()?, &bar);
        drop(bar);
        let written = written?;
        warn_if_private(&self.folder);
        if self.json {
            output::line(json!({
                "generation": files.generation.as_str(),
                "ranges": written.ranges,
                "range_bytes": written.range_bytes,
                "already": written.already,
                "removed": written.removed,
            }))?;
            return Ok(());
        }
        let there = match written.already {
            true => "existed already",
            false => "written",
        };
        output::line(format_args!(
            "generation {}: {} ranges of {} bytes {there}, {} older generations removed",
            files.generation,
            grouped(u64::from(written.ranges)),
            grouped(u64::from(written.range_bytes)),
            written.removed,
        ))?;
        Ok(())
    }
}
