//! Whom should the index forget? The command that erases identifiers.

use std::ffi::OsString;

use anyhow::{Context, bail};
use clap::Args;
use exposure_index::identifier::{Identifier, Nearest, UnknownKind, reading_as};
use exposure_index::index::GenerationId;
use serde_json::{Value, json};

use super::options::identifiers::{Unreadable, each_line, named, refuse_arguments};
use super::options::{IndexOption, KeysOption};
use super::output;
use super::output::table::{grouped, plural};
use super::publishing::{current_bytes, warn, watched};
use crate::builder::{Activation, Erasure, Watch, erase, restore};

/// Erase identifiers for good.
///
/// The index no longer answers for them, now and after every rebuild.
///
/// Identifiers are read from standard input, one per line, as kind:value; never from arguments, which every user of the
/// machine can see. A tombstone of each is kept in the index directory, encrypted under the offline key, and every
/// command that makes a generation respects it. Prints counts, never a list. A line without an identifier is reported
/// by its number and the rule that it breaks, and the exit status is 1; the others are erased.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer erase --index index --key tekser.key --offline-key offline.key < requests.txt
  echo 'phone:8 709 123 45 67' | tekser-indexer erase --index index --key tekser.key \\
    --offline-key offline.key --undo

To erase a person, list all of their identifiers: IIN, phone numbers, e-mail addresses, one per
line.

Older generations still hold the rows, wherever they are: on the disk and on servers until prune
removes them, in stores until push --keep 1, in exported folders until export --keep 1, in a CDN
until it is purged. Only a new key (rekey) revokes what was already handed out. A rollback to an
older generation leaves erased identifiers out. Pairs that an index keeps (build --pairs) are
fingerprints that name nobody: those of an erased person stay until the dump is read again. --undo
removes tombstones; the rows return with the next generation that is made from the dumps, by build
or update.")]
pub(super) struct Erase {
    #[command(flatten)]
    index: IndexOption,
    #[command(flatten)]
    keys: KeysOption,
    /// Remove the tombstones of these identifiers.
    #[arg(long)]
    undo: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    /// Accepted only to be refused without being repeated: the message may end up in a log.
    #[arg(hide = true)]
    arguments: Vec<OsString>,
}

/// Steps that remain to be done elsewhere after an erasure, in this order.
const REMAINING: [&str; 5] = [
    "sign and publish the current generation: tekser-indexer sign, then copy it to the servers",
    "remove older generations, here and on each server: tekser-indexer prune --keep 1",
    "remove them from object stores: tekser-indexer push --keep 1",
    "remove them from exported folders: tekser-indexer export --keep 1",
    "purge /v1/ranges/ from the caches of CDNs and proxies",
];

/// What remains in the hands of clients.
const ONLY_A_NEW_KEY: &str = "only a new key revokes what was handed out already: those who kept ranges can still look them up until \
                              tekser-indexer rekey";

fn print_remaining() -> anyhow::Result<()> {
    output::line("older generations still hold identifiers that were erased since; next:")?;
    for (number, step) in REMAINING.iter().enumerate() {
        output::line(format_args!("{:>3}. {step}", number + 1))?;
    }
    Ok(output::line(ONLY_A_NEW_KEY)?)
}

/// Requests from standard input.
#[derive(Default)]
struct Requests {
    identifiers: Vec<Identifier>,
    /// The lines that did not normalise, and why.
    refused: Vec<(u64, Refusal)>,
}

impl Erase {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        refuse_arguments(&self.arguments, "erase");
        let keys = self.keys.load()?;
        let directory = self.index.directory();
        directory.current()?;
        let requests = Requests::read()?;
        if self.undo {
            let restored = restore(&directory, keys.get(), &requests.identifiers)?;
            self.print_restored(restored, &requests)?;
            return requests.check();
        }
        let work = |watch: Watch<'_>| erase(&directory, keys.get(), &requests.identifiers, watch);
        warn(&directory, current_bytes(&directory));
        let erasure = watched(Activation::AtOnce, work).context(
            "not erased from the current index. Tombstones that were written hold from the next generation on; the \
             same command publishes one when it is run again",
        )?;
        self.print_erased(&erasure, &requests)?;
        requests.check()
    }

    fn print_erased(&self, erasure: &Erasure, requests: &Requests) -> anyhow::Result<()> {
        let generation = erasure.summary.as_ref().map(|summary| summary.generation);
        if self.json {
            return Ok(output::line(json!({
                "erased": erasure.given,
                "new": erasure.new,
                "in_index": erasure.in_index,
                "all": erasure.all,
                "refused": requests.as_json(),
                "are_in_pairs": erasure.are_in_pairs,
                "generation": generation.as_ref().map(GenerationId::as_str),
                "remaining": if erasure.given > 0 { &REMAINING[..] } else { &[] },
            }))?);
        }
        output::line(format_args!(
            "{} erased ({} of them before), {} of them were in the index{}",
            grouped(erasure.given),
            grouped(erasure.given - erasure.new),
            grouped(erasure.in_index),
            requests.refusals(),
        ))?;
        match generation {
            Some(generation) => output::line(format_args!(
                "generation {generation} is now current here, without them"
            ))?,
            None => output::line("the current index holds none of them and stays")?,
        }
        if erasure.given > 0 {
            print_remaining()?;
        }
        if erasure.are_in_pairs {
            output::message(
                "warning: the pairs of these identifiers look like all others and stay among those that the index \
                 keeps, until their dumps are read again: tekser-indexer update or build",
            );
        }
        Ok(())
    }

    fn print_restored(&self, restored: u64, requests: &Requests) -> anyhow::Result<()> {
        if self.json {
            return Ok(output::line(json!({
                "restored": restored,
                "refused": requests.as_json(),
            }))?);
        }
        Ok(output::line(format_args!(
            "{} of {} had been erased and are so no longer{}; their rows return with the next generation that is made \
             from the dumps: tekser-indexer build or update",
            grouped(restored),
            grouped(requests.identifiers.len() as u64),
            requests.refusals(),
        ))?)
    }
}

/// Why a line is not an identifier: for machines in a word or two, for people as the rule of the kind.
struct Refusal {
    error: String,
    rule: String,
}

impl Refusal {
    /// Refuses a line that names no kind.
    fn without_kind(error: &str) -> Self {
        Self {
            error: error.to_owned(),
            rule: error.to_owned(),
        }
    }
}

impl From<Unreadable> for Refusal {
    fn from(unreadable: Unreadable) -> Self {
        Self {
            error: unreadable.to_string(),
            rule: unreadable.rule().to_owned(),
        }
    }
}

impl From<Nearest> for Refusal {
    fn from(nearest: Nearest) -> Self {
        Self {
            error: nearest.fault.to_string(),
            rule: nearest.to_string(),
        }
    }
}

/// Reads the identifier of a line. Its kind is never guessed: what is erased must be beyond doubt.
fn requested(line: Result<&str, Unreadable>) -> Result<Identifier, Refusal> {
    let line = line?;
    let unnamed = || match line.contains(':') {
        true => Refusal::without_kind(&UnknownKind.to_string()),
        false => Refusal::without_kind("expected kind:value"),
    };
    let (kind, value) = named(line).ok_or_else(unnamed)?;
    Ok(reading_as(kind, value)?.identifier)
}

impl Requests {
    fn read() -> anyhow::Result<Self> {
        let mut requests = Self::default();
        each_line("kind:value", |number, line| {
            match requested(line) {
                Ok(identifier) => requests.identifiers.push(identifier),
                Err(refusal) => requests.refused.push((number, refusal)),
            }
            Ok(())
        })?;
        Ok(requests)
    }

    /// Fails if a line was refused: the person in it can still be found.
    fn check(&self) -> anyhow::Result<()> {
        match self.refused.len() as u64 {
            0 => Ok(()),
            refused => bail!(
                "{} of the input did not normalise; correct them, and run the command again with them",
                plural(refused, "line")
            ),
        }
    }

    /// Lists the lines that did not normalise, and the rules, as the end of a sentence.
    fn refusals(&self) -> String {
        if self.refused.is_empty() {
            return String::new();
        }
        let lines = self.refused.iter();
        let lines: Vec<String> = lines
            .map(|(number, refusal)| format!("line {number}: {}", refusal.rule))
            .collect();
        format!(", {} did not normalise ({})", lines.len(), lines.join("; "))
    }

    fn as_json(&self) -> Vec<Value> {
        let refused = self.refused.iter();
        refused
            .map(|(line, refusal)| json!({ "line": line, "error": refusal.error, "rule": refusal.rule }))
            .collect()
    }
}
