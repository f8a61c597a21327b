//! Archives and workbooks that 7-Zip, `rars`, RAR 6.23 (`own`) and msoffcrypto encrypted.

use super::*;
use crate::ingest::Passwords;

const CLIENTS: &[u8] = include_bytes!("archives/clients.csv");
const PEOPLE: &[u8] = include_bytes!("archives/a.csv");

macro_rules! archive {
    ($name:literal) => {
        ($name, include_bytes!(concat!("archives/", $name)) as &[u8])
    };
}

/// Archives with the password `secret` and what comes out of them, in their own order.
const ARCHIVES: [(&str, &[u8]); 14] = [
    archive!("zipcrypto.zip"),
    archive!("aes256.zip"),
    archive!("aes128-stored.zip"),
    archive!("content.7z"),
    archive!("header.7z"),
    archive!("rar20-password.rar"),
    archive!("rar29-password.rar"),
    archive!("rar50-password.rar"),
    archive!("rar30-hidden.rar"),
    archive!("rar50-hidden.rar"),
    archive!("own4-password.rar"),
    archive!("own4-hidden.rar"),
    archive!("own5-password.rar"),
    archive!("own5-hidden.rar"),
];

fn secrets(passwords: &[&str]) -> DumpSecrets {
    DumpSecrets {
        passwords: Passwords::of(passwords),
        ..DumpSecrets::default()
    }
}

fn opened_with(archive: &[u8], passwords: &[&str]) -> Outcome {
    opened_as(archive, &opening(&secrets(passwords), None))
}

fn fault_of(outcome: Outcome) -> Option<Fault> {
    let mut failure = outcome.0.err()?;
    while let Failure::Member(_, inner) = failure {
        failure = *inner;
    }
    match failure {
        Failure::Fault(fault) => Some(fault),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_right_password_opens_an_archive_also_after_wrong_ones() {
    for (name, archive) in ARCHIVES {
        for passwords in [&["secret"][..], &["Secret", "", "құпия", "secret", "other"]] {
            let (outcome, mut found) = opened_with(archive, passwords);
            assert_eq!(
                outcome.unwrap_or_else(|failure| panic!("{name}: {failure:?}")),
                Ending::Whole
            );
            found.sort();
            let mut expected = vec![PEOPLE.to_vec()];
            if name != "aes128-stored.zip" {
                expected.push(CLIENTS.to_vec());
            }
            expected.sort();
            assert_eq!(found, expected, "{name}");
        }
    }
}

#[test]
fn without_the_right_password_nothing_comes_out_and_the_message_says_what_to_do() {
    for (name, archive) in ARCHIVES {
        let without = opened_with(archive, &[]);
        assert!(without.1.is_empty(), "{name}");
        assert_eq!(fault_of(without), Some(Fault::Encrypted), "{name}");
        for passwords in [&["Secret"][..], &["secret ", "x", "y"]] {
            let wrong = opened_with(archive, passwords);
            assert_eq!(fault_of(wrong), Some(Fault::WrongPassword), "{name}");
        }
    }
    for fault in [Fault::Encrypted, Fault::WrongPassword] {
        assert!(fault.to_string().contains("--password-file"));
    }
}

#[test]
fn a_password_in_kazakh_opens_a_7z_archive() {
    let archive = include_bytes!("archives/kazakh.7z");
    let (outcome, found) = opened_with(archive, &["құпия сөз"]);
    assert_eq!(
        (outcome.unwrap(), found),
        (Ending::Whole, vec![PEOPLE.to_vec()])
    );
}

#[test]
fn an_encrypted_workbook_is_read_as_what_it_is() {
    // In the agile form, and in the standard one, which was made by hand after [MS-OFFCRYPTO] and opened by
    // msoffcrypto.
    let agile: &[u8] = include_bytes!("archives/agile.xlsx");
    let standard: &[u8] = include_bytes!("archives/standard.xlsx");
    for book in [agile, standard] {
        for packed in [book.to_vec(), zip(&[("book.xlsx", book)])] {
            let (outcome, found) = opened_with(&packed, &["wrong", "құпия"]);
            assert_eq!(outcome.unwrap(), Ending::Whole);
            assert!(found.len() == 1 && found[0].starts_with(b"PK\x03\x04"));
            assert_eq!(fault_of(opened_with(&packed, &[])), Some(Fault::Encrypted));
            let wrong = fault_of(opened_with(&packed, &["x"]));
            assert_eq!(wrong, Some(Fault::WrongPassword));
        }
        let whole = opened_with(book, &["құпия"]).1;
        for length in (8..book.len()).step_by(97) {
            let cut = &book[..length];
            let (outcome, found) = opened_with(cut, &["құпия"]);
            // The truncated compound file is refused as a workbook; after the document it has padding.
            assert!(
                outcome.is_err() || found == [cut] || found == whole,
                "{length}"
            );
        }
    }
}

#[test]
fn members_that_are_not_wanted_need_no_password() {
    for (name, archive) in ARCHIVES {
        // Their names are hidden as well.
        if name == "header.7z" || name.ends_with("-hidden.rar") {
            continue;
        }
        let (secrets, pattern) = (DumpSecrets::default(), Pattern::new("*.sql").unwrap());
        let (outcome, found) = opened_as(archive, &opening(&secrets, Some(&pattern)));
        assert!(found.is_empty());
        assert!(
            matches!(outcome, Err(Failure::Fault(Fault::NoMember { .. }))),
            "{name}: {outcome:?}"
        );
    }
}

#[test]
fn what_is_encrypted_and_damaged_is_refused() {
    for (name, archive) in ARCHIVES {
        for place in (0..archive.len()).step_by(13) {
            let mut damaged = archive.to_vec();
            damaged[place] ^= 0x41;
            if let (Ok(_), found) = opened_with(&damaged, &["secret"]) {
                let is_part =
                    |bytes: &Vec<u8>| bytes == PEOPLE || bytes == CLIENTS || bytes == &damaged;
                assert!(found.iter().all(is_part), "{name} at {place}");
            }
        }
    }
}
