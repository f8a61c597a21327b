use roaring::RoaringBitmap;

/// Rows that share their upper sixteen bits are one container of a roaring bitmap.
const CONTAINER_BITS: u32 = 16;
const BITSET_LENGTH: usize = (1 << CONTAINER_BITS) / 8;
/// Up to here roaring keeps a container as a list.
const LIST_LIMIT: usize = 4096;

/// A posting that rows are added to in ascending order.
///
/// Pushing to a roaring bitmap searches a dense container for its last row every time; here a container's rows are
/// gathered first and made a container at once.
#[derive(Default)]
pub(super) struct GrowingPosting {
    finished: RoaringBitmap,
    /// The rows of the container being filled.
    rows: Vec<u32>,
    count: u64,
}

/// A row that is not above the last one.
#[derive(Debug)]
pub(super) struct OutOfOrder;

impl GrowingPosting {
    pub(super) fn push(&mut self, row: u32) -> Result<(), OutOfOrder> {
        if let Some(&last) = self.rows.last() {
            if last >= row {
                return Err(OutOfOrder);
            }
            if last >> CONTAINER_BITS != row >> CONTAINER_BITS {
                self.finish_container()?;
            }
        }
        self.rows.push(row);
        self.count += 1;
        Ok(())
    }

    /// How many rows there are.
    pub(super) const fn len(&self) -> u64 {
        self.count
    }

    pub(super) fn finish(mut self) -> Result<RoaringBitmap, OutOfOrder> {
        self.finish_container()?;
        self.finished.optimize();
        Ok(self.finished)
    }

    fn finish_container(&mut self) -> Result<(), OutOfOrder> {
        let container = if self.rows.len() > LIST_LIMIT {
            bitset(&self.rows)
        } else {
            RoaringBitmap::from_sorted_iter(self.rows.iter().copied()).map_err(|_| OutOfOrder)?
        };
        self.rows.clear();
        self.finished |= container;
        Ok(())
    }
}

/// A bitmap of rows that share their upper bits.
fn bitset(rows: &[u32]) -> RoaringBitmap {
    let mut bits = [0_u8; BITSET_LENGTH];
    for row in rows {
        let bit = row % (1 << CONTAINER_BITS);
        bits[bit as usize / 8] |= 1 << (bit % 8);
    }
    let start = rows
        .first()
        .map_or(0, |row| row >> CONTAINER_BITS << CONTAINER_BITS);
    RoaringBitmap::from_lsb0_bytes(start, &bits)
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
            posting.push(row).expect("ascending");
        }
        assert_eq!(posting.len(), rows.len() as u64);
        let expected: RoaringBitmap = rows.iter().copied().collect();
        assert_eq!(posting.finish().expect("ascending"), expected);
    }

    #[test]
    fn a_row_that_does_not_ascend_is_refused() {
        let mut posting = GrowingPosting::default();
        posting.push(7).expect("the first");
        assert!(posting.push(7).is_err());
        assert!(posting.push(6).is_err());
    }
}
