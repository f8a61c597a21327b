use super::{Identities, Passwords};

/// The secrets for encrypted dumps.
#[derive(Clone, Debug, Default)]
pub struct DumpSecrets {
    /// Identities for files that are encrypted with age.
    pub identities: Identities,
    /// Passwords for encrypted archives and workbooks.
    pub passwords: Passwords,
}
