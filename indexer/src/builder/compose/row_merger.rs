//! How do the rows of several sources become one row for each tag?

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use exposure_index::oprf::Tag;

use super::breach_list::FilePosition;
use super::sets::{SetNumber, SetTable};
use super::source::{Row, Source};
use crate::builder::BuildError;

/// Minimum average of rows in a chunk: enough to share a table of sets, few enough for a cache.
const CHUNK_ROWS: u64 = 8192;
/// Chunks under way between the thread that reads them and the one that writes them.
const CHUNKS: usize = 4;

/// The rows of all sources whose tags share their leading bits: one row for each tag, ascending.
pub(crate) struct Chunk<'a> {
    pub(crate) rows: Vec<Row>,
    pub(crate) sets: SetTable<'a>,
    /// Number of rows that the sources had for it.
    pub(crate) read: u64,
}

/// Merges sources chunk by chunk: O(rows), whatever the number of sources, except for sorting where they overlap.
pub(crate) struct RowMerger<'a> {
    sources: Vec<Box<dyn Source + 'a>>,
    placed: &'a [FilePosition],
    /// Tags that must not be found, ascending.
    erased: &'a [Tag],
    /// Number of bits that the tags of a chunk share.
    bits: u32,
    /// First tag of the next chunk; `None` after the last.
    next: Option<Tag>,
}

impl<'a> RowMerger<'a> {
    /// Starts at the first row of all sources, which have about `rows` rows in all.
    pub(crate) fn new(
        sources: Vec<Box<dyn Source + 'a>>,
        placed: &'a [FilePosition],
        erased: &'a [Tag],
        rows: u64,
    ) -> Self {
        Self {
            sources,
            placed,
            erased,
            bits: (rows / CHUNK_ROWS).checked_ilog2().unwrap_or(0),
            next: Some(Tag(0)),
        }
    }

    /// Reads and merges on a thread of its own, and passes each chunk to `visit` on this one.
    pub(crate) fn each_chunk(
        mut self,
        visit: impl FnMut(&Chunk<'_>) -> Result<(), BuildError>,
    ) -> Result<(), BuildError> {
        let placed = self.placed;
        let (sender, chunks) = sync_channel(CHUNKS);
        let (back, empty) = sync_channel(CHUNKS);
        for _ in 0..CHUNKS {
            // Cannot fail: there is room for all of them, and the receiver is here.
            let _ = back.send(Chunk::new(placed));
        }
        thread::scope(|scope| {
            let reading = scope.spawn(move || self.send_all(&sender, &empty));
            let visited = visit_all(chunks, back, visit);
            let read = reading
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            read.and(visited)
        })
    }

    /// Sends every chunk, as long as it is received.
    fn send_all(
        &mut self,
        chunks: &SyncSender<Chunk<'a>>,
        empty: &Receiver<Chunk<'a>>,
    ) -> Result<(), BuildError> {
        while self.next.is_some() {
            let Ok(mut chunk) = empty.recv() else {
                return Ok(());
            };
            self.fill(&mut chunk)?;
            if chunks.send(chunk).is_err() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Puts the rows of the next chunk into `chunk`.
    fn fill(&mut self, chunk: &mut Chunk<'a>) -> Result<(), BuildError> {
        let Some(Tag(first)) = self.next else {
            return Ok(());
        };
        let last = Tag(first | u64::MAX >> self.bits);
        self.next = last.0.checked_add(1).map(Tag);
        chunk.rows.clear();
        chunk.sets.clear();
        for source in &mut self.sources {
            source.read_until(last, &mut chunk.sets, &mut chunk.rows)?;
        }
        chunk.read = chunk.rows.len() as u64;
        chunk.unite();
        self.erase(Tag(first), last, chunk);
        Ok(())
    }

    fn erase(&self, first: Tag, last: Tag, chunk: &mut Chunk<'_>) {
        let from = self.erased.partition_point(|tag| *tag < first);
        let to = self.erased.partition_point(|tag| *tag <= last);
        let erased = &self.erased[from..to];
        if !erased.is_empty() {
            chunk
                .rows
                .retain(|row| erased.binary_search(&row.tag).is_err());
        }
    }
}

/// Visits every chunk and gives it back. Both ends are dropped at the end, so that a waiting reader continues.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a reader would wait for ever if the ends were kept"
)]
fn visit_all<'a>(
    chunks: Receiver<Chunk<'a>>,
    back: SyncSender<Chunk<'a>>,
    mut visit: impl FnMut(&Chunk<'_>) -> Result<(), BuildError>,
) -> Result<(), BuildError> {
    for chunk in chunks {
        visit(&chunk)?;
        // The reader is gone once it has read everything.
        let _ = back.send(chunk);
    }
    Ok(())
}

impl<'a> Chunk<'a> {
    fn new(placed: &'a [FilePosition]) -> Self {
        Self {
            rows: Vec::new(),
            sets: SetTable::new(placed),
            read: 0,
        }
    }

    /// Joins rows that share a tag.
    fn unite(&mut self) {
        let (rows, sets) = (&mut self.rows, &mut self.sets);
        // Each source's rows ascend: a sort that finds such runs merges them.
        rows.sort_by_key(|row| row.tag);
        rows.dedup_by(|next, kept| {
            let is_same = next.tag == kept.tag;
            if is_same {
                kept.set = sets.unite(kept.set, next.set);
                kept.kind = kept.kind.min(next.kind);
            }
            is_same
        });
        rows.retain(|row| row.set != SetNumber::NOTHING);
    }
}
