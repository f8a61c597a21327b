//! Who was erased is in no answer, whatever is done to the index afterwards.

use exposure_index::generation::{FileKind, IndexDirectory};
use exposure_index::identifier::{Identifier, Kind, normalise};
use exposure_index::oprf::{SecretKey, evaluate};
use tekser_indexer::builder::{
    BreachListError, BuildError, BuildProgress, KeyChange, MergeError, Parts, add, build, erase,
    merge, rekey, remove, restore, update,
};

use super::world::{Leak, PERSONS, Row, World, email, iin, options, phone, unwatched};

/// Two public breaches and a sealed one that all hold the first twenty people.
fn leaks() -> [Leak; 3] {
    let row = |person| Row {
        person,
        has_phone: true,
        has_email: person % 2 == 0,
        has_name: person % 3 == 0,
        is_broken: person % 5 == 0,
    };
    let leak = |id: &str, is_sensitive| Leak {
        id: id.to_owned(),
        is_sensitive,
        has_address: false,
        rows: (0..20).map(row).collect(),
    };
    [
        leak("a-2020", false),
        leak("b-2021", true),
        leak("c-2022", false),
    ]
}

/// Everything that is known of a person.
fn identifiers(person: u32) -> Vec<Identifier> {
    let of = |kind, value: String| normalise(kind, &value).expect("an identifier");
    vec![
        of(Kind::Iin, iin(person)),
        of(Kind::Phone, phone(person)),
        of(Kind::Email, email(person)),
    ]
}

impl World {
    fn erase(&self, identifiers: &[Identifier]) -> tekser_indexer::builder::Erasure {
        unwatched(|watch| erase(&self.directory, self.keys(), identifiers, watch)).expect("erased")
    }

    /// How many of the identifiers some file has a row of, under a key.
    fn found_of(&self, key: &SecretKey, identifiers: &[Identifier]) -> usize {
        let current = self.directory.current().expect("a generation");
        let files = [FileKind::Public, FileKind::Sealed];
        let files = files.map(|kind| self.directory.open(current, kind).expect("a file"));
        let is_reported = |identifier: &&Identifier| {
            let tag = evaluate(key, &identifier.oprf_input())
                .expect("evaluated")
                .tag();
            let mut files = files.iter().flatten();
            files.any(|file| self.has(file, tag))
        };
        identifiers.iter().filter(is_reported).count()
    }

    /// Nothing is left of the people, and all that counts is counted without them.
    fn assert_gone(&self, key: &SecretKey, gone: &[Identifier], what: &str) {
        assert_eq!(self.found_of(key, gone), 0, "{what}");
        let others: Vec<Identifier> = (4..6).flat_map(identifiers).collect();
        assert_eq!(self.found_of(key, &others), 5, "{what}: the others");
        // Verifying finds every rule kept: statistics and postings know nothing of them either.
        let _ = self.held();
    }
}

#[test]
fn an_erased_identifier_is_gone_and_stays_so_through_everything() {
    let leaks = leaks();
    let world = World::built(&leaks[..2]);
    let gone: Vec<Identifier> = [0, 1].into_iter().flat_map(identifiers).collect();
    assert_eq!(world.found_of(&world.key, &gone), 5);
    let erasure = world.erase(&gone);
    assert_eq!((erasure.given, erasure.new, erasure.in_index), (6, 6, 5));
    let (key, keys) = (&world.key, world.keys());
    let (progress, options) = (BuildProgress::default(), options(None));
    world.assert_gone(key, &gone, "erase");
    let summary = world.add(&leaks[2..]);
    world.assert_gone(key, &gone, "add");
    // Twenty people and the one of every dump: IINs, phones, and e-mail addresses of the even ones, but for those
    // erased.
    assert_eq!(summary.evaluated, 21 + 21 + 10 - 5);
    let breaches = world.breaches(&leaks[..1]);
    update(&world.directory, keys, &breaches, &options, &progress).expect("updated");
    world.assert_gone(key, &gone, "update");
    let other = World::built(&leaks[1..2]);
    let id = leaks[1].id.clone().try_into().expect("an id");
    let offline = keys.offline;
    unwatched(|watch| remove(&world.directory, offline, &[id], watch)).expect("removed");
    let others = [other.directory.clone()];
    unwatched(|watch| merge(&world.directory, offline, &others, Parts::Refused, watch))
        .expect("merged");
    world.assert_gone(key, &gone, "merge");
    let breaches = world.breaches(&leaks);
    build(&world.directory, keys, &breaches, &options, &progress).expect("built");
    world.assert_gone(key, &gone, "build");
    let again = world.erase(&gone);
    assert_eq!((again.given, again.new, again.in_index), (6, 0, 0));
    assert!(again.summary.is_none());
}

#[test]
fn an_index_without_the_erased_is_that_of_dumps_without_them_but_for_what_was_read() {
    let leaks = leaks();
    let world = World::built(&leaks);
    let gone: Vec<Identifier> = (0..10).flat_map(identifiers).collect();
    world.erase(&gone);
    let erased = world.held();
    let breaches = world.breaches(&leaks);
    build(
        &world.directory,
        world.keys(),
        &breaches,
        &options(Some(16)),
        &BuildProgress::default(),
    )
    .expect("built");
    assert_eq!(world.held(), erased);
}

#[test]
fn pairs_of_the_erased_stay_until_their_dumps_are_read_again() {
    let leaks = leaks();
    let world = World::built(&leaks);
    let whole = world.pairs();
    let gone: Vec<Identifier> = (0..10).flat_map(identifiers).collect();
    world.erase(&gone);
    assert_eq!(world.pairs(), whole);
    let without = leaks.clone().map(|leak| leak.with_rows(&leak.rows[10..]));
    let without = World::built(&without).pairs();
    assert_ne!(without, whole);
    let (breaches, progress) = (world.breaches(&leaks), BuildProgress::default());
    update(
        &world.directory,
        world.keys(),
        &breaches,
        &options(None),
        &progress,
    )
    .expect("updated");
    assert_eq!(world.pairs(), without);
}

#[test]
fn what_was_erased_can_be_taken_back_and_returns_with_the_dumps() {
    let leaks = leaks();
    let world = World::built(&leaks);
    let whole = world.held();
    let gone = identifiers(2);
    world.erase(&gone);
    let restored = restore(&world.directory, world.keys(), &gone[..2]).expect("restored");
    assert_eq!(restored, 2);
    assert_eq!(world.found_of(&world.key, &gone), 0);
    let breaches = world.breaches(&leaks);
    let rebuild = || {
        let options = options(Some(16));
        build(
            &world.directory,
            world.keys(),
            &breaches,
            &options,
            &BuildProgress::default(),
        )
        .expect("built")
    };
    rebuild();
    assert_eq!(world.found_of(&world.key, &gone), 2);
    assert_eq!(
        restore(&world.directory, world.keys(), &gone).expect("restored"),
        1
    );
    rebuild();
    assert_eq!(world.held(), whole);
}

#[test]
fn erased_identifiers_stay_so_under_another_key() {
    let leaks = leaks();
    let world = World::built(&leaks[..2]);
    let gone: Vec<Identifier> = [0, 1].into_iter().flat_map(identifiers).collect();
    let nowhere = identifiers(PERSONS + 1);
    world.erase(&gone);
    world.erase(&nowhere);
    let new = SecretKey::derive(&[9; 32], b"another").expect("a key");
    let rekey = |breaches: &[Leak], allow_missing| {
        let keys = KeyChange {
            new: world.keys_with(&new),
            old: &world.key,
            allow_missing,
        };
        let breaches = world.breaches(breaches);
        rekey(
            &world.directory,
            &keys,
            &breaches,
            &options(None),
            &BuildProgress::default(),
        )
    };
    let error = rekey(&leaks[..1], false).map(drop).expect_err("refused");
    assert!(
        matches!(
            error,
            BuildError::BreachList(BreachListError::MissingDumps { .. })
        ),
        "{error}"
    );
    rekey(&leaks[..2], false).expect("under the new key");
    world.assert_gone(&new, &gone, "rekey");
    // The new tag of a person who is in no dump is not known: a dump shows it, an index made elsewhere does not.
    let other = [IndexDirectory::at(world.directory.path())];
    let refused = unwatched(|watch| {
        let offline = world.keys().offline;
        merge(&world.directory, offline, &other, Parts::United, watch)
    });
    let refused = refused.map(drop).expect_err("refused");
    assert!(
        matches!(refused, BuildError::Merge(MergeError::SameTwice { .. })),
        "{refused}"
    );
    let elsewhere = World::new();
    let breaches = elsewhere.breaches(&leaks[2..]);
    build(
        &elsewhere.directory,
        elsewhere.keys_with(&new),
        &breaches,
        &options(Some(16)),
        &BuildProgress::default(),
    )
    .expect("built");
    let other = [elsewhere.directory.clone()];
    let refused = unwatched(|watch| {
        let offline = world.keys().offline;
        merge(&world.directory, offline, &other, Parts::Refused, watch)
    });
    let refused = refused.map(drop).expect_err("refused");
    assert!(
        matches!(
            refused,
            BuildError::Merge(MergeError::Untagged { count: 3 | 4 })
        ),
        "{refused}"
    );
    let mut late = leaks[2].clone();
    late.rows.push(Row {
        person: PERSONS + 1,
        has_phone: true,
        has_email: true,
        has_name: true,
        is_broken: false,
    });
    let breaches = world.breaches(&[late]);
    add(
        &world.directory,
        world.keys_with(&new),
        &breaches,
        &options(None),
        &BuildProgress::default(),
    )
    .expect("added");
    world.assert_gone(&new, &gone, "add under the new key");
    world.assert_gone(&new, &nowhere, "add of a person erased before");
}

#[test]
fn tombstones_of_merged_directories_hold_for_what_is_merged() {
    let leaks = leaks();
    let (one, other) = (World::built(&leaks[..1]), World::built(&leaks[2..]));
    let gone = identifiers(0);
    one.erase(&gone);
    let world = World::new();
    let others = [one.directory.clone(), other.directory.clone()];
    let offline = world.keys().offline;
    unwatched(|watch| merge(&world.directory, offline, &others, Parts::Refused, watch))
        .expect("merged");
    world.assert_gone(&world.key, &gone, "merge");
}
