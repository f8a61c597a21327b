//! What would a leak of this size look like? Synthetic dumps of any size, and the truth about them.
//!
//! Breaches in the formats and encodings of real leaks are written person by person, so memory does not grow with
//! their number. Every value follows from the seed and the person's number by a bijection of the value space:
//! the truth (which identifier is in which breach, with which classes) is known by construction, not by reading
//! the dumps. The generator uses no code of the indexer: it is an independent witness.
//!
//! Nobody in the dumps exists: IINs are of people born in the 1800s, addresses at reserved domains, mobile numbers
//! in a block that no operator has.

mod breaches;
mod classes;
mod dice;
mod encode;
mod kind;
mod names;
mod permutation;
mod persons;
mod queries;
mod row;
mod sink;
mod spaces;
mod spelling;
mod table;
mod truth;
mod unknown;
mod warnings;

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use self::breaches::Breach;
use self::persons::Household;
use self::queries::{Questions, Sample};
use self::spaces::Spaces;
use self::truth::Ledger;

pub use self::kind::Kind;
pub use self::table::{TABLE_COLUMNS, TableFormat, write_table};
pub use self::truth::{BreachTruth, Truth};
pub use self::unknown::{UnknownFile, WrittenFile, fill_in};
pub use self::warnings::{ALLOW_LIST, WarnedKind, WarningPlan, generate_warnings};

/// A plan of what to generate. The same plan gives the same bytes.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Rows over all breaches.
    pub records: u64,
    /// Seed of everything random.
    pub seed: u64,
    /// Approximate number of queries in the truth; a kind of which little was written has fewer.
    pub queries: u64,
}

impl Plan {
    /// Beyond this the passport numbers run out.
    pub const MAX_RECORDS: u64 = 64_000_000;
}

/// Why dumps could not be generated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SynthError {
    /// There are not enough values for so many rows.
    #[error(
        "at most {} records can be made, {got} were asked for",
        Plan::MAX_RECORDS
    )]
    TooManyRecords {
        /// Requested rows.
        got: u64,
    },
    /// Dumps are never written over others.
    #[error("{path} exists already: remove it or choose another folder")]
    Exists {
        /// The existing folder.
        path: PathBuf,
    },
    /// A file or folder cannot be created.
    #[error("cannot create {path}: is the folder writable and the disk not full?")]
    Create {
        /// Path of the file or folder.
        path: PathBuf,
        /// The OS error.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write: is the disk full?")]
    Write(#[from] io::Error),
    /// The workbook cannot be written.
    #[error("cannot write the workbook")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
}

/// Writes `breaches/` and `truth/` into the folder `out`, calling `progress` with the rows written so far.
///
/// Linear in the number of records; memory is bounded by the buffers of the writers and one workbook.
///
/// # Errors
/// Fails if there are not enough values for so many records, or a file cannot be written.
pub fn generate(
    plan: Plan,
    out: &Path,
    mut progress: impl FnMut(u64),
) -> Result<Truth, SynthError> {
    if plan.records > Plan::MAX_RECORDS {
        return Err(SynthError::TooManyRecords { got: plan.records });
    }
    let spaces = Spaces::new(plan.seed);
    let mut breaches = breaches::open(&create_folder(out, "breaches")?)?;
    let ids: Vec<&str> = breaches.iter().map(Breach::id).collect();
    let mut ledger = Ledger::new(ids.iter().copied(), Sample::new(plan.seed, plan.queries));

    let mut households = 0;
    while ledger.rows() < plan.records {
        let household = Household::new(plan.seed, households);
        write_household(plan, &household, &spaces, &mut breaches, &mut ledger)?;
        households += 1;
        progress(ledger.rows());
    }

    let (truth, sample) = ledger.finish();
    breaches.into_iter().try_for_each(Breach::finish)?;
    let questions = Questions {
        seed: plan.seed,
        queries: plan.queries,
        households,
        spaces: &spaces,
        breaches: &ids,
    };
    write_truth(&truth, sample, &questions, &create_folder(out, "truth")?)?;
    Ok(truth)
}

/// Writes all rows about the members of a household, as long as rows are wanted.
fn write_household(
    plan: Plan,
    household: &Household,
    spaces: &Spaces,
    breaches: &mut [Breach],
    ledger: &mut Ledger,
) -> Result<(), SynthError> {
    for person in household.persons(plan.seed) {
        for (number, breach) in breaches.iter_mut().enumerate() {
            let wanted = plan.records - ledger.rows();
            for record in breach.tell_of(&person, plan.seed, spaces, wanted)? {
                ledger.enter(number, &record);
            }
        }
    }
    ledger.close_household();
    Ok(())
}

fn write_truth(
    truth: &Truth,
    sample: Sample,
    questions: &Questions<'_>,
    folder: &Path,
) -> Result<(), SynthError> {
    let mut stats = BufWriter::new(sink::create(&folder.join("stats.json"))?);
    serde_json::to_writer_pretty(&mut stats, &truth.to_json()).map_err(io::Error::from)?;
    stats.write_all(b"\n")?;
    stats.flush()?;
    let mut lines = BufWriter::new(sink::create(&folder.join("queries.jsonl"))?);
    queries::write(sample, questions, &mut lines)?;
    Ok(lines.flush()?)
}

/// Creates a new folder.
fn create_folder(parent: &Path, name: &str) -> Result<PathBuf, SynthError> {
    let path = parent.join(name);
    if path.exists() {
        return Err(SynthError::Exists { path });
    }
    match fs::create_dir_all(&path) {
        Ok(()) => Ok(path),
        Err(source) => Err(SynthError::Create { path, source }),
    }
}
