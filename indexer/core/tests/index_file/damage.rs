//! Files cut short, bits flipped, and bytes that were never an index file.

use exposure_index::identifier::Kind;
use exposure_index::index::{BreachOrdinal, FormatError, Index, Prefix, Range, Section, Shape};
use exposure_index::oprf::Tag;
use exposure_index::progress::Progress;
use proptest::prelude::*;

use super::sample::Sample;
use super::stranger::{extent, mend, number, put};
use super::{config, refusal};

const HEAD: usize = 384;

/// Everything a program may ask of a file, whatever the answers.
fn ask_everything(file: &[u8], tags: impl Iterator<Item = u64>) -> Result<(), FormatError> {
    let index = Index::open(file)?;
    for tag in tags.map(Tag) {
        let _ = index.find(tag).map(|row| row.map(|row| row.exposures()));
    }
    for prefix in (0..index.header().shape.ranges().min(64)).map(Prefix) {
        let _ = index.path(prefix);
        if let Ok(range) = index.range(prefix) {
            ask_range(range);
        }
    }
    for kind in Kind::ALL {
        let _ = index.rows_of_kind(kind);
    }
    for breach in (0..4).map(BreachOrdinal) {
        let _ = index.rows_of_breach(breach);
    }
    let _ = (index.catalogue(), index.statistics());
    index.verify(&Progress::default())
}

fn ask_range(range: Range<'_>) {
    for tag in [0, 1 << 32, u64::MAX].map(Tag) {
        let _ = range.find(tag);
    }
    for set in [0, 1, usize::from(u16::MAX), usize::MAX] {
        let _ = range.exposures(set);
    }
}

fn section_of(place: usize) -> Section {
    [
        Section::Ranges,
        Section::Directory,
        Section::Merkle,
        Section::Postings,
        Section::Catalogue,
        Section::Statistics,
    ][place]
}

#[test]
fn a_file_cut_anywhere_in_its_head_is_refused_there() {
    let file = Sample::fixed(80).bytes();
    for length in 0..HEAD {
        let error = Index::open(&file[..length]).err().expect("a refusal");
        let offset = if length < 8 { 0 } else { length as u64 };
        assert_eq!(
            (error.section, error.offset),
            (Section::Header, offset),
            "{length} bytes"
        );
    }
}

#[test]
fn a_file_cut_at_a_section_boundary_is_refused_in_that_section() {
    let file = Sample::fixed(80).bytes();
    for place in 0..6 {
        let (start, length) = extent(&file, place);
        for cut in [start, start + 1, start + length / 2, start + length - 1] {
            let error = Index::open(&file[..cut]).err().expect("a refusal");
            let expected = (section_of(place), (cut - start) as u64);
            assert_eq!((error.section, error.offset), expected, "cut at {cut}");
        }
        // In the zeros before a section, which has nothing there then.
        let error = Index::open(&file[..start - 1]).err().expect("a refusal");
        let expected = if place == 0 {
            Section::Header
        } else {
            section_of(place)
        };
        assert_eq!(error.section, expected, "cut at {}", start - 1);
    }
}

#[test]
fn a_file_cut_or_continued_anywhere_is_refused() {
    let file = Sample::fixed(40).bytes();
    for length in 0..file.len() {
        assert!(Index::open(&file[..length]).is_err(), "{length} bytes");
    }
    let longer = [&file[..], &[0]].concat();
    let error = refusal(&longer).expect("a refusal");
    assert_eq!((error.section, error.offset), (Section::Header, 80));
}

#[test]
fn any_single_flipped_bit_is_found() {
    let mut file = Sample::fixed(40).bytes();
    assert_eq!(refusal(&file), None);
    assert!(file.len() < 4096, "{} bytes take too long", file.len());
    for bit in 0..8 * file.len() {
        file[bit / 8] ^= 1 << (bit % 8);
        assert!(refusal(&file).is_some(), "bit {bit}");
        file[bit / 8] ^= 1 << (bit % 8);
    }
}

/// With the checksums made to fit again, a flipped bit is still found if a rule binds it. The exceptions: key id
/// and time, the metadata of breaches, and what statistics and bitmaps may say in more than one way.
#[test]
fn a_flipped_bit_of_a_row_is_found_even_if_all_checksums_fit() {
    let file = Sample::fixed(40).bytes();
    for place in 0..3 {
        let (start, length) = extent(&file, place);
        for bit in 8 * start..8 * (start + length) {
            let mut changed = file.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            mend(&mut changed);
            assert!(refusal(&changed).is_some(), "bit {bit}");
        }
    }
}

proptest! {
    #![proptest_config(config(2000))]

    #[test]
    fn random_bytes_are_refused(bytes: Vec<u8>) {
        prop_assert!(Index::open(&bytes[..]).is_err());
    }

    #[test]
    fn random_bytes_with_a_good_beginning_are_refused(bytes in prop::collection::vec(any::<u8>(), 376..1024)) {
        let mut file = b"TEKSERIX\x01\0\0\0\x01\0\0\0\0\0\0\0\x06\0\0\0".to_vec();
        file.extend(bytes);
        mend(&mut file);
        prop_assert!(Index::open(&file[..]).is_err());
    }

    #[test]
    fn a_range_of_random_bytes_makes_no_harm(
        mut bytes in prop::collection::vec(any::<u8>(), 0..300),
        small in any::<[u8; 3]>(),
    ) {
        let file = Sample::fixed(80).bytes();
        let shape: Shape = Index::open(&file[..]).expect("a good file").header().shape;
        if let Some(head) = bytes.first_chunk_mut::<16>() {
            let (rows, sets, exposures) = (small[0] % 16, small[1] % 4, small[2] % 8);
            *head = [200, 0, 0, 0, rows, 0, sets, 0, exposures, 0, 2, 1, 150, 0, 0, 0];
        }
        if let Ok(range) = Range::parse(&bytes, shape) {
            ask_range(range);
        }
    }

    #[test]
    fn changed_bytes_make_no_harm_even_if_all_checksums_fit(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        tags: [u64; 4],
    ) {
        let sample = Sample::fixed(80);
        let mut file = sample.bytes();
        for (place, byte) in &changes {
            let place = place.index(file.len());
            file[place] = *byte;
        }
        mend(&mut file);
        // Excludes panics where numbers of the file are used as places and lengths: slices out of bounds, sums that
        // overflow.
        let _ = ask_everything(&file, sample.rows.keys().copied().chain(tags));
    }

    #[test]
    fn numbers_at_their_limits_make_no_harm_even_if_all_checksums_fit(
        place: prop::sample::Index,
        value in prop::sample::select(vec![0, 1, 0x7f, 0x80, 0xffff, 0xffff_ffff, 1 << 63, u64::MAX]),
        width in 1_usize..=8,
    ) {
        let sample = Sample::fixed(80);
        let mut file = sample.bytes();
        let place = place.index(file.len() - width);
        file[place..place + width].copy_from_slice(&value.to_le_bytes()[..width]);
        mend(&mut file);
        // Excludes the same panics at the limits: overflow of sums and products, allocations beyond memory.
        let _ = ask_everything(&file, sample.rows.keys().copied());
    }
}

#[test]
fn a_claim_of_many_rows_or_ranges_takes_no_memory() {
    let mut file = Sample::fixed(80).bytes();
    assert_eq!(number::<1>(&file, 92), 2);
    // The most rows possible for the rows per range.
    put::<8>(&mut file, 72, u64::from(u32::MAX));
    file[92..94].copy_from_slice(&[24, 4]);
    mend(&mut file);
    let error = refusal(&file).expect("a refusal");
    assert_eq!(error.section, Section::Directory);
}
