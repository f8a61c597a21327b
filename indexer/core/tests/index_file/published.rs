//! Files of every published version of the format stay readable.
//!
//! A fixture is written once, when its version is published, and never again:
//! `cargo test -p exposure_index --test index_file -- --ignored write_the_fixture`.

use std::fs;
use std::io::Write;

use exposure_index::identifier::Kind;
use exposure_index::index::{BreachOrdinal, Index};
use exposure_index::oprf::Tag;

use super::refusal;
use super::sample::{GENERATION, Sample};

const VERSION_1: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/v1.idx");

#[test]
#[ignore = "writes the fixture, which is done once for each version of the format"]
fn write_the_fixture() {
    let mut file = fs::File::create_new(VERSION_1).expect("a version is published once");
    file.write_all(&Sample::fixed(100).bytes())
        .expect("a fixture");
}

#[test]
fn a_file_without_the_kinds_of_warning_lists_is_what_it_always_was() {
    let file = fs::read(VERSION_1).expect("the fixture");
    assert!(Sample::fixed(100).bytes() == file);
}

#[test]
fn a_file_of_version_1_is_good_and_answers() {
    let sample = Sample::fixed(100);
    let file = fs::read(VERSION_1).expect("the fixture");
    assert_eq!(refusal(&file), None);
    let index = Index::open(&file[..]).expect("a good file");
    assert_eq!(index.header().generation.as_str(), GENERATION);
    assert_eq!(index.header().shape.prefix_bits(), 2);
    assert_eq!(index.catalogue().expect("a catalogue"), sample.catalogue());
    assert_eq!(index.statistics().expect("statistics"), sample.statistics());
    for (tag, (_, exposures)) in &sample.rows {
        let row = index
            .find(Tag(*tag))
            .expect("a good file")
            .expect("a row that was written");
        assert_eq!(&row.exposures().expect("a good file"), exposures);
        assert!(index.find(Tag(tag ^ 1)).expect("a good file").is_none());
    }
    let counted = |kind| {
        index
            .statistics()
            .expect("statistics")
            .identifiers
            .get(&kind)
            .copied()
    };
    for kind in Kind::ALL {
        let rows = index.rows_of_kind(kind).expect("a posting");
        assert_eq!(Some(rows.len()).filter(|rows| *rows > 0), counted(kind));
    }
    assert!(
        !index
            .rows_of_breach(BreachOrdinal(0))
            .expect("a posting")
            .is_empty()
    );
}
