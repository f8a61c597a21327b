//! What can a message add after checking the dump?

use crate::builder::BuildError;
use crate::ingest::{Breach, DumpSecrets};
use crate::inspect::instead;

/// Explains an error from reading dumps: what a file has instead of what its `breach.toml` names.
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

/// Explains an error as an error, which keeps its causes if nothing can be added.
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
