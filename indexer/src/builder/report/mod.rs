//! What went into this generation, and would another builder get the same?
//!
//! A generation has two documents next to its files: `report.json` and, for people, `report.txt`. The first has a
//! part `compared`, which follows from the dumps, the key and the settings alone, and a part `build`, which says how it
//! was made this time, and from which generations. The files of breaches that came from those are listed in their own
//! reports. The SHA-256 of the first part is the report's digest, which two equal builds share. `jq -cj .compared
//! report.json | sha256sum` computes it again.
//!
//! Files, lines and rules are named, never their content. A fingerprint is of a whole file: that of a file with a
//! single value could be undone by trying, which is one more reason why only the generation's owner may read the
//! report.

mod compared;
mod text;

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use data_encoding::HEXLOWER;
use exposure_index::generation::{Document, Draft};
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use self::compared::ComparedPart;
use super::BuildError;
use super::compose::breach_list::BreachList;
use super::compose::writer::WriteResult;
use super::history::History;
use super::operations::from_dumps::{Activation, Options, Summary};
use super::read::collect::TaggedDumps;
use crate::ingest::Breach;

/// The version of the report's form.
const VERSION: u32 = 1;

/// The digest of what two builds from the same dumps, with the same key and settings, have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportDigest([u8; 32]);

impl fmt::Display for ReportDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&HEXLOWER.encode(&self.0))
    }
}

/// Contents of a report.
pub(super) struct Report<'a> {
    pub(super) history: History,
    /// The dumps that were read, if any were.
    pub(super) reading: Option<ReadCost<'a>>,
    pub(super) breach_list: &'a BreachList,
    pub(super) written: WriteResult,
    /// Time when the build began, or was last resumed.
    pub(super) begun: Instant,
}

/// Cost and cause of reading dumps.
pub(super) struct ReadCost<'a> {
    pub(super) options: &'a Options,
    pub(super) breaches: &'a [Breach],
    pub(super) collected: &'a TaggedDumps,
}

/// `report.json`.
#[derive(Serialize)]
struct ReportJson<'a> {
    report: u32,
    digest: String,
    build: Build<'a>,
    compared: ComparedPart<'a>,
}

/// How the generation was made this time.
#[derive(Serialize)]
struct Build<'a> {
    generation: String,
    program: &'static str,
    history: &'a History,
    begun: String,
    ended: String,
    seconds: f64,
    index_bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pair_bytes: Option<u64>,
    /// Entries of warning lists of older generations that have expired since.
    #[serde(skip_serializing_if = "is_none")]
    expired: u64,
    #[serde(flatten)]
    reading: Option<ReadingCost>,
}

/// How the dumps were read this time.
#[derive(Serialize)]
struct ReadingCost {
    resumed: u32,
    memory: u64,
    threads: Option<usize>,
    max_rejects: String,
    evaluated: u64,
    reused: u64,
    forgotten: u64,
    temporary_bytes: u64,
}

impl Report<'_> {
    /// Writes both documents and publishes the draft with them.
    pub(super) fn publish(
        self,
        draft: Draft<'_>,
        activation: Activation,
    ) -> Result<Summary, BuildError> {
        let report = self.write(&draft).map_err(BuildError::Report)?;
        match activation {
            Activation::AtOnce => draft.publish()?,
            Activation::Later => draft.set_aside()?,
        };
        let generation = self.written.header.generation;
        tracing::info!(%generation, ?activation, "published");
        Ok(Summary::of(self.written, report, self.begun.elapsed()))
    }

    fn write(&self, draft: &Draft<'_>) -> io::Result<ReportDigest> {
        let compared = self.compared();
        let digest = ReportDigest(Sha256::digest(serde_json::to_vec(&compared)?).into());
        let report = ReportJson {
            report: VERSION,
            digest: digest.to_string(),
            build: self.build(draft),
            compared,
        };
        let mut json = serde_json::to_vec_pretty(&report)?;
        json.push(b'\n');
        write(&draft.document(Document::Json), &json)?;
        let text = text::as_text(&report);
        write(&draft.document(Document::Text), text.as_bytes())?;
        Ok(digest)
    }

    fn build(&self, draft: &Draft<'_>) -> Build<'_> {
        Build {
            generation: draft.id().to_string(),
            program: concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")),
            history: &self.history,
            begun: in_seconds(draft.time()),
            ended: in_seconds(Timestamp::now()),
            seconds: self.begun.elapsed().as_secs_f64(),
            index_bytes: self.written.bytes,
            pair_bytes: self.written.pair_bytes,
            expired: self.written.expired,
            reading: self.reading.as_ref().map(ReadCost::cost),
        }
    }
}

impl ReadCost<'_> {
    fn cost(&self) -> ReadingCost {
        let (options, counts) = (self.options, self.collected.counts);
        let met = self.collected.read.met;
        ReadingCost {
            resumed: self.collected.resumed,
            memory: options.memory.bytes(),
            threads: options.threads,
            max_rejects: options.max_rejects.to_string(),
            evaluated: counts.evaluated,
            // A resumed build may have evaluated more identifiers than it met.
            reused: met.saturating_sub(counts.evaluated),
            forgotten: counts.forgotten,
            temporary_bytes: self.collected.temporary_bytes(),
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands fields over by reference"
)]
const fn is_none(count: &u64) -> bool {
    *count == 0
}

fn in_seconds(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::options().create_new(true).write(true).open(path)?;
    file.write_all(bytes)
}
