//! What is the XOR of the records that each query selects? One pass over the memory, for all queries at once.
//!
//! Records are in columns of 256 bytes: the first 256 bytes of all records, then the next. A pass reads a column from
//! its beginning to its end, in tiles of 64 records, 16 KiB, which stay in the first-level cache while the words of all
//! queries are applied to them. The sums of a query, 256 bytes, are in registers while its bits of a tile are
//! processed, and in the second-level cache in between. Of a word only the set bits are visited: a mask for each record
//! would cost twice as much, and a branch for each record would be mispredicted every other time.

// `fearless_simd` compiles a function for the processor at hand only where it is inlined into `dispatch!`.
#![allow(clippy::inline_always)]

use fearless_simd::{Level, Simd, SimdBase, dispatch, u8x64};

use super::vectors::TILE_ROWS;

/// Width of a column, in bytes.
pub(super) const WIDTH: usize = 256;
const LANES: usize = 64;

/// A part of a record, and a sum of such parts.
pub(super) type Cell = [u8; WIDTH];
type Tile = [Cell; TILE_ROWS];

/// Adds the cells of each column that `words` select to the `sums`: those of one column after those of the one before,
/// each query's in turn. A column has `rows` cells, a multiple of 64.
pub(super) fn add_selected(columns: &[Cell], rows: usize, words: &[u64], sums: &mut [Cell]) {
    let queries = words.len() * TILE_ROWS / rows;
    let columns = columns.chunks_exact(rows);
    for (column, sums) in columns.zip(sums.chunks_exact_mut(queries)) {
        let tiles = column.as_chunks::<TILE_ROWS>().0;
        dispatch!(Level::new(), simd => add_column(simd, tiles, words, sums));
    }
}

#[inline(always)]
fn add_column<S: Simd>(simd: S, tiles: &[Tile], words: &[u64], sums: &mut [Cell]) {
    for (tile, words) in tiles.iter().zip(words.chunks_exact(sums.len())) {
        for (sum, word) in sums.iter_mut().zip(words) {
            add_tile(simd, tile, *word, sum);
        }
    }
}

#[inline(always)]
fn add_tile<S: Simd>(simd: S, tile: &Tile, mut word: u64, sum: &mut Cell) {
    let mut lanes = load(simd, sum);
    while word != 0 {
        // The remainder is the number itself; it saves a bounds check.
        let cell = &tile[word.trailing_zeros() as usize % TILE_ROWS];
        word &= word - 1;
        let selected = load(simd, cell);
        for (lane, selected) in lanes.iter_mut().zip(selected) {
            *lane ^= selected;
        }
    }
    for (part, lane) in sum.chunks_exact_mut(LANES).zip(lanes) {
        lane.store_slice(part);
    }
}

#[inline(always)]
fn load<S: Simd>(simd: S, cell: &Cell) -> [u8x64<S>; WIDTH / LANES] {
    let (parts, _) = cell.as_chunks::<LANES>();
    [
        u8x64::from_slice(simd, &parts[0]),
        u8x64::from_slice(simd, &parts[1]),
        u8x64::from_slice(simd, &parts[2]),
        u8x64::from_slice(simd, &parts[3]),
    ]
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// The sums of one query, row by row and byte by byte.
    fn naive(columns: &[Cell], rows: usize, words: &[u64]) -> Vec<Cell> {
        let columns = columns.chunks_exact(rows);
        let sum = |column: &[Cell]| {
            let mut sum = [0; WIDTH];
            for (row, cell) in column.iter().enumerate() {
                if words[row / 64] >> (row % 64) & 1 == 1 {
                    sum.iter_mut()
                        .zip(cell)
                        .for_each(|(sum, byte)| *sum ^= byte);
                }
            }
            sum
        };
        columns.map(sum).collect()
    }

    /// Bytes that no two cells have in common.
    fn cells(count: usize, seed: u64) -> Vec<Cell> {
        let mut state = seed;
        let mut byte = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        };
        (0..count)
            .map(|_| std::array::from_fn(|_| byte()))
            .collect()
    }

    fn words() -> impl Strategy<Value = u64> {
        prop_oneof![
            Just(0),
            Just(u64::MAX),
            Just(1),
            Just(1 << 63),
            any::<u64>()
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn a_pass_adds_what_each_query_selects_whatever_its_neighbours_select(
            columns in 1_usize..4,
            queries in (1_usize..5).prop_flat_map(|tiles| vec(vec(words(), tiles), 1..20)),
            seed: u64,
        ) {
            let (tiles, rows) = (queries[0].len(), queries[0].len() * TILE_ROWS);
            let cells = cells(columns * rows, seed);
            let words: Vec<u64> = (0..tiles).flat_map(|tile| queries.iter().map(move |query| query[tile])).collect();
            let mut sums = vec![[0; WIDTH]; columns * queries.len()];
            add_selected(&cells, rows, &words, &mut sums);
            for (place, query) in queries.iter().enumerate() {
                let expected = naive(&cells, rows, query);
                for (column, expected) in expected.iter().enumerate() {
                    prop_assert_eq!(&sums[column * queries.len() + place], expected);
                }
            }
        }
    }
}
