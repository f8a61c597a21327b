use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use serde::Serialize;

use super::Report;
use crate::breach::BreachId;
use crate::identifier::{Kind, NORMALISATION_VERSION};
use crate::index::{BreachStatistics, FORMAT_VERSION, Hash, Identifiers};
use crate::ingest::{
    Breach, CellTally, FileTally, Fingerprint, Reading, RejectTally, RowPlace, Tally,
};

/// What follows from the dumps, the key and the settings alone. The order of the fields is that of the digest.
#[derive(Serialize)]
pub(super) struct Compared<'a> {
    pub(super) index_format: u32,
    pub(super) normalisation: u32,
    pub(super) key_id: String,
    pub(super) settings: Settings,
    pub(super) breaches: Vec<BreachReport<'a>>,
    /// Identifiers met, each as often as it was met.
    pub(super) met: u64,
    /// Different ones.
    pub(super) identifiers: &'a Identifiers,
    pub(super) root: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sealed_root: Option<String>,
}

/// What the result depends on.
#[derive(Serialize)]
pub(super) struct Settings {
    pub(super) range_rows: u32,
    pub(super) recover: bool,
    pub(super) allow_truncated: bool,
}

#[derive(Serialize)]
pub(super) struct BreachReport<'a> {
    pub(super) id: &'a BreachId,
    pub(super) sensitive: bool,
    /// Of its `breach.toml`.
    pub(super) description_xxh3_128: Fingerprint,
    pub(super) rows: u64,
    pub(super) rejected_rows: u64,
    /// Different identifiers.
    pub(super) identifiers: Identifiers,
    /// Different identifiers besides, which only rejected rows hold.
    pub(super) recovered: Identifiers,
    pub(super) files: Vec<FileReport<'a>>,
}

#[derive(Serialize)]
pub(super) struct FileReport<'a> {
    pub(super) name: &'a str,
    pub(super) bytes: u64,
    pub(super) xxh3_128: Option<Fingerprint>,
    pub(super) read_as: &'a [Reading],
    /// Whether it ended before its end.
    pub(super) truncated: bool,
    pub(super) rows: u64,
    pub(super) rejected_rows: u64,
    pub(super) rejected: Vec<Rejected>,
    pub(super) cells: BTreeMap<Kind, Cells>,
    /// Identifiers recovered from rejected rows, each as often as it was.
    pub(super) recovered: &'a BTreeMap<Kind, u64>,
}

/// The rows of a file that were rejected for one reason.
#[derive(Serialize)]
pub(super) struct Rejected {
    pub(super) reason: String,
    pub(super) rows: u64,
    /// Where the first of them stand.
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
    /// The invalid ones by the rule that they broke.
    pub(super) rules: BTreeMap<String, u64>,
}

impl Report<'_> {
    pub(super) fn compared(&self) -> Compared<'_> {
        let (options, written) = (self.options, self.written);
        let tallies = self.breaches.iter().zip(&self.collected.intake.tallies);
        let breach = |(breach, tally)| breach_report(breach, tally, &written.breaches);
        Compared {
            index_format: FORMAT_VERSION,
            normalisation: NORMALISATION_VERSION,
            key_id: self.key_id.to_string(),
            settings: Settings {
                range_rows: options.range_rows,
                recover: options.reading.recover,
                allow_truncated: options.reading.allow_truncated,
            },
            breaches: tallies.map(breach).collect(),
            met: self.collected.intake.met,
            identifiers: &written.identifiers,
            root: hexadecimal(&written.header.root),
            sealed_root: written.sealed_root.as_ref().map(hexadecimal),
        }
    }
}

fn hexadecimal(root: &Hash) -> String {
    HEXLOWER.encode(root)
}

fn breach_report<'a>(
    breach: &'a Breach,
    tally: &'a Tally,
    written: &BTreeMap<BreachId, BreachStatistics>,
) -> BreachReport<'a> {
    let id = &breach.metadata.id;
    let statistics = written.get(id);
    BreachReport {
        id,
        sensitive: breach.metadata.sensitive,
        description_xxh3_128: breach.description,
        rows: tally.rows,
        rejected_rows: tally.rejected_rows,
        identifiers: statistics.map_or_else(Identifiers::new, |one| one.identifiers.clone()),
        recovered: statistics.map_or_else(Identifiers::new, |one| one.recovered.clone()),
        files: tally.files.iter().map(file_report).collect(),
    }
}

fn file_report(file: &FileTally) -> FileReport<'_> {
    let rejected = |(reason, tally): (&_, &RejectTally)| Rejected {
        reason: ToString::to_string(reason),
        rows: tally.rows,
        listed: tally.places.iter().map(place).collect(),
        not_listed: tally.rows - tally.places.len() as u64,
    };
    FileReport {
        name: &file.name,
        bytes: file.size,
        xxh3_128: file.fingerprint,
        read_as: &file.readings,
        truncated: file.is_truncated,
        rows: file.rows,
        rejected_rows: file.rejected_rows,
        rejected: file.rejects.iter().map(rejected).collect(),
        cells: file
            .cells
            .iter()
            .map(|(kind, tally)| (*kind, cells(tally)))
            .collect(),
        recovered: &file.recovered,
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
