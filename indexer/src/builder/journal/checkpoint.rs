use serde::{Deserialize, Serialize};

use crate::ingest::Fingerprint;

/// Progress of a build at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Checkpoint {
    /// Identifiers met so far, with repetitions; all their entries are in the runs.
    pub(crate) identifiers: u64,
    /// A keyed digest of these identifiers and their exposures, in hexadecimal digits.
    pub(crate) digest: String,
    /// The runs.
    pub(crate) runs: Vec<RunFile>,
    /// The files that were read to their end since the previous checkpoint.
    pub(crate) files: Vec<FinishedFile>,
    /// Evaluations of the OPRF so far.
    pub(crate) evaluated: u64,
    /// Tags so far that memory had no room for.
    pub(crate) forgotten: u64,
    /// Largest size of temporary files so far, in bytes.
    pub(crate) temporary_bytes: u64,
    /// Number of times that the build has been resumed.
    pub(crate) resumed: u32,
}

/// A run on the disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunFile {
    /// Name of the file.
    pub(crate) name: String,
    /// Number of entries.
    pub(crate) entries: u64,
}

/// A file of a dump that was read to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FinishedFile {
    /// Place of the breach among those that are built.
    pub(crate) breach: u16,
    /// Place of the file in the breach.
    pub(crate) file: u32,
    /// Fingerprint of all its bytes.
    pub(crate) fingerprint: Fingerprint,
}
