use std::fs::{File, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use super::PublicLogError;
use super::entry::{Entry, Link};
use super::error::Fault;
use crate::generation::Attested;
use crate::index::GenerationId;
use crate::statement::Statement;

/// Longest line that is read, in bytes; a line has less than three thousand.
const MAX_LINE: u64 = 64 << 10;

/// A public log: a file to which lines are only ever appended.
pub struct PublicLog {
    path: PathBuf,
}

/// What came of a wish to append.
#[derive(Debug, PartialEq, Eq)]
pub enum Appended {
    /// It stands there now.
    Now(Entry),
    /// It stood there before; nothing was written.
    Already(Entry),
}

impl PublicLog {
    /// The log at `path`, which need not exist yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the log and checks its chain. O(its length).
    ///
    /// # Errors
    /// [`PublicLogError`] with the first line that does not hold.
    pub fn entries(&self) -> Result<Vec<Entry>, PublicLogError> {
        let file = File::open(&self.path).map_err(|source| self.io(source))?;
        Ok(self.read(&file)?.entries)
    }

    /// The entry of a generation in a log that holds.
    ///
    /// # Errors
    /// [`PublicLogError::Missing`], [`PublicLogError::Contradiction`] if another statement stands there.
    pub fn find(
        &self,
        entries: &[Entry],
        generation: GenerationId,
        statement: &Statement,
    ) -> Result<Entry, PublicLogError> {
        let path = || self.path.clone();
        match find(entries, generation) {
            None => Err(PublicLogError::Missing {
                path: path(),
                generation,
            }),
            Some(entry) if entry.statement == *statement => Ok(entry.clone()),
            Some(entry) => Err(PublicLogError::Contradiction {
                path: path(),
                line: entry.number,
                generation,
            }),
        }
    }

    /// Appends a generation, if it does not stand there, and flushes the log to the disk. The log is made if there is none.
    ///
    /// # Errors
    /// [`PublicLogError`] if the log does not hold or cannot be written; nothing is appended then.
    pub fn append(
        &self,
        generation: GenerationId,
        statement: Statement,
        attested: Option<Attested>,
    ) -> Result<Appended, PublicLogError> {
        let mut file = self.open_locked()?;
        let Chain { entries, last } = self.read(&file)?;
        if find(&entries, generation).is_some() {
            let entry = self.find(&entries, generation, &statement)?;
            return Ok(Appended::Already(entry));
        }
        let entry = last.entry(statement, attested);
        let line = entry.to_line().map_err(|error| self.io(error.into()))?;
        file.write_all(line.as_bytes())
            .and_then(|()| file.sync_all())
            .and_then(|()| self.sync_folder())
            .map_err(|source| self.io(source))?;
        Ok(Appended::Now(entry))
    }

    fn open_locked(&self) -> Result<File, PublicLogError> {
        let file = File::options()
            .create(true)
            .read(true)
            .append(true)
            .open(&self.path)
            .map_err(|source| self.io(source))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(PublicLogError::Locked {
                path: self.path.clone(),
            }),
            Err(TryLockError::Error(source)) => Err(self.io(source)),
        }
    }

    fn read(&self, file: &File) -> Result<Chain, PublicLogError> {
        let mut lines = BufReader::new(file);
        let mut chain = Chain {
            entries: Vec::new(),
            last: Link::first(),
        };
        let (mut line, mut length) = (Vec::new(), 0);
        loop {
            line.clear();
            let mut bounded = Read::by_ref(&mut lines).take(MAX_LINE);
            let read = bounded.read_until(b'\n', &mut line);
            if read.map_err(|source| self.io(source))? == 0 {
                return Ok(chain);
            }
            let number = chain.last.number + 1;
            let entry = text(&line).and_then(|text| chain.last.follow(text));
            let entry = entry.map_err(|fault| self.broken(fault, number, length))?;
            chain.entries.push(entry);
            length += line.len() as u64;
        }
    }

    fn broken(&self, fault: Fault, line: u64, length: u64) -> PublicLogError {
        let path = self.path.clone();
        match fault {
            Fault::Torn => PublicLogError::Torn { path, line, length },
            fault => PublicLogError::Broken { path, line, fault },
        }
    }

    /// So that a new log's name is on the disk as well.
    fn sync_folder(&self) -> io::Result<()> {
        let folder = self.path.parent().filter(|folder| *folder != Path::new(""));
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }

    fn io(&self, source: io::Error) -> PublicLogError {
        PublicLogError::Io {
            path: self.path.clone(),
            source,
        }
    }
}

/// The line, if it is not one that was cut because it is too long.
fn text(line: &[u8]) -> Result<&str, Fault> {
    let is_cut = line.len() as u64 == MAX_LINE && !line.ends_with(b"\n");
    let text = str::from_utf8(line).ok().filter(|_| !is_cut);
    text.ok_or(Fault::Syntax)
}

/// A log that holds, and where it goes on.
struct Chain {
    entries: Vec<Entry>,
    last: Link,
}

fn find(entries: &[Entry], generation: GenerationId) -> Option<&Entry> {
    entries
        .iter()
        .find(|entry| entry.statement.generation == generation.as_str())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use data_encoding::HEXLOWER;
    use serde_json::json;
    use sha2::{Digest, Sha256};

    use super::*;

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

    fn append(log: &PublicLog, number: u64) -> Result<Appended, PublicLogError> {
        let attested = number.is_multiple_of(2).then(|| Attested {
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
            assert!(matches!(append(&log, number), Ok(Appended::Now(_))));
        }
        let text = fs::read_to_string(log.path()).unwrap();
        (folder, log, text)
    }

    fn told(log: &PublicLog, text: &str) -> String {
        fs::write(log.path(), text).unwrap();
        let told = log.entries().err().unwrap().to_string();
        assert_eq!(append(log, 9).err().unwrap().to_string(), told);
        assert_eq!(
            fs::read_to_string(log.path()).unwrap(),
            text,
            "nothing is appended"
        );
        told
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
        assert!(matches!(append(&log, 2), Ok(Appended::Already(entry)) if entry.number == 2));
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
        assert!(told(&log, &changed).contains("line 2: it does not hold the hash"));
        let without = [lines[0], lines[2]].concat();
        assert!(told(&log, &without).contains("line 2: its number"));
        let swapped = [lines[1], lines[0], lines[2]].concat();
        assert!(told(&log, &swapped).contains("line 1: its number"));
        let spaced = text.replacen("{\"number\"", "{ \"number\"", 1);
        assert!(told(&log, &spaced).contains("line 1: it is no entry"));
        let endless = "x".repeat(MAX_LINE as usize + 1);
        assert!(told(&log, &endless).contains("line 1: it is no entry"));
    }

    #[test]
    fn a_torn_last_line_is_told_with_what_mends_it() {
        let (_folder, log, text) = logged();
        let whole = text[..text.len() - 1].rfind('\n').unwrap() + 1;
        for length in [whole + 1, text.len() - 1] {
            let told = told(&log, &text[..length]);
            let mend = format!("truncate --size {whole} ");
            assert!(told.contains("line 3") && told.contains(&mend), "{told}");
        }
        fs::write(log.path(), &text[..whole]).unwrap();
        assert!(append(&log, 3).is_ok());
        assert_eq!(fs::read_to_string(log.path()).unwrap(), text);
    }
}
