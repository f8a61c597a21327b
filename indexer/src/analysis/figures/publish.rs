use exposure_index::identifier::Kind;

use super::{Counts, TOP_COMBINATIONS};
use crate::analysis::{BreachPlace, ByKind, Combinations, is_small, suppress, suppress_beside};

/// Publishes a count that is part of no published sum.
pub(super) fn count(count: u64, least: Option<u64>) -> Option<u64> {
    (!least.is_some_and(|least| is_small(count, least))).then_some(count)
}

/// Publishes the parts of a published sum.
pub(super) fn parts<const PARTS: usize>(
    parts: [u64; PARTS],
    least: Option<u64>,
) -> [Option<u64>; PARTS] {
    let hidden = match least {
        None => vec![false; PARTS],
        Some(least) => suppress(&parts, &[(0..PARTS).collect()], least),
    };
    std::array::from_fn(|place| (!hidden[place]).then_some(parts[place]))
}

/// Publishes counts by kind and their sum.
pub(super) fn counts(counts: &ByKind, least: Option<u64>) -> Counts {
    let kinds = parts(Kind::ALL.map(|kind| counts.get(kind)), least);
    Counts {
        all: count(counts.total(), least),
        kinds: counts
            .present()
            .map(|(kind, _)| (kind, kinds[usize::from(kind.code())]))
            .collect(),
    }
}

/// Publishes rows of counts by kind whose sums over rows and kinds are published, too. Each row has the kinds of all
/// rows.
pub(super) fn table(rows: &[ByKind], least: Option<u64>) -> Vec<Counts> {
    let width = Kind::ALL.len();
    // The last column holds the sums of the others; they are hidden first, as a table of their own.
    let sums: Vec<u64> = rows.iter().map(ByKind::total).collect();
    let cells: Vec<u64> = rows
        .iter()
        .flat_map(|row| Kind::ALL.map(|kind| row.get(kind)))
        .collect();
    let (hidden_sums, hidden) = match least {
        None => (vec![false; sums.len()], vec![false; cells.len()]),
        Some(least) => {
            let of_rows = (0..rows.len()).map(|row| (row * width..(row + 1) * width).collect());
            let of_kinds =
                (0..width).map(|kind| (0..rows.len()).map(|row| row * width + kind).collect());
            let margins: Vec<Vec<usize>> = of_rows.chain(of_kinds).collect();
            (
                suppress(&sums, &[(0..sums.len()).collect()], least),
                suppress(&cells, &margins, least),
            )
        }
    };
    let is_there = |kind: &Kind| rows.iter().any(|row| row.get(*kind) > 0);
    let row = |number: usize| {
        let cell = |kind: Kind| number * width + usize::from(kind.code());
        let kinds = Kind::ALL.into_iter().filter(is_there);
        Counts {
            all: (!hidden_sums[number]).then_some(sums[number]),
            kinds: kinds
                .map(|kind| (kind, (!hidden[cell(kind)]).then_some(cells[cell(kind)])))
                .collect(),
        }
    };
    (0..rows.len()).map(row).collect()
}

/// Returns the combinations that are listed one by one: the commonest, except those that must not be published, or from
/// which others could be computed from the sizes of breaches and the overlaps of the `largest`.
pub(super) fn shown_combinations(
    combinations: &Combinations,
    largest: &[BreachPlace],
    least: Option<u64>,
) -> Vec<bool> {
    let counts: Vec<u64> = combinations
        .iter()
        .map(|one| one.identifiers.total())
        .collect();
    let beyond: Vec<bool> = (0..counts.len())
        .map(|nth| nth >= TOP_COMBINATIONS)
        .collect();
    let hidden = match least {
        None => beyond,
        Some(least) => suppress_beside(
            &counts,
            beyond,
            &published_sums(combinations, largest),
            least,
        ),
    };
    hidden.into_iter().map(|is_hidden| !is_hidden).collect()
}

/// Returns the combinations that make up each published sum: everything, each of the largest breaches, each pair of
/// them.
fn published_sums(combinations: &Combinations, largest: &[BreachPlace]) -> Vec<Vec<usize>> {
    let of = |wanted: &[BreachPlace]| {
        let has = |(_, breaches): &(usize, &[BreachPlace])| {
            wanted.iter().all(|breach| breaches.contains(breach))
        };
        let breaches = combinations.iter().map(|one| one.breaches.as_slice());
        breaches
            .enumerate()
            .filter(has)
            .map(|(place, _)| place)
            .collect()
    };
    let mut sums = vec![of(&[])];
    for (rank, first) in largest.iter().enumerate() {
        sums.push(of(&[*first]));
        sums.extend(largest[..rank].iter().map(|second| of(&[*first, *second])));
    }
    sums
}
