use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use exposure_index::breach::{ClassSet, DataClass, Localised, Metadata, Status};
use exposure_index::generation::{Draft, FileKind, IndexDirectory};
use exposure_index::identifier::Kind;
use exposure_index::index::{
    BreachOrdinal, Catalogue, CatalogueEntry, Description, Exposure, GenerationId, IndexWriter,
    Prefix, Shape, Statistics,
};
use exposure_index::oprf::{KeyFile, KeyId, SecretKey, Tag, load_key, split};

use super::Bench;
use crate::synth::{self, Plan};

const RANGE_ROWS: u32 = 4096;
/// About 500 MB.
const LARGE_ROWS: u64 = 74_000_000;
/// Gaps between tags are even up to twice the mean, less a thousandth, so that the last tag is below the highest.
const LARGEST_GAP: u64 = u64::MAX / LARGE_ROWS / 1000 * 1998;

/// An index to serve.
pub(super) struct BenchIndex {
    /// The index directory.
    pub(super) directory: PathBuf,
    /// The file of its key.
    pub(super) key: PathBuf,
    /// The public file of the generation in force.
    pub(super) file: PathBuf,
    /// Length of a range's answer.
    pub(super) range_bytes: u32,
    generation: GenerationId,
    shape: Shape,
}

impl BenchIndex {
    fn open(folder: &Path) -> anyhow::Result<Self> {
        let index = IndexDirectory::at(folder.join("index"));
        let generation = index.current()?;
        let public = index.open_public(generation)?;
        let header = public.header();
        let file = FileKind::Public.file_name();
        Ok(Self {
            file: index.path().join(generation.as_str()).join(file),
            directory: index.path().to_owned(),
            key: folder.join("key"),
            range_bytes: header.range_bytes,
            generation,
            shape: header.shape,
        })
    }

    /// The path of its first range.
    pub(super) fn example(&self) -> String {
        format!("/v1/ranges/{}/{}", self.generation, self.first())
    }

    /// Generation, digits of a prefix and number of ranges.
    pub(super) fn told_to_wrk(&self) -> [String; 3] {
        [
            self.generation.to_string(),
            self.first().len().to_string(),
            self.shape.ranges().to_string(),
        ]
    }

    /// The first prefix; all have as many digits.
    fn first(&self) -> String {
        self.shape.spell(Prefix(0))
    }
}

/// An index of synthetic dumps, built if an earlier run has not left it.
///
/// # Errors
/// If it cannot be built.
pub(super) fn served(bench: &Bench) -> anyhow::Result<BenchIndex> {
    let folder = bench.folder.join(format!("served-{}", bench.records));
    if let Ok(index) = BenchIndex::open(&folder) {
        return Ok(index);
    }
    empty(&folder)?;
    let plan = Plan {
        records: bench.records,
        seed: 1,
        queries: 0,
    };
    synth::generate(plan, &folder, |_| ())?;
    make_key(&folder)?;
    let built = Command::new(&bench.indexer)
        .args(["build", "--range-rows", &RANGE_ROWS.to_string(), "--index"])
        .arg(folder.join("index"))
        .arg("--key")
        .arg(folder.join("key"))
        .arg(folder.join("breaches"))
        .stdout(Stdio::null())
        .status()?;
    ensure!(built.success(), "the index cannot be built");
    fs::remove_dir_all(folder.join("breaches"))?;
    BenchIndex::open(&folder)
}

/// An index of about 500 MB whose tags are random, so that nothing has to be evaluated to make it.
///
/// # Errors
/// If it cannot be written.
pub(super) fn large(folder: &Path) -> anyhow::Result<BenchIndex> {
    let folder = folder.join("large");
    if let Ok(index) = BenchIndex::open(&folder) {
        return Ok(index);
    }
    empty(&folder)?;
    let key_id = make_key(&folder)?;
    let directory = IndexDirectory::at(folder.join("index"));
    let lock = directory.lock()?;
    let draft = directory.draft(&lock)?;
    write_large(&draft, key_id)?;
    draft.publish()?;
    BenchIndex::open(&folder)
}

fn empty(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(fs::create_dir_all(folder)?)
}

fn make_key(folder: &Path) -> anyhow::Result<KeyId> {
    let path = folder.join("key");
    let share = split(&SecretKey::generate()?, 1)?;
    KeyFile::at(&path).create(share.first().context("a share")?)?;
    Ok(load_key(&[path])?.public_key().id())
}

fn write_large(draft: &Draft<'_>, key_id: KeyId) -> anyhow::Result<()> {
    let breaches = (0..8).map(breach).collect::<anyhow::Result<Vec<_>>>()?;
    let description = Description {
        sealed: false,
        beside_sealed: false,
        key_id,
        generation: draft.id(),
        built_at: draft.time().as_second(),
        rows: LARGE_ROWS,
        range_rows: RANGE_ROWS,
        catalogue: Catalogue { breaches },
    };
    let file = File::create_new(draft.file(FileKind::Public))?;
    let mut writer = IndexWriter::new(BufWriter::with_capacity(1 << 20, file), description)?;
    let mut random = 1_u64;
    let mut tag = 0;
    for _ in 0..LARGE_ROWS {
        random = xorshift(random);
        tag += 1 + random % LARGEST_GAP;
        writer.push(Tag(tag), Kind::Phone, &[exposure(random)])?;
    }
    let (file, _) = writer.finish(&Statistics::default())?;
    file.into_inner()?;
    Ok(())
}

const fn xorshift(mut state: u64) -> u64 {
    state ^= state << 13;
    state ^= state >> 7;
    state ^ (state << 17)
}

fn exposure(random: u64) -> Exposure {
    Exposure {
        breach: BreachOrdinal((random >> 60) as u16 % 8),
        classes: ClassSet::default().with(0),
    }
}

fn breach(number: u8) -> anyhow::Result<CatalogueEntry> {
    let text = || format!("Breach {number}");
    let localised = Localised {
        kk: text(),
        ru: text(),
        en: text(),
    };
    Ok(CatalogueEntry {
        metadata: Metadata {
            id: format!("breach-{number}").try_into()?,
            date: "2025".parse()?,
            added: "2026".parse()?,
            status: Status::Reported,
            sensitive: false,
            records: LARGE_ROWS,
            source: "https://example.kz".to_owned(),
            title: localised.clone(),
            summary: localised,
        },
        classes: vec![DataClass::try_from("phone-numbers".to_owned())?],
    })
}
