use serde::{Deserialize, Serialize};

use crate::ingest::Fingerprint;

/// How far a build was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Checkpoint {
    /// Identifiers met so far, each as often as it was met, of which all entries are in the runs.
    pub(crate) identifiers: u64,
    /// A keyed digest of these identifiers and their exposures, in hexadecimal digits.
    pub(crate) digest: String,
    /// The runs.
    pub(crate) runs: Vec<RunListed>,
    /// The files that were read to their end since the checkpoint before.
    pub(crate) files: Vec<FileRead>,
    /// Evaluations of the OPRF so far.
    pub(crate) evaluated: u64,
    /// Tags so far that there was no room for in memory.
    pub(crate) forgotten: u64,
    /// Bytes of temporary files at their most so far.
    pub(crate) temporary_bytes: u64,
    /// How often the build has been resumed.
    pub(crate) resumed: u32,
}

/// A run on the disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunListed {
    /// The file's name.
    pub(crate) name: String,
    /// How many entries it has.
    pub(crate) entries: u64,
}

/// A file of a dump that was read to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileRead {
    /// The breach's place among those that are built.
    pub(crate) breach: u16,
    /// The file's place in the breach.
    pub(crate) file: u32,
    /// Of all its bytes.
    pub(crate) fingerprint: Fingerprint,
}
