//! What may be published? Small counts can point to single people, and so can what is left when large counts are
//! subtracted from their published sum.

/// Returns which of the `cells` must not be published: those from 1 to `least` − 1, and further ones, the smallest
/// first, until no published sum reveals small ones.
///
/// Each of `sums` lists the places of cells whose sum is published, too. Of a sum, either nothing is hidden or at least
/// two cells which together make up `least`. If all of a sum's cells are hidden and make up less, the sum itself is
/// small and must be hidden by the caller that prints it.
///
/// Zeros are published. Sums are checked one by one: it is not checked that several of them, or tables of several
/// calls, reveal nothing together.
#[must_use]
pub(crate) fn suppress(cells: &[u64], sums: &[Vec<usize>], least: u64) -> Vec<bool> {
    suppress_beside(cells, vec![false; cells.len()], sums, least)
}

/// Does the same as [`suppress`] if some cells are already withheld for other reasons.
#[must_use]
pub(crate) fn suppress_beside(
    cells: &[u64],
    mut hidden: Vec<bool>,
    sums: &[Vec<usize>],
    least: u64,
) -> Vec<bool> {
    for (cell, hidden) in cells.iter().zip(&mut hidden) {
        *hidden |= is_small(*cell, least);
    }
    // Each turn except the last hides a cell.
    while let Some(cell) = sums
        .iter()
        .find_map(|sum| next_to_hide(cells, sum, &hidden, least))
    {
        hidden[cell] = true;
    }
    hidden
}

/// Returns whether a count is too small to be published.
#[must_use]
pub(crate) const fn is_small(count: u64, least: u64) -> bool {
    count > 0 && count < least
}

/// Returns the smallest cell that must be hidden as well, so that this sum does not reveal what is hidden.
fn next_to_hide(cells: &[u64], sum: &[usize], hidden: &[bool], least: u64) -> Option<usize> {
    let of_sum = || sum.iter().copied().filter(|place| cells[*place] > 0);
    let behind: Vec<usize> = of_sum().filter(|place| hidden[*place]).collect();
    let together: u64 = behind.iter().map(|place| cells[*place]).sum();
    if behind.is_empty() || behind.len() > 1 && together >= least {
        return None;
    }
    of_sum()
        .filter(|place| !hidden[*place])
        .min_by_key(|place| cells[*place])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_single_small_cell_takes_the_next_smallest_with_it() {
        let whole = vec![vec![0, 1, 2, 3]];
        assert_eq!(
            suppress(&[50, 3, 47, 0], &whole, 10),
            [false, true, true, false]
        );
        assert_eq!(
            suppress(&[50, 3, 47, 0], &[], 10),
            [false, true, false, false]
        );
    }

    #[test]
    fn two_small_cells_that_make_up_little_take_another_with_them() {
        // Hidden together, the first two would be known to be 1 and 1.
        assert_eq!(
            suppress(&[1, 1, 90, 60], &[vec![0, 1, 2, 3]], 10),
            [true, true, false, true]
        );
        assert_eq!(
            suppress(&[6, 7, 90, 60], &[vec![0, 1, 2, 3]], 10),
            [true, true, false, false]
        );
    }

    #[test]
    fn large_cells_and_zeros_are_published() {
        assert_eq!(suppress(&[10, 0, 99], &[vec![0, 1, 2]], 10), [false; 3]);
    }

    proptest! {
        #[test]
        fn no_published_sum_gives_a_small_count_away(
            cells in prop::collection::vec(0_u64..40, 1..12),
            chosen in prop::collection::vec(prop::collection::vec(any::<prop::sample::Index>(), 1..8), 0..6),
            least in 2_u64..20,
        ) {
            let place = |index: &prop::sample::Index| index.index(cells.len());
            let sums: Vec<Vec<usize>> = chosen.iter().map(|sum| {
                let mut sum: Vec<usize> = sum.iter().map(place).collect();
                sum.sort_unstable();
                sum.dedup();
                sum
            }).collect();
            let hidden = suppress(&cells, &sums, least);
            for (cell, hidden) in cells.iter().zip(&hidden) {
                prop_assert!(*hidden || !is_small(*cell, least));
            }
            for sum in &sums {
                let is_whole = sum.iter().all(|place| hidden[*place] || cells[*place] == 0);
                let left: u64 = sum.iter().filter(|place| hidden[**place]).map(|place| cells[*place]).sum();
                prop_assert!(is_whole || left == 0 || left >= least);
            }
        }
    }
}
