//! What would warning lists look like? A list in each of the forms that publishers use, and the truth about each entry.
//!
//! An entry holds, has expired, was removed by its publisher, or is on the allow list; some values have two entries,
//! and some are on two lists. Dates are counted from a day, since an index judges entries by the day on which it is
//! made.

mod entry;
mod feed;
mod truth;
mod value;

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;

use self::entry::Entry;
use self::feed::FEEDS;
use self::truth::Roll;
use self::value::Values;
use super::dice::Dice;
use super::{SynthError, sink};

pub use self::value::WarnedKind;

/// Which lists are to be generated. The same plan gives the same bytes.
#[derive(Clone, Copy, Debug)]
pub struct WarningPlan {
    /// Entries of each list.
    pub entries: u64,
    /// Everything random follows from it.
    pub seed: u64,
    /// The day from which the dates of entries are counted back. Lists say the same for some ten days after it.
    pub day: Date,
}

impl WarningPlan {
    /// Makes lists of `entries` entries, as of today in UTC.
    #[must_use]
    pub fn today(entries: u64, seed: u64) -> Self {
        Self {
            entries,
            seed,
            day: Timestamp::now().to_zoned(TimeZone::UTC).date(),
        }
    }
}

/// The name of the allow list, next to the folder of the breaches.
pub const ALLOW_LIST: &str = "allow.txt";

/// Writes each list as a folder in `breaches` of the folder `out`, the allow list next to it, and the truth as
/// `truth/warnings.jsonl`: `kind`, `value`, and `warnings` as `lookup --json` gives them, with neither publisher nor
/// appeal.
///
/// # Errors
/// Fails if a list exists already, or something cannot be written.
pub fn generate_warnings(plan: WarningPlan, out: &Path) -> Result<(), SynthError> {
    let values = Values::new(plan.seed);
    let mut roll = Roll::default();
    for feed in &FEEDS {
        let folder = super::create_folder(&out.join("breaches"), feed.id)?;
        let entries: Vec<Entry> = (0..plan.entries)
            .map(|number| Entry::new(&plan, feed, number))
            .collect();
        entries.iter().for_each(|entry| roll.enter(feed.id, entry));
        feed.write(&folder, &entries, &values, plan)?;
    }
    write_allow_list(&roll, &values, &out.join(ALLOW_LIST))?;
    write_truth(&roll, &values, plan, &out.join("truth"))
}

fn write_allow_list(roll: &Roll, values: &Values, path: &Path) -> Result<(), SynthError> {
    let mut list = BufWriter::new(sink::create(path)?);
    writeln!(list, "# What no warning list may name.")?;
    for listed in roll.allowed() {
        writeln!(list, "{}:{}", listed.kind.name(), values.value(listed))?;
    }
    Ok(list.flush()?)
}

/// A question for each value that a list has or had, and for some of each kind that none ever had, in an order that
/// reveals nothing.
fn write_truth(
    roll: &Roll,
    values: &Values,
    plan: WarningPlan,
    folder: &Path,
) -> Result<(), SynthError> {
    fs::create_dir_all(folder).map_err(|source| SynthError::Create {
        path: folder.to_owned(),
        source,
    })?;
    let mut lines = BufWriter::new(sink::create(&folder.join("warnings.jsonl"))?);
    let mut questions = roll.questions(plan.entries);
    let mut dice = Dice::new(plan.seed, *b"warnings", 0);
    questions.sort_by_cached_key(|_| dice.next());
    for (listed, warnings) in questions {
        let line = json!({
            "kind": listed.kind.name(),
            "value": values.typed(listed),
            "warnings": warnings,
        });
        serde_json::to_writer(&mut lines, &line).map_err(io::Error::from)?;
        lines.write_all(b"\n")?;
    }
    Ok(lines.flush()?)
}
