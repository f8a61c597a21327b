//! What can a message add after a look at the dump?

use crate::builder::BuildError;
use crate::ingest::{Breach, DumpSecrets};
use crate::inspect::instead;

/// An error from reading dumps, with what a file has instead of what its `breach.toml` names.
pub(super) fn explained(error: &BuildError, breaches: &[Breach], secrets: &DumpSecrets) -> String {
    let hint = match error {
        BuildError::Unread { breach, source } => breaches
            .iter()
            .find(|one| one.metadata.id == *breach)
            .and_then(|breach| instead(breach, source, secrets)),
        _ => None,
    };
    hint.map_or_else(|| error.to_string(), |hint| format!("{error}; {hint}"))
}

/// The same as an error, which keeps its causes if nothing can be added.
pub(super) fn with_explanation(
    error: BuildError,
    breaches: &[Breach],
    secrets: &DumpSecrets,
) -> anyhow::Error {
    let explained = explained(&error, breaches, secrets);
    match explained == error.to_string() {
        true => error.into(),
        false => anyhow::Error::msg(explained),
    }
}
