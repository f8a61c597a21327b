use serde::{Deserialize, Serialize};

use crate::ingest::Fingerprint;

/// How far a build was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::build) struct Checkpoint {
    /// Identifiers met so far, each as often as it was met, of which all entries are in the runs.
    pub(in crate::build) identifiers: u64,
    /// A keyed digest of these identifiers and their exposures, in hexadecimal digits.
    pub(in crate::build) digest: String,
    /// The runs.
    pub(in crate::build) runs: Vec<RunListed>,
    /// The files that were read to their end since the checkpoint before.
    pub(in crate::build) files: Vec<FileRead>,
    /// Evaluations of the OPRF so far.
    pub(in crate::build) evaluated: u64,
    /// Tags so far that there was no room for in memory.
    pub(in crate::build) forgotten: u64,
    /// Bytes of temporary files at their most so far.
    pub(in crate::build) temporary_bytes: u64,
    /// How often the build has been resumed.
    pub(in crate::build) resumed: u32,
}

/// A run on the disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::build) struct RunListed {
    /// The file's name.
    pub(in crate::build) name: String,
    /// How many entries it has.
    pub(in crate::build) entries: u64,
}

/// A file of a dump that was read to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::build) struct FileRead {
    /// The breach's place among those that are built.
    pub(in crate::build) breach: u16,
    /// The file's place in the breach.
    pub(in crate::build) file: u32,
    /// Of all its bytes.
    pub(in crate::build) fingerprint: Fingerprint,
}
