//! Which leaks and warning lists is this value in? The answer to one line of input.

use anyhow::{Context, ensure};
use exposure_index::identifier::{
    Identifier, Kind, Nearest, Reading, Recognition, reading_as, recognise,
};
use exposure_index::index::{Catalogue, Exposure, Index};
use exposure_index::oprf::{KeyId, OfflineKey, SecretKey, Tag, evaluate};
use memmap2::Mmap;

use super::answer::{Answer, LeakAnswer, WarningEntry};
use crate::commands::options::identifiers::{self, Unreadable};
use crate::commands::options::{Files, KeysOption, sealed_key};

/// Answers questions with the key and the files of one generation.
pub(super) struct Answerer {
    key: SecretKey,
    files: Vec<IndexFile>,
    /// The kind of all values, if one was named.
    kind: Option<Kind>,
}

impl Answerer {
    /// Takes files and keys; fails if the files were made with other keys, or if there is a sealed file and no key for
    /// it.
    pub(super) fn new(
        keys: &KeysOption,
        Files { public, sealed, .. }: Files,
        kind: Option<Kind>,
    ) -> anyhow::Result<Self> {
        let key = keys.load_tags()?;
        check_key(public.header().key_id, &key)?;
        let mut files = vec![IndexFile::new(public, None)?];
        if let Some(sealed) = sealed {
            // Only here, so that nobody must type the passphrase of a key that is not needed.
            let offline = keys.load_offline()?;
            let offline = sealed_key(&sealed, offline.as_ref())?.clone();
            files.push(IndexFile::new(sealed, Some(offline))?);
        }
        Ok(Self { key, files, kind })
    }

    /// Answers a value: of the named kind, or as kind:value, or of the kind that it looks like.
    pub(super) fn answer(&self, value: Result<&str, Unreadable>) -> anyhow::Result<Answer<'_>> {
        let text = match value {
            Ok(text) => text,
            Err(unreadable) => return Ok(Answer::unreadable(unreadable)),
        };
        let named = self.kind.map(|kind| (kind, text));
        match named.or_else(|| identifiers::named(text)) {
            Some((kind, value)) => match reading_as(kind, value) {
                Ok(reading) => self.found(&reading, &[]),
                Err(nearest) => Ok(Answer::refused(nearest)),
            },
            None => self.answer_unnamed(text),
        }
    }

    fn answer_unnamed(&self, text: &str) -> anyhow::Result<Answer<'_>> {
        let Recognition {
            candidates,
            nearest,
        } = recognise(text);
        match candidates.split_first() {
            Some((likeliest, others)) => self.found(likeliest, others),
            None => Ok(Answer::refused(nearest.unwrap_or(Nearest::EMPTY))),
        }
    }

    fn found(&self, reading: &Reading, others: &[Reading]) -> anyhow::Result<Answer<'_>> {
        let mut exposures = self.exposures(&reading.identifier)?;
        // A list that names a domain means its hosts as well.
        if let Some(domain) = reading.identifier.registrable_domain() {
            exposures.extend(self.exposures(&domain)?);
        }
        exposures.sort_by_key(|answered| answered.breach);
        let warnings = exposures.iter().filter_map(WarningEntry::of).collect();
        exposures.retain(|answered| answered.entry.metadata.is_leak());
        Ok(Answer::Found {
            kind: reading.identifier.kind(),
            found: !exposures.is_empty(),
            exposures,
            warnings,
            doubts: reading.doubts.clone(),
            or: others.iter().map(|other| other.identifier.kind()).collect(),
        })
    }

    fn exposures(&self, identifier: &Identifier) -> anyhow::Result<Vec<LeakAnswer<'_>>> {
        let tag = evaluate(&self.key, &identifier.oprf_input())?.tag();
        let mut exposures = Vec::new();
        for file in &self.files {
            exposures.extend(file.answers(tag)?);
        }
        Ok(exposures)
    }
}

/// Refuses the key of another index, with which nothing would be found.
fn check_key(made_with: KeyId, key: &SecretKey) -> anyhow::Result<()> {
    let given = key.public_key().id();
    ensure!(
        made_with == given,
        "wrong key: this index was made with the key {made_with}, the key given is {given}; \
         nothing can be looked up with it"
    );
    Ok(())
}

/// An open index file with its catalogue.
struct IndexFile {
    index: Index<Mmap>,
    catalogue: Catalogue,
    /// The key of a sealed file.
    offline: Option<OfflineKey>,
}

impl IndexFile {
    fn new(index: Index<Mmap>, offline: Option<OfflineKey>) -> anyhow::Result<Self> {
        Ok(Self {
            catalogue: index.catalogue()?,
            index,
            offline,
        })
    }

    fn answers(&self, tag: Tag) -> anyhow::Result<Vec<LeakAnswer<'_>>> {
        let sealed = self.offline.as_ref().map(|key| key.sealed_tag(tag));
        let tag = sealed.unwrap_or(tag);
        let Some(row) = self.index.find(tag)? else {
            return Ok(Vec::new());
        };
        row.exposures()?
            .into_iter()
            .map(|exposure| self.answered(exposure))
            .collect()
    }

    fn answered(&self, exposure: Exposure) -> anyhow::Result<LeakAnswer<'_>> {
        let entry = self.catalogue.get(exposure.breach);
        let entry = entry.context(
            "the index names a breach that its catalogue lacks: run tekser-indexer verify",
        )?;
        let classes = exposure
            .classes
            .places()
            .filter_map(|place| entry.classes.get(place))
            .collect();
        Ok(LeakAnswer {
            breach: &entry.metadata.id,
            classes,
            entry,
        })
    }
}
