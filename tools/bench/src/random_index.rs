//! Which index is measured? One with random tags.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use anyhow::Context;
use exposure_index::breach::{BreachId, ClassSet, DataClass, Localised, Metadata, Status};
use exposure_index::generation::{Draft, FileKind, IndexDirectory};
use exposure_index::identifier::Kind;
use exposure_index::index::{
    BreachOrdinal, BreachStatistics, Catalogue, CatalogueEntry, Description, Exposure, IndexWriter,
    Statistics,
};
use exposure_index::oprf::{KeyFile, KeyId, SecretKey, Tag, load_key, split};

use super::files::empty;

/// Rows per range of every measured index, except where numbers are compared.
pub(super) const RANGE_ROWS: u32 = 4096;

/// An index whose tags are random, so that nothing has to be evaluated to make it.
pub(super) struct RandomIndex<'a> {
    pub(super) rows: u64,
    /// Minimum average of rows per range.
    pub(super) range_rows: u32,
    pub(super) breaches: u16,
    /// Data classes of each breach, sorted.
    pub(super) classes: &'a [&'a str],
    /// Makes a row from a random number: adds its exposures to the empty list and returns its kind.
    pub(super) row: fn(u64, &mut Vec<Exposure>) -> Kind,
}

impl RandomIndex<'_> {
    /// Writes it as the folder `index` in `folder`, which is emptied first, next to the file `key` of its key.
    ///
    /// # Errors
    /// Fails if something cannot be written.
    pub(super) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        empty(folder)?;
        let key_id = make_key(folder)?;
        let directory = index_in(folder);
        let lock = directory.lock()?;
        let draft = directory.draft(&lock)?;
        self.write_file(&draft, key_id)?;
        draft.publish()?;
        Ok(())
    }

    /// Visits every row, in order of the tags; always the same ones.
    ///
    /// # Errors
    /// The first one of `each`.
    pub(super) fn each_row(
        &self,
        mut each: impl FnMut(Tag, Kind, &[Exposure]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        // Gaps between tags are even up to twice the mean, less a thousandth, so that the last tag is below the
        // highest.
        let largest_gap = u64::MAX / self.rows / 1000 * 1998;
        let mut random = Xorshift::new(1);
        let mut tag = 0;
        let mut exposures = Vec::new();
        for _ in 0..self.rows {
            tag += 1 + random.number() % largest_gap;
            exposures.clear();
            let kind = (self.row)(random.number(), &mut exposures);
            each(Tag(tag), kind, &exposures)?;
        }
        Ok(())
    }

    fn write_file(&self, draft: &Draft<'_>, key_id: KeyId) -> anyhow::Result<()> {
        let breaches = (0..self.breaches).map(|number| self.breach(number));
        let breaches = breaches.collect::<anyhow::Result<Vec<_>>>()?;
        let ids = breaches.iter().map(|entry| entry.metadata.id.clone());
        let statistics = Statistics {
            breaches: ids.map(|id| (id, BreachStatistics::default())).collect(),
            ..Statistics::default()
        };
        let description = Description {
            sealed: false,
            beside_sealed: false,
            key_id,
            generation: draft.id(),
            built_at: draft.time().as_second(),
            rows: self.rows..=self.rows,
            range_rows: self.range_rows,
            catalogue: Catalogue { breaches },
        };
        let file = File::create_new(draft.file(FileKind::Public))?;
        let mut writer = IndexWriter::new(BufWriter::with_capacity(1 << 20, file), description)?;
        self.each_row(|tag, kind, exposures| Ok(writer.push(tag, kind, exposures)?))?;
        let (file, _) = writer.finish(&statistics)?;
        file.into_inner()?;
        Ok(())
    }

    fn breach(&self, number: u16) -> anyhow::Result<CatalogueEntry> {
        let text = || format!("Breach {number}");
        let localised = Localised {
            kk: text(),
            ru: text(),
            en: text(),
        };
        let class = |name: &&str| DataClass::try_from((*name).to_owned());
        Ok(CatalogueEntry {
            metadata: Metadata {
                id: breach_id(number)?,
                date: "2025".parse()?,
                added: "2026".parse()?,
                corrected: None,
                status: Status::Reported,
                sensitive: false,
                records: 1,
                source: "https://example.kz".to_owned(),
                title: localised.clone(),
                summary: localised,
                warning: None,
            },
            classes: self.classes.iter().map(class).collect::<Result<_, _>>()?,
        })
    }
}

/// Makes a row of one of three kinds, with one or both of two classes: in one breach five times of eight, else in two
/// or three.
pub(super) fn few_breaches<const BREACHES: u64>(
    random: u64,
    exposures: &mut Vec<Exposure>,
) -> Kind {
    let count = [1, 1, 1, 1, 1, 2, 2, 3][(random >> 8) as usize % 8];
    let first = (random >> 16) % (BREACHES - 2);
    exposures.extend((first..first + count).map(|breach| Exposure {
        breach: BreachOrdinal(breach as u16),
        // So that rows differ as those of dumps with columns that are empty here and there.
        classes: ClassSet(1 + (random >> (24 + 2 * breach)) % 3),
    }));
    Kind::ALL[(random >> 48) as usize % 3]
}

/// Returns the ids of the breaches of a random index: two digits, so that they are in the order of their numbers.
pub(super) fn breach_id(number: u16) -> anyhow::Result<BreachId> {
    Ok(format!("breach-{number:02}").try_into()?)
}

/// Returns the index directory in a folder.
pub(super) fn index_in(folder: &Path) -> IndexDirectory {
    IndexDirectory::at(folder.join("index"))
}

/// Returns the bytes of the current generation of the index in a folder.
pub(super) fn current_bytes(folder: &Path) -> anyhow::Result<u64> {
    let index = index_in(folder);
    Ok(index.bytes(index.current()?)?)
}

/// Makes a key in the file `key` of a folder.
pub(super) fn make_key(folder: &Path) -> anyhow::Result<KeyId> {
    let path = folder.join("key");
    let share = split(&SecretKey::generate()?, 1)?;
    KeyFile::at(&path).create(share.first().context("a share")?)?;
    Ok(load_key(&[path])?.public_key().id())
}

/// Marsaglia's generator of random numbers: fast, and good enough to place rows.
pub(super) struct Xorshift(u64);

impl Xorshift {
    /// Starts the sequence of a seed, which must not be 0.
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) const fn number(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}
