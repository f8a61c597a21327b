//! Why did a build publish nothing?

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use exposure_index::breach::BreachId;
use exposure_index::generation::GenerationError;
use exposure_index::identifier::Kind;
use exposure_index::index::{FormatError, GenerationId, WriteError};
use exposure_index::interrupt::Interrupted;
use exposure_index::oprf::KeyId;
use exposure_index::pairs::PairsError;
use exposure_index::passwords::PasswordsError;

use super::Share;
use super::journal::Change;
use crate::erasure::ErasureError;
use crate::ingest::{Breach, IngestError, Passage, PassageTally, Reject};

/// Why a build published nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The description of a breach is wrong, or its reading was stopped.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// A dump could not be read.
    #[error("{breach}, {source}")]
    Unread {
        /// The breach.
        breach: BreachId,
        /// The reason.
        source: IngestError,
    },
    /// The tombstones of erased identifiers could not be read or written.
    #[error(transparent)]
    Erasure(#[from] ErasureError),
    /// The file of pairs could not be written.
    #[error("writing pairs: {0}")]
    Pairs(#[from] PairsError),
    /// Rows cannot be recognised as those of erased identifiers.
    #[error(
        "{count} identifiers were erased under an older key, and their tags under this one are not known: indexes built \
         elsewhere may hold them. Erase them again with tekser-indexer erase, or add the dumps with tekser-indexer add"
    )]
    Untagged {
        /// How many.
        count: usize,
    },
    /// Breaches of the index are not among the dumps under whose names it is to be built again.
    #[error(
        "{}: in the index, but not among the dumps, so the index under the new key would lack them. Name their \
         folders, or drop them with --allow-missing",
        listed(.breaches)
    )]
    MissingDumps {
        /// The breaches.
        breaches: Vec<BreachId>,
    },
    /// The old and the new key are the same.
    #[error("the new key is the one the index is made with; tekser-indexer keygen makes another")]
    SameKey,
    /// The index directory could not be written.
    #[error(transparent)]
    Generation(#[from] GenerationError),
    /// A generation that is built upon breaks a rule of its format, although its sums fit.
    #[error(
        "the index that is built upon: {0}. Run tekser-indexer verify, and build again from the dumps"
    )]
    Base(FormatError),
    /// The key is not that of the index.
    #[error(
        "the index was made with the key {made_with}, not with {given}. To change the key, build all dumps \
         again under the new one: tekser-indexer rekey"
    )]
    OtherKey {
        /// The id of the key that the index was made with.
        made_with: KeyId,
        /// The id of the other one.
        given: KeyId,
    },
    /// There is a sealed file, or one is needed, but no key for it.
    #[error(
        "sensitive breaches are kept under the offline key, which no evaluator holds: name its file with --offline-key \
         (tekser-indexer keygen --offline-key makes one for an index that has none yet)"
    )]
    NoOfflineKey,
    /// The offline key is not that of the sealed file.
    #[error(
        "the sealed file was made with the offline key {made_with}, not with {given}: name the other one with --offline-key"
    )]
    OtherOfflineKey {
        /// The id of the key that the sealed file was made with.
        made_with: KeyId,
        /// The id of the other one.
        given: KeyId,
    },
    /// The sealed file was made before there was an offline key.
    #[error(
        "the sealed file of this index has no key of its own, so evaluators confirm guesses to its thief: build it \
         again from the dumps with --offline-key, and remove the old generations"
    )]
    SealedUnderPublicKey,
    /// A breach that is to be added is there.
    #[error("{breach} is already in the index: replace it with tekser-indexer update")]
    AlreadyThere {
        /// The breach.
        breach: BreachId,
    },
    /// A breach that is to be removed or replaced is not there.
    #[error("{breach} is not in the index: tekser-indexer stats lists those that are")]
    NotThere {
        /// The breach.
        breach: BreachId,
    },
    /// Two indexes that are merged have the same breach.
    #[error(
        "{breach} is in several of the indexes. If each of them has another part of its dump, merge them with --parts; \
         otherwise remove it from all but one: tekser-indexer remove"
    )]
    InSeveral {
        /// The breach.
        breach: BreachId,
    },
    /// Two indexes that are merged are the same one.
    #[error("the generation {generation} was given twice: name each index once")]
    SameTwice {
        /// The generation.
        generation: GenerationId,
    },
    /// The parts of a breach differ in what is known about it.
    #[error(
        "the parts of {breach} were built with different heads of breach.toml: make them the same"
    )]
    UnlikeParts {
        /// The breach.
        breach: BreachId,
    },
    /// The parts of a breach have more classes than a breach may have.
    #[error(
        "the parts of {breach} have more than 64 data classes together: name fewer in [file.columns]"
    )]
    TooManyClasses {
        /// The breach.
        breach: BreachId,
    },
    /// Nothing was given to merge.
    #[error("there is nothing to merge: name the directories of the indexes")]
    NothingToMerge,
    /// The index file could not be written.
    #[error("writing the index: {0}")]
    Write(#[from] WriteError),
    /// A run could not be written or read back.
    #[error("temporary files of the build: {0}")]
    Run(#[from] io::Error),
    /// A run is not what was written.
    #[error(
        "a temporary file of the build is damaged or gone: check the disk, and start over (with --discard)"
    )]
    DamagedRun,
    /// The beginning of the journal is not what was written.
    #[error("the journal of the build is damaged: check the disk, and start over with --discard")]
    DamagedJournal,
    /// A build cannot be resumed, since something is not what it was.
    #[error(
        "cannot resume the interrupted build: {change}. Undo that, or start over with --discard"
    )]
    Changed {
        /// What.
        change: Change,
    },
    /// The build was interrupted.
    #[error("{0}")]
    Interrupted(#[from] Interrupted),
    /// The report could not be written.
    #[error("writing the report: {0}")]
    Report(#[source] io::Error),
    /// Nothing was found in the dump.
    #[error(
        "{breach}: no row was found in its files, so the index would report nobody as being in it. Check format, \
         delimiter, quote and encoding in its breach.toml; leave an empty dump out"
    )]
    NoRows {
        /// The breach.
        breach: BreachId,
    },
    /// Every identifier column is empty in every row.
    #[error(
        "{breach}: none of its {rows} rows holds an identifier where [file.columns] in its breach.toml says so, so \
         the index would report nobody as being in it"
    )]
    NoIdentifiers {
        /// The breach.
        breach: BreachId,
        /// Rows read.
        rows: u64,
    },
    /// So many rows of one file were rejected that it must be another sort of file than the others.
    #[error(
        "{breach}: {rejected} of {rows} rows of {file} were rejected, more than {limit}, though few of the whole \
         breach. Check whether {file} is of the same format as the other files: it may need a [[file]] of its own in \
         breach.toml; or allow more with max_rejects in it, or --max-rejects"
    )]
    TooManyRejectsInFile {
        /// The breach.
        breach: BreachId,
        /// The file, relative to the breach's folder.
        file: String,
        /// Rows rejected.
        rejected: u64,
        /// Rows read.
        rows: u64,
        /// What is allowed.
        limit: Share,
    },
    /// So many cells of a kind did not normalise in one file that its columns must be other ones.
    #[error(
        "{breach}: {invalid} of {filled} cells of {file} said to hold {kind} do not, more than {limit}, though few of \
         the whole breach. Check whether {file} has the same columns as the other files: it may need a [[file]] of its \
         own in breach.toml; or allow more with max_rejects in it, or --max-rejects"
    )]
    TooManyInvalidCellsInFile {
        /// The breach.
        breach: BreachId,
        /// The file, relative to the breach's folder.
        file: String,
        /// What the cells were said to hold.
        kind: Kind,
        /// Cells that did not normalise.
        invalid: u64,
        /// Cells that were not empty.
        filled: u64,
        /// What is allowed.
        limit: Share,
    },
    /// So many rows were rejected that the description of the dump must be wrong.
    #[error(
        "{breach}: {rejected} of {rows} rows were rejected, more than {limit} ({}). Check format, delimiter, encoding \
         and header in its breach.toml, or allow more with --max-rejects, or with max_rejects in a [[file]]",
        places(.rejects)
    )]
    TooManyRejects {
        /// The breach.
        breach: BreachId,
        /// Rows rejected.
        rejected: u64,
        /// Rows read.
        rows: u64,
        /// What is allowed.
        limit: Share,
        /// The first rejected rows.
        rejects: Vec<Reject>,
    },
    /// So many identifiers are in text that was not read as rows that the description of the dump must be wrong.
    #[error(
        "{breach}: {missed} identifiers are in text that was not read as rows, beside {rows} rows that were, more than {limit} \
         ({}). Check skip, table, sheet and [file.columns] in its breach.toml, or allow more with --max-rejects",
        passages(.passed_over)
    )]
    TooMuchPassedOver {
        /// The breach.
        breach: BreachId,
        /// Identifiers in text that was passed over.
        missed: u64,
        /// Rows read.
        rows: u64,
        /// What is allowed.
        limit: Share,
        /// The text that was passed over.
        passed_over: BTreeMap<Passage, PassageTally>,
    },
    /// So many cells of a kind did not normalise that the column must hold something else.
    #[error(
        "{breach}: {invalid} of {filled} cells said to hold {kind} do not, more than {limit}. Check [file.columns] in \
         its breach.toml, or allow more with --max-rejects, or with max_rejects in a [[file]]"
    )]
    TooManyInvalidCells {
        /// The breach.
        breach: BreachId,
        /// What the cells were said to hold.
        kind: Kind,
        /// Cells that did not normalise.
        invalid: u64,
        /// Cells that were not empty.
        filled: u64,
        /// What is allowed.
        limit: Share,
    },
    /// No column of any dump is said to hold passwords.
    #[error(
        "none of the dumps that are not sensitive has a column of passwords: mark it with {{ password = true }} in \
         [file.columns] of its breach.toml, if it holds them as people type them"
    )]
    NoPasswordColumns,
    /// There is something else where the passwords were to be written.
    #[error("{} exists and is not a password list, so it is not overwritten: name another file with --output", path.display())]
    OtherFile {
        /// Where.
        path: PathBuf,
    },
    /// Another process is writing the same password list.
    #[error("another process is writing {}: wait until it has ended", path.display())]
    PasswordsLocked {
        /// The file.
        path: PathBuf,
    },
    /// The password list could not be put in its place.
    #[error("{} cannot be written", path.display())]
    Output {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The password list could not be written.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// More memory than the system grants.
    #[error("out of memory: {bytes} bytes are not available; lower --memory")]
    Memory {
        /// How much was asked for.
        bytes: u64,
    },
    /// More breaches than an index can number.
    #[error("{got} breaches are more than one index can hold (65,535)")]
    TooManyBreaches {
        /// How many.
        got: usize,
    },
    /// More combinations of breach, kind and classes than are numbered.
    #[error(
        "the columns of the dumps are filled in too many different ways: name fewer columns in [file.columns]"
    )]
    TooManyExposures,
    /// The operating system gave no randomness.
    #[error("the operating system's random number generator failed")]
    Randomness,
    /// No threads could be started.
    #[error("starting threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

impl BuildError {
    /// A dump of this breach could not be read.
    pub(crate) fn unread(breach: &Breach, source: IngestError) -> Self {
        let breach = breach.metadata.id.clone();
        Self::Unread { breach, source }
    }
}

fn listed(breaches: &[BreachId]) -> String {
    let ids: Vec<&str> = breaches.iter().map(BreachId::as_str).collect();
    ids.join(", ")
}

/// Where the first three rejected rows stand, and why they were rejected.
/// What was passed over with identifiers in it, and where it begins.
fn passages(passed_over: &BTreeMap<Passage, PassageTally>) -> String {
    let with_identifiers = passed_over
        .iter()
        .filter(|(_, tally)| tally.identifiers > 0);
    let passages = with_identifiers.map(|(passage, tally)| match tally.places.first() {
        Some(place) => format!("{passage}, from line {}", place.line),
        None => passage.to_string(),
    });
    passages.collect::<Vec<_>>().join("; ")
}

fn places(rejects: &[Reject]) -> String {
    let places: Vec<String> = rejects.iter().take(3).map(Reject::to_string).collect();
    places.join("; ")
}
