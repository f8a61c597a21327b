//! Building, adding, removing, merging and updating meet in the same bytes.

use exposure_index::breach::BreachId;
use exposure_index::generation::{GenerationError, IndexDirectory};
use exposure_index::index::Identifiers;
use exposure_index::oprf::SecretKey;
use proptest::prelude::*;
use tekser_indexer::builder::{
    BreachListError, BuildError, BuildProgress, MergeError, Parts, add, build, merge, remove,
    update, update_metadata,
};
use tekser_indexer::comparison::BreachChange;
use tekser_indexer::comparison::diff;

use super::config;
use super::world::{Leak, Row, World, leaks, options, rows, unwatched};

fn id(leak: &Leak) -> BreachId {
    BreachId::try_from(leak.id.clone()).expect("an id")
}

fn merged(world: &World, others: &[World], parts: Parts) -> Result<(), BuildError> {
    let others: Vec<IndexDirectory> = others.iter().map(|one| one.directory.clone()).collect();
    let offline = world.keys().offline;
    unwatched(|watch| merge(&world.directory, offline, &others, parts, watch)).map(drop)
}

proptest! {
    #![proptest_config(config(24))]

    #[test]
    fn adding_in_any_order_is_building_at_once(leaks in leaks(), at_first in 1_usize..3, turn in 0_usize..4) {
        let mut order = leaks.clone();
        order.rotate_left(turn % leaks.len());
        let (first, rest) = order.split_at(at_first.min(leaks.len()));
        let world = World::built(first);
        for leak in rest {
            world.add(std::slice::from_ref(leak));
        }
        prop_assert_eq!(world.everything(), World::built(&leaks).everything());
    }

    #[test]
    fn removing_what_was_added_is_as_before(leaks in leaks()) {
        let (added, before) = leaks.split_last().expect("two breaches");
        let world = World::built(before);
        let as_before = world.everything();
        world.add(std::slice::from_ref(added));
        prop_assert_ne!(&world.everything(), &as_before);
        unwatched(|watch| remove(&world.directory, world.keys().offline, &[id(added)], watch)).expect("removed");
        prop_assert_eq!(world.everything(), as_before);
    }

    #[test]
    fn merging_indexes_is_building_the_whole(leaks in leaks()) {
        let worlds: Vec<World> = leaks.iter().map(|leak| World::built(std::slice::from_ref(leak))).collect();
        let world = World::new();
        merged(&world, &worlds, Parts::Refused).expect("merged");
        prop_assert_eq!(world.everything(), World::built(&leaks).everything());
    }

    #[test]
    fn merging_parts_of_a_breach_is_building_it_whole(leaks in leaks(), cut in 0.1_f64..0.9) {
        let [leak, other, ..] = &leaks[..] else { unreachable!("two breaches") };
        let (one, two) = leak.rows.split_at((leak.rows.len() as f64 * cut) as usize);
        let parts = [one, two].map(|rows| World::built(&[leak.with_rows(rows)]));
        let world = World::built(std::slice::from_ref(other));
        merged(&world, &parts, Parts::United).expect("merged");
        // A person is at the end of each dump, in the second part for the second time.
        let whole = World::built(&[leak.clone(), other.clone()]);
        prop_assert_eq!(world.pairs(), whole.pairs());
        let (united, whole) = (world.statistics(), whole.statistics());
        for (breach, whole) in whole {
            let united = &united[&breach];
            prop_assert_eq!(&united.identifiers, &whole.identifiers);
            prop_assert_eq!(&united.recovered, &whole.recovered);
            prop_assert_eq!(united.rejected_rows, whole.rejected_rows);
            prop_assert_eq!(united.rows, whole.rows + u64::from(breach == id(leak)));
        }
    }

    #[test]
    fn an_update_is_a_build_with_the_new_data(leaks in leaks(), rows in rows()) {
        let world = World::built(&leaks);
        let mut leaks = leaks;
        leaks[0].rows = rows;
        leaks[0].is_sensitive = !leaks[0].is_sensitive;
        leaks[0].has_address = !leaks[0].has_address;
        let breaches = world.breaches(&leaks[..1]);
        update(&world.directory, world.keys(), &breaches, &options(None), &BuildProgress::default()).expect("updated");
        prop_assert_eq!(world.everything(), World::built(&leaks).everything());
    }

    #[test]
    fn a_breach_that_becomes_sensitive_moves_without_its_dump(leaks in leaks()) {
        let world = World::built(&leaks);
        let mut leaks = leaks;
        leaks[0].is_sensitive = !leaks[0].is_sensitive;
        let metadata: Vec<_> = world.breaches(&leaks[..1]).into_iter().map(|breach| breach.metadata).collect();
        unwatched(|watch| update_metadata(&world.directory, world.keys().offline, &metadata, watch)).expect("updated");
        prop_assert_eq!(world.everything(), World::built(&leaks).everything());
    }

    #[test]
    fn a_difference_shows_what_came_and_what_went(leaks in leaks()) {
        let (added, before) = leaks.split_last().expect("two breaches");
        let world = World::built(before);
        let from = world.directory.current().expect("a generation");
        world.add(std::slice::from_ref(added));
        let to = world.directory.current().expect("a generation");
        let diff = |from, to| unwatched(|watch| diff(&world.directory, world.keys().offline, from, to, watch)).expect("compared");
        let forth = diff(from, to);
        let of_added = &forth.breaches[&id(added)];
        prop_assert_eq!(of_added.change, BreachChange::Added);
        let counted = &world.statistics()[&id(added)];
        for (kind, sides) in &of_added.identifiers {
            let count = |of: &Identifiers| of.get(kind).copied().unwrap_or(0);
            let all = count(&counted.identifiers) + count(&counted.recovered);
            prop_assert_eq!((sides.gone, sides.new, sides.kept), (0, all, 0));
        }
        for leak in before {
            let of_kept = &forth.breaches[&id(leak)];
            prop_assert_eq!(of_kept.change, BreachChange::Kept);
            prop_assert!(of_kept.identifiers.values().all(|sides| sides.gone + sides.new == 0));
        }
        let back = diff(to, from);
        for (kind, sides) in &forth.identifiers {
            let reversed = back.identifiers[kind];
            prop_assert_eq!((sides.gone, sides.new, sides.kept), (reversed.new, reversed.gone, reversed.kept));
        }
    }

    #[test]
    fn an_addition_evaluates_the_identifiers_of_its_own_dump_once(leaks in leaks()) {
        let (added, before) = leaks.split_last().expect("two breaches");
        let world = World::built(before);
        let summary = world.add(std::slice::from_ref(added));
        let alone = World::new().build(std::slice::from_ref(added));
        prop_assert_eq!(summary.evaluated, alone.evaluated);
        let different: u64 = alone.identifiers.values().chain(alone.recovered.values()).sum();
        prop_assert_eq!(summary.evaluated, different);
    }
}

fn two() -> [Leak; 2] {
    let rows = vec![];
    ["a-2020", "b-2021"].map(|id| Leak {
        id: id.to_owned(),
        is_sensitive: false,
        has_address: false,
        rows: rows.clone(),
    })
}

#[test]
fn what_does_not_fit_is_refused_and_the_index_stays() {
    let [a, b] = two();
    let world = World::built(std::slice::from_ref(&a));
    let current = world.directory.current().expect("a generation");
    let refused = |outcome: Result<_, BuildError>| {
        assert_eq!(world.directory.current().expect("a generation"), current);
        outcome.map(drop).expect_err("refused")
    };
    let (options, progress) = (options(None), BuildProgress::default());
    let there = world.breaches(std::slice::from_ref(&a));
    let error = refused(add(
        &world.directory,
        world.keys(),
        &there,
        &options,
        &progress,
    ));
    assert!(
        matches!(
            error,
            BuildError::BreachList(BreachListError::AlreadyThere { .. })
        ),
        "{error}"
    );
    let missing = world.breaches(std::slice::from_ref(&b));
    let error = refused(update(
        &world.directory,
        world.keys(),
        &missing,
        &options,
        &progress,
    ));
    assert!(
        matches!(
            error,
            BuildError::BreachList(BreachListError::NotThere { .. })
        ),
        "{error}"
    );
    let error = refused(unwatched(|watch| {
        remove(&world.directory, world.keys().offline, &[id(&b)], watch)
    }));
    assert!(
        matches!(
            error,
            BuildError::BreachList(BreachListError::NotThere { .. })
        ),
        "{error}"
    );
    let other = SecretKey::derive(&[8; 32], b"another").expect("a key");
    for make in [add, update, build] {
        let error = refused(make(
            &world.directory,
            world.keys_with(&other),
            &missing,
            &options,
            &progress,
        ));
        assert!(
            error.to_string().contains("tekser-indexer rekey"),
            "{error}"
        );
    }
    let twin = World::built(&[a]);
    let refused = merged(&world, &[twin], Parts::Refused).expect_err("refused");
    assert!(
        matches!(refused, BuildError::Merge(MergeError::InSeveral { .. })),
        "{refused}"
    );
    let itself = [world.directory.clone()];
    let refused = unwatched(|watch| {
        let offline = world.keys().offline;
        merge(&world.directory, offline, &itself, Parts::United, watch)
    });
    let refused = refused.map(drop).expect_err("refused");
    assert!(
        matches!(refused, BuildError::Merge(MergeError::SameTwice { .. })),
        "{refused}"
    );
}

/// Rows are merged in chunks of some eight thousand; ranges of an old index need not end where those do.
#[test]
fn what_spans_many_chunks_and_ranges_is_the_same_too() {
    let leak = |id: &str, persons: std::ops::Range<u32>| Leak {
        id: id.to_owned(),
        is_sensitive: id.starts_with('b'),
        has_address: false,
        rows: persons
            .map(|person| Row {
                person,
                has_phone: true,
                has_email: person % 3 == 0,
                has_name: person % 7 != 0,
                is_broken: person % 50 == 0,
            })
            .collect(),
    };
    let leaks = [
        leak("a-2020", 0..5_000),
        leak("b-2021", 3_000..7_000),
        leak("c-2022", 6_000..9_000),
    ];
    let whole = World::built(&leaks);
    let world = World::built(&leaks[1..2]);
    world.add(&leaks[2..]);
    world.add(&leaks[..1]);
    assert!(world.everything() == whole.everything(), "added");
    unwatched(|watch| {
        remove(
            &world.directory,
            world.keys().offline,
            &[id(&leaks[0])],
            watch,
        )
    })
    .expect("removed");
    let rest = World::built(&leaks[1..]);
    assert!(world.everything() == rest.everything(), "removed");
    let others = [World::built(&leaks[..1])];
    merged(&world, &others, Parts::Refused).expect("merged");
    assert!(world.everything() == whole.everything(), "merged");
}

#[test]
fn an_empty_directory_is_not_made_an_index_by_mistake() {
    let world = World::new();
    let breaches = world.breaches(&two());
    let (options, progress) = (options(None), BuildProgress::default());
    let error = add(
        &world.directory,
        world.keys(),
        &breaches,
        &options,
        &progress,
    );
    let error = error.map(drop).expect_err("refused");
    let is_empty = matches!(error, BuildError::Generation(GenerationError::Empty { .. }));
    assert!(is_empty, "{error}");
    assert!(!world.directory.path().exists());
}
