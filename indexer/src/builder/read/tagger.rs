use std::collections::HashMap;

use exposure_index::oprf::{BulkEvaluator, Inputs, SecretKey, Tag};

use super::dump_reader::Batch;
use super::memo::{BuildDigestHasher, Digest, InputHasher, TagMemo};
use crate::builder::exposures::ExposureNumber;
use crate::builder::sort::entry::Entry;
use crate::builder::sort::sorter::RunSorter;
use crate::builder::{BuildError, BuildProgress};

/// Turns batches into entries of runs, evaluating each identifier once while the memo has room.
pub(crate) struct Tagger<'a> {
    evaluator: BulkEvaluator,
    hasher: InputHasher,
    memo: TagMemo,
    progress: &'a BuildProgress,
    counts: Counts,
}

/// Cost of tagging, including earlier processes of the same build.
#[derive(Clone, Copy, Default)]
pub(crate) struct Counts {
    /// Evaluations of the OPRF.
    pub(crate) evaluated: u64,
    /// Tags for which the memo had no room, or that were lost with an earlier process.
    pub(crate) forgotten: u64,
}

impl<'a> Tagger<'a> {
    pub(crate) fn new(
        key: &SecretKey,
        memo_bytes: usize,
        counts: Counts,
        progress: &'a BuildProgress,
    ) -> Result<Self, BuildError> {
        Ok(Self {
            evaluator: BulkEvaluator::new(key),
            hasher: InputHasher::new()?,
            memo: TagMemo::with_memory(memo_bytes),
            progress,
            counts,
        })
    }

    /// Tags a batch, on all threads of the current pool, and hands its entries to the sorter.
    pub(crate) fn tag(&mut self, batch: &Batch, sorter: &mut RunSorter) -> Result<(), BuildError> {
        let mut fresh = Fresh::default();
        for (place, &exposure) in batch.exposures.iter().enumerate() {
            let input = batch.inputs.get(place);
            let digest = self.hasher.digest(input);
            match self.memo.get(digest) {
                Some(tag) => sorter.push(Entry { tag, exposure })?,
                None => fresh.push(digest, input, exposure),
            }
        }
        let tags = self.evaluator.par_tags(&fresh.inputs);
        for (digest, place) in &fresh.places {
            let remembered = self.memo.insert(*digest, tags[*place]);
            self.counts.forgotten += u64::from(!remembered);
        }
        self.progress.evaluated(tags.len() as u64);
        self.counts.evaluated += tags.len() as u64;
        fresh
            .entries(&tags)
            .try_for_each(|entry| sorter.push(entry))
    }

    pub(crate) const fn counts(&self) -> Counts {
        self.counts
    }
}

/// The identifiers of a batch that the memo does not know, each once.
#[derive(Default)]
struct Fresh {
    inputs: Inputs,
    places: HashMap<Digest, usize, BuildDigestHasher>,
    /// Exposures that wait for the tag of an input, and the place of that input.
    waiting: Vec<(usize, ExposureNumber)>,
}

impl Fresh {
    fn push(&mut self, digest: Digest, input: &[u8], exposure: ExposureNumber) {
        let place = *self.places.entry(digest).or_insert_with(|| {
            self.inputs.push(input);
            self.inputs.len() - 1
        });
        self.waiting.push((place, exposure));
    }

    fn entries<'a>(&'a self, tags: &'a [Tag]) -> impl Iterator<Item = Entry> + 'a {
        self.waiting.iter().map(|&(place, exposure)| Entry {
            tag: tags[place],
            exposure,
        })
    }
}
