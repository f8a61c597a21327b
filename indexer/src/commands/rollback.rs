use anyhow::{Context, bail, ensure};
use clap::Args;
use memmap2::Mmap;
use serde_json::json;

use super::making::remake;
use super::options::{IndexOption, parse_generation};
use super::output;
use super::table::grouped;
use crate::build::without_erased;
use crate::erasure::Erasures;
use crate::generation::{IndexDirectory, Lock};
use crate::index::{GenerationId, Header, Index};

/// Put another generation in force: the one before, or any that is still there, a later one too.
///
/// It is read to its end before, and comes into force in one step; a server that runs notices by itself. Nothing is
/// removed. If it holds identifiers that were erased since, a generation is made of it that does not, and that one comes
/// into force. One of another key is refused if identifiers were erased that are not known under that key.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer rollback --index index
  tekser-indexer rollback --index index 20261122-201530-3f9a1c2b")]
pub(super) struct Rollback {
    #[command(flatten)]
    index: IndexOption,
    /// The generation; the one before the one in force if left out.
    #[arg(value_name = "GENERATION", value_parser = parse_generation)]
    generation: Option<GenerationId>,
    /// Put a generation of another key in force although identifiers that were erased since will be found in it.
    #[arg(long)]
    allow_erased: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

impl Rollback {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let directory = self.index.directory();
        // Otherwise the lock would make a directory of a mistyped name.
        directory.generations()?;
        let lock = directory.lock()?;
        directory.tidy(&lock)?;
        let before = directory.current();
        let generation = match (self.generation, &before) {
            (Some(generation), _) => generation,
            (None, Ok(current)) => previous(&directory, *current)?,
            (None, Err(_)) => {
                return before
                    .map(drop)
                    .context("name the generation to put in force");
            }
        };
        let made = self.put_in_force(&directory, &lock, generation)?;
        self.print(generation, made, before.ok())
    }

    /// Puts a generation in force, or one that is made of it without what was erased since, whose name is told.
    fn put_in_force(
        &self,
        directory: &IndexDirectory,
        lock: &Lock,
        generation: GenerationId,
    ) -> anyhow::Result<Option<GenerationId>> {
        let public = directory.open_public(generation)?;
        let sealed = directory.open_sealed(&public)?;
        let erasures = self.known(directory, &public)?;
        for file in std::iter::once(&public).chain(&sealed) {
            let erased = erasures.as_ref().map(|erasures| erasures.are_in(file));
            if erased.transpose()? == Some(true) {
                let bytes = directory.bytes(generation)?;
                let made = remake(directory, bytes, |watch| {
                    without_erased(directory, lock, generation, watch)
                })?;
                return Ok(made.map(|summary| summary.generation));
            }
        }
        directory.put_in_force(lock, generation)?;
        Ok(None)
    }

    /// The tombstones for the key of a generation, if it can be told by them who was erased.
    fn known(
        &self,
        directory: &IndexDirectory,
        public: &Index<Mmap>,
    ) -> anyhow::Result<Option<Erasures>> {
        let Header {
            generation, key_id, ..
        } = *public.header();
        let (mut own, others): (Vec<_>, Vec<_>) = Erasures::load_all(directory.path())?
            .into_iter()
            .partition(|erasures| erasures.key_id() == key_id);
        let own = own.pop();
        let unknown = |other: &Erasures| match &own {
            Some(own) => own.lacks_of(other),
            None => other.len(),
        };
        // Files of several keys may tell of the same identifiers.
        let unknown = others.iter().map(unknown).max().unwrap_or(0);
        ensure!(
            unknown == 0 || self.allow_erased,
            "{generation} was made with the key {key_id}, and {} identifiers were erased under another one: which rows of \
             it are theirs cannot be told, and they would be found again. Build the index anew from the dumps \
             (tekser-indexer build, or rekey for that key), or put it in force with --allow-erased and erase them once \
             more, at once: tekser-indexer erase",
            grouped(unknown as u64)
        );
        Ok(own)
    }

    fn print(
        &self,
        generation: GenerationId,
        made: Option<GenerationId>,
        before: Option<GenerationId>,
    ) -> anyhow::Result<()> {
        let before = before.map(|before| before.to_string());
        let in_force = made.unwrap_or(generation).to_string();
        let from = made.map(|_| generation.to_string());
        if self.json {
            let told = json!({ "generation": in_force, "made_from": from, "before": before });
            return Ok(output::line(told)?);
        }
        output::line(format_args!("in force    {in_force}"))?;
        if let Some(from) = from {
            output::line(format_args!(
                "made from   {from}, without what was erased since"
            ))?;
        }
        output::line(format_args!(
            "before      {}",
            before.as_deref().unwrap_or("-")
        ))?;
        Ok(())
    }
}

fn previous(directory: &IndexDirectory, current: GenerationId) -> anyhow::Result<GenerationId> {
    let generations = directory.generations()?;
    match generations.into_iter().rfind(|one| *one < current) {
        Some(previous) => Ok(previous),
        None => bail!(
            "there is no generation before {current}; tekser-indexer generations lists those there are"
        ),
    }
}
