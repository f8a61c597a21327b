use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

const LEAF: u8 = 0;
const NODE: u8 = 1;

/// The hash of a range, RFC 9162 §2.1.1.
pub(crate) fn leaf(range: &[u8]) -> Hash {
    Sha256::new_with_prefix([LEAF])
        .chain_update(range)
        .finalize()
        .into()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new_with_prefix([NODE])
        .chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}

/// Returns the number of hashes of a tree over 2^`prefix_bits` ranges.
pub(super) const fn nodes(prefix_bits: u8) -> usize {
    (1 << (prefix_bits as usize + 1)) - 1
}

/// All hashes of the tree over `leaves` (a power of two of them), level by level, leaves first, the root last.
pub(crate) fn tree(mut leaves: Vec<Hash>) -> Vec<Hash> {
    debug_assert!(leaves.len().is_power_of_two());
    let mut below = 0;
    while leaves.len() - below > 1 {
        let level = leaves.len();
        for place in (below..level).step_by(2) {
            leaves.push(node(&leaves[place], &leaves[place + 1]));
        }
        below = level;
    }
    leaves
}

/// Returns the places in the tree of the siblings on the way from leaf `prefix` to the root.
pub(crate) fn siblings(prefix: u32, prefix_bits: u8) -> impl Iterator<Item = usize> {
    let level_start = move |level: u8| nodes(prefix_bits) - nodes(prefix_bits - level);
    (0..prefix_bits).map(move |level| level_start(level) + (prefix >> level ^ 1) as usize)
}

/// Whether `range` (without padding) is the range of `prefix` in the index with this root. `path` holds the siblings
/// from the leaf up.
#[must_use]
pub fn verify_path(range: &[u8], prefix: u32, path: &[Hash], root: &Hash) -> bool {
    let mut hash = leaf(range);
    for (sibling, level) in path.iter().zip(0_u32..) {
        let is_right = prefix.checked_shr(level).unwrap_or(0) & 1 == 1;
        hash = if is_right {
            node(sibling, &hash)
        } else {
            node(&hash, sibling)
        };
    }
    path.len() < 32 && prefix >> path.len() == 0 && hash == *root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_range_is_proven_in_its_own_place_only() {
        for bits in 0..5 {
            let ranges: Vec<Vec<u8>> = (0..1_u8 << bits).map(|byte| vec![byte; 3]).collect();
            let hashes = tree(ranges.iter().map(|range| leaf(range)).collect());
            assert_eq!(hashes.len(), nodes(bits));
            let root = hashes[hashes.len() - 1];
            for prefix in 0..1_u32 << bits {
                let path: Vec<Hash> = siblings(prefix, bits).map(|place| hashes[place]).collect();
                for (other, range) in ranges.iter().enumerate() {
                    assert_eq!(
                        verify_path(range, prefix, &path, &root),
                        other == prefix as usize
                    );
                }
                assert!(!verify_path(
                    &ranges[prefix as usize],
                    prefix + (1 << bits),
                    &path,
                    &root
                ));
            }
        }
    }
}
