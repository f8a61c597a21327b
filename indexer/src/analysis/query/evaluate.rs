//! Which rows match an expression?

use std::collections::BTreeMap;

use exposure_index::breach::DataClass;
use roaring::{MultiOps, RoaringBitmap};

use super::{Expression, Step, Term};
use crate::analysis::{AnalysisError, Corpus};

/// Returns the rows of a corpus that match an expression.
pub(super) fn rows<D: AsRef<[u8]> + Sync>(
    expression: &Expression,
    corpus: &Corpus<'_, D>,
) -> Result<RoaringBitmap, AnalysisError> {
    let mut classes = Vec::new();
    collect_classes(expression, &mut classes);
    classes.sort_unstable();
    classes.dedup();
    let with_classes = match classes.is_empty() {
        true => Vec::new(),
        false => corpus.rows_with_classes(&classes)?,
    };
    let of_class: BTreeMap<DataClass, RoaringBitmap> =
        classes.into_iter().zip(with_classes).collect();
    evaluate(expression, &|term| match term {
        Term::All => Ok(corpus.all_rows()),
        Term::Kind(kind) => corpus.rows_of_kind(*kind),
        Term::Class(class) => Ok(of_class.get(class).cloned().unwrap_or_default()),
        Term::Breach(_) | Term::Status(_) | Term::Date(..) | Term::Type(_) | Term::Sensitive => {
            let means = |place: &_| term.means(&corpus.breach(*place).entry.metadata);
            let places: Vec<_> = corpus.places().filter(means).collect();
            corpus.rows_of_breaches(&places)
        }
    })
}

/// Returns the rows that match an expression, given the rows of each term.
fn evaluate<E>(
    expression: &Expression,
    of_term: &impl Fn(&Term) -> Result<RoaringBitmap, E>,
) -> Result<RoaringBitmap, E> {
    match expression {
        Expression::Term(term) => of_term(term),
        Expression::Not(operand) => Ok(of_term(&Term::All)? - evaluate(operand, of_term)?),
        Expression::Any(operands) => {
            let rows = operands.iter().map(|operand| evaluate(operand, of_term));
            rows.union()
        }
        Expression::Steps(first, steps) => {
            let mut rows = evaluate(first, of_term)?;
            for (step, operand) in steps {
                let operand = evaluate(operand, of_term)?;
                match step {
                    Step::And => rows &= operand,
                    Step::Without => rows -= operand,
                }
            }
            Ok(rows)
        }
    }
}

fn collect_classes(expression: &Expression, classes: &mut Vec<DataClass>) {
    match expression {
        Expression::Term(Term::Class(class)) => classes.push(class.clone()),
        Expression::Term(_) => {}
        Expression::Not(operand) => collect_classes(operand, classes),
        Expression::Any(operands) => {
            operands
                .iter()
                .for_each(|operand| collect_classes(operand, classes));
        }
        Expression::Steps(first, steps) => {
            collect_classes(first, classes);
            steps
                .iter()
                .for_each(|(_, operand)| collect_classes(operand, classes));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use exposure_index::breach::{Localised, Metadata, Status};
    use exposure_index::identifier::Kind;
    use proptest::prelude::*;

    use super::*;
    use crate::analysis::query::{Comparison, Query, Vocabulary};

    const BREACHES: [(&str, &str, Status, bool); 4] = [
        ("a-2019", "2019-07", Status::Reported, false),
        ("b-2023", "2023-11", Status::Confirmed, true),
        ("c-2024", "2024", Status::Confirmed, false),
        ("d-2024", "2024-03-05", Status::Unverified, false),
    ];
    const CLASSES: [&str; 3] = ["names", "passwords", "phone-numbers"];

    /// An identifier: its kind, and the classes of each breach that it is in.
    #[derive(Clone, Debug)]
    struct Identifier {
        kind: Kind,
        exposures: Vec<(usize, Vec<usize>)>,
    }

    fn metadata(place: usize) -> Metadata {
        let (id, date, status, sensitive) = BREACHES[place];
        let nothing = Localised {
            kk: String::new(),
            ru: String::new(),
            en: String::new(),
        };
        Metadata {
            id: id.to_owned().try_into().expect("an id"),
            date: date.parse().expect("a date"),
            added: date.parse().expect("a date"),
            corrected: None,
            status,
            sensitive,
            records: 0,
            source: String::new(),
            title: nothing.clone(),
            summary: nothing,
            warning: None,
        }
    }

    fn class(place: usize) -> DataClass {
        CLASSES[place].to_owned().try_into().expect("a class")
    }

    fn fulfils(identifier: &Identifier, expression: &Expression) -> bool {
        match expression {
            Expression::Term(term) => has(identifier, term),
            Expression::Not(operand) => !fulfils(identifier, operand),
            Expression::Any(operands) => {
                operands.iter().any(|operand| fulfils(identifier, operand))
            }
            Expression::Steps(first, steps) => {
                steps
                    .iter()
                    .fold(fulfils(identifier, first), |so_far, (step, operand)| {
                        so_far && (fulfils(identifier, operand) == (*step == Step::And))
                    })
            }
        }
    }

    fn has(identifier: &Identifier, term: &Term) -> bool {
        match term {
            Term::All => true,
            Term::Kind(kind) => identifier.kind == *kind,
            Term::Class(wanted) => identifier
                .exposures
                .iter()
                .any(|(_, classes)| classes.iter().any(|place| class(*place) == *wanted)),
            _ => identifier
                .exposures
                .iter()
                .any(|(place, _)| term.means(&metadata(*place))),
        }
    }

    fn identifiers() -> impl Strategy<Value = Vec<Identifier>> {
        let exposures = prop::collection::btree_map(
            0..BREACHES.len(),
            prop::collection::vec(0..CLASSES.len(), 1..3),
            1..4,
        );
        let identifier = (0..Kind::ALL.len(), exposures).prop_map(|(kind, exposures)| Identifier {
            kind: Kind::ALL[kind],
            exposures: exposures.into_iter().collect(),
        });
        prop::collection::vec(identifier, 0..40)
    }

    fn terms() -> impl Strategy<Value = Term> {
        prop_oneof![
            (0..BREACHES.len()).prop_map(|place| Term::Breach(metadata(place).id)),
            (0..Kind::ALL.len()).prop_map(|place| Term::Kind(Kind::ALL[place])),
            (0..CLASSES.len()).prop_map(|place| Term::Class(class(place))),
            (0..Status::ALL.len()).prop_map(|place| Term::Status(Status::ALL[place])),
            (0..Comparison::ALL.len(), 0..BREACHES.len())
                .prop_map(|(sign, place)| Term::Date(Comparison::ALL[sign], metadata(place).date)),
            Just(Term::Sensitive),
            Just(Term::All),
        ]
    }

    fn expressions() -> impl Strategy<Value = Expression> {
        let leaf = terms().prop_map(Expression::Term);
        leaf.prop_recursive(4, 24, 4, |inner| {
            let step = prop_oneof![Just(Step::And), Just(Step::Without)];
            prop_oneof![
                inner
                    .clone()
                    .prop_map(|operand| Expression::Not(Box::new(operand))),
                prop::collection::vec(inner.clone(), 2..4).prop_map(Expression::Any),
                (inner.clone(), prop::collection::vec((step, inner), 1..4))
                    .prop_map(|(first, steps)| Expression::Steps(Box::new(first), steps)),
            ]
        })
    }

    proptest! {
        #[test]
        fn an_expression_finds_the_rows_that_fulfil_it_one_by_one(
            identifiers in identifiers(),
            expression in expressions(),
        ) {
            let of_term = |term: &Term| {
                let rows = (0_u32..).zip(&identifiers).filter(|(_, identifier)| has(identifier, term));
                Ok::<RoaringBitmap, Infallible>(rows.map(|(row, _)| row).collect())
            };
            let Ok(found) = evaluate(&expression, &of_term);
            let expected = (0_u32..).zip(&identifiers).filter(|(_, identifier)| fulfils(identifier, &expression));
            prop_assert_eq!(found, expected.map(|(row, _)| row).collect::<RoaringBitmap>());
        }

        #[test]
        fn an_expression_that_is_printed_is_read_as_the_same(expression in expressions()) {
            let vocabulary = Vocabulary::of_names(
                (0..BREACHES.len()).map(|place| metadata(place).id),
                (0..CLASSES.len()).map(class),
            );
            let read = Query::parse(&expression.to_string(), &vocabulary);
            prop_assert_eq!(read.map(|query| query.0), Ok(expression));
        }
    }
}
