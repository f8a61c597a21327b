//! What do the commands that make a generation share? How dumps are read, and what is shown meanwhile and
//! at the end.

mod activate;
mod cancel;
mod dumps;
mod review;
mod space;
mod summary;

pub(super) use activate::{ErasedElsewhere, activate};
pub(super) use cancel::{exit_status, on_signals};
pub(super) use dumps::{DumpOptions, ReadingOptions, discover_all, parse_memory, parse_range_rows};
use exposure_index::generation::{GenerationError, IndexDirectory};
use exposure_index::index::GenerationId;
use exposure_index::oprf::OfflineKey;
pub(super) use review::ReviewOption;
pub(super) use space::{current_bytes, warn};
pub(super) use summary::{passages, passages_as_lines};

use anyhow::Context;

use self::review::Review;
use super::explain::with_explanation;
use super::output;
use super::output::progress::watch;
use crate::builder::{Activation, BuildError, BuildProgress, Keys, Summary, Watch};
use crate::ingest::Breach;

/// Runs work on the rows of indexes: shows its progress, and lets signals stop it.
pub(super) fn watched<T>(
    activation: Activation,
    work: impl FnOnce(Watch<'_>) -> Result<T, BuildError>,
) -> anyhow::Result<T> {
    let (progress, cancel) = (BuildProgress::default(), cancel::on_signals()?);
    let watched = Watch {
        progress: &progress,
        cancel: &cancel,
        activation,
    };
    Ok(watch(&progress, || work(watched))?)
}

/// An index, and the key of its sealed file and tombstones, if it was named.
#[derive(Clone, Copy)]
pub(super) struct IndexAccess<'a> {
    pub(super) directory: &'a IndexDirectory,
    pub(super) offline: Option<&'a OfflineKey>,
}

/// Whether the rows of the current generation go into the new one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum OldRows {
    Kept,
    Replaced,
}

/// Makes a generation from dumps, shows the progress and prints the result.
pub(super) fn make_from_dumps(
    directory: &IndexDirectory,
    keys: Keys<'_>,
    breaches: &[Breach],
    old_rows: OldRows,
    options: &DumpOptions,
    work: impl FnOnce(&BuildProgress) -> Result<Summary, BuildError>,
) -> anyhow::Result<()> {
    let old = match old_rows {
        OldRows::Kept => current_bytes(directory),
        OldRows::Replaced => 0,
    };
    space::report(directory.path(), breaches, old);
    let progress = BuildProgress::default();
    let before = unfinished(directory);
    let summary = match watch(&progress, || work(&progress)) {
        Ok(summary) => summary,
        Err(error) => {
            report_kept_work(directory, &before, options.resume, &error);
            let secrets = options.reading()?.secrets;
            let error = with_explanation(error, breaches, &secrets);
            return Err(error.context("nothing was published"));
        }
    };
    if options.resume && summary.resumed == 0 {
        output::message("there was no build to resume; this one started from the beginning");
    }
    let index = IndexAccess {
        directory,
        offline: keys.offline,
    };
    print(index, &summary, options.review, options.json)
}

/// Makes a generation from `bytes` of others, shows the progress and prints the result.
pub(super) fn make(
    index: IndexAccess<'_>,
    bytes: u64,
    review: ReviewOption,
    json: bool,
    work: impl FnOnce(Watch<'_>) -> Result<Summary, BuildError>,
) -> anyhow::Result<()> {
    warn(index.directory, bytes);
    let summary = watched(review.force(), work).context("nothing was published")?;
    print(index, &summary, review, json)
}

fn print(
    index: IndexAccess<'_>,
    summary: &Summary,
    review: ReviewOption,
    json: bool,
) -> anyhow::Result<()> {
    let generation = summary.generation;
    let force = review.force();
    let review = match force {
        Activation::AtOnce => None,
        Activation::Later => Review::of(index, generation)
            .with_context(|| format!("generation {generation} was made, but not compared"))?,
    };
    let printed = if json {
        output::line(summary::as_json(summary, force, review.as_ref()))
    } else {
        output::data(summary::as_text(summary, force, review.as_ref()))
    };
    printed.with_context(|| {
        format!("generation {generation} was made, but its report could not be printed")
    })
}

/// Returns the builds that can be resumed.
fn unfinished(directory: &IndexDirectory) -> Vec<GenerationId> {
    directory.unfinished().unwrap_or_default()
}

/// Says how to resume a failed build, unless the kept files existed `before` and belong to
/// another command.
fn report_kept_work(
    directory: &IndexDirectory,
    before: &[GenerationId],
    resumes: bool,
    error: &BuildError,
) {
    let is_reported = matches!(
        error,
        BuildError::Resume(_)
            | BuildError::Generation(
                GenerationError::Unfinished { .. } | GenerationError::Locked { .. }
            )
    );
    let is_ours = |kept: &GenerationId| resumes || !before.contains(kept);
    let is_kept = unfinished(directory).iter().any(is_ours);
    if is_kept && !is_reported {
        output::message(
            "the work done so far is kept: the same command with --resume continues, --discard starts over",
        );
    }
}
