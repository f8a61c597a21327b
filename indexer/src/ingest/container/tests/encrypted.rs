use std::os::unix::fs::PermissionsExt;

use age::secrecy::ExposeSecret;
use age::{Encryptor, x25519};

use super::*;
use crate::ingest::Identities;

fn encrypted(identity: &x25519::Identity, bytes: &[u8]) -> Vec<u8> {
    let recipient = identity.to_public();
    let recipients = std::iter::once(&recipient as &dyn age::Recipient);
    let mut packed = Vec::new();
    let encryptor = Encryptor::with_recipients(recipients).unwrap();
    let mut writer = encryptor.wrap_output(&mut packed).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap();
    packed
}

fn armored(packed: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let format = age::armor::Format::AsciiArmor;
    let mut writer = age::armor::ArmoredWriter::wrap_output(&mut text, format).unwrap();
    writer.write_all(packed).unwrap();
    writer.finish().unwrap();
    text
}

fn secrets(identity: &x25519::Identity) -> DumpSecrets {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, identity.to_string().expose_secret()).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    DumpSecrets {
        identities: Identities::load(&[file.path()]).unwrap(),
        ..DumpSecrets::default()
    }
}

#[test]
fn what_is_encrypted_is_read_with_its_identity_and_not_with_another() {
    let identity = x25519::Identity::generate();
    let right = secrets(&identity);
    let other = secrets(&x25519::Identity::generate());
    let members: [(&str, &[u8]); 2] = [("a", b"1"), ("b", b"2")];
    for inner in [zip(&members), seven_zip(&members), gz(&tar(&members))] {
        let binary = encrypted(&identity, &inner);
        let packed_again = gz(&binary);
        for packed in [armored(&binary), binary, packed_again] {
            let (outcome, found) = opened_as(&packed, &opening(&right, None));
            assert_eq!(outcome.unwrap(), Ending::Whole);
            assert_eq!(found, [b"1", b"2"]);
            let (outcome, _) = opened_as(&packed, &opening(&other, None));
            assert!(matches!(outcome, Err(Failure::Fault(Fault::NoIdentity))));
        }
    }
}

#[test]
fn an_encrypted_file_that_is_cut_off_ends_early() {
    let identity = x25519::Identity::generate();
    let secrets = secrets(&identity);
    let text: Vec<u8> = (0..50_000_u32).flat_map(u32::to_le_bytes).collect();
    let binary = encrypted(&identity, &text);
    for packed in [armored(&binary), binary] {
        for cut in [packed.len() - 40, packed.len() / 2, 100] {
            let mut opening = opening(&secrets, None);
            let (outcome, _) = opened_as(&packed[..cut], &opening);
            let failure = outcome.err().unwrap();
            assert!(failure.is_early_end(), "{cut}: {failure:?}");
            opening.allow_truncated = true;
            let (outcome, found) = opened_as(&packed[..cut], &opening);
            assert_eq!(outcome.unwrap(), Ending::Early);
            assert!(cut == 100 || found[0].len() > cut / 4, "{cut}");
        }
    }
}

#[test]
fn an_encrypted_file_that_was_altered_is_damaged() {
    let identity = x25519::Identity::generate();
    let secrets = secrets(&identity);
    let mut packed = encrypted(&identity, &[7; 200_000]);
    let place = packed.len() - 100_000;
    packed[place] ^= 1;
    let failure = opened_as(&packed, &opening(&secrets, None))
        .0
        .err()
        .unwrap();
    assert!(!failure.is_early_end(), "{failure:?}");
}

#[test]
fn a_header_or_a_line_of_armor_without_end_is_refused() {
    let stanza = format!("-> X25519 {}\n{}\n", "A".repeat(43), "A".repeat(43));
    let header = format!("age-encryption.org/v1\n{}", stanza.repeat(10_000));
    assert_eq!(fault(header.as_bytes()), Fault::Damaged);
    let line = format!(
        "-----BEGIN AGE ENCRYPTED FILE-----\n{}",
        "A".repeat(1 << 20)
    );
    assert_eq!(fault(line.as_bytes()), Fault::Damaged);
}

#[test]
fn a_passphrase_and_passwords_are_reported() {
    let passphrase = age::secrecy::SecretString::from("x".to_owned());
    let mut recipient = age::scrypt::Recipient::new(passphrase);
    recipient.set_work_factor(1);
    let recipients = std::iter::once(&recipient as &dyn age::Recipient);
    let mut packed = Vec::new();
    let encryptor = Encryptor::with_recipients(recipients).unwrap();
    encryptor
        .wrap_output(&mut packed)
        .unwrap()
        .finish()
        .unwrap();
    assert_eq!(fault(&packed), Fault::Passphrase);

    let mut archive = zip(&[("a", b"1")]);
    // The flag before the member and in the directory.
    for (signature, place) in [(&b"PK\x03\x04"[..], 6), (b"PK\x01\x02", 8)] {
        let found = memchr::memmem::rfind(&archive, signature).unwrap();
        archive[found + place] |= 1;
    }
    assert_eq!(fault(&archive), Fault::Encrypted);

    for hide_names in [false, true] {
        let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
        let aes = sevenz_rust2::encoder_options::AesEncoderOptions::new("password".into());
        writer.set_content_methods(vec![aes.into(), EncoderMethod::LZMA2.into()]);
        writer.set_encrypt_header(hide_names);
        let entry = ArchiveEntry::new_file("a");
        writer.push_archive_entry(entry, Some(&b"1"[..])).unwrap();
        let archive = writer.finish().unwrap().into_inner();
        assert_eq!(
            fault(&archive),
            Fault::Encrypted,
            "names hidden: {hide_names}"
        );
    }
}
