use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use super::entry::Entry;
use super::record::Record;
use super::run::{Run, RunReader};
use crate::builder::BuildError;

/// Merges sorted runs into one ascending sequence in which no record absorbs the next. O(log runs) per record.
pub(crate) struct KWayMerge<'a, R = Entry> {
    readers: Vec<RunReader<'a, R>>,
    /// The next record of each run that has one.
    heads: BinaryHeap<Reverse<(R, usize)>>,
}

impl<'a, R: Record> KWayMerge<'a, R> {
    /// Starts at the beginning of all runs, with buffers of `bytes` bytes in all.
    pub(crate) fn new(runs: &'a mut [Run<R>], bytes: usize) -> Result<Self, BuildError> {
        let buffer = (bytes / runs.len().max(1)).min(1 << 20);
        let mut readers: Vec<RunReader<'a, R>> = Vec::with_capacity(runs.len());
        let mut heads = BinaryHeap::with_capacity(runs.len());
        for (number, run) in runs.iter_mut().enumerate() {
            let mut reader = run.read(buffer)?;
            heads.extend(reader.next()?.map(|record| Reverse((record, number))));
            readers.push(reader);
        }
        Ok(Self { readers, heads })
    }

    /// Returns the next record, or `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<R>, BuildError> {
        let Some(mut record) = self.pop()? else {
            return Ok(None);
        };
        while let Some(Reverse((next, _))) = self.heads.peek()
            && record.absorbs(next)
        {
            self.pop()?;
        }
        Ok(Some(record))
    }

    fn pop(&mut self) -> Result<Option<R>, BuildError> {
        let Some(mut head) = self.heads.peek_mut() else {
            return Ok(None);
        };
        let Reverse((record, number)) = *head;
        match self.readers[number].next()? {
            Some(next) => *head = Reverse((next, number)),
            None => drop(PeekMut::pop(head)),
        }
        Ok(Some(record))
    }
}
