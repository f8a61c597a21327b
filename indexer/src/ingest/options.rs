use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

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
    /// Ends the reading with [`IngestError::Stopped`](super::IngestError::Stopped) as soon as it is not 0, also where no
    /// sink is asked for long because there are no identifiers.
    pub stop: Arc<AtomicUsize>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            recover: true,
            allow_truncated: false,
            fingerprints: true,
            secrets: DumpSecrets::default(),
            stop: Arc::default(),
        }
    }
}
