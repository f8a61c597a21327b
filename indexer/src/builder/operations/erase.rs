use exposure_index::generation::{IndexDirectory, Lock};
use exposure_index::identifier::Identifier;
use exposure_index::index::GenerationId;
use exposure_index::oprf::{BulkEvaluator, Inputs, OfflineKey, SecretKey, Tag};

use super::derive::{DerivedBuild, Watch};
use super::from_dumps::{Summary, check_key};
use crate::builder::BuildError;
use crate::builder::compose::base::Base;
use crate::builder::history::{History, Operation};
use crate::builder::keys::Keys;
use crate::erasure::{Eraser, InputMac, has_any};

/// Result of an erasure.
pub struct Erasure {
    /// Different identifiers that were given.
    pub given: u64,
    /// Those among them that had not been erased before.
    pub new: u64,
    /// Those among them that the current index held.
    pub in_index: u64,
    /// All identifiers that are now erased.
    pub all: u64,
    /// Whether the generation's pairs may still include theirs, which cannot be distinguished.
    pub are_in_pairs: bool,
    /// The generation without them; `None` if the current index held none.
    pub summary: Option<Summary>,
}

/// Erases identifiers: writes tombstones, which every later generation respects, and publishes one without
/// their rows.
///
/// The tombstones are written before the generation. If that fails, the next generation that any command makes, or
/// another erasure, leaves the rows out.
///
/// Time: one evaluation of the OPRF per identifier, and O(rows).
///
/// # Errors
/// [`BuildError`]; the current index then stays.
pub fn erase(
    directory: &IndexDirectory,
    keys: Keys<'_>,
    identifiers: &[Identifier],
    watch: Watch<'_>,
) -> Result<Erasure, BuildError> {
    let offline = keys.needed()?;
    let (lock, base) = Base::lock_current(directory, Some(offline))?;
    check_key(base.key_id(), keys.tags_id())?;
    let mut eraser = match Eraser::open(directory.path(), base.key_id(), Some(offline))? {
        Some(eraser) => eraser,
        None => Eraser::new()?,
    };
    let mut erasure = Erasure {
        given: 0,
        new: 0,
        in_index: 0,
        all: 0,
        are_in_pairs: false,
        summary: None,
    };
    for (mac, tag) in tagged(&eraser, keys.tags, identifiers) {
        erasure.given += 1;
        erasure.new += u64::from(eraser.erase(mac, tag)?);
        erasure.in_index += u64::from(holds_any(&base, &[tag], offline)?);
    }
    erasure.all = eraser.len() as u64;
    eraser.write(directory.path(), base.key_id(), offline)?;
    // Those of an erasure whose generation was not published are found as well.
    if !holds_any(&base, &eraser.tags(), offline)? {
        return Ok(erasure);
    }
    let history = History::from_base(Operation::Erase, &base);
    let breach_list = base.breach_list()?;
    let recomposition = DerivedBuild::of(&base, Some(offline), &lock, history, breach_list, watch);
    erasure.summary = Some(recomposition.publish()?);
    erasure.are_in_pairs = base.pairs().is_some();
    Ok(erasure)
}

/// Derives a generation from an older one without what was erased since, and publishes it.
///
/// Time: O(rows).
///
/// # Errors
/// [`BuildError`]; the current index then stays.
pub(crate) fn without_erased(
    directory: &IndexDirectory,
    offline: Option<&OfflineKey>,
    lock: &Lock,
    generation: GenerationId,
    watch: Watch<'_>,
) -> Result<Summary, BuildError> {
    let base = Base::open(directory, generation, offline)?;
    let history = History::from_base(Operation::Rollback, &base);
    DerivedBuild::of(&base, offline, lock, history, base.breach_list()?, watch).publish()
}

/// Removes tombstones. The rows return with the next generation that is made from the dumps. Returns how many of the
/// identifiers had been erased.
///
/// # Errors
/// [`BuildError`]; the tombstones then stay.
pub fn restore(
    directory: &IndexDirectory,
    keys: Keys<'_>,
    identifiers: &[Identifier],
) -> Result<u64, BuildError> {
    let offline = keys.needed()?;
    let (_lock, base) = Base::lock_current(directory, Some(offline))?;
    check_key(base.key_id(), keys.tags_id())?;
    let Some(mut eraser) = Eraser::open(directory.path(), base.key_id(), Some(offline))? else {
        return Ok(0);
    };
    let mut restored = 0;
    for identifier in identifiers {
        let mac = eraser.mac(&identifier.oprf_input());
        restored += u64::from(eraser.restore(mac));
    }
    eraser.write(directory.path(), base.key_id(), offline)?;
    Ok(restored)
}

/// Returns the MAC and the tag of each identifier, each once.
fn tagged(eraser: &Eraser, key: &SecretKey, identifiers: &[Identifier]) -> Vec<(InputMac, Tag)> {
    let mut inputs = Inputs::default();
    for identifier in identifiers {
        inputs.push_with(|buffer| identifier.write_oprf_input(buffer));
    }
    let macs = (0..inputs.len()).map(|place| eraser.mac(inputs.get(place)));
    let tags = BulkEvaluator::new(key).tags(&inputs);
    let mut tagged: Vec<(InputMac, Tag)> = macs.zip(tags).collect();
    tagged.sort_unstable();
    tagged.dedup();
    tagged
}

/// Returns whether the index has a row with one of these tags, public or sealed.
fn holds_any(base: &Base, tags: &[Tag], offline: &OfflineKey) -> Result<bool, BuildError> {
    for file in base.files() {
        if has_any(file, offline, tags.iter().copied()).map_err(BuildError::Base)? {
            return Ok(true);
        }
    }
    Ok(false)
}
