//! A file holds what was written, and a broken one is refused.

use std::io::Cursor;

use proptest::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::layout::{
    DIRECTORY_CHECKSUM_OFFSET, DIRECTORY_ENTRIES, DIRECTORY_START, HEADER_CHECKSUM_OFFSET,
    LEAST_OFFSET, LENGTH_OFFSET, PASSWORD_LENGTH, PASSWORDS_CHECKSUM_OFFSET, PASSWORDS_OFFSET,
    PASSWORDS_START, VERSION_OFFSET,
};
use super::*;

const LEAST: u32 = 10;

fn written(mut passwords: Vec<(PasswordHash, u32)>) -> Vec<u8> {
    passwords.sort_unstable();
    let mut writer = PasswordsWriter::new(Cursor::new(Vec::new()), LEAST).expect("begun");
    for (hash, count) in passwords {
        writer.push(hash, count).expect("written");
    }
    writer.finish(1_790_000_000).expect("finished").into_inner()
}

/// Sixty passwords, two of which share a prefix.
fn some() -> Vec<(PasswordHash, u32)> {
    let mut some: Vec<(PasswordHash, u32)> = (0..58)
        .map(|number: u32| (PasswordHash::of(&number.to_le_bytes()), LEAST + number))
        .collect();
    for last in [1, 2] {
        let mut hash = [0xab; PasswordHash::LENGTH];
        hash[PasswordHash::LENGTH - 1] = last;
        some.push((PasswordHash(hash), u32::MAX));
    }
    some
}

/// The file's checksums made to fit again.
fn resealed(mut file: Vec<u8>) -> Vec<u8> {
    let directory = xxh3_64(&file[DIRECTORY_START..PASSWORDS_START]);
    let passwords = xxh3_64(&file[PASSWORDS_START..]);
    file[DIRECTORY_CHECKSUM_OFFSET..][..8].copy_from_slice(&directory.to_le_bytes());
    file[PASSWORDS_CHECKSUM_OFFSET..][..8].copy_from_slice(&passwords.to_le_bytes());
    let header = xxh3_64(&file[..HEADER_CHECKSUM_OFFSET]);
    file[HEADER_CHECKSUM_OFFSET..][..8].copy_from_slice(&header.to_le_bytes());
    file
}

fn refusal(file: &[u8]) -> Option<String> {
    let refusal = Passwords::open(file).and_then(|passwords| passwords.verify());
    refusal.err().map(|error| error.to_string())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_was_written_is_found_and_nothing_else(
        hashes in prop::collection::btree_map(any::<[u8; 20]>(), LEAST.., 0..60),
        crowded in prop::collection::btree_map(any::<[u8; 17]>(), LEAST.., 0..60),
        absent: [u8; 20],
    ) {
        let in_one_range = crowded.into_iter().map(|(end, count)| {
            let mut hash = [0xff; 20];
            hash[3..].copy_from_slice(&end);
            (hash, count)
        });
        let all: std::collections::BTreeMap<[u8; 20], u32> = hashes.into_iter().chain(in_one_range).collect();
        let file = written(all.iter().map(|(hash, count)| (PasswordHash(*hash), *count)).collect());
        let passwords = Passwords::open(&file[..]).expect("opened");
        prop_assert!(passwords.verify().is_ok());
        prop_assert_eq!(passwords.len(), all.len() as u64);
        for (hash, count) in &all {
            prop_assert_eq!(passwords.count(PasswordHash(*hash)).expect("read"), Some(*count));
        }
        prop_assert_eq!(passwords.count(PasswordHash(absent)).expect("read"), all.get(&absent).copied());
        let lengths = PasswordPrefix::all().map(|prefix| passwords.range(prefix).expect("read").len());
        prop_assert_eq!(lengths.sum::<usize>(), all.len());
    }
}

#[test]
fn a_range_gives_the_digits_that_follow_its_prefix() {
    let file = written(some());
    let passwords = Passwords::open(&file[..]).expect("opened");
    let prefix = PasswordPrefix::parse("ABABA").expect("a prefix");
    let range = passwords.range(prefix).expect("read");
    let listed: Vec<(Vec<u8>, u32)> = range
        .map(|password| (password.suffix.digits().to_vec(), password.count))
        .collect();
    let digits = |last: &str| format!("{}{last}", &"BA".repeat(17)[..33]).into_bytes();
    assert_eq!(listed, [(digits("01"), u32::MAX), (digits("02"), u32::MAX)]);
}

#[test]
fn a_file_without_any_password_is_a_file() {
    let file = written(Vec::new());
    let passwords = Passwords::open(&file[..]).expect("opened");
    assert!(passwords.is_empty() && passwords.verify().is_ok());
    assert_eq!(
        (passwords.least(), passwords.built_at()),
        (LEAST, 1_790_000_000)
    );
}

#[test]
fn a_file_that_is_cut_off_or_continues_is_refused() {
    let file = written(some());
    let shorter = (0..=DIRECTORY_START).chain((PASSWORDS_START - 2..file.len()).step_by(3));
    for length in shorter {
        assert!(Passwords::open(&file[..length]).is_err(), "{length}");
    }
    assert!(Passwords::open(&[&file[..], &[0]].concat()[..]).is_err());
}

#[test]
fn a_file_of_which_a_byte_was_changed_is_refused() {
    let mut file = written(some());
    assert_eq!(refusal(&file), None);
    let places = (0..DIRECTORY_START)
        .chain((DIRECTORY_START..PASSWORDS_START).step_by(65_537))
        .chain(PASSWORDS_START..file.len());
    for place in places {
        file[place] ^= 0x10;
        assert!(refusal(&file).is_some(), "{place}");
        file[place] ^= 0x10;
    }
}

#[test]
fn each_rule_that_a_file_with_right_checksums_breaks_is_reported_with_its_place() {
    let good = written(some());
    let (first, second) = (PASSWORDS_START, PASSWORDS_START + PASSWORD_LENGTH);
    let directory = |entry: usize| DIRECTORY_START + 4 * entry;
    let crowded = directory(0xababa);
    for (offset, bytes, complaint) in [
        (0, &b"TEKSERIX"[..], "not a password list".to_owned()),
        (VERSION_OFFSET, &[2], "version 2".to_owned()),
        (LEAST_OFFSET, &[1], format!("header, offset {LEAST_OFFSET}")),
        (
            PASSWORDS_OFFSET,
            &[0xff; 8],
            format!("header, offset {PASSWORDS_OFFSET}"),
        ),
        (
            PASSWORDS_OFFSET,
            &[1],
            format!("header, offset {LENGTH_OFFSET}"),
        ),
        (
            directory(0),
            &[1],
            format!("directory, offset {}", directory(0)),
        ),
        (
            directory(DIRECTORY_ENTRIES - 1),
            &[1],
            format!("directory, offset {}", directory(DIRECTORY_ENTRIES - 1)),
        ),
        (
            crowded,
            &[0xff],
            format!("directory, offset {}", crowded - 4),
        ),
        (first, &[0xf0], format!("passwords, offset {first}: bits")),
        (
            second - 4,
            &[LEAST as u8 - 1, 0, 0, 0],
            format!("passwords, offset {first}: a count"),
        ),
    ] {
        let mut file = good.clone();
        file[offset..offset + bytes.len()].copy_from_slice(bytes);
        let refusal = refusal(&resealed(file)).unwrap_or_default();
        assert!(refusal.contains(&complaint), "{complaint}: {refusal}");
    }
}

#[test]
fn passwords_out_of_order_are_neither_written_nor_read() {
    let mut file = written(some());
    let opened = Passwords::open(&file[..]).expect("opened");
    let prefix = PasswordPrefix::parse("ABABA").expect("a prefix");
    let before = PasswordPrefix::all().take_while(|other| *other != prefix);
    let before: usize = before
        .map(|other| opened.range(other).expect("read").len())
        .sum();
    let place = PASSWORDS_START + before * PASSWORD_LENGTH;
    let (one, two) = file[place..place + 2 * PASSWORD_LENGTH].split_at_mut(PASSWORD_LENGTH);
    one.swap_with_slice(two);
    let refusal = refusal(&resealed(file)).unwrap_or_default();
    assert!(refusal.contains("passwords out of order"), "{refusal}");

    let mut writer = PasswordsWriter::new(Cursor::new(Vec::new()), LEAST).expect("begun");
    let [low, high] = [1, 2].map(|first| PasswordHash([first; 20]));
    assert!(writer.push(low, LEAST - 1).is_err());
    assert!(writer.push(high, LEAST).is_ok());
    assert!(writer.push(high, LEAST).is_err());
    assert!(writer.push(low, LEAST).is_err());
}
