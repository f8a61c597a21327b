//! The sealed file is under a key of its own: its thief learns nothing from evaluators.

use exposure_index::generation::FileKind;
use exposure_index::identifier::{Identifier, Kind, normalise};
use exposure_index::index::Index;
use exposure_index::oprf::{OfflineKey, SecretKey, Tag, blind, blind_evaluate, finalize, verify};
use memmap2::Mmap;
use tekser_indexer::builder::{
    BuildError, BuildProgress, Keys, KeysError, add, build, erase, remove, update_metadata,
};
use tekser_indexer::comparison::diff;

use super::world::{Leak, Row, World, iin, options, phone, unwatched};

const PERSONS: u32 = 40;

fn leak(id: &str, is_sensitive: bool) -> Leak {
    let row = |person| Row {
        person,
        has_phone: true,
        has_email: false,
        has_name: true,
        is_broken: false,
    };
    Leak {
        id: id.to_owned(),
        is_sensitive,
        has_address: false,
        rows: (0..PERSONS).map(row).collect(),
    }
}

/// A public breach and a sealed one of the same people.
fn leaks() -> [Leak; 2] {
    [leak("a-2020", false), leak("b-2021", true)]
}

/// The IINs and phone numbers of everybody in them.
fn guesses() -> Vec<Identifier> {
    let of = |kind, value: String| normalise(kind, &value).expect("an identifier");
    let persons = 0..PERSONS;
    persons
        .flat_map(|person| [of(Kind::Iin, iin(person)), of(Kind::Phone, phone(person))])
        .collect()
}

fn open(world: &World, kind: FileKind) -> Index<Mmap> {
    let current = world.directory.current().expect("a generation");
    let file = world.directory.open(current, kind).expect("a good file");
    file.expect("a file")
}

/// The tag that evaluators give anybody who asks.
fn asked(evaluator: &SecretKey, guess: &Identifier) -> Tag {
    let input = guess.oprf_input();
    let (blinding, blinded) = blind(&input).expect("blinded");
    let (evaluated, proof) =
        blind_evaluate(evaluator, std::slice::from_ref(&blinded)).expect("evaluated");
    let verified = verify(&evaluator.public_key(), &[blinded], &evaluated, &proof);
    let verified = verified.expect("a good proof");
    finalize(&input, &blinding, &verified[0]).tag()
}

#[test]
fn a_thief_of_the_sealed_file_who_asks_the_evaluator_confirms_nobody() {
    let world = World::built(&leaks());
    let [public, sealed] = [FileKind::Public, FileKind::Sealed].map(|kind| open(&world, kind));
    let is_in = |index: &Index<Mmap>, tag| index.find(tag).expect("a good file").is_some();
    for guess in guesses() {
        let tag = asked(&world.key, &guess);
        assert!(is_in(&public, tag), "evaluators serve the public file");
        assert!(!is_in(&sealed, tag), "a guess is confirmed");
        assert!(is_in(&sealed, world.offline.sealed_tag(tag)));
    }
    assert_ne!(sealed.header().key_id, public.header().key_id);
    assert_eq!(sealed.header().key_id, world.offline.id());
}

#[test]
fn both_files_together_count_an_identifier_once() {
    let both = World::new().build(&leaks());
    let alone = World::new().build(&leaks()[..1]);
    assert_eq!(both.identifiers, alone.identifiers);
}

#[test]
fn without_its_own_key_nothing_is_made_of_a_sealed_file() {
    let world = World::built(&leaks());
    let current = world.directory.current().expect("a generation");
    let other = OfflineKey::from_bytes(&[8; OfflineKey::LENGTH]);
    let breaches = world.breaches(&[leak("c-2022", false)]);
    let (options, progress) = (options(None), BuildProgress::default());
    let id = || "a-2020".to_owned().try_into().expect("an id");
    for offline in [None, Some(&other)] {
        let keys = Keys {
            tags: &world.key,
            offline,
        };
        let directory = &world.directory;
        let outcomes = [
            add(directory, keys, &breaches, &options, &progress).map(drop),
            unwatched(|watch| remove(directory, offline, &[id()], watch)).map(drop),
            unwatched(|watch| update_metadata(directory, offline, &[], watch)).map(drop),
            unwatched(|watch| erase(directory, keys, &guesses(), watch)).map(drop),
            unwatched(|watch| diff(directory, offline, current, current, watch)).map(drop),
        ];
        for outcome in outcomes {
            let error = outcome.expect_err("refused");
            let is_reported = match offline {
                None => matches!(error, BuildError::Keys(KeysError::NoOfflineKey)),
                Some(_) => matches!(error, BuildError::Keys(KeysError::OtherOfflineKey { .. })),
            };
            assert!(is_reported, "{error}");
            assert!(error.to_string().contains("--offline-key"), "{error}");
        }
    }
    let sensitive = world.breaches(&leaks());
    let keys = Keys {
        offline: Some(&other),
        ..world.keys()
    };
    let refused = build(&world.directory, keys, &sensitive, &options, &progress);
    let refused = refused.map(drop).expect_err("refused");
    assert!(matches!(
        refused,
        BuildError::Keys(KeysError::OtherOfflineKey { .. })
    ));
    assert_eq!(world.directory.current().expect("a generation"), current);
}

#[test]
fn public_breaches_alone_need_no_offline_key() {
    let world = World::new();
    let keys = Keys {
        offline: None,
        ..world.keys()
    };
    let (options, progress) = (options(Some(16)), BuildProgress::default());
    let public = world.breaches(&leaks()[..1]);
    build(&world.directory, keys, &public, &options, &progress).expect("built");
    let more = world.breaches(&[leak("c-2022", false)]);
    add(&world.directory, keys, &more, &options, &progress).expect("added");
    let id = "c-2022".to_owned().try_into().expect("an id");
    unwatched(|watch| remove(&world.directory, None, &[id], watch)).expect("removed");
    let sensitive = world.breaches(&leaks());
    let refused = build(&world.directory, keys, &sensitive, &options, &progress);
    let refused = refused.map(drop).expect_err("refused");
    assert!(
        matches!(refused, BuildError::Keys(KeysError::NoOfflineKey)),
        "{refused}"
    );
}
