use std::slice;

use clap::Args;
use exposure_index::generation::IndexDirectory;
use exposure_index::index::GenerationId;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::diff::before;
use super::options::{IndexOption, parse_generation};
use super::output;
use crate::digest::{List, text};
use crate::language::Language;

/// Write the changes in the public list as a plain e-mail, the same for everyone.
///
/// Lists leaks that are new, have a corrected description, or were removed, with title, date, status and summary. By
/// default, TO is the current generation and FROM the one before it. Contains no counts and no sensitive leaks, and is
/// not sent: pass it to your newsletter software.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer digest --index index --address https://check.example.org > digest.txt
  tekser-indexer digest --index index --lang ru 20261122-201530-3f9a1c2b 20261123-081500-aa01b2c3")]
pub(super) struct Digest {
    #[command(flatten)]
    index: IndexOption,
    /// Earlier generation.
    #[arg(value_name = "FROM", value_parser = parse_generation)]
    from: Option<GenerationId>,
    /// Later generation.
    #[arg(value_name = "TO", value_parser = parse_generation)]
    to: Option<GenerationId>,
    /// Language; by default all three, one after the other.
    #[arg(long = "lang", value_enum, value_name = "LANGUAGE")]
    language: Option<Language>,
    /// Official address of the website, for links.
    #[arg(long, value_name = "URL", value_parser = parse_address)]
    address: Option<String>,
}

impl Digest {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let directory = self.index.directory();
        let to = match self.to {
            Some(to) => to,
            None => directory.current()?,
        };
        let from = match self.from {
            Some(from) => from,
            None => before(&directory, to)?,
        };
        let (earlier, later) = (list(&directory, from)?, list(&directory, to)?);
        let languages = match &self.language {
            Some(one) => slice::from_ref(one),
            None => &Language::ALL,
        };
        let address = self.address.as_deref();
        Ok(output::data(text(&earlier, &later, languages, address))?)
    }
}

/// Parses an address for links in a letter, without spaces or control characters.
fn parse_address(text: &str) -> Result<String, &'static str> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    match is_plain && text.starts_with("https://") {
        true => Ok(text.to_owned()),
        false => Err("expected an address such as https://check.example.org"),
    }
}

/// Reads the catalogue of a generation's public file; no row is read.
fn list(directory: &IndexDirectory, generation: GenerationId) -> anyhow::Result<List> {
    let index = directory.open_public(generation)?;
    let built_at = Timestamp::from_second(index.header().built_at).unwrap_or_default();
    let catalogue = index.catalogue()?;
    let leaks = catalogue.breaches.into_iter().map(|entry| entry.metadata);
    Ok(List {
        generation,
        day: built_at.to_zoned(TimeZone::UTC).date().to_string(),
        leaks: leaks.collect(),
    })
}
