//! Who asked for sealed rows, when, how many and why? Lines of a [hash chain](crate::hash_chain), without what was
//! asked for.

mod line;
mod pseudonym;

use std::path::Path;

use jiff::Timestamp;

pub use line::{AuditLine, Requester};
pub use pseudonym::{Pseudonyms, owner_name};

use crate::hash_chain::{Appender, ChainError, ChainState, HashChain};
use crate::index::GenerationId;

/// Only the owner can read the file, regardless of the umask: it says who asked.
const MODE: u32 = 0o600;

/// A file of audit lines, open and locked against other writers.
pub struct Audit {
    appender: Appender,
}

impl Audit {
    /// Opens the file at `path`, or creates it, and checks every line. O(its length).
    ///
    /// # Errors
    /// [`ChainError`] with the first invalid line, or if another process writes to it.
    pub fn open(path: &Path) -> Result<Self, ChainError> {
        let appender = HashChain::at(path).open(MODE, drop::<AuditLine>)?;
        Ok(Self { appender })
    }

    /// Checks what [`open`](Self::open) would, while another process may have the file open. O(its length).
    ///
    /// # Errors
    /// [`ChainError`] with the first invalid line, or if this process may not append.
    pub fn check(path: &Path) -> Result<ChainState, ChainError> {
        HashChain::at(path).check::<AuditLine>()
    }

    /// Appends a line: `by` asks for this many identifiers in a generation. The line is on the disk when this returns,
    /// so no answer is given before it.
    ///
    /// # Errors
    /// [`ChainError::Io`] if the line cannot be written; nothing may be answered then.
    pub fn note(
        &mut self,
        generation: GenerationId,
        asked: u64,
        by: Requester,
    ) -> Result<(), ChainError> {
        self.appender.append(|last| AuditLine {
            number: last.next_number(),
            previous: last.hash().to_owned(),
            at: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            generation: generation.to_string(),
            asked,
            by,
        })?;
        Ok(())
    }
}

/// Reads a file of audit lines and checks every line of it. O(its length).
///
/// # Errors
/// [`ChainError`] with the first invalid line.
pub fn each_line(path: &Path, take: impl FnMut(AuditLine)) -> Result<(), ChainError> {
    HashChain::at(path).each(take)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::hash_chain::Fault;

    fn generation() -> GenerationId {
        GenerationId::parse("20261122-201530-0000000a").unwrap()
    }

    fn staff(reason: &str) -> Requester {
        Requester::Staff {
            user: 1000,
            login: None,
            reason: reason.to_owned(),
        }
    }

    /// A file of three lines, written in two sessions.
    fn audited() -> (tempfile::TempDir, std::path::PathBuf, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.log");
        let mut audit = Audit::open(&path).unwrap();
        audit.note(generation(), 2, staff("case 17")).unwrap();
        let pseudonym = "0f".repeat(16);
        audit
            .note(generation(), 1, Requester::Owner { pseudonym })
            .unwrap();
        drop(audit);
        let mut audit = Audit::open(&path).unwrap();
        audit.note(generation(), 1000, staff("case 18")).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        (folder, path, text)
    }

    #[test]
    fn lines_follow_each_other_over_openings_and_come_back() {
        let (_folder, path, _) = audited();
        let mut lines = Vec::new();
        each_line(&path, |line| lines.push(line)).unwrap();
        let asked: Vec<u64> = lines.iter().map(|line| line.asked).collect();
        assert_eq!(asked, [2, 1, 1000]);
        assert_eq!(lines[0].by, staff("case 17"));
        assert_eq!(lines[2].number, 3);
    }

    #[test]
    fn only_its_owner_may_read_it() {
        let (_folder, path, _) = audited();
        let mode = fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_changed_a_missing_and_a_torn_line_are_refused_and_nothing_is_appended() {
        let (_folder, path, text) = audited();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let changed = text.replacen("\"asked\":2", "\"asked\":1", 1);
        let without = [lines[0], lines[2]].concat();
        let more = text.replacen("\"asked\":2", "\"asked\":2,\"value\":1", 1);
        let undated = text.replacen("\"at\":\"2", "\"at\":\"x", 1);
        for (spoilt, fault) in [
            (changed, Fault::Chain),
            (without, Fault::Number),
            (more, Fault::Syntax),
            (undated, Fault::Syntax),
        ] {
            fs::write(&path, &spoilt).unwrap();
            let error = Audit::open(&path).err().unwrap();
            assert!(
                matches!(&error, ChainError::Broken { fault: found, .. } if *found == fault),
                "{error}"
            );
            assert_eq!(fs::read_to_string(&path).unwrap(), spoilt);
        }
        fs::write(&path, &text[..text.len() - 1]).unwrap();
        let torn = Audit::open(&path).err().unwrap();
        assert!(matches!(torn, ChainError::Torn { line: 3, .. }), "{torn}");
    }

    #[test]
    fn a_check_says_whether_another_writes_and_makes_nothing() {
        let (folder, path, text) = audited();
        assert_eq!(Audit::check(&path).unwrap(), ChainState::Free);
        let first = Audit::open(&path).unwrap();
        assert_eq!(Audit::check(&path).unwrap(), ChainState::Locked);
        // What is read while the last line is being written.
        fs::write(&path, &text[..text.len() - 1]).unwrap();
        assert_eq!(Audit::check(&path).unwrap(), ChainState::Locked);
        drop(first);
        let torn = Audit::check(&path).unwrap_err();
        assert!(matches!(torn, ChainError::Torn { line: 3, .. }), "{torn}");
        fs::write(&path, text.replacen("\"asked\":2", "\"asked\":1", 1)).unwrap();
        assert!(matches!(
            Audit::check(&path),
            Err(ChainError::Broken { .. })
        ));
        let absent = folder.path().join("another.log");
        assert_eq!(Audit::check(&absent).unwrap(), ChainState::Absent);
        assert!(!absent.exists());
        let nowhere = Audit::check(&folder.path().join("folder/audit.log")).unwrap_err();
        assert!(nowhere.to_string().contains("folder: "), "{nowhere}");
    }

    #[test]
    fn two_do_not_write_at_the_same_time() {
        let (_folder, path, _) = audited();
        let _first = Audit::open(&path).unwrap();
        let second = Audit::open(&path).err().unwrap();
        assert!(matches!(second, ChainError::Locked { .. }), "{second}");
    }
}
