//! What must two builds from the same dumps have in common?

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use exposure_index::breach::BreachId;
use exposure_index::identifier::{Kind, NORMALISATION_VERSION};
use exposure_index::index::{BreachStatistics, FORMAT_VERSION, Hash, Identifiers};
use jiff::civil::Date;
use serde::Serialize;

use super::Report;
use crate::builder::compose::breach_list::BreachEntry;
use crate::ingest::{
    AllowLists, Breach, CellTally, ContentDigest, DetectedLayout, FileTally, Fingerprint, LeftOut,
    Passage, PassageTally, RejectTally, RowPlace, Tally,
};

/// The part of a report that follows from the dumps, the key and the settings alone. The order of the fields is that of
/// the digest.
#[derive(Serialize)]
pub(super) struct ComparedPart<'a> {
    pub(super) index_format: u32,
    pub(super) normalisation: u32,
    pub(super) key_id: String,
    pub(super) settings: Settings,
    pub(super) breaches: Vec<BreachReport<'a>>,
    /// Identifiers met, with repetitions.
    pub(super) met: u64,
    /// Different identifiers.
    pub(super) identifiers: &'a Identifiers,
    pub(super) root: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sealed_root: Option<String>,
}

/// Settings that the result depends on.
#[derive(Serialize)]
pub(super) struct Settings {
    pub(super) range_rows: u32,
    /// Options with which dumps were read, if any were.
    #[serde(flatten)]
    pub(super) reading: Option<ReadingSettings>,
}

#[derive(Serialize)]
pub(super) struct ReadingSettings {
    pub(super) recover: bool,
    pub(super) allow_truncated: bool,
    /// Day on which entries of warning lists had to hold, if there are such lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) as_of: Option<Date>,
    /// Allow lists, which no warning list may contradict.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) allow: Vec<AllowListEntry>,
}

#[derive(Serialize)]
pub(super) struct AllowListEntry {
    pub(super) name: String,
    pub(super) xxh3_128: Fingerprint,
    pub(super) identifiers: usize,
    /// Entries that are not identifiers.
    pub(super) others: usize,
}

#[derive(Serialize)]
pub(super) struct BreachReport<'a> {
    pub(super) id: &'a BreachId,
    pub(super) sensitive: bool,
    /// Digest of its `breach.toml`; left out, like the files, for a breach that came from another generation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description_xxh3_128: Option<Fingerprint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description_sha256: Option<ContentDigest>,
    pub(super) rows: u64,
    pub(super) rejected_rows: u64,
    /// Different identifiers.
    pub(super) identifiers: Identifiers,
    /// Other different identifiers, which only rejected rows hold.
    pub(super) recovered: Identifiers,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) files: Option<Vec<FileReport<'a>>>,
}

#[derive(Serialize)]
pub(super) struct FileReport<'a> {
    pub(super) name: &'a str,
    pub(super) bytes: u64,
    pub(super) xxh3_128: Option<Fingerprint>,
    pub(super) sha256: Option<ContentDigest>,
    pub(super) read_as: &'a [DetectedLayout],
    /// Whether the file is truncated.
    pub(super) truncated: bool,
    pub(super) rows: u64,
    pub(super) rejected_rows: u64,
    /// Rows read without their last cells, which the file leaves out if they are empty.
    pub(super) short_rows: u64,
    /// Rows read although their table marks them as deleted.
    pub(super) deleted_rows: u64,
    pub(super) rejected: Vec<RejectedRows>,
    pub(super) cells: BTreeMap<Kind, Cells>,
    /// Identifiers recovered from rejected rows, with repetitions.
    pub(super) recovered: &'a BTreeMap<Kind, u64>,
    /// Entries of a warning list that are left out, by reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) left_out: &'a BTreeMap<LeftOut, u64>,
    /// Entries that are refused, by the allow list that names them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) allowed: &'a BTreeMap<String, u64>,
    /// Text of the file that is in no row.
    pub(super) passed_over: BTreeMap<Passage, PassedOver>,
}

/// Amount of text of one sort that was passed over.
#[derive(Serialize)]
pub(super) struct PassedOver {
    pub(super) passages: u64,
    pub(super) bytes: u64,
    /// Identifiers that a search finds in it.
    pub(super) identifiers: u64,
    /// Places where the first of it begins.
    pub(super) listed: Vec<Place>,
}

/// The rows of a file that were rejected for one reason.
#[derive(Serialize)]
pub(super) struct RejectedRows {
    pub(super) reason: String,
    pub(super) rows: u64,
    /// Places of the first of them.
    pub(super) listed: Vec<Place>,
    pub(super) not_listed: u64,
}

#[derive(Serialize)]
pub(super) struct Place {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) member: Option<usize>,
    pub(super) line: u64,
}

/// The cells of one kind.
#[derive(Serialize)]
pub(super) struct Cells {
    pub(super) filled: u64,
    pub(super) invalid: u64,
    /// The invalid ones, by the rule that they broke.
    pub(super) rules: BTreeMap<String, u64>,
}

impl Report<'_> {
    pub(super) fn compared(&self) -> ComparedPart<'_> {
        let written = &self.written;
        let reading = self.reading.as_ref();
        ComparedPart {
            index_format: FORMAT_VERSION,
            normalisation: NORMALISATION_VERSION,
            key_id: written.header.key_id.to_string(),
            settings: Settings {
                range_rows: written.header.range_rows,
                reading: reading.map(|reading| ReadingSettings {
                    recover: reading.options.reading.recover,
                    allow_truncated: reading.options.reading.allow_truncated,
                    as_of: reading.collected.as_of,
                    allow: allow_lists(&reading.options.reading.allow),
                }),
            },
            breaches: self.breaches(),
            met: reading.map_or(0, |reading| reading.collected.read.met),
            identifiers: &written.identifiers,
            root: hexadecimal(&written.header.root),
            sealed_root: written.sealed_root.as_ref().map(hexadecimal),
        }
    }

    fn breaches(&self) -> Vec<BreachReport<'_>> {
        let of_dump = |member: &BreachEntry| {
            let reading = self.reading.as_ref()?;
            let mut read = reading.breaches.iter().zip(&reading.collected.read.tallies);
            read.find(|(breach, _)| breach.metadata.id == *member.id())
        };
        let members = self.breach_list.members().iter();
        members
            .map(|member| breach_report(member, of_dump(member), &self.written.breaches))
            .collect()
    }
}

fn allow_lists(lists: &AllowLists) -> Vec<AllowListEntry> {
    let used = lists.each();
    used.map(|(name, xxh3_128, identifiers, others)| AllowListEntry {
        name: name.to_owned(),
        xxh3_128,
        identifiers,
        others,
    })
    .collect()
}

fn hexadecimal(root: &Hash) -> String {
    HEXLOWER.encode(root)
}

fn breach_report<'a>(
    member: &'a BreachEntry,
    dump: Option<(&'a Breach, &'a Tally)>,
    written: &BTreeMap<BreachId, BreachStatistics>,
) -> BreachReport<'a> {
    let statistics = written.get(member.id());
    let description = dump.map(|(breach, _)| breach.description);
    BreachReport {
        id: member.id(),
        sensitive: member.entry.metadata.sensitive,
        description_xxh3_128: description.map(|all| all.xxh3_128),
        description_sha256: description.map(|all| all.sha256),
        rows: member.read.rows,
        rejected_rows: member.read.rejected_rows,
        identifiers: statistics.map_or_else(Identifiers::new, |one| one.identifiers.clone()),
        recovered: statistics.map_or_else(Identifiers::new, |one| one.recovered.clone()),
        files: dump.map(|(_, tally)| tally.files.iter().map(file_report).collect()),
    }
}

fn file_report(file: &FileTally) -> FileReport<'_> {
    let rejected = |(reason, tally): (&_, &RejectTally)| RejectedRows {
        reason: ToString::to_string(reason),
        rows: tally.rows,
        listed: tally.places.iter().map(place).collect(),
        not_listed: tally.rows - tally.places.len() as u64,
    };
    FileReport {
        name: &file.name,
        bytes: file.size,
        xxh3_128: file.fingerprints.map(|all| all.xxh3_128),
        sha256: file.fingerprints.map(|all| all.sha256),
        read_as: &file.readings,
        truncated: file.is_truncated,
        rows: file.rows,
        rejected_rows: file.rejected_rows,
        short_rows: file.short_rows,
        deleted_rows: file.deleted_rows,
        rejected: file.rejects.iter().map(rejected).collect(),
        cells: file
            .cells
            .iter()
            .map(|(kind, tally)| (*kind, cells(tally)))
            .collect(),
        recovered: &file.recovered,
        left_out: &file.left_out,
        allowed: &file.allowed,
        passed_over: file
            .passed_over
            .iter()
            .map(|(passage, tally)| (*passage, passed_over(tally)))
            .collect(),
    }
}

fn passed_over(tally: &PassageTally) -> PassedOver {
    PassedOver {
        passages: tally.passages,
        bytes: tally.bytes,
        identifiers: tally.identifiers,
        listed: tally.places.iter().map(place).collect(),
    }
}

const fn place(place: &RowPlace) -> Place {
    Place {
        member: place.member,
        line: place.line,
    }
}

fn cells(tally: &CellTally) -> Cells {
    let rules = tally.faults.iter();
    Cells {
        filled: tally.filled,
        invalid: tally.invalid,
        rules: rules
            .map(|(rule, cells)| (rule.to_string(), *cells))
            .collect(),
    }
}
