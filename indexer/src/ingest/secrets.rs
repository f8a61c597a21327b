use super::{Identities, Passwords};

/// What opens encrypted dumps.
#[derive(Clone, Debug, Default)]
pub struct DumpSecrets {
    /// For files that are encrypted with age.
    pub identities: Identities,
    /// For archives and workbooks that are encrypted with a password.
    pub passwords: Passwords,
}
