use anyhow::ensure;
use exposure_index::generation::Lock;
use exposure_index::index::{GenerationId, Header, Index};
use exposure_index::oprf::OfflineKey;
use memmap2::Mmap;
use serde_json::json;

use super::{IndexAccess, warn, watched};
use crate::builder::{Activation, Watch, check_own_key, key_of_sealed, without_erased};
use crate::commands::output;
use crate::commands::output::table::grouped;
use crate::erasure::Erasures;

/// Whether a generation of another key is published, in which people who were erased since cannot be recognised.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) enum ErasedElsewhere {
    Refused,
    Allowed,
}

/// A generation that became current.
pub(in crate::commands) struct ActivationResult {
    current: GenerationId,
    /// The requested generation, if one without what was erased since was derived from it.
    made_from: Option<GenerationId>,
    before: Option<GenerationId>,
}

/// Publishes an existing generation, or one that is derived from it without what was erased since.
pub(in crate::commands) fn activate(
    index: IndexAccess<'_>,
    lock: &Lock,
    generation: GenerationId,
    erased_elsewhere: ErasedElsewhere,
) -> anyhow::Result<ActivationResult> {
    let IndexAccess { directory, offline } = index;
    let before = directory.current().ok();
    let public = directory.open_public(generation)?;
    // As far as it can be read: a generation that cannot is refused when it is to become current.
    let sealed = directory.open_sealed(&public).ok().flatten();
    if let Some(sealed) = &sealed {
        check_own_key(public.header().key_id, sealed.header().key_id)?;
    }
    let erasures = Erasures::load_all(directory.path(), offline)?;
    let erasures = known(erasures, public.header(), erased_elsewhere)?;
    let holds_any = match (&erasures, offline) {
        (Some(erasures), Some(offline)) => {
            holds_erased(&public, sealed.as_ref(), erasures, offline)?
        }
        _ => false,
    };
    let made = match holds_any {
        true => {
            warn(directory, directory.bytes(generation)?);
            let work =
                |watch: Watch<'_>| without_erased(directory, offline, lock, generation, watch);
            Some(watched(Activation::AtOnce, work)?)
        }
        false => None,
    };
    if made.is_none() {
        directory.publish(lock, generation)?;
    }
    Ok(ActivationResult {
        current: made.as_ref().map_or(generation, |made| made.generation),
        made_from: made.map(|_| generation),
        before,
    })
}

/// Returns the tombstones for the key of a generation, if they show who was erased.
fn known(
    all: Vec<Erasures>,
    header: &Header,
    erased_elsewhere: ErasedElsewhere,
) -> anyhow::Result<Option<Erasures>> {
    let Header {
        generation, key_id, ..
    } = header;
    let (mut own, others): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|erasures| erasures.key_id() == *key_id);
    let own = own.pop();
    let unknown = |other: &Erasures| match &own {
        Some(own) => own.lacks_of(other),
        None => other.len(),
    };
    // Files of several keys may hold the same identifiers.
    let unknown = others.iter().map(unknown).max().unwrap_or(0);
    ensure!(
        unknown == 0 || erased_elsewhere == ErasedElsewhere::Allowed,
        "{generation} was made with the key {key_id}, and identifiers ({}) were erased under another one: which rows of \
         it are theirs is not known, and they would be found again. Build the index again from the dumps, or publish it \
         with tekser-indexer rollback --allow-erased and erase them again, at once: tekser-indexer erase",
        grouped(unknown as u64)
    );
    Ok(own)
}

/// Returns whether a generation holds an erased identifier, as far as it can be read: one that cannot is refused when
/// it is to become current.
fn holds_erased(
    public: &Index<Mmap>,
    sealed: Option<&Index<Mmap>>,
    erasures: &Erasures,
    offline: &OfflineKey,
) -> anyhow::Result<bool> {
    // Under another key, nobody would be found in it.
    if let Some(sealed) = sealed {
        key_of_sealed(sealed.header().key_id, Some(offline))?;
    }
    let mut files = std::iter::once(public).chain(sealed);
    Ok(files.any(|file| erasures.are_in(file, offline).unwrap_or(false)))
}

impl ActivationResult {
    pub(in crate::commands) fn print(&self, json: bool) -> anyhow::Result<()> {
        let before = self.before.as_ref().map(GenerationId::as_str);
        let made_from = self.made_from.as_ref().map(GenerationId::as_str);
        let current = self.current;
        if json {
            return Ok(output::line(json!({
                "generation": current.as_str(),
                "made_from": made_from,
                "before": before,
            }))?);
        }
        output::line(format_args!("current     {current}"))?;
        if let Some(from) = made_from {
            output::line(format_args!(
                "made from   {from}, without what was erased since"
            ))?;
        }
        output::line(format_args!("before      {}", before.unwrap_or("-")))?;
        Ok(())
    }
}
