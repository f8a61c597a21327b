use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::{Args, ValueEnum};
use exposure_index::durable::Replacement;
use serde_json::json;

use super::options::{AudienceOption, Files};
use super::output;
use super::output::progress::Bar;
use crate::analysis::Figures;
use crate::language::Language;
use crate::report::{self, Cover};

/// Mode of a report with small counts and sensitive breaches, which only its owner may read.
const OWNER_ONLY: u32 = 0o600;
const EVERYBODY_READS: u32 = 0o644;

/// Write a report on the index, as a page or as JSON.
///
/// Shows the identifiers by kind; for each breach, in order of date, its size, what was new in it and how well its dump
/// could be read; how many identifiers are in 1, 2, 3… breaches; the commonest combinations; the overlaps of the
/// largest breaches; and how severe the leaked data are. The page is one self-contained HTML file without scripts that
/// can be printed; each picture has its figures below it, as a table and as CSV. Reads all rows. Identifiers recovered
/// from rejected rows count like the others.
#[derive(Args)]
#[command(after_help = "\
Severity is counted twice: by what leaked together in one breach, and by what all breaches hold
together (joined). The first line that applies counts:
  critical  IIN, document or passport + name + phone + address or date of birth
            password or EDS key + e-mail, phone, login or IIN
            bank account or card + name + phone
  high      IIN, document or passport + name; health, family, income or credit + IIN, name or phone
            password or EDS key; bank account or card
  medium    phone or e-mail + name, address, employer or date of birth
  low       anything else

Examples:
  tekser-indexer report --index index --lang ru --output report.html
  tekser-indexer report --index index --lang kk --public --min-cell 20 --output published.html
  tekser-indexer report --index index --format json > report.json

A file that is written is readable by its owner only, unless it is --public.")]
pub(super) struct Report {
    #[command(flatten)]
    audience: AudienceOption,
    /// Format of the report.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Html)]
    format: Format,
    /// Language of the page.
    #[arg(long = "lang", value_enum, value_name = "LANGUAGE", default_value_t = Language::Kk)]
    language: Language,
    /// File to write; by default standard output.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Overwrite an existing file.
    #[arg(long, requires = "output")]
    force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A page with pictures
    Html,
    /// Everything as numbers
    Json,
}

impl Report {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        if let Some(path) = &self.output {
            // Before the work; a file made meanwhile is overwritten.
            let is_free = self.force || !path.exists();
            ensure!(
                is_free,
                "{} exists already; --force overwrites it",
                path.display()
            );
        }
        let files = self.audience.open()?;
        let figures = self.count(&files)?;
        let text = match self.format {
            Format::Html => report::html(&figures, &self.cover(&files), self.language),
            Format::Json => as_json(&figures, &files),
        };
        match &self.output {
            Some(path) => self.write(path, &text),
            None => Ok(output::data(text)?),
        }
    }

    fn count(&self, files: &Files) -> anyhow::Result<Figures> {
        let bar = Bar::of_rows("reading rows");
        let corpus = files.corpus()?.watched(&bar);
        Ok(Figures::of(&corpus, self.audience.least())?)
    }

    fn cover(&self, files: &Files) -> Cover {
        Cover {
            generation: files.generation,
            built_at: files.public.header().built_at,
            least: self.audience.least(),
        }
    }

    fn write(&self, path: &Path, text: &str) -> anyhow::Result<()> {
        let mode = match self.audience.least() {
            Some(_) => EVERYBODY_READS,
            None => OWNER_ONLY,
        };
        let written = Replacement::write(path, mode, text.as_bytes());
        let written = written.and_then(Replacement::put_in_place);
        written.with_context(|| format!("{} cannot be written", path.display()))?;
        output::message(format_args!("wrote {}", path.display()));
        Ok(())
    }
}

fn as_json(figures: &Figures, files: &Files) -> String {
    let mut shown = json!(figures);
    shown["generation"] = files.generation.as_str().into();
    format!("{shown}\n")
}
