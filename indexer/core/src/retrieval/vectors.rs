//! What is selected for whom? The vectors of all queries of one pass, in the order in which the pass reads them.

use zeroize::Zeroizing;

use super::vector_bytes;

/// Records whose bits are read at once: those of one word.
pub(super) const TILE_ROWS: usize = u64::BITS as usize;

/// The vectors of queries that are answered in one pass over the records. Zeroed when dropped; no `Debug`.
pub struct Vectors {
    /// For each 64 records a word of each query.
    words: Zeroizing<Vec<u64>>,
    prefix_bits: u8,
    /// Number of queries of each body, in order.
    queries: Vec<usize>,
}

impl Vectors {
    /// Reads the bodies of requests, each of one or more vectors over 2^`prefix_bits` records; `None` if one is empty
    /// or not a whole number of vectors. Bits after the last record have no meaning.
    #[must_use]
    pub fn read<B: AsRef<[u8]>>(prefix_bits: u8, bodies: &[B]) -> Option<Self> {
        let length = vector_bytes(prefix_bits);
        let is_whole = |body: &[u8]| !body.is_empty() && body.len().is_multiple_of(length);
        if !bodies.iter().all(|body| is_whole(body.as_ref())) {
            return None;
        }
        let queries: Vec<usize> = bodies
            .iter()
            .map(|body| body.as_ref().len() / length)
            .collect();
        let all: usize = queries.iter().sum();
        let mut words = Zeroizing::new(vec![0; length.div_ceil(8) * all]);
        let vectors = bodies
            .iter()
            .flat_map(|body| body.as_ref().chunks_exact(length));
        for (query, vector) in vectors.enumerate() {
            for (tile, bytes) in vector.chunks(8).enumerate() {
                words[tile * all + query] = word(bytes);
            }
        }
        Some(Self {
            words,
            prefix_bits,
            queries,
        })
    }

    /// Returns the number of records that they select from.
    #[must_use]
    pub const fn prefix_bits(&self) -> u8 {
        self.prefix_bits
    }

    /// Returns the number of vectors.
    #[must_use]
    pub fn count(&self) -> usize {
        self.queries.iter().sum()
    }

    /// Returns the number of vectors of each body.
    pub(super) fn of_bodies(&self) -> &[usize] {
        &self.queries
    }

    /// Returns the words of all queries for each tile of 64 records.
    pub(super) fn words(&self) -> &[u64] {
        &self.words
    }
}

/// Up to eight bytes, the first in the least significant bits.
fn word(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .rev()
        .fold(0, |word, byte| word << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_a_whole_number_of_vectors() {
        for (length, queries) in [
            (0, None),
            (127, None),
            (128, Some(1)),
            (129, None),
            (256, Some(2)),
        ] {
            let read = Vectors::read(10, &[vec![0; length]]);
            assert_eq!(read.map(|it| it.count()), queries, "{length} bytes");
        }
    }

    #[test]
    fn words_of_all_queries_lie_tile_by_tile() {
        let bodies = [vec![1; 16], [vec![2; 16], vec![3; 16]].concat()];
        let vectors = Vectors::read(7, &bodies).expect("whole vectors");
        let of = |byte: u64| byte * 0x0101_0101_0101_0101;
        assert_eq!(vectors.words(), [of(1), of(2), of(3), of(1), of(2), of(3)]);
        assert_eq!(vectors.of_bodies(), [1, 2]);
    }
}
