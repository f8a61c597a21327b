//! Which generations exist? The command that lists them.

use anyhow::ensure;
use clap::Args;
use exposure_index::generation::{FileKind, GenerationError, IndexDirectory};
use exposure_index::index::GenerationId;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::options::IndexOption;
use super::output;
use super::output::table::{Table, grouped};
use super::output::tombstones;

/// List the generations of an index, oldest first.
///
/// Shows for each its rows, its pairs, how many identifiers are erased for good, and the id of the key it was made
/// with. The last column marks the current one, and those that were made with --review and wait for tekser-indexer
/// publish.
#[derive(Args)]
#[command(after_help = "\
Example:
  tekser-indexer generations --index index")]
pub(super) struct Generations {
    #[command(flatten)]
    index: IndexOption,
    /// Print one JSON array.
    #[arg(long)]
    json: bool,
}

/// A generation in the list.
#[derive(Serialize)]
struct GenerationEntry {
    generation: String,
    current: bool,
    /// Whether it was made with --review and can be published.
    pending: bool,
    built_at: Option<String>,
    rows: Option<u64>,
    sealed_rows: Option<u64>,
    /// Number of pairs that are kept with it; missing if none are.
    pairs: Option<u64>,
    key_id: Option<String>,
    /// Number of identifiers that are erased under its key; missing if only the owner of the index may know.
    erased: Option<usize>,
    /// Why the generation cannot be opened, if it cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Generations {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let directory = self.index.directory();
        let (generations, current) = match (directory.generations(), directory.current()) {
            (Err(_), Err(error)) => return Err(error.into()),
            (generations, current) => (generations?, current),
        };
        // The list is needed most to repair a broken CURRENT, so it is printed before that error.
        let pending = directory.pending().unwrap_or_default();
        let mut listed: Vec<GenerationEntry> = Vec::new();
        for generation in generations {
            let current = current.as_ref().is_ok_and(|current| *current == generation);
            listed.push(GenerationEntry {
                current,
                pending: pending.contains(&generation),
                ..GenerationEntry::of(&directory, generation)
            });
        }
        if self.json {
            output::line(serde_json::to_string(&listed)?)?;
        } else {
            output::data(as_table(&listed))?;
        }
        let current = match current {
            // The first generation is still under review.
            Err(GenerationError::Empty { .. }) if listed.iter().any(|one| one.pending) => {
                return Ok(());
            }
            current => current?,
        };
        ensure!(
            listed.iter().any(|one| one.current),
            "CURRENT names the generation {current}, which does not exist; write the name of one of these into it"
        );
        Ok(())
    }
}

impl GenerationEntry {
    /// Reads what a generation's files say about it.
    fn of(directory: &IndexDirectory, generation: GenerationId) -> Self {
        let mut listed = Self {
            generation: generation.to_string(),
            current: false,
            pending: false,
            built_at: None,
            rows: None,
            sealed_rows: None,
            pairs: None,
            key_id: None,
            erased: None,
            error: None,
        };
        match directory.open_public(generation) {
            Ok(index) => {
                let header = index.header();
                listed.built_at = time(header.built_at);
                listed.rows = Some(header.rows);
                listed.key_id = Some(header.key_id.to_string());
                match tombstones::erased(directory, header.key_id) {
                    Ok(erased) => listed.erased = erased,
                    Err(error) => listed.error = Some(error.to_string()),
                }
                match directory.open_pairs(header) {
                    Ok(pairs) => listed.pairs = pairs.map(|pairs| pairs.pairs()),
                    Err(error) => listed.error = listed.error.or(Some(error.to_string())),
                }
            }
            Err(error) => listed.error = Some(error.to_string()),
        }
        match directory.open(generation, FileKind::Sealed) {
            Ok(sealed) => listed.sealed_rows = sealed.map(|index| index.header().rows),
            Err(error) => listed.error = listed.error.or(Some(error.to_string())),
        }
        listed
    }
}

fn time(seconds: i64) -> Option<String> {
    let time = Timestamp::from_second(seconds).ok()?;
    Some(
        time.to_zoned(TimeZone::UTC)
            .strftime("%Y-%m-%d %H:%M:%S UTC")
            .to_string(),
    )
}

fn as_table(listed: &[GenerationEntry]) -> String {
    let mut table = Table::new([
        "generation",
        "built",
        "rows",
        "sealed rows",
        "pairs",
        "key",
        "",
    ]);
    let mut errors = String::new();
    for one in listed {
        let count = |rows: Option<u64>| rows.map_or_else(|| "-".to_owned(), grouped);
        table.row([
            one.generation.clone(),
            one.built_at.clone().unwrap_or_else(|| "-".to_owned()),
            count(one.rows),
            count(one.sealed_rows),
            count(one.pairs),
            one.key_id.clone().unwrap_or_else(|| "-".to_owned()),
            match (one.current, one.pending) {
                (true, _) => "current",
                (_, true) => "awaits publish",
                _ => "",
            }
            .to_owned(),
        ]);
        if let Some(error) = &one.error {
            errors.push_str(&format!("{}: {error}\n", one.generation));
        }
    }
    let current = listed.iter().find(|one| one.current);
    let erased = tombstones::erased_line(current.and_then(|one| one.erased));
    format!("{table}{errors}{erased}")
}
