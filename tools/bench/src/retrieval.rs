//! What does private retrieval cost the server? The time of a query by the number that share its pass, compared with
//! reading the same bytes once and with copying them.

use std::fmt;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use exposure_index::index::Index;
use exposure_index::retrieval::{Records, Vectors, vector_bytes};
use memmap2::{Advice, MmapMut};
use serde::Serialize;

use super::comparison::{Comparison, Figures};
use super::files::empty;
use super::random_index::{RandomIndex, Xorshift, few_breaches, index_in};

/// Queries that share a pass.
const BATCHES: [usize; 4] = [1, 8, 32, 128];
/// The bytes that the aims are for: an index of 48 million identifiers.
const AIM_BYTES: f64 = 352e6;
const CLASSES: [&str; 2] = ["names", "phone-numbers"];

/// Figures of the records of one index, on one thread.
#[derive(Serialize)]
pub struct RetrievalFigures {
    /// Identifiers.
    pub rows: u64,
    /// Rows of a range that were asked for.
    pub range_rows: u32,
    /// Leading bits of a tag that name a record.
    pub prefix_bits: u8,
    /// Length of a record, the download from each server.
    pub range_bytes: usize,
    /// Length of a vector, the upload to each.
    pub vector_bytes: usize,
    /// Bytes of all records.
    pub bytes: usize,
    /// Time for copying them from the file and hashing them.
    pub copy_seconds: f64,
    /// Time for reading all of them once, from memory like that of the records.
    pub read_seconds: f64,
    /// Time for copying all of them within such memory.
    pub memory_copy_seconds: f64,
    /// Passes.
    pub passes: Vec<PassFigures>,
}

/// Figures of a pass.
#[derive(Serialize)]
pub struct PassFigures {
    /// Queries that share it.
    pub queries: usize,
    /// The best time.
    pub seconds: f64,
    /// The median time.
    pub median_seconds: f64,
}

impl PassFigures {
    /// Milliseconds of a core for each query, per 352 MB of records.
    fn milliseconds(&self, bytes: usize) -> f64 {
        1e3 * self.seconds / self.queries as f64 * AIM_BYTES / bytes as f64
    }
}

/// Makes an index of random rows in `folder`, which is emptied before and after, and answers queries over its records.
///
/// # Errors
/// Fails if the index cannot be made or read.
pub fn measure_retrieval(
    folder: &Path,
    rows: u64,
    range_rows: u32,
    rounds: u32,
) -> anyhow::Result<RetrievalFigures> {
    empty(folder)?;
    let random = RandomIndex {
        rows,
        range_rows,
        breaches: 8,
        classes: &CLASSES,
        row: few_breaches::<8>,
    };
    random.write(folder)?;
    let directory = index_in(folder);
    let index = directory.open_public(directory.current()?)?;
    let begun = Instant::now();
    let records = Records::copy(&index)?;
    let copy_seconds = begun.elapsed().as_secs_f64();
    let figures = measure(&index, &records, copy_seconds, rounds)?;
    std::fs::remove_dir_all(folder)?;
    Ok(figures)
}

fn measure<D: AsRef<[u8]>>(
    index: &Index<D>,
    records: &Records,
    copy_seconds: f64,
    rounds: u32,
) -> anyhow::Result<RetrievalFigures> {
    let header = index.header();
    let prefix_bits = header.shape.prefix_bits();
    let mut random = Xorshift::new(1);
    let passes = BATCHES.map(|queries| pass(records, queries, rounds, &mut random));
    let [read_seconds, memory_copy_seconds] = memory(records.memory_bytes(), rounds)?;
    Ok(RetrievalFigures {
        rows: header.rows,
        range_rows: header.range_rows,
        prefix_bits,
        range_bytes: records.range_bytes(),
        vector_bytes: vector_bytes(prefix_bits),
        bytes: records.memory_bytes(),
        copy_seconds,
        read_seconds,
        memory_copy_seconds,
        passes: passes.into_iter().collect::<anyhow::Result<_>>()?,
    })
}

/// Makes one pass for `queries` random queries, on one thread.
fn pass(
    records: &Records,
    queries: usize,
    rounds: u32,
    random: &mut Xorshift,
) -> anyhow::Result<PassFigures> {
    let length = queries * vector_bytes(records.prefix_bits());
    let body: Vec<u8> = (0..length).map(|_| (random.number() >> 56) as u8).collect();
    let vectors = Vectors::read(records.prefix_bits(), &[body]).context("whole vectors")?;
    let mut seconds = Vec::new();
    for _ in 0..rounds.max(3) {
        let begun = Instant::now();
        black_box(records.answer(&vectors, 1)?);
        seconds.push(begun.elapsed().as_secs_f64());
    }
    Ok(PassFigures {
        queries,
        seconds: best(&seconds),
        median_seconds: super::median(seconds.iter().copied()),
    })
}

/// Measures the times for reading `bytes` once, and for copying them.
fn memory(bytes: usize, rounds: u32) -> anyhow::Result<[f64; 2]> {
    let [mut from, mut to] = [anonymous(bytes)?, anonymous(bytes)?];
    from.fill(0xa5);
    to.fill(0x5a);
    let time = |work: &mut dyn FnMut()| {
        let seconds = (0..rounds.max(3)).map(|_| {
            let begun = Instant::now();
            work();
            begun.elapsed().as_secs_f64()
        });
        best(&seconds.collect::<Vec<_>>())
    };
    let read = time(&mut || {
        black_box(sum(&from));
    });
    let copied = time(&mut || {
        to.copy_from_slice(&from);
        black_box(&to);
    });
    Ok([read, copied])
}

/// Returns the XOR of all words: every byte is read and needed.
fn sum(bytes: &[u8]) -> u64 {
    let mut sums = [0_u64; 32];
    for chunk in bytes.as_chunks::<256>().0 {
        for (sum, word) in sums.iter_mut().zip(chunk.as_chunks::<8>().0) {
            *sum ^= u64::from_le_bytes(*word);
        }
    }
    sums.into_iter()
        .fold(0, |all, sum| all.rotate_left(1) ^ sum)
}

fn anonymous(bytes: usize) -> anyhow::Result<MmapMut> {
    let memory = MmapMut::map_anon(bytes)?;
    // As for the records; a kernel without large pages refuses.
    drop(memory.advise(Advice::HugePage));
    Ok(memory)
}

fn best(seconds: &[f64]) -> f64 {
    seconds.iter().copied().fold(f64::INFINITY, f64::min)
}

impl Figures for RetrievalFigures {
    fn comparisons(&self) -> Vec<Comparison> {
        let milliseconds = |queries: usize| {
            let pass = self.passes.iter().find(|pass| pass.queries == queries)?;
            Some(pass.milliseconds(self.bytes))
        };
        let what = |queries| {
            format!(
                "query of {queries}, {} rows a range, per 352 MB",
                self.range_rows
            )
        };
        let read = 1e3 * self.read_seconds * AIM_BYTES / self.bytes as f64;
        let alone = milliseconds(1).map(|ours| {
            Comparison::less(what(1), "core-ms", ours).beside("reading once", read, 1.0 / 1.3)
        });
        let together = [(32, 4.0), (128, 2.5)].map(|(queries, aim)| {
            let ours = milliseconds(queries)?;
            Some(Comparison::less(what(queries), "core-ms", ours).beside_aim(aim))
        });
        alone
            .into_iter()
            .chain(together.into_iter().flatten())
            .collect()
    }
}

impl fmt::Display for RetrievalFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gigabytes = |seconds: f64| self.bytes as f64 / seconds / 1e9;
        writeln!(
            f,
            "private retrieval, {} identifiers, {} rows a range: {} prefix bits, records of {} bytes, vectors of {}, {:.0} MB",
            self.rows,
            self.range_rows,
            self.prefix_bits,
            self.range_bytes,
            self.vector_bytes,
            self.bytes as f64 / 1e6
        )?;
        writeln!(
            f,
            "copied from the file and hashed in {:.2} s",
            self.copy_seconds
        )?;
        writeln!(
            f,
            "read once {:.2} ms ({:.1} GB/s), copied in memory {:.2} ms ({:.1} GB/s)\n",
            1e3 * self.read_seconds,
            gigabytes(self.read_seconds),
            1e3 * self.memory_copy_seconds,
            gigabytes(self.memory_copy_seconds)
        )?;
        writeln!(
            f,
            "| queries a pass | pass, ms | median | × reading once | core-ms a query | per 352 MB | to reach |"
        )?;
        writeln!(f, "|--:|--:|--:|--:|--:|--:|--:|")?;
        for pass in &self.passes {
            let aim = match pass.queries {
                1 => "1.3 ×",
                32 => "4",
                128 => "2.5",
                _ => "",
            };
            writeln!(
                f,
                "| {} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} | {aim} |",
                pass.queries,
                1e3 * pass.seconds,
                1e3 * pass.median_seconds,
                pass.seconds / self.read_seconds,
                1e3 * pass.seconds / pass.queries as f64,
                pass.milliseconds(self.bytes),
            )?;
        }
        Ok(())
    }
}
