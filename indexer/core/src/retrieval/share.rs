//! Which bits does each server get? The client's half: vectors that are random one by one, and name a record together.

use zeroize::Zeroizing;

use crate::index::Prefix;

/// Fewest servers: one alone would see what is fetched.
pub const MIN_SERVERS: usize = 2;
/// Most servers that a client asks.
pub const MAX_SERVERS: usize = 5;

/// The query for one server: a vector for each prefix, one after the other. Zeroed when dropped.
pub type Query = Zeroizing<Vec<u8>>;

/// Why vectors cannot be drawn.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShareError {
    /// Fewer servers than two, or more than five.
    #[error("private retrieval needs {MIN_SERVERS} to {MAX_SERVERS} servers, not {got}")]
    Servers {
        /// Number of servers.
        got: usize,
    },
    /// The index has no such prefix.
    #[error("a prefix is beyond the ranges of the index")]
    Prefix,
    /// The OS random number generator failed.
    #[error("the operating system's random number generator failed: {0}")]
    Randomness(#[from] getrandom::Error),
}

/// Length of a vector over 2^`prefix_bits` records, in bytes.
#[must_use]
pub const fn vector_bytes(prefix_bits: u8) -> usize {
    (1_usize << prefix_bits).div_ceil(8)
}

/// Draws the vectors that fetch the records of `prefixes` from `servers` servers; the query at place *i* is for server
/// *i*.
///
/// Each call draws new ones. A query is sent again as it is and to the same server only: two queries of one call reveal
/// the prefixes to a server that gets both.
///
/// # Errors
/// [`ShareError`].
pub fn split(
    prefixes: &[Prefix],
    prefix_bits: u8,
    servers: usize,
) -> Result<Vec<Query>, ShareError> {
    split_by(prefixes, prefix_bits, servers, |bytes| {
        getrandom::fill(bytes)
    })
}

/// [`split`] with the bytes that `fill` gives, once for each server but the last: for test vectors.
///
/// # Errors
/// [`ShareError`].
pub fn split_by(
    prefixes: &[Prefix],
    prefix_bits: u8,
    servers: usize,
    mut fill: impl FnMut(&mut [u8]) -> Result<(), getrandom::Error>,
) -> Result<Vec<Query>, ShareError> {
    if !(MIN_SERVERS..=MAX_SERVERS).contains(&servers) {
        return Err(ShareError::Servers { got: servers });
    }
    let mut last = units(prefixes, prefix_bits)?;
    let mut queries = Vec::with_capacity(servers);
    for _ in 1..servers {
        let mut query = Zeroizing::new(vec![0; last.len()]);
        fill(&mut query)?;
        clear_spare_bits(&mut query, prefix_bits);
        add(&mut last, &query);
        queries.push(query);
    }
    queries.push(last);
    Ok(queries)
}

/// Returns for each prefix the vector with only its bit.
fn units(prefixes: &[Prefix], prefix_bits: u8) -> Result<Query, ShareError> {
    let length = vector_bytes(prefix_bits);
    let mut units = Zeroizing::new(vec![0; prefixes.len() * length]);
    for (unit, prefix) in units.chunks_exact_mut(length).zip(prefixes) {
        if u64::from(prefix.0) >> prefix_bits != 0 {
            return Err(ShareError::Prefix);
        }
        unit[prefix.0 as usize / 8] |= 1 << (prefix.0 % 8);
    }
    Ok(units)
}

/// With fewer than eight records, the other bits of a vector's only byte have no meaning and are 0.
fn clear_spare_bits(query: &mut [u8], prefix_bits: u8) {
    if prefix_bits < 3 {
        let used = u8::MAX >> (8 - (1 << prefix_bits));
        query.iter_mut().for_each(|byte| *byte &= used);
    }
}

/// The XOR of all answers, which are the records that the queries ask for; `None` if they are not equally long.
#[must_use]
pub fn combine<A: AsRef<[u8]>>(answers: &[A]) -> Option<Vec<u8>> {
    let (first, others) = answers.split_first()?;
    let mut sum = first.as_ref().to_vec();
    for answer in others {
        if answer.as_ref().len() != sum.len() {
            return None;
        }
        add(&mut sum, answer.as_ref());
    }
    Some(sum)
}

fn add(sum: &mut [u8], other: &[u8]) {
    for (sum, other) in sum.iter_mut().zip(other) {
        *sum ^= other;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// SplitMix64 (Steele, Lea, Flood 2014), seeded: the same bytes at each run.
    fn seeded(mut state: u64) -> impl FnMut(&mut [u8]) -> Result<(), getrandom::Error> {
        move |bytes| {
            for chunk in bytes.chunks_mut(8) {
                state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mut word = state;
                word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
                chunk.copy_from_slice(&(word ^ word >> 31).to_le_bytes()[..chunk.len()]);
            }
            Ok(())
        }
    }

    proptest! {
        #[test]
        fn the_vectors_of_all_servers_together_name_the_prefixes(
            prefix_bits in 0_u8..=13,
            chosen in proptest::collection::vec(any::<u32>(), 1..=16),
            servers in MIN_SERVERS..=MAX_SERVERS,
        ) {
            let prefixes: Vec<Prefix> = chosen.iter().map(|it| Prefix(it % (1 << prefix_bits))).collect();
            let queries = split(&prefixes, prefix_bits, servers).unwrap();
            prop_assert_eq!(queries.len(), servers);
            prop_assert!(queries.iter().all(|query| query.len() == prefixes.len() * vector_bytes(prefix_bits)));
            let sum = combine(&queries).unwrap();
            for (vector, prefix) in sum.chunks(vector_bytes(prefix_bits)).zip(&prefixes) {
                let set: Vec<u32> = (0..).take(8 * vector.len()).filter(|bit| vector[*bit as usize / 8] >> (bit % 8) & 1 == 1).collect();
                prop_assert_eq!(&set[..], &[prefix.0][..]);
            }
        }
    }

    #[test]
    fn bits_that_stand_for_no_record_are_never_set() {
        for (prefix_bits, spare) in [(0, 0b1111_1110), (1, 0b1111_1100), (2, 0b1111_0000)] {
            for _ in 0..64 {
                let queries = split(&[Prefix(0); 16], prefix_bits, 3).unwrap();
                let bytes = queries.iter().flat_map(|query| query.iter());
                assert_eq!(bytes.fold(0, |all, byte| all | byte) & spare, 0);
            }
        }
    }

    #[test]
    fn every_call_draws_other_vectors_and_no_two_prefixes_share_one() {
        let prefixes = [Prefix(5); 16];
        let (one, other) = (
            split(&prefixes, 10, 2).unwrap(),
            split(&prefixes, 10, 2).unwrap(),
        );
        let mut vectors: Vec<&[u8]> = one
            .iter()
            .chain(&other)
            .flat_map(|it| it.chunks(128))
            .collect();
        vectors.sort_unstable();
        vectors.dedup();
        assert_eq!(vectors.len(), 4 * 16);
    }

    /// Pearson's χ² of the frequency of each byte value at each server, against equal frequencies: 255 degrees of
    /// freedom, whose 0.01 % quantiles are 179 and 347.
    #[test]
    fn what_a_server_sees_is_uniform_and_does_not_depend_on_the_prefix() {
        const DRAWN: usize = 8_192;
        let mut fill = seeded(18_360_112);
        for servers in MIN_SERVERS..=MAX_SERVERS {
            for prefix in [0, 1, 7, 8, 37, 63] {
                let mut seen = vec![[0_u32; 256]; servers];
                for _ in 0..DRAWN / 8 {
                    let queries = split_by(&[Prefix(prefix)], 6, servers, &mut fill).unwrap();
                    for (seen, query) in seen.iter_mut().zip(&queries) {
                        query.iter().for_each(|byte| seen[usize::from(*byte)] += 1);
                    }
                }
                for (server, seen) in seen.iter().enumerate() {
                    let expected = DRAWN as f64 / 256.0;
                    let squares = seen
                        .iter()
                        .map(|&met| (f64::from(met) - expected).powi(2) / expected);
                    let chi: f64 = squares.sum();
                    assert!(
                        (179.0..347.0).contains(&chi),
                        "server {server} of {servers}, prefix {prefix}: χ² = {chi:.0}"
                    );
                }
            }
        }
    }

    /// The bit of the prefix itself, over many queries for the same one: χ² with one degree of freedom, 0.01 % quantile
    /// 15.1.
    #[test]
    fn the_bit_of_the_prefix_is_set_as_often_as_not() {
        const DRAWN: u32 = 4_096;
        let mut fill = seeded(1_812);
        for prefix in 0..64_u32 {
            let mut set = [0_u32; 2];
            for _ in 0..DRAWN {
                let queries = split_by(&[Prefix(prefix)], 6, 2, &mut fill).unwrap();
                for (set, query) in set.iter_mut().zip(&queries) {
                    *set += u32::from(query[prefix as usize / 8] >> (prefix % 8) & 1);
                }
            }
            for set in set {
                let half = f64::from(DRAWN) / 2.0;
                let chi = 2.0 * (f64::from(set) - half).powi(2) / half;
                assert!(chi < 15.1, "prefix {prefix}: χ² = {chi:.1}");
            }
        }
    }

    #[test]
    fn what_cannot_be_asked_privately_is_refused() {
        let servers = |servers| {
            split(&[Prefix(0)], 3, servers)
                .err()
                .map(|it| it.to_string())
        };
        for got in [0, 1, 6] {
            let refused = format!("private retrieval needs 2 to 5 servers, not {got}");
            assert_eq!(servers(got), Some(refused));
        }
        assert!(matches!(split(&[Prefix(8)], 3, 2), Err(ShareError::Prefix)));
        assert_eq!(combine(&[vec![1, 2], vec![1]]), None);
        assert_eq!(combine::<Vec<u8>>(&[]), None);
    }
}
