use std::ops::ControlFlow;
use std::path::Path;

use exposure_index::breach::{BreachId, ClassSet};
use exposure_index::identifier::Identifier;
use exposure_index::passwords::PasswordHash;

use super::PasswordOptions;
use super::identifying::is_identifying;
use super::sealed::{Seal, SealedCount};
use crate::builder::read::guard;
use crate::builder::sort::run::Run;
use crate::builder::sort::sorter::RunSorter;
use crate::builder::{BuildError, BuildProgress, Stage};
use crate::ingest::{self, Breach, IngestError, ReadOptions, Sink};

/// Longest password that is counted, in bytes of UTF-8: nobody types a longer one.
const MAX_LENGTH: usize = 256;

/// Counts of the password columns of one breach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct BreachPasswords {
    /// Rows, the rejected ones included, of the files that have such columns.
    pub rows: u64,
    /// Rejected rows.
    pub rejected_rows: u64,
    /// Passwords that were counted, with repetitions.
    pub counted: u64,
    /// Passwords left out because they are or contain an identifier.
    pub identifying: u64,
    /// Passwords left out because they are longer than 256 bytes, or hold bytes that are not characters.
    pub unreadable: u64,
}

/// Counts and seals the passwords of all breaches. Refuses a breach that looks misread.
pub(super) fn read_all(
    breaches: &[Breach],
    options: &PasswordOptions,
    sink: &mut PasswordSink<'_>,
) -> Result<Vec<(BreachId, BreachPasswords)>, BuildError> {
    sink.progress.begin(
        Stage::ReadingPasswords,
        breaches.iter().map(Breach::bytes).sum(),
    );
    let reading = ReadOptions {
        recover: false,
        fingerprints: false,
        cancel: options.cancel.clone(),
        ..options.reading.clone()
    };
    let mut counted = Vec::with_capacity(breaches.len());
    for breach in breaches {
        sink.met = BreachPasswords::default();
        let tally = match ingest::read(breach, &reading, sink.progress.work(), sink) {
            Err(IngestError::Stopped) => return Err(sink.stopped(options)),
            outcome => outcome.map_err(|source| BuildError::unread(breach, source))?,
        };
        let id = breach.metadata.id.clone();
        guard::check_rows(&id, &tally, options.max_rejects)?;
        let met = BreachPasswords {
            rows: tally.rows,
            rejected_rows: tally.rejected_rows,
            ..sink.met
        };
        counted.push((id, met));
    }
    Ok(counted)
}

/// Takes passwords and keeps their sealed hashes.
pub(super) struct PasswordSink<'a> {
    seal: Seal,
    sorter: RunSorter<SealedCount>,
    progress: &'a BuildProgress,
    /// Counts of the present breach.
    met: BreachPasswords,
    failed: Option<BuildError>,
}

impl<'a> PasswordSink<'a> {
    /// Makes a sink that sorts `passwords` in memory before it spills them into a folder.
    pub(super) fn new(
        seal: Seal,
        runs: &Path,
        capacity: usize,
        progress: &'a BuildProgress,
    ) -> Self {
        Self {
            seal,
            sorter: RunSorter::new(runs, capacity),
            progress,
            met: BreachPasswords::default(),
            failed: None,
        }
    }

    /// Returns the key of the sealed passwords, and their runs.
    pub(super) fn finish(self) -> Result<(Seal, Vec<Run<SealedCount>>), BuildError> {
        Ok((self.seal, self.sorter.finish()?.runs))
    }

    fn take(&mut self, password: &str) -> Result<(), BuildError> {
        if password.len() > MAX_LENGTH || password.contains(char::REPLACEMENT_CHARACTER) {
            self.met.unreadable += 1;
            return Ok(());
        }
        if is_identifying(password) {
            self.met.identifying += 1;
            return Ok(());
        }
        self.met.counted += 1;
        self.progress.met(1);
        let sealed = self.seal.seal(PasswordHash::of(password.as_bytes()))?;
        self.sorter.push(sealed)
    }

    /// Returns why the reading was stopped.
    fn stopped(&mut self, options: &PasswordOptions) -> BuildError {
        let wished = options.cancel.check().err();
        let failed = self.failed.take().or(wished.map(BuildError::from));
        failed.unwrap_or(BuildError::Ingest(IngestError::Stopped))
    }
}

impl Sink for PasswordSink<'_> {
    fn record(&mut self, _: &mut Vec<Identifier>, _: ClassSet) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn password(&mut self, password: &str) -> ControlFlow<()> {
        match self.take(password) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.failed = Some(error);
                ControlFlow::Break(())
            }
        }
    }
}
