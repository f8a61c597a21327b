//! What is written is read back.

use std::collections::{BTreeMap, BTreeSet};

use exposure_index::identifier::Kind;
use exposure_index::index::{BreachOrdinal, Exposure, Index, Prefix, Range, verify_path};
use exposure_index::oprf::Tag;
use proptest::prelude::*;

use super::sample::{Sample, exposure};
use super::stranger::{File, Rows};
use super::{config, refusal};

/// Classes per breach, from one to eight.
fn breaches() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(1_usize..=8, 1..=5)
}

/// Up to 3,000 tags: scattered, at the edges, or all of one prefix.
fn tags() -> impl Strategy<Value = BTreeSet<u64>> {
    let scattered = prop::collection::btree_set(any::<u64>(), 0..3000);
    let few = prop::collection::btree_set(prop_oneof![Just(0), Just(u64::MAX), any::<u64>()], 0..3);
    let dense = prop::collection::btree_set(0_u64..1 << 16, 0..2000);
    let crowded = (any::<u64>(), dense).prop_map(|(prefix, rests)| {
        let tag = |rest: u64| prefix << 40 | rest << 4;
        rests.into_iter().map(tag).collect::<BTreeSet<u64>>()
    });
    prop_oneof![scattered, few, crowded].prop_flat_map(|tags| {
        prop::sample::subsequence(vec![0, u64::MAX], 0..=2)
            .prop_map(move |edges| &tags | &edges.into_iter().collect())
    })
}

/// Exposures that the breaches allow, drawn from `random`.
fn exposures(classes: &[usize], random: u64) -> Vec<Exposure> {
    let drawn = |breach: usize| {
        let all = (1 << classes[breach]) - 1;
        let set = random.rotate_left(8 * breach as u32) & all;
        exposure(breach as u16, if set == 0 { all } else { set })
    };
    let present = 1 + random % ((1 << classes.len()) - 1);
    (0..classes.len())
        .filter(|breach| present >> breach & 1 == 1)
        .map(drawn)
        .collect()
}

fn samples() -> impl Strategy<Value = Sample> {
    let randoms = prop::collection::vec((0..Kind::ALL.len(), any::<u64>()), 1..40);
    (breaches(), tags(), randoms, 16_u32..=64).prop_map(|(classes, tags, randoms, range_rows)| {
        let row = |(kind, random): &(usize, u64)| (Kind::ALL[*kind], exposures(&classes, *random));
        let rows = tags
            .into_iter()
            .zip(randoms.iter().cycle().map(row))
            .collect();
        Sample::of(classes, rows, range_rows)
    })
}

/// The range of a prefix as a server answers it: range, zeros, path.
fn response(index: &Index<&[u8]>, prefix: Prefix) -> Vec<u8> {
    let mut response = index.range(prefix).expect("a range").as_bytes().to_vec();
    let path = index.path(prefix).expect("a path").concat();
    response.resize(index.header().range_bytes as usize - path.len(), 0);
    response.extend(path);
    response
}

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn every_row_is_found_and_every_range_is_proven(sample in samples(), absent: u64) {
        let (bytes, header) = sample.write();
        prop_assert_eq!(refusal(&bytes), None);
        let index = Index::open(&bytes[..]).expect("a good file");
        prop_assert_eq!(index.header(), &header);
        prop_assert_eq!(header.rows, sample.rows.len() as u64);
        for (number, (tag, (_, exposures))) in sample.rows.iter().enumerate() {
            let row = index.find(Tag(*tag)).expect("a good file").expect("a row that was written");
            prop_assert_eq!(row.number().0 as usize, number);
            prop_assert_eq!(&row.exposures().expect("a good file"), exposures);
            for neighbour in [tag.wrapping_sub(1), tag.wrapping_add(1), tag ^ 1 << 63, absent] {
                let found = index.find(Tag(neighbour)).expect("a good file").is_some();
                prop_assert_eq!(found, sample.rows.contains_key(&neighbour));
            }
        }
        let mut longest = 0;
        for prefix in (0..header.shape.ranges()).map(Prefix) {
            let range = index.range(prefix).expect("a range");
            let path = index.path(prefix).expect("a path");
            prop_assert!(verify_path(range.as_bytes(), prefix.0, &path, &header.root));
            longest = longest.max(range.as_bytes().len() + 32 * path.len());
        }
        prop_assert_eq!(header.range_bytes as usize, longest);
    }

    #[test]
    fn a_padded_response_answers_as_the_file_does(sample in samples()) {
        let (bytes, header) = sample.write();
        let index = Index::open(&bytes[..]).expect("a good file");
        let responses: Vec<Vec<u8>> =
            (0..header.shape.ranges()).map(|prefix| response(&index, Prefix(prefix))).collect();
        for response in &responses {
            prop_assert_eq!(response.len(), header.range_bytes as usize);
        }
        for (tag, (_, exposures)) in &sample.rows {
            let Prefix(prefix) = header.shape.prefix(Tag(*tag));
            let range = Range::parse(&responses[prefix as usize], header.shape).expect("a good range");
            let (_, set) = range.find(Tag(*tag)).expect("a good range").expect("a row that was written");
            prop_assert_eq!(&range.exposures(set).expect("a good range"), exposures);
        }
    }

    #[test]
    fn postings_catalogue_and_statistics_come_back(sample in samples()) {
        let bytes = sample.bytes();
        let index = Index::open(&bytes[..]).expect("a good file");
        prop_assert_eq!(index.catalogue().expect("a catalogue"), sample.catalogue());
        prop_assert_eq!(index.statistics().expect("statistics"), sample.statistics());
        let numbered = || (0_u32..).zip(sample.rows.values());
        for kind in Kind::ALL {
            let rows: Vec<u32> = numbered().filter(|(_, row)| row.0 == kind).map(|(number, _)| number).collect();
            prop_assert!(index.rows_of_kind(kind).expect("a posting").into_iter().eq(rows));
        }
        for breach in (0..sample.classes.len() as u16).map(BreachOrdinal) {
            let in_breach = |row: &(Kind, Vec<Exposure>)| row.1.iter().any(|exposure| exposure.breach == breach);
            let rows: Vec<u32> = numbered().filter(|(_, row)| in_breach(row)).map(|(number, _)| number).collect();
            prop_assert!(index.rows_of_breach(breach).expect("a posting").into_iter().eq(rows));
        }
    }

    #[test]
    fn equal_rows_give_equal_bytes_and_another_name_leaves_the_root_alone(sample in samples()) {
        let (bytes, header) = sample.write();
        prop_assert!(sample.bytes() == bytes);
        let renamed = Sample { generation: "20270101-000000-ffffffff", built_at: -1, ..sample };
        let (other, renamed) = renamed.write();
        prop_assert!(other[384..] == bytes[384..]);
        prop_assert_eq!(renamed.root, header.root);
        prop_assert_ne!(renamed.generation, header.generation);
    }

    #[test]
    fn a_reader_made_from_the_page_alone_reads_the_same_rows(sample in samples()) {
        let bytes = sample.bytes();
        let file = File::read(&bytes);
        let expected: Rows = sample.rows.iter().map(|(tag, (kind, exposures))| {
            let pairs = exposures.iter().map(|it| (u64::from(it.breach.0), it.classes.0));
            (*tag, (vec![u16::from(kind.code())], pairs.collect()))
        }).collect();
        prop_assert!(file.rows() == expected);
        let mut again = file.clone();
        again.set_ranges(&file.ranges().iter().map(super::stranger::Range::write).collect::<Vec<_>>());
        prop_assert!(again.write() == bytes, "what the page says is what the library writes");
    }
}

#[test]
fn the_writer_counts_what_it_is_given() {
    let sample = Sample::fixed(300);
    let mut writer = sample.writer();
    for (tag, (kind, exposures)) in &sample.rows {
        writer
            .push(Tag(*tag), *kind, exposures)
            .expect("a good row");
    }
    let statistics = sample.statistics();
    assert_eq!(writer.identifiers(), statistics.identifiers);
    for (breach, counted) in statistics.breaches.values().enumerate() {
        assert_eq!(writer.identifiers_of(breach), counted.identifiers);
    }
}

#[test]
fn a_sealed_file_comes_back_sealed() {
    let sample = Sample {
        sealed: true,
        ..Sample::fixed(50)
    };
    let bytes = sample.bytes();
    assert_eq!(refusal(&bytes), None);
    let index = Index::open(&bytes[..]).expect("a good file");
    assert!(index.header().sealed);
    assert_eq!(
        index.statistics().expect("statistics").both_files,
        sample.statistics().both_files
    );
}

#[test]
fn a_file_without_rows_or_breaches_is_a_good_file() {
    let bytes = Sample::of(Vec::new(), BTreeMap::new(), 16).bytes();
    assert_eq!(refusal(&bytes), None);
    let index = Index::open(&bytes[..]).expect("a good file");
    assert!(index.find(Tag(0)).expect("a good file").is_none());
    assert!(index.range(Prefix(1)).is_err());
    assert!(index.path(Prefix(1)).is_err());
}
