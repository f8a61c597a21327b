use roaring::RoaringBitmap;

/// Rows that share their upper sixteen bits are one container of a roaring bitmap.
const CONTAINER_BITS: u32 = 16;
const CONTAINER_BYTES: usize = (1 << CONTAINER_BITS) / 8;

/// A posting that rows are added to in ascending order.
///
/// Pushing to a roaring bitmap searches a container for its last row every time; here a container's rows are gathered
/// first and made a container at once.
#[derive(Default)]
pub(super) struct GrowingPosting {
    finished: RoaringBitmap,
    /// The container being filled: its number, and a bit for each of its rows; no bits before the first row.
    container: u32,
    bits: Vec<u8>,
    count: u64,
}

impl GrowingPosting {
    /// Adds a row, which comes after all others.
    pub(super) fn push(&mut self, row: u32) {
        let container = row >> CONTAINER_BITS;
        if self.bits.is_empty() || container != self.container {
            self.begin_container(container);
        }
        let bit = row as usize % (1 << CONTAINER_BITS);
        self.bits[bit / 8] |= 1 << (bit % 8);
        self.count += 1;
    }

    /// Returns the number of rows.
    pub(super) const fn len(&self) -> u64 {
        self.count
    }

    pub(super) fn finish(mut self) -> RoaringBitmap {
        self.finish_container();
        self.finished.optimize();
        self.finished
    }

    fn begin_container(&mut self, container: u32) {
        debug_assert!(self.bits.is_empty() || container > self.container);
        self.finish_container();
        self.container = container;
        self.bits.clear();
        self.bits.resize(CONTAINER_BYTES, 0);
    }

    fn finish_container(&mut self) {
        let first = self.container << CONTAINER_BITS;
        self.finished |= RoaringBitmap::from_lsb0_bytes(first, &self.bits);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_sparse_dense_and_full_containers_come_back() {
        let dense = (65_536..131_072).filter(|row| row % 3 == 0);
        let rows: Vec<u32> = [5, 700, 65_535]
            .into_iter()
            .chain(dense)
            .chain(131_072..196_608)
            .chain((u32::MAX - 10)..=u32::MAX)
            .collect();
        let mut posting = GrowingPosting::default();
        for &row in &rows {
            posting.push(row);
        }
        assert_eq!(posting.len(), rows.len() as u64);
        let expected: RoaringBitmap = rows.iter().copied().collect();
        assert_eq!(posting.finish(), expected);
    }
}
