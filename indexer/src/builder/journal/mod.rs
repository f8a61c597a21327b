//! How far did an interrupted build get, and may it be resumed?
//!
//! A journal lies in the draft's folder for temporary files. Its first line says from what and how the build is made
//! ([`BuildInputs`]), each further one is a [`Checkpoint`]: how many identifiers are in runs on the disk, and in which.
//!
//! A resumed build reads the dumps from their beginning, which costs a thirtieth of evaluating them, and evaluates what
//! comes after the last checkpoint. So nothing that reading yields (counts, rejected rows, exposures) is in the
//! journal, and nothing there can contradict the dumps. Their sizes show that the dumps are the same and, for
//! what was read before the checkpoint, by the files' fingerprints and by a keyed digest of the identifiers in their
//! order. Times prove nothing: a dump that was restored from a copy has different ones.
//!
//! Each line begins with a checksum of itself and all lines before it. What follows the first invalid line is
//! cut off: the build continues from the checkpoint before it.

mod checkpoint;
mod lines;
mod origin;

pub(crate) use checkpoint::{Checkpoint, FinishedFile, RunFile};
use exposure_index::durable;
pub use origin::Change;
use origin::ChangedTime;
pub(crate) use origin::{BuildInputs, BuildSettings};

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use self::lines::Chain;
use super::{BuildError, ResumeError};
use crate::ingest::Fingerprint;

/// Name of the journal until its first checkpoint is in it.
const UNFINISHED: &str = "journal-begun";

/// A line of the journal.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    BuildInputs(BuildInputs),
    Checkpoint(Checkpoint),
}

/// The journal of a running build.
pub(crate) struct Journal {
    path: PathBuf,
    origin: BuildInputs,
    /// The file, once there is a checkpoint: before that, a build leaves nothing to resume.
    file: Option<File>,
    chain: Chain,
}

/// State that a journal holds for a process that resumes.
#[derive(Default)]
pub(crate) struct ResumeState {
    /// The last checkpoint.
    pub(crate) checkpoint: Checkpoint,
    /// The fingerprints of the files that had been read before it, by breach and place in the breach.
    pub(crate) files: HashMap<(u16, u32), Fingerprint>,
    /// Day on which entries of warning lists hold: a build that is resumed on another day keeps the day on which it
    /// began.
    pub(crate) as_of: Option<Date>,
}

impl Journal {
    /// Makes a new journal, which is not written before the first checkpoint, and an empty state.
    pub(crate) fn begin(path: PathBuf, origin: BuildInputs) -> (Self, ResumeState) {
        let state = ResumeState {
            as_of: origin.as_of,
            ..ResumeState::default()
        };
        let journal = Self {
            path,
            origin,
            file: None,
            chain: Chain::default(),
        };
        (journal, state)
    }

    /// Opens the journal of an interrupted build, for a build with the inputs `origin`.
    pub(crate) fn resume(
        path: PathBuf,
        origin: BuildInputs,
    ) -> Result<(Self, ResumeState), BuildError> {
        let text = fs::read(&path)?;
        let (lines, chain) = lines::read(&text);
        let mut resumed = ResumeState::default();
        let mut was = None;
        for line in lines {
            let line = serde_json::from_str(line).map_err(|_| ResumeError::Changed {
                change: Change::Journal,
            })?;
            match line {
                Line::BuildInputs(found) => was = Some(found),
                Line::Checkpoint(found) => resumed.add(found),
            }
        }
        let was = was.ok_or(ResumeError::DamagedJournal)?;
        resumed.as_of = was.as_of;
        let retimed = was.check(&origin);
        for ChangedTime { breach, file } in
            retimed.map_err(|change| ResumeError::Changed { change })?
        {
            tracing::warn!(
                %breach,
                file,
                "the modification time has changed since the build began; its bytes are compared when it is read again"
            );
        }
        let file = File::options().append(true).open(&path)?;
        file.set_len(chain.length())?;
        let journal = Self {
            path,
            origin,
            file: Some(file),
            chain,
        };
        Ok((journal, resumed))
    }

    /// Adds a checkpoint. When this returns, it is on the disk.
    pub(crate) fn record(&mut self, checkpoint: Checkpoint) -> Result<(), BuildError> {
        let line = |line: &Line| serde_json::to_string(line).map_err(io::Error::from);
        let mut text = String::new();
        if self.file.is_none() {
            let origin = Line::BuildInputs(self.origin.clone());
            text.push_str(&self.chain.line(&line(&origin)?));
        }
        text.push_str(&self.chain.line(&line(&Line::Checkpoint(checkpoint))?));
        match &mut self.file {
            Some(file) => {
                file.write_all(text.as_bytes())?;
                file.sync_data()?;
            }
            None => self.file = Some(create(&self.path, &text)?),
        }
        Ok(())
    }
}

/// Writes the first lines, all at once or not at all.
fn create(path: &Path, text: &str) -> io::Result<File> {
    let unfinished = path.with_file_name(UNFINISHED);
    let mut file = File::options()
        .create(true)
        .append(true)
        .open(&unfinished)?;
    file.set_len(0)?;
    file.write_all(text.as_bytes())?;
    durable::sync_file(&file)?;
    durable::rename(&unfinished, path)?;
    if let Some(folder) = path.parent() {
        durable::sync(folder)?;
    }
    Ok(file)
}

impl ResumeState {
    fn add(&mut self, mut checkpoint: Checkpoint) {
        for file in checkpoint.files.drain(..) {
            self.files
                .insert((file.breach, file.file), file.fingerprint);
        }
        self.checkpoint = checkpoint;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin() -> BuildInputs {
        BuildInputs::for_tests(4096)
    }

    fn checkpoint(identifiers: u64) -> Checkpoint {
        Checkpoint {
            identifiers,
            files: vec![FinishedFile {
                breach: 0,
                file: u32::try_from(identifiers).expect("small"),
                fingerprint: Fingerprint::of(b"x"),
            }],
            ..Checkpoint::default()
        }
    }

    /// Makes a journal of three checkpoints.
    fn journal() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal");
        let (mut journal, _) = Journal::begin(path.clone(), origin());
        for identifiers in [10, 20, 30] {
            journal.record(checkpoint(identifiers)).expect("recorded");
        }
        (folder, path)
    }

    fn resumed(path: &Path) -> Result<(u64, usize), BuildError> {
        let (_, state) = Journal::resume(path.to_owned(), origin())?;
        Ok((state.checkpoint.identifiers, state.files.len()))
    }

    #[test]
    fn nothing_is_there_before_the_first_checkpoint() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal");
        let (journal, _) = Journal::begin(path.clone(), origin());
        drop(journal);
        assert!(!path.exists());
    }

    #[test]
    fn the_last_checkpoint_is_read_with_all_files_before_it_and_more_can_be_added() {
        let (_folder, path) = journal();
        assert_eq!(resumed(&path).expect("resumed"), (30, 3));
        let (mut journal, _) = Journal::resume(path.clone(), origin()).expect("resumed");
        journal.record(checkpoint(40)).expect("recorded");
        assert_eq!(resumed(&path).expect("resumed"), (40, 4));
    }

    #[test]
    fn a_journal_cut_or_damaged_anywhere_gives_an_earlier_checkpoint_or_is_refused() {
        let (_folder, path) = journal();
        let whole = fs::read(&path).expect("a journal");
        let damaged = |bytes: &[u8]| {
            fs::write(&path, bytes).expect("written");
            match resumed(&path) {
                Ok(state) => state.0,
                Err(BuildError::Resume(ResumeError::DamagedJournal)) => u64::MAX,
                Err(other) => panic!("{other}"),
            }
        };
        for cut in 0..whole.len() {
            let found = damaged(&whole[..cut]);
            assert!(
                [u64::MAX, 0, 10, 20].contains(&found),
                "cut at {cut}: {found}"
            );
        }
        for place in 0..whole.len() {
            for flip in [1, 0x20, 0x80] {
                let mut bytes = whole.clone();
                bytes[place] ^= flip;
                let found = damaged(&bytes);
                assert!([u64::MAX, 0, 10, 20].contains(&found), "{place}: {found}");
            }
        }
    }

    #[test]
    fn a_journal_continues_after_what_was_cut_off() {
        let (_folder, path) = journal();
        let whole = fs::read(&path).expect("a journal");
        fs::write(&path, &whole[..whole.len() - 5]).expect("written");
        let (mut journal, resumed_state) =
            Journal::resume(path.clone(), origin()).expect("resumed");
        assert_eq!(resumed_state.checkpoint.identifiers, 20);
        journal.record(checkpoint(25)).expect("recorded");
        assert_eq!(resumed(&path).expect("resumed"), (25, 3));
    }

    #[test]
    fn another_setting_is_reported() {
        let (_folder, path) = journal();
        let Err(BuildError::Resume(ResumeError::Changed { change })) =
            Journal::resume(path, BuildInputs::for_tests(64)).map(drop)
        else {
            panic!("it was resumed");
        };
        assert_eq!(change.to_string(), "--range-rows was 4096 and is 64");
    }
}
