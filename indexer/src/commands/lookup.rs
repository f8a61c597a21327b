use std::ffi::OsString;
use std::io::{self, Write};

use anyhow::{Context, ensure};
use clap::Args;
use exposure_index::breach::{BreachId, DataClass};
use exposure_index::identifier::Kind;
use exposure_index::index::{Catalogue, CatalogueEntry, Exposure, Index};
use exposure_index::oprf::{KeyId, OfflineKey, SecretKey, Tag, evaluate};
use memmap2::Mmap;
use serde::Serialize;

use super::identifiers::{Line, Refusal, each_line, refuse_arguments};
use super::options::{Files, FilesOption, KeysOption, LoadedKeys, sealed_key};

/// Ask in which leaks identifiers are.
///
/// Identifiers come on standard input, one a line, as kind:value; never as arguments, which every user of the machine
/// can see. The kinds are iin, phone, email, id_card, passport, iban, card, plate, login.
#[derive(Args)]
#[command(after_help = "\
Examples:
  echo 'phone:8 709 123 45 67' | tekser-indexer lookup --index index --key tekser.key \\
    --trust release.key.pub
  tekser-indexer lookup --index index --key tekser.key --trust release.key.pub --json \\
    < identifiers.txt > answers.jsonl

With --json there is one line of output per line of input, in order; values are never repeated:
  {\"kind\":\"iin\",\"found\":true,\"exposures\":[{\"breach\":\"…\",\"classes\":[\"…\"]}]}
  {\"kind\":\"iin\",\"error\":\"check digit\"}")]
pub(super) struct Lookup {
    #[command(flatten)]
    files: FilesOption,
    #[command(flatten)]
    keys: KeysOption,
    /// Print one JSON object per line of input.
    #[arg(long)]
    json: bool,
    /// Taken so that it can be refused without being repeated: the message may end up in a log.
    #[arg(hide = true)]
    arguments: Vec<OsString>,
}

impl Lookup {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        refuse_arguments(&self.arguments, "lookup");
        let answerer = self.answerer()?;
        let mut output = io::stdout().lock();
        each_line(|number, line| {
            let answer = answerer.answer(line)?;
            if self.json {
                serde_json::to_writer(&mut output, &answer).map_err(io::Error::from)?;
                writeln!(output)?;
            } else {
                answer.print(number, &mut output)?;
            }
            Ok(())
        })
    }

    fn answerer(&self) -> anyhow::Result<Answerer> {
        // Whoever has the key asks their own files, and no server: a signature is asked for where `--trust` says whose.
        let LoadedKeys { tags: key, offline } = self.keys.load()?;
        let Files { public, sealed, .. } = self.files.open()?;
        check_key(public.header().key_id, &key)?;
        let mut files = vec![IndexFile::new(public, None)?];
        if let Some(sealed) = sealed {
            let offline = sealed_key(&sealed, offline.as_ref())?.clone();
            files.push(IndexFile::new(sealed, Some(offline))?);
        }
        Ok(Answerer { key, files })
    }
}

/// An open index file with its catalogue.
struct IndexFile {
    index: Index<Mmap>,
    catalogue: Catalogue,
    /// The key of a sealed file.
    offline: Option<OfflineKey>,
}

/// Refuses the key of another index, whose answers would all be no.
fn check_key(made_with: KeyId, key: &SecretKey) -> anyhow::Result<()> {
    let given = key.public_key().id();
    ensure!(
        made_with == given,
        "wrong key: this index was made with the key {made_with}, the key given is {given}; \
         nothing can be looked up with it"
    );
    Ok(())
}

impl IndexFile {
    fn new(index: Index<Mmap>, offline: Option<OfflineKey>) -> anyhow::Result<Self> {
        Ok(Self {
            catalogue: index.catalogue()?,
            index,
            offline,
        })
    }

    fn answers(&self, tag: Tag) -> anyhow::Result<Vec<Answered<'_>>> {
        let sealed = self.offline.as_ref().map(|key| key.sealed_tag(tag));
        let tag = sealed.unwrap_or(tag);
        let Some(row) = self.index.find(tag)? else {
            return Ok(Vec::new());
        };
        row.exposures()?
            .into_iter()
            .map(|exposure| self.answered(exposure))
            .collect()
    }

    fn answered(&self, exposure: Exposure) -> anyhow::Result<Answered<'_>> {
        let entry = self.catalogue.get(exposure.breach);
        let entry = entry.context(
            "the index names a breach that its catalogue lacks: run tekser-indexer verify",
        )?;
        let classes = exposure
            .classes
            .places()
            .filter_map(|place| entry.classes.get(place))
            .collect();
        Ok(Answered {
            breach: &entry.metadata.id,
            classes,
            entry,
        })
    }
}

/// Answers lines with the key and the files of one generation.
struct Answerer {
    key: SecretKey,
    files: Vec<IndexFile>,
}

impl Answerer {
    fn answer(&self, (kind, identifier): Line) -> anyhow::Result<Answer<'_>> {
        let identifier = match identifier {
            Ok(identifier) => identifier,
            Err(Refusal { error, .. }) => return Ok(Answer::Refused { kind, error }),
        };
        let tag = evaluate(&self.key, &identifier.oprf_input())?.tag();
        let mut exposures = Vec::new();
        for file in &self.files {
            exposures.extend(file.answers(tag)?);
        }
        exposures.sort_unstable_by_key(|answered| answered.breach);
        Ok(Answer::Found {
            kind: identifier.kind(),
            found: !exposures.is_empty(),
            exposures,
        })
    }
}

/// A line's answer.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer<'a> {
    Found {
        kind: Kind,
        found: bool,
        exposures: Vec<Answered<'a>>,
    },
    Refused {
        kind: Option<Kind>,
        error: String,
    },
}

#[derive(Serialize)]
struct Answered<'a> {
    breach: &'a BreachId,
    classes: Vec<&'a DataClass>,
    #[serde(skip)]
    entry: &'a CatalogueEntry,
}

impl Answer<'_> {
    fn print(&self, number: u64, output: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Refused {
                kind: Some(kind),
                error,
            } => writeln!(output, "{number}. {kind}: refused: {error}"),
            Self::Refused { kind: None, error } => writeln!(output, "{number}. refused: {error}"),
            Self::Found {
                kind, found: false, ..
            } => writeln!(output, "{number}. {kind}: in no leak of this index"),
            Self::Found {
                kind, exposures, ..
            } => {
                writeln!(
                    output,
                    "{number}. {kind}: in {} of the leaks of this index",
                    exposures.len()
                )?;
                exposures
                    .iter()
                    .try_for_each(|answered| answered.print(output))
            }
        }
    }
}

impl Answered<'_> {
    fn print(&self, output: &mut impl Write) -> io::Result<()> {
        let metadata = &self.entry.metadata;
        let classes: Vec<&str> = self.classes.iter().map(|class| class.as_str()).collect();
        let sealed = if metadata.sensitive { ", sealed" } else { "" };
        writeln!(
            output,
            "   {} ({}{sealed}): {}",
            self.breach,
            metadata.date,
            classes.join(", ")
        )
    }
}
