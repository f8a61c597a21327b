use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use super::BuildError;
use super::entry::Entry;
use super::run::{Run, RunReader};

/// Merges sorted runs into one ascending sequence in which each entry stands once. O(log runs) an entry.
pub(super) struct Merge<'a> {
    readers: Vec<RunReader<'a>>,
    /// The first entry not yet given of each run that has one.
    heads: BinaryHeap<Reverse<(Entry, usize)>>,
    last: Option<Entry>,
}

impl<'a> Merge<'a> {
    /// Begins at the start of all runs, with buffers of `bytes` bytes in all.
    pub(super) fn new(runs: &'a mut [Run], bytes: usize) -> Result<Self, BuildError> {
        let buffer = (bytes / runs.len().max(1)).min(1 << 20);
        let mut readers: Vec<RunReader<'a>> = Vec::with_capacity(runs.len());
        let mut heads = BinaryHeap::with_capacity(runs.len());
        for (number, run) in runs.iter_mut().enumerate() {
            let mut reader = run.read(buffer)?;
            heads.extend(reader.next()?.map(|entry| Reverse((entry, number))));
            readers.push(reader);
        }
        Ok(Self {
            readers,
            heads,
            last: None,
        })
    }

    /// The next entry, or `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Entry>, BuildError> {
        while let Some(entry) = self.pop()? {
            if self.last != Some(entry) {
                self.last = Some(entry);
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    fn pop(&mut self) -> Result<Option<Entry>, BuildError> {
        let Some(mut head) = self.heads.peek_mut() else {
            return Ok(None);
        };
        let Reverse((entry, number)) = *head;
        match self.readers[number].next()? {
            Some(next) => *head = Reverse((next, number)),
            None => drop(PeekMut::pop(head)),
        }
        Ok(Some(entry))
    }
}
