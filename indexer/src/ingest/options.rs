use exposure_index::progress::Cancel;

use super::DumpSecrets;

/// How to read dumps.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// Whether rows that are rejected are searched for identifiers that are on their own.
    pub recover: bool,
    /// Whether a file that ends before its end is counted instead of refused.
    pub allow_truncated: bool,
    /// Whether the fingerprints of the files are taken.
    pub fingerprints: bool,
    /// What opens encrypted dumps.
    pub secrets: DumpSecrets,
    /// Ends the reading with [`IngestError::Stopped`](super::IngestError::Stopped) as soon as that is
    /// requested, also where no sink is asked for long because there are no identifiers.
    pub cancel: Cancel,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            recover: true,
            allow_truncated: false,
            fingerprints: true,
            secrets: DumpSecrets::default(),
            cancel: Cancel::default(),
        }
    }
}
