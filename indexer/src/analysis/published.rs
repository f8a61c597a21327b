use exposure_index::identifier::Kind;

use super::overlap::{OverlapCounts, Pair};
use super::{is_small, suppress};

/// The part of a pair's figures that may be shown.
#[derive(Clone, Debug)]
pub(crate) struct PublishedPair {
    /// The pair.
    pub pair: Pair,
    /// Whether its figures over all kinds are withheld.
    all_withheld: bool,
    /// The kinds whose figures are withheld.
    withheld: Vec<Kind>,
}

impl Pair {
    /// Decides what may be shown if counts from 1 to `least` − 1 must not be; everything if there is no such bound.
    ///
    /// A kind is withheld if that few of its identifiers are in both breaches, or in one of them alone; so are the
    /// kinds which, subtracted from all, would reveal those few.
    #[must_use]
    pub(crate) fn published(self, least: Option<u64>) -> PublishedPair {
        let Some(least) = least else {
            return PublishedPair {
                pair: self,
                all_withheld: false,
                withheld: Vec::new(),
            };
        };
        let parts: [fn(&OverlapCounts) -> u64; 3] = [
            |shared| shared.common,
            |shared| shared.first - shared.common,
            |shared| shared.second - shared.common,
        ];
        let all = self.shared(None);
        let hidden = parts.map(|part| {
            let cells = Kind::ALL.map(|kind| part(&self.shared(Some(kind))));
            suppress(&cells, &[(0..cells.len()).collect()], least)
        });
        let is_hidden = |kind: &Kind| hidden.iter().any(|part| part[usize::from(kind.code())]);
        PublishedPair {
            pair: self,
            all_withheld: parts.iter().any(|part| is_small(part(&all), least)),
            withheld: Kind::ALL.into_iter().filter(is_hidden).collect(),
        }
    }
}

impl PublishedPair {
    /// Returns the overlap of a kind, or of all kinds, if it may be shown.
    #[must_use]
    pub(crate) fn shared(&self, kind: Option<Kind>) -> Option<OverlapCounts> {
        let is_withheld = match kind {
            None => self.all_withheld,
            Some(kind) => self.withheld.contains(&kind),
        };
        (!is_withheld).then(|| self.pair.shared(kind))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{BreachPlace, ByKind};
    use super::*;

    fn counts(counts: &[(Kind, u64)]) -> ByKind {
        let mut by_kind = ByKind::default();
        for (kind, count) in counts {
            by_kind.add(*kind, *count);
        }
        by_kind
    }

    fn pair(common: &[(Kind, u64)]) -> Pair {
        Pair {
            first: BreachPlace(0),
            second: BreachPlace(1),
            in_first: counts(&[(Kind::Iin, 1000), (Kind::Phone, 1000), (Kind::Email, 1000)]),
            in_second: counts(&[(Kind::Iin, 2000), (Kind::Phone, 2000), (Kind::Email, 2000)]),
            common: counts(common),
        }
    }

    #[test]
    fn a_kind_of_few_common_identifiers_is_withheld_with_another_one() {
        let published =
            pair(&[(Kind::Iin, 500), (Kind::Phone, 3), (Kind::Email, 90)]).published(Some(10));
        assert_eq!(published.shared(Some(Kind::Phone)), None);
        assert_eq!(published.shared(Some(Kind::Email)), None);
        assert_eq!(
            published
                .shared(Some(Kind::Iin))
                .map(|shared| shared.common),
            Some(500)
        );
        assert_eq!(
            published.shared(None).map(|shared| shared.common),
            Some(593)
        );
    }

    #[test]
    fn a_kind_of_which_one_breach_lacks_few_is_withheld() {
        let published = pair(&[(Kind::Iin, 997), (Kind::Phone, 500)]).published(Some(10));
        assert_eq!(published.shared(Some(Kind::Iin)), None);
    }

    #[test]
    fn without_a_bound_everything_is_shown() {
        let published = pair(&[(Kind::Phone, 3)]).published(None);
        assert_eq!(
            published
                .shared(Some(Kind::Phone))
                .map(|shared| shared.common),
            Some(3)
        );
    }
}
