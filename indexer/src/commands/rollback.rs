use anyhow::{Context, bail};
use clap::Args;
use serde_json::json;

use super::making::on_signals;
use super::options::{IndexOption, parse_generation};
use super::output;
use super::progress::watch;
use crate::build::{Progress, Watch, without_erased};
use crate::generation::IndexDirectory;
use crate::index::GenerationId;

/// Put another generation in force: the one before, or any that is still there, a later one too.
///
/// It is read to its end before, and comes into force in one step; a server that runs notices by itself. Nothing is
/// removed. If it holds identifiers that were erased since, a generation is made of it that does not, and that one comes
/// into force.
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
        let (progress, interrupt) = (Progress::default(), on_signals()?);
        let watched = Watch {
            progress: &progress,
            interrupt: &interrupt,
        };
        let work = || without_erased(&directory, &lock, generation, watched);
        let made = watch(&progress, work)?.map(|summary| summary.generation);
        if made.is_none() {
            directory.put_in_force(&lock, generation)?;
        }
        self.print(generation, made, before.ok())
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
