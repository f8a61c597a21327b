//! Are archive bombs refused?

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::ingest::container::budget::HELD_LIMIT;

#[test]
fn packing_without_end_is_refused() {
    let packed = (0..=DEPTH_LIMIT).fold(b"x".to_vec(), |inner, _| gz(&inner));
    assert!(matches!(fault(&packed), Fault::TooDeep { .. }));
    let packed = (0..=DEPTH_LIMIT).fold(b"x".to_vec(), |inner, _| tar(&[("a", &inner)]));
    assert!(matches!(fault(&packed), Fault::TooDeep { .. }));
}

/// The best that gzip achieves: a thousand times; its fast level reaches two hundred times, as text might.
fn best_gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zeros(pack: fn(&[u8]) -> Vec<u8>, megabytes: usize) -> Vec<u8> {
    pack(&vec![0; 1 << 20]).repeat(megabytes)
}

#[test]
fn a_bomb_is_recognised_by_its_ratio_however_it_is_packed() {
    for bomb in [zeros(best_gz, 1024), zeros(zst, 1024), zeros(bz2, 1024)] {
        assert!(matches!(fault(&bomb), Fault::Bomb { .. }));
        assert!(matches!(fault(&gz(&bomb)), Fault::Bomb { .. }));
        let archive = zip(&[("a", &bomb)]);
        assert!(matches!(fault(&archive), Fault::Bomb { .. }));
    }
}

/// A ZIP whose directory names one member `times` times.
fn overlapping(times: u16) -> Vec<u8> {
    let packed = zip(&[("a", &vec![0; 4 << 20])]);
    let directory = memchr::memmem::rfind(&packed, b"PK\x01\x02").unwrap();
    let end = memchr::memmem::rfind(&packed, b"PK\x05\x06").unwrap();
    let entries = packed[directory..end].repeat(usize::from(times));
    let mut bomb = [&packed[..directory], &entries, &packed[end..]].concat();
    let end = directory + entries.len();
    for place in [8, 10] {
        bomb[end + place..end + place + 2].copy_from_slice(&times.to_le_bytes());
    }
    bomb[end + 12..end + 16].copy_from_slice(&(entries.len() as u32).to_le_bytes());
    bomb[end + 16..end + 20].copy_from_slice(&(directory as u32).to_le_bytes());
    bomb
}

#[test]
fn members_that_share_their_bytes_are_a_bomb_like_any_other() {
    assert_eq!(contents(&overlapping(2)).len(), 2);
    assert!(matches!(fault(&overlapping(400)), Fault::Bomb { .. }));
}

#[test]
fn what_is_held_for_archives_within_archives_shares_one_budget() {
    let progress = Progress::default();
    let meter = Meter::new(&progress, 0);
    let budget = Budget::new(&meter);
    let inner = zip(&[("a", b"text")]);
    let outer = zip(&[("b.zip", &inner)]);
    let whole = zip(&[("c.zip", &outer), ("d.zip", &outer)]);
    let read = |left: usize| {
        let _held = budget.hold(HELD_LIMIT - left as u64).unwrap();
        let secrets = DumpSecrets::default();
        let mut unpacking = Unpacker {
            visit: &mut |_, _| Ok(()),
            opening: &opening(&secrets, None),
            budget: &budget,
            ending: Ending::Whole,
            tables: Tables::default(),
            paths: &[],
            taken: 0,
            unwanted: Vec::new(),
            banks: BTreeMap::new(),
            dumps: BTreeMap::new(),
            volumes: &[0],
        };
        unpacking.zip(&mut Cursor::new(&whole), &Member::default())
    };
    assert!(read(inner.len() + outer.len()).is_ok());
    assert!(read(inner.len() + outer.len() - 1).is_err());
}

#[test]
fn a_window_beyond_the_bound_is_refused_before_it_is_made() {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(30).unwrap();
    encoder.write_all(&[7; 1 << 20]).unwrap();
    assert_eq!(fault(&encoder.finish().unwrap()), Fault::FarBack);

    let mut options = XzOptions::with_preset(0);
    options.lzma_options.dict_size = 256 << 20;
    let mut writer = XzWriter::new(Vec::new(), options).unwrap();
    writer.write_all(b"text").unwrap();
    assert_eq!(fault(&writer.finish().unwrap()), Fault::FarBack);
}

/// A 7z archive with nothing but a header.
fn header_only(header: &[u8]) -> Vec<u8> {
    let crc = |bytes: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        crc.sum().to_le_bytes()
    };
    let length = (header.len() as u64).to_le_bytes();
    let start = [&[0; 8][..], &length, &crc(header)].concat();
    let begin: &[u8] = b"7z\xBC\xAF\x27\x1C\0\x04";
    [begin, &crc(&start), &start, header].concat()
}

#[test]
fn a_7z_header_that_says_more_than_it_holds_is_refused() {
    let most = [0xFF; 9];
    let million_files = [&[0x01, 0x05][..], &[0xE0, 0, 0, 0x0F]].concat();
    for header in [
        [&[0x01, 0x05][..], &most].concat(),
        million_files,
        [&[0x01, 0x04, 0x06, 0][..], &most].concat(),
        [&[0x01, 0x04, 0x07, 0x0B][..], &most].concat(),
        vec![0x17],
        vec![0x42],
    ] {
        let failure = opened(&header_only(&header)).err();
        assert!(failure.is_some(), "{header:x?}");
    }
    assert!(contents(&header_only(b"")).is_empty());
}

/// A 7z archive of one member, of one packed byte, that the given coders would unpack.
fn coded(folder: &[u8], sizes: &[u8]) -> Vec<u8> {
    let streams = [
        &[0x01, 0x04, 0x06, 0, 1, 0x09, 1, 0, 0x07, 0x0B, 1, 0][..],
        folder,
        &[0x0C],
        sizes,
        &[0, 0, 0x05, 1, 0, 0],
    ];
    header_only(&streams.concat())
}

#[test]
fn coders_that_want_too_much_or_go_round_in_circles_are_refused() {
    let lzma2 = |dictionary| coded(&[1, 0x21, 0x21, 1, dictionary], &[9]);
    assert!(matches!(fault(&lzma2(40)), Fault::TooLarge { .. }));
    assert_eq!(fault(&lzma2(41)), Fault::Damaged);
    let lzma = coded(&[1, 0x23, 3, 1, 1, 5, 93, 0, 0, 0, 0xFF], &[9]);
    assert!(matches!(
        fault(&lzma),
        Fault::TooLarge { .. } | Fault::Damaged
    ));
    let ppmd = coded(&[1, 0x23, 3, 4, 1, 5, 6, 0, 0, 0, 0xFF], &[9]);
    assert!(matches!(fault(&ppmd), Fault::TooLarge { .. }));
    // Two coders that feed each other, and one that feeds itself.
    let circle = coded(&[2, 1, 0, 1, 0, 0, 0], &[9, 9]);
    assert_eq!(fault(&circle), Fault::Damaged);
    let bcj2 = coded(&[1, 0x14, 3, 3, 1, 0x1B, 4, 1, 0, 1, 2, 3], &[9]);
    assert_eq!(fault(&bcj2), Fault::UnsupportedCompression);
}

#[test]
fn a_tar_that_lies_about_sizes_or_leaves_holes_out_is_refused() {
    let mut header = ::tar::Header::new_gnu();
    header.set_path("a").unwrap();
    header.set_size(u64::MAX / 2);
    header.set_cksum();
    let failure = opened(header.as_bytes()).err().unwrap();
    assert!(failure.is_early_end(), "{failure:?}");
    header.set_entry_type(::tar::EntryType::GNUSparse);
    header.set_size(0);
    header.set_cksum();
    assert_eq!(fault(header.as_bytes()), Fault::Sparse);
    header.set_entry_type(::tar::EntryType::GNULongName);
    header.set_size(1 << 40);
    header.set_cksum();
    assert_eq!(fault(header.as_bytes()), Fault::Damaged);
    header.as_mut_bytes()[0] = b'b';
    assert_eq!(fault(header.as_bytes()), Fault::Damaged);
}
