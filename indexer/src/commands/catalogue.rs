//! How are metadata exchanged with Have I Been Pwned? The commands that do it.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::hibp::HibpBreach;
use anyhow::{Context, ensure};
use clap::{Args, Subcommand};
use exposure_index::breach::PartialDate;
use exposure_index::durable;
use exposure_index::hibp::Breach;
use exposure_index::index::Identifiers;

use super::inspect::today;
use super::options::GenerationOption;
use super::output;
use crate::ingest::DESCRIPTION;

/// Longest list that is read, in bytes; HIBP's had two million in 2025.
const MAX_LENGTH: u64 = 64 << 20;
const FOLDER_MODE: u32 = 0o755;
const FILE_MODE: u32 = 0o644;

/// Exchange metadata of breaches with Have I Been Pwned.
#[derive(Args)]
pub(super) struct Catalogue {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Import(Import),
    Export(Export),
}

/// Draft a breach.toml for breaches of Have I Been Pwned's list.
///
/// Copies only metadata, no data. What the list lacks, such as texts in Kazakh and Russian, is marked TODO; build
/// refuses the draft until it is filled in.
#[derive(Args)]
#[command(after_help = "\
Examples:
  curl --output breaches.json https://haveibeenpwned.com/api/v3/breaches
  tekser-indexer catalogue import breaches.json --output breaches Adobe LinkedIn")]
struct Import {
    /// File with a JSON array of breaches, as the API returns it.
    #[arg(value_name = "FILE")]
    list: PathBuf,
    /// Names or titles of the breaches; by default all.
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Folder to write to: a folder with a breach.toml for each breach. Existing ones are left unchanged.
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
}

/// Print the breaches of an index as Have I Been Pwned's API does.
///
/// Prints a JSON array without sensitive breaches. PwnCount is the number of different identifiers.
#[derive(Args)]
#[command(after_help = "\
Example:
  tekser-indexer catalogue export --index index > breaches.json")]
struct Export {
    #[command(flatten)]
    generation: GenerationOption,
}

impl Catalogue {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        match &self.command {
            Command::Import(import) => import.run(),
            Command::Export(export) => export.run(),
        }
    }
}

impl Import {
    fn run(&self) -> anyhow::Result<()> {
        let listed = self.read()?;
        let today = today()?;
        self.check_names(&listed)?;
        let wanted = |breach: &&HibpBreach| {
            let mut names = self.names.iter();
            self.names.is_empty() || names.any(|name| breach.is_called(name))
        };
        for breach in listed.iter().filter(wanted) {
            self.write(breach, &today)?;
        }
        Ok(())
    }

    fn read(&self) -> anyhow::Result<Vec<HibpBreach>> {
        let path = self.list.display();
        let mut text = String::new();
        let file = File::open(&self.list).with_context(|| path.to_string())?;
        file.take(MAX_LENGTH + 1)
            .read_to_string(&mut text)
            .with_context(|| path.to_string())?;
        ensure!(
            text.len() as u64 <= MAX_LENGTH,
            "{path} is longer than 64 MiB: name the file of the list"
        );
        // The parser's message quotes the list, which is public.
        serde_json::from_str(&text)
            .with_context(|| format!("{path} is not a list of breaches in the form of HIBP's API"))
    }

    fn check_names(&self, listed: &[HibpBreach]) -> anyhow::Result<()> {
        for name in &self.names {
            let is_there = listed.iter().any(|breach| breach.is_called(name));
            ensure!(
                is_there,
                "no breach of the list has the name or title {name}"
            );
        }
        Ok(())
    }

    fn write(&self, breach: &HibpBreach, today: &PartialDate) -> anyhow::Result<()> {
        let Some(id) = breach.id() else {
            let title = &breach.title;
            output::message(format_args!(
                "{title} is left out: no id can be made of its name"
            ));
            return Ok(());
        };
        let folder = self.output.join(id.as_str());
        let path = folder.join(DESCRIPTION);
        if path.exists() {
            output::message(format_args!(
                "{} exists already and is left unchanged",
                path.display()
            ));
            return Ok(());
        }
        let written = make_folders(&self.output, &folder).and_then(|()| {
            durable::create_file(&path, FILE_MODE, breach.draft(&id, today).as_bytes())
        });
        written.with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(output::line(path.display())?)
    }
}

fn make_folders(output: &Path, folder: &Path) -> std::io::Result<()> {
    for path in [output, folder] {
        if !path.exists() {
            durable::create_folder(path, FOLDER_MODE)?;
        }
    }
    Ok(())
}

impl Export {
    fn run(&self) -> anyhow::Result<()> {
        let public = self.generation.open_public()?.public;
        let (catalogue, statistics) = (public.catalogue()?, public.statistics()?);
        let nothing = Identifiers::new();
        let breaches = catalogue.breaches.iter().map(|entry| {
            let read = statistics.breaches.get(&entry.metadata.id);
            let identifiers = read.map_or(&nothing, |read| &read.identifiers);
            Breach::of(&entry.metadata, &entry.classes, identifiers)
        });
        let breaches: Vec<Breach> = breaches.collect();
        Ok(output::line(serde_json::to_string_pretty(&breaches)?)?)
    }
}
