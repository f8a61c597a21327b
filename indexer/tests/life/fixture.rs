//! Both files of a generation of format version 1 can be opened and queried. Its sealed file was made before sealed files
//! had a key of their own: it is under the key of the public file.
//!
//! It is written once, when its version is published, and never again:
//! `cargo test -p tekser-indexer --test life -- --ignored write_the_fixture`.

use std::fs;
use std::path::{Path, PathBuf};

use exposure_index::generation::FileKind;
use exposure_index::identifier::{Kind, normalise};
use exposure_index::index::{Index, map};
use exposure_index::oprf::{SecretKey, evaluate};
use exposure_index::progress::Progress;

use super::world::{Leak, Row, World, iin, phone};

const FILES: [FileKind; 2] = [FileKind::Public, FileKind::Sealed];

fn fixture(kind: FileKind) -> PathBuf {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/v1");
    fixtures.join(kind.file_name())
}

/// Thirty people in a public breach; some of them, and ten others, in a sealed one.
fn leaks() -> [Leak; 2] {
    let leak = |id: &str, is_sensitive, persons: std::ops::Range<u32>| Leak {
        id: id.to_owned(),
        is_sensitive,
        has_address: is_sensitive,
        rows: persons
            .map(|person| Row {
                person,
                has_phone: person % 2 == 0,
                has_email: person % 3 == 0,
                has_name: true,
                is_broken: person % 5 == 0,
            })
            .collect(),
    };
    [
        leak("open-2020", false, 0..30),
        leak("sealed-2021", true, 20..40),
    ]
}

#[test]
#[ignore = "writes the fixture, which is done once for each version of the format"]
fn write_the_fixture() {
    let world = World::built(&leaks());
    let current = world.directory.current().expect("a generation");
    let folder = world.directory.path().join(current.as_str());
    for kind in FILES {
        let fixture = fixture(kind);
        assert!(!fixture.exists(), "a version is published once");
        fs::create_dir_all(fixture.parent().expect("a folder")).expect("made");
        fs::copy(folder.join(kind.file_name()), fixture).expect("copied");
    }
}

#[test]
fn a_generation_of_version_1_is_good_and_shows_who_is_in_it() {
    let world = World::new();
    let [public, sealed] = FILES.map(|kind| {
        let index = Index::open(map(&fixture(kind)).expect("the fixture")).expect("a good file");
        index.verify(&Progress::default()).expect("a good file");
        index
    });
    assert!(public.header().beside_sealed && sealed.header().sealed);
    let breaches = |index: &Index<_>, kind, value: String| {
        let tag = tag(&world.key, kind, &value);
        let catalogue = index.catalogue().expect("a catalogue");
        let row = index.find(tag).expect("a good file")?;
        let exposures = row.exposures().expect("a good file");
        let exposure = exposures.first().expect("an exposure");
        let entry = catalogue.get(exposure.breach).expect("a breach");
        Some((
            entry.metadata.id.to_string(),
            exposure.classes.places().count(),
        ))
    };
    let printed = |index, person| {
        let of_iin = breaches(index, Kind::Iin, iin(person));
        let of_phone = breaches(index, Kind::Phone, phone(person));
        [of_iin, of_phone].map(|printed| printed.map_or((String::new(), 0), |printed| printed))
    };
    let open = |classes| ("open-2020".to_owned(), classes);
    let closed = |classes| ("sealed-2021".to_owned(), classes);
    let none = || (String::new(), 0);
    // Names, IIN, phone, address; of a broken row IIN and phone alone.
    assert_eq!(printed(&public, 6), [open(4), open(4)]);
    assert_eq!(printed(&public, 1), [open(2), none()]);
    assert_eq!(printed(&public, 39), [none(), none()]);
    assert_eq!(printed(&sealed, 39)[0], closed(3));
    assert_eq!(printed(&sealed, 6), [none(), none()]);
    let recovered = |index: &Index<_>| {
        let statistics = index.statistics().expect("statistics");
        statistics.recovered.get(&Kind::Iin).copied()
    };
    assert_eq!((recovered(&public), recovered(&sealed)), (Some(6), Some(4)));
}

fn tag(key: &SecretKey, kind: Kind, value: &str) -> exposure_index::oprf::Tag {
    let identifier = normalise(kind, value).expect("an identifier");
    evaluate(key, &identifier.oprf_input())
        .expect("evaluated")
        .tag()
}
