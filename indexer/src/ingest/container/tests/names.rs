//! Old and foreign archives: their names, headers and volumes.

use encoding_rs::{IBM866, WINDOWS_1251};

use super::members::chosen;
use super::*;

/// A tape archive of before 1988: a header without mark.
fn old_tar(name: &[u8], content: &[u8]) -> Vec<u8> {
    let mut header = ::tar::Header::new_old();
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    header.set_size(content.len() as u64);
    header.set_cksum();
    let padding = vec![0; content.len().wrapping_neg() % 512 + 1024];
    [&header.as_bytes()[..], content, &padding].concat()
}

#[test]
fn a_tape_archive_without_mark_is_recognised_by_its_checksum() {
    assert_eq!(contents(&old_tar(b"a.csv", b"phone\n")), [b"phone\n"]);
    assert_eq!(chosen(&old_tar(b"a.csv", b"1"), "*.csv").unwrap(), [b"1"]);
    let mut damaged = old_tar(b"a.csv", b"1");
    damaged[3] = b'x';
    assert_eq!(contents(&damaged).len(), 1);
    assert_eq!(contents(&damaged)[0], damaged);
}

#[test]
fn entries_of_unknown_kinds_are_files() {
    let mut archive = old_tar(b"a.csv", b"1");
    let header = ::tar::Header::from_byte_slice(&archive[..512]);
    let mut header = header.clone();
    header.set_entry_type(::tar::EntryType::new(b'M'));
    header.set_cksum();
    archive[..512].copy_from_slice(header.as_bytes());
    assert_eq!(contents(&archive), [b"1"]);
}

/// A ZIP archive with the bytes of its member's name replaced by as many others.
fn zip_named(name: &[u8]) -> Vec<u8> {
    let placeholder = "x".repeat(name.len());
    let mut archive = zip(&[(&placeholder, b"1")]);
    while let Some(place) = memchr::memmem::find(&archive, placeholder.as_bytes()) {
        archive[place..place + name.len()].copy_from_slice(name);
    }
    archive
}

#[test]
fn members_are_found_by_the_names_that_people_see() {
    for name in ["клиенты.csv", "База Алматы 2024.csv"] {
        for bytes in [
            IBM866.encode(name).0,
            WINDOWS_1251.encode(name).0,
            name.as_bytes().into(),
        ] {
            assert_eq!(chosen(&zip_named(&bytes), name).unwrap(), [b"1"], "{name}");
            assert_eq!(
                chosen(&old_tar(&bytes, b"1"), name).unwrap(),
                [b"1"],
                "{name}"
            );
        }
    }
}

#[test]
fn a_member_is_meant_without_the_suffixes_of_its_streams() {
    let inner = tar(&[("data/part-0.csv.gz", &gz(b"1")), ("x.png", b"x")]);
    let archive = seven_zip(&[("data.tar", &inner)]);
    assert_eq!(chosen(&archive, "*.csv").unwrap(), [b"1"]);
    assert_eq!(
        chosen(&archive, "data.tar/data/part-0.csv.gz").unwrap(),
        [b"1"]
    );
}

/// Returns the volumes of a split archive of these members: places count from the volume that a member begins in.
fn split(members: &[(&str, &[u8])], volume: usize) -> Vec<Vec<u8>> {
    let whole = [&b"PK\x07\x08"[..], &zip(members)].concat();
    let disk = |place: usize| (place / volume) as u16;
    let mut archive = whole.clone();
    let entries: Vec<usize> = memchr::memmem::find_iter(&whole, b"PK\x01\x02").collect();
    for &entry in &entries {
        let offset = u32::from_le_bytes(whole[entry + 42..entry + 46].try_into().unwrap());
        let place = offset as usize + 4;
        archive[entry + 34..entry + 36].copy_from_slice(&disk(place).to_le_bytes());
        let within = (place % volume) as u32;
        archive[entry + 42..entry + 46].copy_from_slice(&within.to_le_bytes());
    }
    let end = whole.len() - 22;
    archive[end + 4..end + 6].copy_from_slice(&disk(whole.len() - 1).to_le_bytes());
    archive[end + 6..end + 8].copy_from_slice(&disk(entries[0]).to_le_bytes());
    let within = (entries[0] % volume) as u32;
    archive[end + 16..end + 20].copy_from_slice(&within.to_le_bytes());
    archive.chunks(volume).map(<[u8]>::to_vec).collect()
}

fn read_volumes(volumes: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, Failure> {
    let folder = tempfile::tempdir().unwrap();
    let path = |number: usize| folder.path().join(number.to_string());
    for (number, part) in volumes.iter().enumerate() {
        std::fs::write(path(number), part).unwrap();
    }
    let paths: Vec<PathBuf> = (0..volumes.len()).map(path).collect();
    let size = volumes.iter().map(Vec::len).sum::<usize>() as u64;
    let progress = Progress::default();
    let meter = Meter::new(&progress, size);
    let (mut found, secrets) = (Vec::new(), DumpSecrets::default());
    open(
        &paths,
        &opening(&secrets, None),
        &meter,
        &mut |_, content| {
            let mut bytes = Vec::new();
            if let Content::Stream(stream) = content {
                stream.read_to_end(&mut bytes)?;
            }
            found.push(bytes);
            Ok(())
        },
    )?;
    Ok(found)
}

#[test]
fn a_split_zip_archive_is_read_from_its_volumes_and_refused_without_them() {
    let text: Vec<u8> = (0..2_000_u32).flat_map(|n| (n * n).to_le_bytes()).collect();
    let members: [(&str, &[u8]); 3] = [("a.csv", &text), ("b.csv", b"2"), ("c.csv", &text)];
    let volumes = split(&members, 5_000);
    assert!(volumes.len() > 2);
    assert_eq!(read_volumes(&volumes).unwrap(), [&text[..], b"2", &text]);
    let fault_of = |volumes: &[Vec<u8>]| match read_volumes(volumes) {
        Err(Failure::Fault(fault)) => Some(fault),
        _ => None,
    };
    let last = volumes.len() - 1;
    for some in [
        &volumes[..1],
        &volumes[last..],
        &volumes[1..],
        &volumes[..last],
    ] {
        assert_eq!(fault_of(some), Some(Fault::SplitArchive));
    }
}
