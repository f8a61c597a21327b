use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use exposure_index::generation::StatementTexts;
use exposure_index::public_log::{AppendOutcome, Entry, PublicLog};
use exposure_index::statement::{self, Statement, Trust};
use serde_json::json;

use super::options::{Files, GenerationOption, MaybeGenerationOption, TrustOption};
use super::output;

/// Append a generation to a public log, or check a log.
///
/// A line has the statement of the generation, its signature if it was signed, and the hash of the line before: anyone
/// who has seen a later line notices if a line is changed or removed. Publish the file, and let others keep copies.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer log --index index --log public.log --trust release.key.pub     appends the generation
  tekser-indexer log --check --log public.log                   checks every line
  tekser-indexer log --check --log public.log --index index     and that the current generation is in it

A generation that is already in the log is not appended again, and the exit status is 0. Sign first:
a later signature does not get into the log. Without --trust a signature is recorded unchecked,
since checking it takes the public key. With --check, --trust checks every line. FORMAT.md says how
to check a log with sha256sum, jq and minisign.")]
pub(super) struct Log {
    #[command(flatten)]
    generation: MaybeGenerationOption,
    /// File of the log.
    #[arg(long, value_name = "FILE", env = "TEKSER_LOG_FILE")]
    log: PathBuf,
    /// Check the log and, with --index, that the generation is in it unchanged; append nothing.
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    trust: TrustOption,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

impl Log {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let (log, trust) = (PublicLog::at(&self.log), self.trust.load()?);
        let generation = self.generation.given();
        if self.check {
            return self.check(&log, generation.as_ref(), &trust);
        }
        let generation =
            generation.context("nothing to append: name the index with --index DIR")?;
        let files = generation.open()?;
        let (statement, attested) = stated(&generation, &files, &trust)?;
        let (entry, what) = match log.append(files.generation, statement, attested)? {
            AppendOutcome::Now(entry) => (entry, "appended"),
            AppendOutcome::Already(entry) => (entry, "already"),
        };
        self.print(&entry, what, &trust)
    }

    fn check(
        &self,
        log: &PublicLog,
        generation: Option<&GenerationOption>,
        trust: &Trust,
    ) -> anyhow::Result<()> {
        let entries = log.entries()?;
        if !trust.is_empty() {
            log.check_signatures(&entries, trust)?;
        }
        let found = match generation {
            Some(generation) => {
                let files = generation.open()?;
                let (statement, _) = stated(generation, &files, trust)?;
                Some(log.find(&entries, files.generation, &statement)?)
            }
            None => None,
        };
        if self.json {
            let line = found.map(|entry| entry.number);
            return Ok(output::line(
                json!({"intact": true, "lines": entries.len(), "line": line, "signed": !trust.is_empty()}),
            )?);
        }
        let signed = match trust.is_empty() {
            true => "",
            false => " and signed with a trusted key",
        };
        output::line(format_args!(
            "{} lines, each bound to the one before{signed}",
            entries.len()
        ))?;
        match found {
            Some(entry) => self.print(&entry, "there", trust),
            None => Ok(()),
        }
    }

    fn print(&self, entry: &Entry, what: &str, trust: &Trust) -> anyhow::Result<()> {
        let Statement {
            generation, root, ..
        } = &entry.statement;
        let line = entry.number;
        let checked = match trust.is_empty() {
            true => None,
            false => Some(entry.signer(trust)?),
        };
        if self.json {
            return Ok(output::line(json!({
                "result": what, "line": line, "generation": generation, "root": root,
                "signed": entry.signature.is_some(), "signed_by": checked.map(|signer| signer.to_string()),
            }))?);
        }
        let signed = match (checked, &entry.signature) {
            (Some(signer), _) => format!("signed by {signer}"),
            (None, Some(_)) => {
                "with a signature that was not checked: name the key with --trust".to_owned()
            }
            (None, None) => "not signed".to_owned(),
        };
        output::line(format_args!(
            "line {line}, {what}: {generation}, root {root}, {signed}"
        ))?;
        Ok(())
    }
}

/// Returns the statement of a generation, and its signature if it was signed; only `trust` knows the signer.
fn stated(
    generation: &GenerationOption,
    files: &Files,
    trust: &Trust,
) -> anyhow::Result<(Statement, Option<StatementTexts>)> {
    let directory = generation.directory();
    let checked = statement::check(&directory, &files.public, trust)?;
    if let (Some(checked), Some(sealed)) = (&checked, &files.sealed) {
        checked.statement.check_sealed(sealed.header())?;
    }
    match checked {
        Some(checked) => Ok((checked.statement, Some(checked.attested))),
        None => {
            let sealed_root = files.sealed.as_ref().map(|sealed| sealed.header().root);
            Ok((Statement::of(&files.public, sealed_root)?, None))
        }
    }
}
