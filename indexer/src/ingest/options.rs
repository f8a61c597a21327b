use exposure_index::progress::Cancel;

use jiff::civil::Date;

use super::{AllowLists, Identities, Passwords};

/// Options for reading dumps.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// Whether rejected rows are searched for identifiers that are on their own.
    pub recover: bool,
    /// Whether a truncated file is counted instead of refused.
    pub allow_truncated: bool,
    /// Whether the fingerprints of the files are taken.
    pub fingerprints: bool,
    /// Secrets for encrypted dumps.
    pub secrets: DumpSecrets,
    /// Lists of identifiers that no warning list may name.
    pub allow: AllowLists,
    /// The day on which entries of warning lists must hold; today, if it is not given.
    pub as_of: Option<Date>,
    /// Stops reading with [`IngestError::Stopped`](super::IngestError::Stopped) as soon as that is
    /// requested, even while the sink gets no records because there are no identifiers.
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

/// The secrets for encrypted dumps.
#[derive(Clone, Debug, Default)]
pub struct DumpSecrets {
    /// Identities for files that are encrypted with age.
    pub identities: Identities,
    /// Passwords for encrypted archives and workbooks.
    pub passwords: Passwords,
}
