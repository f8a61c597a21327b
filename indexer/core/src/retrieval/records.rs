//! What is selected from? A copy of all records of a generation, in memory that nobody else can change.

use std::io;
use std::thread;

use memmap2::MmapMut;

use super::kernel::{Cell, WIDTH, add_selected};
use super::vectors::{TILE_ROWS, Vectors};
use crate::index::{FormatError, GenerationId, Hash, Index, Prefix, merkle};

/// All records of a generation: what `GET /v1/ranges/{generation}/{prefix}` answers for each prefix.
///
/// A record ends with its Merkle path, since a path that is fetched by itself would name the range.
pub struct Records {
    memory: MmapMut,
    generation: GenerationId,
    root: Hash,
    prefix_bits: u8,
    range_bytes: usize,
}

/// Why queries cannot be answered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PassError {
    /// The vectors select from a different number of records.
    #[error("the query selects from a different number of ranges than this generation has")]
    Form,
    /// A thread cannot be started.
    #[error("a thread cannot be started: {0}")]
    Thread(#[from] io::Error),
}

/// Why the records of a generation cannot be copied.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordsError {
    /// A range breaks a rule.
    #[error("a range is broken; run tekser-indexer verify: {0}")]
    Format(#[from] FormatError),
    /// The ranges do not hash to the root.
    #[error(
        "the ranges do not hash to the root of the index: the file is damaged; fetch or copy it again"
    )]
    Root,
    /// The copy is larger than a process can hold.
    #[error(
        "copying all ranges for private retrieval takes {bytes} bytes, which this machine does not have: add memory, or serve \
         without --retrieve"
    )]
    Memory {
        /// Size of the copy, in bytes.
        bytes: u128,
        /// The OS error, if there was one.
        source: Option<io::Error>,
    },
}

impl Records {
    /// Copies the records of an index into anonymous memory. Reads the whole file: O(file).
    ///
    /// # Errors
    /// [`RecordsError`], also if the ranges do not hash to the root.
    pub fn copy<D: AsRef<[u8]>>(index: &Index<D>) -> Result<Self, RecordsError> {
        let header = index.header();
        let (prefix_bits, range_bytes) = (header.shape.prefix_bits(), header.range_bytes as usize);
        let mut records = Self {
            memory: memory(prefix_bits, range_bytes)?,
            generation: header.generation,
            root: header.root,
            prefix_bits,
            range_bytes,
        };
        let leaves = records.copy_ranges(index)?;
        records.add_paths(&merkle::tree(leaves))?;
        Ok(records)
    }

    /// Copies the ranges and hashes the copies.
    fn copy_ranges<D: AsRef<[u8]>>(&mut self, index: &Index<D>) -> Result<Vec<Hash>, RecordsError> {
        let mut leaves = Vec::with_capacity(1 << self.prefix_bits);
        let mut range = Vec::new();
        for prefix in 0..1 << self.prefix_bits {
            range.clear();
            range.extend_from_slice(index.range(Prefix(prefix))?.as_bytes());
            leaves.push(merkle::leaf(&range));
            self.put(prefix as usize, 0, &range);
        }
        Ok(leaves)
    }

    /// Puts each record's path at its end; the paths are those of the tree over the copies.
    fn add_paths(&mut self, tree: &[Hash]) -> Result<(), RecordsError> {
        if tree.last() != Some(&self.root) {
            return Err(RecordsError::Root);
        }
        let start = self.range_bytes - usize::from(self.prefix_bits) * size_of::<Hash>();
        for prefix in 0..1 << self.prefix_bits {
            for (level, place) in merkle::siblings(prefix, self.prefix_bits).enumerate() {
                let offset = start + level * size_of::<Hash>();
                self.put(prefix as usize, offset, &tree[place]);
            }
        }
        Ok(())
    }

    /// Writes a part of a record.
    fn put(&mut self, record: usize, mut offset: usize, mut bytes: &[u8]) {
        let rows = rows(self.prefix_bits);
        while !bytes.is_empty() {
            let within = offset % WIDTH;
            let (now, later) = bytes.split_at(bytes.len().min(WIDTH - within));
            let start = (offset / WIDTH * rows + record) * WIDTH + within;
            self.memory[start..start + now.len()].copy_from_slice(now);
            offset += now.len();
            bytes = later;
        }
    }

    /// The generation.
    #[must_use]
    pub const fn generation(&self) -> GenerationId {
        self.generation
    }

    /// The root that the records hash to.
    #[must_use]
    pub const fn root(&self) -> &Hash {
        &self.root
    }

    /// Returns the number of bits that name a record.
    #[must_use]
    pub const fn prefix_bits(&self) -> u8 {
        self.prefix_bits
    }

    /// Length of a record, in bytes.
    #[must_use]
    pub const fn range_bytes(&self) -> usize {
        self.range_bytes
    }

    /// Returns the memory that the copy takes, in bytes.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        self.memory.len()
    }

    /// One record; `None` if there is no such prefix.
    #[must_use]
    pub fn record(&self, prefix: Prefix) -> Option<Vec<u8>> {
        let record = prefix.0 as usize;
        (record >> self.prefix_bits == 0).then(|| {
            let columns = self.cells().chunks_exact(rows(self.prefix_bits));
            let mut bytes = columns.map(|column| column[record]).collect::<Vec<_>>();
            let mut bytes = std::mem::take(&mut bytes).into_flattened();
            bytes.truncate(self.range_bytes);
            bytes
        })
    }

    /// Answers queries, with one pass over all records: for each body the XOR of the records that each of its vectors
    /// selects. `threads` threads share the pass; each owns a slice of the bytes of every record.
    ///
    /// # Errors
    /// [`PassError`].
    pub fn answer(&self, vectors: &Vectors, threads: usize) -> Result<Vec<Vec<u8>>, PassError> {
        if vectors.prefix_bits() != self.prefix_bits {
            return Err(PassError::Form);
        }
        let queries = vectors.count();
        let columns = columns(self.range_bytes);
        let mut sums = vec![[0; WIDTH]; columns * queries];
        if queries > 0 {
            let share = columns.div_ceil(threads.clamp(1, columns));
            self.sum(vectors.words(), queries, share, &mut sums)?;
        }
        Ok(self.gather(&sums, vectors.of_bodies()))
    }

    /// Sums `share` columns on each thread.
    fn sum(
        &self,
        words: &[u64],
        queries: usize,
        share: usize,
        sums: &mut [Cell],
    ) -> Result<(), PassError> {
        let rows = rows(self.prefix_bits);
        let slices = self.cells().chunks(share * rows);
        let mut slices = slices.zip(sums.chunks_mut(share * queries));
        let own = slices.next();
        thread::scope(|scope| {
            for (cells, sums) in slices {
                let add = move || add_selected(cells, rows, words, sums);
                thread::Builder::new().spawn_scoped(scope, add)?;
            }
            if let Some((cells, sums)) = own {
                add_selected(cells, rows, words, sums);
            }
            Ok(())
        })
    }

    /// The sums of each body's queries, one after the other.
    fn gather(&self, sums: &[Cell], bodies: &[usize]) -> Vec<Vec<u8>> {
        let queries: usize = bodies.iter().sum();
        let answer = |query: usize| {
            let cells = sums.iter().skip(query).step_by(queries.max(1));
            cells.flatten().take(self.range_bytes).copied()
        };
        let mut next = 0;
        let mut answers = Vec::with_capacity(bodies.len());
        for count in bodies {
            let mut bytes = Vec::with_capacity(count * self.range_bytes);
            (next..next + count).for_each(|query| bytes.extend(answer(query)));
            next += count;
            answers.push(bytes);
        }
        answers
    }

    fn cells(&self) -> &[Cell] {
        self.memory.as_chunks().0
    }
}

/// Cells of a column: one for each record, and empty ones up to a whole tile.
const fn rows(prefix_bits: u8) -> usize {
    (1_usize << prefix_bits).next_multiple_of(TILE_ROWS)
}

const fn columns(range_bytes: usize) -> usize {
    range_bytes.div_ceil(WIDTH)
}

fn memory(prefix_bits: u8, range_bytes: usize) -> Result<MmapMut, RecordsError> {
    let bytes = (rows(prefix_bits) * WIDTH) as u128 * columns(range_bytes) as u128;
    let too_large = |source| RecordsError::Memory { bytes, source };
    let length = usize::try_from(bytes).map_err(|_| too_large(None))?;
    let memory = MmapMut::map_anon(length).map_err(|error| too_large(Some(error)))?;
    // Reduces misses of the address cache. A kernel without large pages refuses, which costs only speed.
    #[cfg(target_os = "linux")]
    drop(memory.advise(memmap2::Advice::HugePage));
    Ok(memory)
}
