//! What do benchmarks ask the server for? An index of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::ensure;
use exposure_index::breach::ClassSet;
use exposure_index::generation::FileKind;
use exposure_index::identifier::Kind;
use exposure_index::index::{BreachOrdinal, Exposure, GenerationId, Prefix, Shape};
use exposure_index::oprf::load_key;
use exposure_index::retrieval::vector_bytes;

use super::Bench;
use crate::build::build_command;
use crate::files::empty;
use crate::random_index::{RANGE_ROWS, RandomIndex, Xorshift, index_in};
use tekser_demo::synth::{self, Plan};

/// About 500 MB.
const LARGE_ROWS: u64 = 74_000_000;

/// An index to serve.
pub(super) struct BenchIndex {
    /// The index directory.
    pub(super) directory: PathBuf,
    /// The file of its key.
    pub(super) key: PathBuf,
    /// The public file of the current generation.
    pub(super) file: PathBuf,
    /// Length of a range's answer.
    pub(super) range_bytes: u32,
    generation: GenerationId,
    shape: Shape,
}

impl BenchIndex {
    fn open(folder: &Path) -> anyhow::Result<Self> {
        let index = index_in(folder);
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
        self.path(Prefix(0))
    }

    /// Returns the paths of `count` ranges from all over it, or of all if it has fewer.
    pub(super) fn some(&self, count: u32) -> impl Iterator<Item = String> {
        let step = self.shape.ranges().div_ceil(count).max(1) as usize;
        let prefixes = (0..self.shape.ranges()).step_by(step);
        prefixes.map(|prefix| self.path(Prefix(prefix)))
    }

    fn path(&self, prefix: Prefix) -> String {
        format!(
            "/v1/ranges/{}/{}",
            self.generation,
            self.shape.spell(prefix)
        )
    }

    /// Public half of its key.
    pub(super) fn public_key(&self) -> anyhow::Result<String> {
        Ok(load_key(&[&self.key])?.public_key().to_string())
    }

    /// Returns the URL at which `server` answers queries over it.
    pub(super) fn retrieval_url(&self, server: &str) -> String {
        format!("{server}/v1/retrieve/{}", self.generation)
    }

    /// A random vector that selects about half of its ranges.
    pub(super) fn random_vector(&self) -> Vec<u8> {
        let mut random = Xorshift::new(1);
        let length = vector_bytes(self.shape.prefix_bits());
        (0..length).map(|_| (random.number() >> 56) as u8).collect()
    }

    /// Generation, digits of a prefix and number of ranges.
    pub(super) fn wrk_arguments(&self) -> [String; 3] {
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

/// Returns an index of synthetic dumps, built unless an earlier run left it.
///
/// # Errors
/// Fails if it cannot be built.
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
    let built = build_command(&bench.indexer, &folder)?
        .args(["--range-rows", &RANGE_ROWS.to_string()])
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
/// Fails if it cannot be written.
pub(super) fn large(folder: &Path) -> anyhow::Result<BenchIndex> {
    let folder = folder.join("large");
    if let Ok(index) = BenchIndex::open(&folder) {
        return Ok(index);
    }
    let index = RandomIndex {
        rows: LARGE_ROWS,
        range_rows: RANGE_ROWS,
        breaches: 8,
        classes: &["phone-numbers"],
        row,
    };
    index.write(&folder)?;
    BenchIndex::open(&folder)
}

/// A phone number in one of the breaches.
fn row(random: u64, exposures: &mut Vec<Exposure>) -> Kind {
    exposures.push(Exposure {
        breach: BreachOrdinal((random >> 60) as u16 % 8),
        classes: ClassSet::default().with(0),
    });
    Kind::Phone
}
