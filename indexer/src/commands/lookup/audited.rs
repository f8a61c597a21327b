//! Who looks up sealed rows, and why? Recorded before anything is answered.

use std::path::PathBuf;

use anyhow::{Context, ensure};
use clap::Args;
use exposure_index::audit::{Audit, Requester};
use exposure_index::identifier::{Kind, normalise};
use exposure_index::index::GenerationId;

use crate::commands::options::Files;

/// Maximum length of a reason, in characters.
const MAX_REASON: usize = 500;
/// Digits of the number of a criminal case.
const DIGITS_OF_CASE: usize = 15;
/// Kinds whose values have a form that words and file numbers do not have by chance.
const UNMISTAKABLE: [Kind; 5] = [Kind::Iin, Kind::Phone, Kind::Email, Kind::Iban, Kind::Card];

/// Options of the audit of look-ups in the sealed file.
#[derive(Args)]
pub(super) struct AuditOption {
    /// File to which a line is appended before look-ups in the sealed file are answered.
    #[arg(long, value_name = "FILE", env = "TEKSER_AUDIT")]
    audit: Option<PathBuf>,
    /// Reason for looking up in the sealed file, such as the number of an application; without any identifier.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl AuditOption {
    /// Opens the audit, if there is a sealed file to look up in.
    pub(super) fn open(&self, files: &Files) -> anyhow::Result<Option<StaffAudit>> {
        if files.sealed.is_none() {
            return Ok(None);
        }
        let (path, reason) = self.audit.as_ref().zip(self.reason.as_deref()).context(
            "this generation has a sealed file: say where its look-ups are recorded with --audit FILE and why you \
             look up with --reason TEXT, or leave it out with --public",
        )?;
        Ok(Some(StaffAudit {
            by: Requester::this_user(checked(reason)?),
            audit: Audit::open(path).context("look-ups in the sealed file cannot be recorded")?,
            generation: files.generation,
        }))
    }
}

/// The audit of a run.
pub(super) struct StaffAudit {
    audit: Audit,
    generation: GenerationId,
    by: Requester,
}

impl StaffAudit {
    /// Records that this many values are about to be answered.
    pub(super) fn note(&mut self, asked: u64) -> anyhow::Result<()> {
        self.audit
            .note(self.generation, asked, self.by.clone())
            .context("look-ups in the sealed file cannot be recorded")
    }
}

/// Checks a reason, which must be one line of text and name nobody.
fn checked(reason: &str) -> anyhow::Result<String> {
    let reason = reason.trim();
    let length = reason.chars().count();
    ensure!(
        (1..=MAX_REASON).contains(&length) && !reason.chars().any(char::is_control),
        "--reason must have 1 to {MAX_REASON} characters on one line"
    );
    let named = UNMISTAKABLE.into_iter().find(|kind| holds(reason, *kind));
    ensure!(
        named.is_none(),
        "--reason contains {}: the audit must not name a person who is looked up",
        named.map_or_else(String::new, |kind| format!(
            "an identifier of the kind {kind}"
        ))
    );
    Ok(reason.to_owned())
}

/// Returns whether a word of a text, or digits with separators between them, is an identifier of this kind.
fn holds(text: &str, kind: Kind) -> bool {
    let is_between = |c: char| c.is_whitespace() || ",;\"'«»()".contains(c);
    let is_of_number = |c: char| c.is_ascii_digit() || " +-()".contains(c);
    let words = text.split(is_between);
    let numbers = text.split(|c| !is_of_number(c));
    let is_one =
        |part: &str| normalise(kind, part).is_ok_and(|value| is_unmistakable(kind, value.value()));
    let mut parts = words.chain(numbers).map(str::trim);
    parts.any(|part| !part.is_empty() && is_one(part))
}

/// Excludes numbers of criminal cases: one in ten has the check digit of a card, but cards here have sixteen digits.
fn is_unmistakable(kind: Kind, value: &str) -> bool {
    kind != Kind::Card || value.len() > DIGITS_OF_CASE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_that_names_a_person_is_refused_without_being_repeated() {
        for reason in [
            "asked by client7@example.kz",
            "call +7 709 123 45 67 back",
            "application of 7091234567",
        ] {
            let refusal = checked(reason).err().unwrap().to_string();
            assert!(refusal.contains("must not name a person"), "{refusal}");
            assert!(!refusal.contains("example.kz") && !refusal.contains("709"));
        }
    }

    #[test]
    fn a_reason_is_a_line_with_words_and_numbers_of_files() {
        let reason = " application 17/2026 of 1 December, case 237500121000123 ";
        assert_eq!(checked(reason).unwrap(), reason.trim());
        for wrong in ["", "  ", "two\nlines", &"x".repeat(MAX_REASON + 1)] {
            assert!(checked(wrong).is_err(), "{wrong:?}");
        }
    }
}
