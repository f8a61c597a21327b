//! RAR archives that `rars` 0.12 wrote and, where they are of versions that it reads, libarchive 3.6 (`bsdtar -xO`)
//! extracted as the two files next to them; and, with names that begin with `own`, those that RAR 6.23 itself wrote, of
//! RAR 4 (`-ma4`) and
//! 5.

use super::*;
use crate::ingest::container::siblings;

const CLIENTS: &[u8] = include_bytes!("archives/clients.csv");
const PEOPLE: &[u8] = include_bytes!("archives/a.csv");

macro_rules! archive {
    ($name:literal) => {
        ($name, include_bytes!(concat!("archives/", $name)) as &[u8])
    };
}

const ARCHIVES: [(&str, &[u8]); 10] = [
    archive!("rar15.rar"),
    archive!("rar20.rar"),
    archive!("rar29.rar"),
    archive!("rar29-solid.rar"),
    archive!("rar50.rar"),
    archive!("rar50-solid.rar"),
    archive!("own4.rar"),
    archive!("own4-solid.rar"),
    archive!("own5.rar"),
    archive!("own5-solid.rar"),
];

#[test]
fn archives_of_every_version_give_back_what_was_packed() {
    for (name, archive) in ARCHIVES {
        let found = opened(archive).unwrap_or_else(|failure| panic!("{name}: {failure:?}"));
        assert_eq!(found, [PEOPLE, CLIENTS], "{name}");
        assert_eq!(contents(&gz(archive)), [PEOPLE, CLIENTS], "{name}");
        let outer = zip(&[("in.rar", archive), ("c", b"3")]);
        assert_eq!(contents(&outer), [PEOPLE, CLIENTS, b"3"], "{name}");
    }
}

#[test]
fn members_have_their_names_and_places_and_those_that_are_not_wanted_are_passed_over() {
    for (name, archive) in ARCHIVES {
        let (secrets, pattern) = (DumpSecrets::default(), Pattern::new("қала/*.csv").unwrap());
        let opening = opening(&secrets, Some(&pattern));
        let progress = Progress::default();
        let meter = Meter::new(&progress, archive.len() as u64);
        let mut seen = Vec::new();
        let mut visit = |member: &Member, content: Content<'_>| {
            let is_wanted = matches!(content, Content::Stream(_));
            seen.push((member.number, member.name.clone().unwrap(), is_wanted));
            Ok(())
        };
        unpack(
            &mut Cursor::new(archive),
            &[0],
            &opening,
            &meter,
            &mut visit,
        )
        .unwrap();
        let expected = [
            (Some(1), "a.csv".to_owned(), false),
            (Some(2), "қала/клиенты.csv".to_owned(), true),
        ];
        assert_eq!(seen, expected, "{name}");
    }
}

#[test]
fn an_archive_that_is_cut_off_is_never_taken_for_a_whole_one() {
    for (name, archive) in ARCHIVES {
        // Before RAR 3 nothing marks an archive's end, but the length of a member is stated.
        let unmarked = matches!(name, "rar15.rar" | "rar20.rar");
        for length in 8..archive.len() {
            if let Ok(found) = opened(&archive[..length]) {
                let is_between = found == [PEOPLE] || found.is_empty();
                assert!(
                    unmarked && is_between,
                    "{name} at {length}: {}",
                    found.len()
                );
            }
        }
    }
}

#[test]
fn a_damaged_archive_is_refused_or_gives_back_what_was_packed() {
    for (name, archive) in ARCHIVES {
        for place in (0..archive.len()).step_by(7) {
            let mut damaged = archive.to_vec();
            damaged[place] ^= 0x41;
            if let Ok(found) = opened(&damaged) {
                let is_part =
                    |bytes: &Vec<u8>| bytes == PEOPLE || bytes == CLIENTS || bytes == &damaged;
                assert!(found.iter().all(is_part), "{name} at {place}");
            }
        }
    }
}

#[test]
fn bytes_after_an_archive_are_refused_unless_they_are_padding() {
    for (name, archive) in &ARCHIVES[2..] {
        let padded = [archive, &[0; 100][..]].concat();
        assert_eq!(contents(&padded), [PEOPLE, CLIENTS], "{name}");
        let container = "rar";
        for more in [&b"8709000000 1"[..], archive] {
            let joined = [archive, more].concat();
            assert_eq!(fault(&joined), Fault::BehindEnd { container }, "{name}");
        }
    }
}

/// Reads the files with these names as volumes of the first.
fn set(names: &[(&str, &[u8])]) -> (Outcome, usize) {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in names {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let paths = siblings::set_of(&folder.path().join(names[0].0));
    let progress = Progress::default();
    let meter = Meter::new(&progress, 1 << 20);
    let (mut found, secrets) = (Vec::new(), DumpSecrets::default());
    let mut visit = |_: &Member, content: Content<'_>| {
        let Content::Stream(stream) = content else {
            panic!("no stream");
        };
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        found.push(bytes);
        Ok(())
    };
    let outcome = open(&paths, &opening(&secrets, None), &meter, &mut visit);
    ((outcome, found), paths.len())
}

const SETS: [&[(&str, &[u8])]; 6] = [
    &[archive!("v5.part01.rar"), archive!("v5.part02.rar")],
    &[archive!("v4.part1.rar"), archive!("v4.part2.rar")],
    &[archive!("v2.rar"), archive!("v2.r00")],
    &[archive!("own4-v.part1.rar"), archive!("own4-v.part2.rar")],
    &[archive!("own4-old.rar"), archive!("own4-old.r00")],
    &[
        archive!("own5-v.part1.rar"),
        archive!("own5-v.part2.rar"),
        archive!("own5-v.part3.rar"),
    ],
];

#[test]
fn volumes_in_one_folder_are_one_source() {
    for names in SETS {
        let ((outcome, found), volumes) = set(names);
        assert_eq!(outcome.unwrap(), Ending::Whole, "{}", names[0].0);
        assert_eq!((found, volumes), (vec![PEOPLE.to_vec()], names.len()));
    }
}

#[test]
fn a_missing_volume_is_named() {
    for names in SETS {
        let missing = names[1].0;
        let ((outcome, _), _) = set(&names[..1]);
        let message = outcome.unwrap_err().in_file("x", 0).to_string();
        assert!(
            message.contains(&format!("{missing} is missing")),
            "{message}"
        );
        let ((outcome, found), _) = set(&names[1..]);
        let message = outcome.unwrap_err().in_file("x", 0).to_string();
        assert!(
            message.contains("is missing") && found.is_empty(),
            "{message}"
        );
    }
}

/// The archive of RAR 2 in which each file is followed by who owns it, as RAR 2 for Unix wrote it: the size of such a
/// header leaves out the names that its checksum counts. Returns where the first of them begins, too.
fn with_owners(archive: &[u8], names: &[u8]) -> (Vec<u8>, usize) {
    const FILE: u8 = 0x74;
    let number = |at: usize| usize::from(u16::from_le_bytes([archive[at], archive[at + 1]]));
    let (mut written, mut first, mut at) = (archive[..7].to_vec(), 0, 7);
    while at < archive.len() {
        let has_data = archive[at + 4] & 0x80 != 0;
        let data = if has_data { number(at + 7) } else { 0 };
        let end = at + number(at + 5) + data;
        written.extend_from_slice(&archive[at..end]);
        if archive[at + 2] == FILE {
            let mut header = vec![0x77, 0, 0x80, 18, 0];
            header.extend((names.len() as u32).to_le_bytes());
            header.extend([1, 1, 0, 4, 0, names.len() as u8 - 4, 0]);
            header.extend_from_slice(names);
            let mut crc = flate2::Crc::new();
            crc.update(&header);
            first = if first == 0 { written.len() } else { first };
            written.extend_from_slice(&crc.sum().to_le_bytes()[..2]);
            written.append(&mut header);
        }
        at = end;
    }
    (written, first)
}

#[test]
fn an_archive_that_says_who_owned_its_files_on_unix_is_read() {
    let (archive, first) = with_owners(ARCHIVES[1].1, b"rootwheel");
    assert_eq!(contents(&archive), [PEOPLE, CLIENTS]);
    for place in first..first + 27 {
        let mut damaged = archive.clone();
        damaged[place] ^= 1;
        let found = opened(&damaged);
        assert!(
            found.is_err(),
            "{place}: {:?}",
            found.map(|found| found.len())
        );
    }
}
