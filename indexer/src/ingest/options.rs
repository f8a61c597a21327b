use exposure_index::progress::Cancel;

use jiff::civil::Date;

use super::{AllowLists, Identities, Passwords};

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
    /// What no warning list may name.
    pub allow: AllowLists,
    /// The day on which entries of warning lists must hold; today, if it is not given.
    pub as_of: Option<Date>,
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
            allow: AllowLists::default(),
            as_of: None,
            cancel: Cancel::default(),
        }
    }
}

/// What opens encrypted dumps.
#[derive(Clone, Debug, Default)]
pub struct DumpSecrets {
    /// For files that are encrypted with age.
    pub identities: Identities,
    /// For archives and workbooks that are encrypted with a password.
    pub passwords: Passwords,
}
