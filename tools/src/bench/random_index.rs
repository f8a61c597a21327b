use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;

use anyhow::Context;
use exposure_index::breach::{BreachId, DataClass, Localised, Metadata, Status};
use exposure_index::generation::{Draft, FileKind, IndexDirectory};
use exposure_index::identifier::Kind;
use exposure_index::index::{
    BreachStatistics, Catalogue, CatalogueEntry, Description, Exposure, IndexWriter, Statistics,
};
use exposure_index::oprf::{KeyFile, KeyId, SecretKey, Tag, load_key, split};

/// Rows per range of every index that is measured.
pub(super) const RANGE_ROWS: u32 = 4096;

/// An index whose tags are random, so that nothing has to be evaluated to make it.
pub(super) struct RandomIndex<'a> {
    pub(super) rows: u64,
    pub(super) breaches: u16,
    /// Of each breach, sorted.
    pub(super) classes: &'a [&'a str],
    /// Makes a row of a random number: puts its exposures into the empty list and gives its kind.
    pub(super) row: fn(u64, &mut Vec<Exposure>) -> Kind,
}

impl RandomIndex<'_> {
    /// Writes it as the folder `index` in `folder`, which is emptied before, beside the file `key` of a key of its own.
    ///
    /// # Errors
    /// If something cannot be written.
    pub(super) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        empty(folder)?;
        let key_id = make_key(folder)?;
        let directory = IndexDirectory::at(folder.join("index"));
        let lock = directory.lock()?;
        let draft = directory.draft(&lock)?;
        self.write_file(&draft, key_id)?;
        draft.publish()?;
        Ok(())
    }

    /// Every row, in order of the tags; always the same ones.
    ///
    /// # Errors
    /// The first one of `each`.
    pub(super) fn each_row(
        &self,
        mut each: impl FnMut(Tag, Kind, &[Exposure]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        // Gaps between tags are even up to twice the mean, less a thousandth, so that the last tag is below the highest.
        let largest_gap = u64::MAX / self.rows / 1000 * 1998;
        let (mut random, mut tag) = (1_u64, 0);
        let mut exposures = Vec::new();
        for _ in 0..self.rows {
            random = xorshift(random);
            tag += 1 + random % largest_gap;
            random = xorshift(random);
            exposures.clear();
            let kind = (self.row)(random, &mut exposures);
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
            range_rows: RANGE_ROWS,
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
                status: Status::Reported,
                sensitive: false,
                records: 1,
                source: "https://example.kz".to_owned(),
                title: localised.clone(),
                summary: localised,
            },
            classes: self.classes.iter().map(class).collect::<Result<_, _>>()?,
        })
    }
}

/// What the breaches of a random index are called: two digits, so that they stand in the order of their numbers.
pub(super) fn breach_id(number: u16) -> anyhow::Result<BreachId> {
    Ok(format!("breach-{number:02}").try_into()?)
}

/// Bytes of the generation in force of the index in a folder.
pub(super) fn bytes_in_force(folder: &Path) -> anyhow::Result<u64> {
    let index = IndexDirectory::at(folder.join("index"));
    Ok(index.bytes(index.current()?)?)
}

/// Makes a folder, or empties it.
pub(super) fn empty(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(fs::create_dir_all(folder)?)
}

/// Makes a key in the file `key` of a folder.
pub(super) fn make_key(folder: &Path) -> anyhow::Result<KeyId> {
    let path = folder.join("key");
    let share = split(&SecretKey::generate()?, 1)?;
    KeyFile::at(&path).create(share.first().context("a share")?)?;
    Ok(load_key(&[path])?.public_key().id())
}

const fn xorshift(mut state: u64) -> u64 {
    state ^= state << 13;
    state ^= state >> 7;
    state ^ (state << 17)
}
