//! How does a generation get into the public log?

use super::entry::Entry;
use super::file::find;
use super::{PublicLog, PublicLogError};
use crate::generation::StatementTexts;
use crate::index::GenerationId;
use crate::statement::Statement;

/// Anyone may read the log, unless the umask forbids it.
const MODE: u32 = 0o666;

/// The outcome of appending a generation.
#[derive(Debug, PartialEq, Eq)]
pub enum AppendOutcome {
    /// The entry was appended.
    Now(Entry),
    /// The entry existed already; nothing was written.
    Already(Entry),
}

impl PublicLog {
    /// Appends a generation, unless the log has it, and flushes the log to the disk. Creates the log if there is none.
    ///
    /// # Errors
    /// [`PublicLogError`] if the log is invalid or cannot be written; nothing is appended then. A machine that fails
    /// meanwhile may leave a torn line; the next use reports it and how to repair it.
    pub fn append(
        &self,
        generation: GenerationId,
        statement: Statement,
        attested: Option<StatementTexts>,
    ) -> Result<AppendOutcome, PublicLogError> {
        let mut entries = Vec::new();
        let mut appender = self.chain.open(MODE, |entry| entries.push(entry))?;
        if find(&entries, generation).is_some() {
            let entry = self.find(&entries, generation, &statement)?;
            return Ok(AppendOutcome::Already(entry));
        }
        let appended = appender.append(|last| Entry {
            number: last.next_number(),
            previous: last.hash().to_owned(),
            signature: attested.map(|attested| attested.signature),
            statement,
        })?;
        Ok(AppendOutcome::Now(appended))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use data_encoding::HEXLOWER;
    use serde_json::json;
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::hash_chain::MAX_LINE;

    fn generation(number: u64) -> GenerationId {
        GenerationId::parse(&format!("20261122-201530-{number:08x}")).unwrap()
    }

    fn statement(number: u64) -> Statement {
        let digits = |count: usize| format!("{number:0count$x}");
        let members = json!({
            "statement": 1, "generation": generation(number).as_str(), "built_at": "2026-11-22T20:15:30Z",
            "format": 1, "normalisation": 1, "suite": "ristretto255-SHA512", "key_id": digits(32),
            "prefix_bits": 1, "bucket_bits": 1, "range_bytes": 217, "rows": number,
            "identifiers": {"phone": number}, "root": digits(64), "catalogue": digits(64),
        });
        serde_json::from_value(members).unwrap()
    }

    fn append(log: &PublicLog, number: u64) -> Result<AppendOutcome, PublicLogError> {
        let attested = number.is_multiple_of(2).then(|| StatementTexts {
            statement: statement(number).to_text().unwrap(),
            signature: format!("signature {number}"),
        });
        log.append(generation(number), statement(number), attested)
    }

    /// A log of three generations, and its text.
    fn logged() -> (tempfile::TempDir, PublicLog, String) {
        let folder = tempfile::tempdir().unwrap();
        let log = PublicLog::at(folder.path().join("public.log"));
        for number in 1..=3 {
            assert!(matches!(append(&log, number), Ok(AppendOutcome::Now(_))));
        }
        let text = fs::read_to_string(log.path()).unwrap();
        (folder, log, text)
    }

    fn refusal(log: &PublicLog, text: &str) -> String {
        fs::write(log.path(), text).unwrap();
        let refusal = log.entries().err().unwrap().to_string();
        assert_eq!(append(log, 9).err().unwrap().to_string(), refusal);
        assert_eq!(
            fs::read_to_string(log.path()).unwrap(),
            text,
            "nothing is appended"
        );
        refusal
    }

    #[test]
    fn each_line_holds_the_hash_of_the_bytes_before_it() {
        let (_folder, _log, text) = logged();
        let mut previous = "0".repeat(64);
        for line in text.split_inclusive('\n') {
            let entry: serde_json::Value = serde_json::from_str(line).unwrap();
            assert_eq!(entry["previous"], *previous);
            previous = HEXLOWER.encode(&Sha256::digest(line));
        }
    }

    #[test]
    fn the_text_that_was_signed_can_be_cut_out_of_a_line() {
        let (_folder, _log, text) = logged();
        let line = text.lines().nth(1).unwrap();
        let signed = statement(2).to_text().unwrap();
        assert!(
            line.ends_with(&format!(",\"statement\":{signed}}}")),
            "{line}"
        );
    }

    #[test]
    fn a_generation_is_appended_once_and_with_one_statement_only() {
        let (_folder, log, text) = logged();
        assert!(matches!(append(&log, 2), Ok(AppendOutcome::Already(entry)) if entry.number == 2));
        let other = log.append(
            generation(2),
            Statement {
                rows: 7,
                ..statement(2)
            },
            None,
        );
        assert!(matches!(
            other,
            Err(PublicLogError::Contradiction { line: 2, .. })
        ));
        assert_eq!(fs::read_to_string(log.path()).unwrap(), text);
        let entries = log.entries().unwrap();
        let missing = log.find(&entries, generation(4), &statement(4));
        assert!(matches!(missing, Err(PublicLogError::Missing { .. })));
    }

    #[test]
    fn no_line_can_be_changed_taken_away_or_put_elsewhere() {
        let (_folder, log, text) = logged();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let changed = text.replacen("\"rows\":1,", "\"rows\":2,", 1);
        assert!(refusal(&log, &changed).contains("line 2: it does not hold the hash"));
        let without = [lines[0], lines[2]].concat();
        assert!(refusal(&log, &without).contains("line 2: its number"));
        let swapped = [lines[1], lines[0], lines[2]].concat();
        assert!(refusal(&log, &swapped).contains("line 1: its number"));
        let spaced = text.replacen("{\"number\"", "{ \"number\"", 1);
        assert!(refusal(&log, &spaced).contains("line 1: it is not an entry"));
        let endless = "x".repeat(MAX_LINE as usize + 1);
        assert!(refusal(&log, &endless).contains("line 1: it is not an entry"));
    }

    #[test]
    fn a_torn_last_line_is_reported_with_what_mends_it() {
        let (_folder, log, text) = logged();
        let whole = text[..text.len() - 1].rfind('\n').unwrap() + 1;
        for length in [whole + 1, text.len() - 1] {
            let refusal = refusal(&log, &text[..length]);
            let mend = format!("truncate --size {whole} ");
            assert!(
                refusal.contains("line 3") && refusal.contains(&mend),
                "{refusal}"
            );
        }
        fs::write(log.path(), &text[..whole]).unwrap();
        assert!(append(&log, 3).is_ok());
        assert_eq!(fs::read_to_string(log.path()).unwrap(), text);
    }
}
