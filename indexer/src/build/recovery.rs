use super::exposures::BreachNumber;
use crate::identifier::Kind;
use crate::index::Identifiers;

/// Different identifiers: those that some whole row holds, and those that only rejected rows do.
#[derive(Default)]
pub(super) struct Counted {
    pub(super) strict: Identifiers,
    pub(super) recovered: Identifiers,
}

impl Counted {
    /// Tells those that are recovered apart from all.
    pub(super) fn apart(mut all: Identifiers, recovered: &Identifiers) -> Self {
        for (kind, count) in recovered {
            if let Some(all) = all.get_mut(kind) {
                *all -= count;
            }
        }
        all.retain(|_, count| *count > 0);
        Self {
            strict: all,
            recovered: recovered.clone(),
        }
    }

    pub(super) fn count(&mut self, kind: Kind, recovered: bool) {
        let counts = match recovered {
            true => &mut self.recovered,
            false => &mut self.strict,
        };
        *counts.entry(kind).or_default() += 1;
    }
}

/// Counts the rows of an index file that would not be there, or not with a breach, without recovery.
pub(super) struct Recovery {
    /// The breaches of the present row, and whether each of its records was a rejected one.
    row: Vec<(BreachNumber, bool)>,
    /// By [`BreachNumber`].
    pub(super) of_breaches: Vec<Identifiers>,
    pub(super) of_file: Identifiers,
}

impl Recovery {
    pub(super) fn new(breaches: usize) -> Self {
        Self {
            row: Vec::new(),
            of_breaches: vec![Identifiers::new(); breaches],
            of_file: Identifiers::new(),
        }
    }

    /// The present row has an exposure to the breach.
    pub(super) fn note(&mut self, breach: BreachNumber, recovered: bool) {
        match self.row.iter_mut().find(|(noted, _)| *noted == breach) {
            Some((_, only)) => *only &= recovered,
            None => self.row.push((breach, recovered)),
        }
    }

    pub(super) fn end_row(&mut self, kind: Kind) {
        if self.row.iter().all(|(_, only)| *only) {
            *self.of_file.entry(kind).or_default() += 1;
        }
        for (breach, _) in self.row.drain(..).filter(|(_, only)| *only) {
            let counts = &mut self.of_breaches[usize::from(breach.0)];
            *counts.entry(kind).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_recovered_where_no_whole_row_holds_it() {
        let (one, other) = (BreachNumber(0), BreachNumber(1));
        let mut recovery = Recovery::new(2);
        for row in [
            &[(one, true), (other, false)][..],
            &[(one, true), (one, false)],
            &[(one, true), (other, true)],
        ] {
            row.iter()
                .for_each(|(breach, recovered)| recovery.note(*breach, *recovered));
            recovery.end_row(Kind::Iin);
        }
        let count = |of: &Identifiers| of.get(&Kind::Iin).copied().unwrap_or(0);
        let told: Vec<u64> = recovery.of_breaches.iter().map(count).collect();
        assert_eq!((told, count(&recovery.of_file)), (vec![2, 1], 1));
        let counted = Counted::apart(
            Identifiers::from([(Kind::Iin, 3)]),
            &recovery.of_breaches[0],
        );
        assert_eq!((count(&counted.strict), count(&counted.recovered)), (1, 2));
    }
}
