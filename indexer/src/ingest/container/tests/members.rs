use super::*;

pub(super) fn chosen(archive: &[u8], pattern: &str) -> Result<Vec<Vec<u8>>, Failure> {
    let secrets = DumpSecrets::default();
    let pattern = Pattern::new(pattern).unwrap();
    let (outcome, found) = opened_as(archive, &opening(&secrets, Some(&pattern)));
    outcome.map(|_| found)
}

#[test]
fn only_the_members_that_are_wanted_are_read() {
    let inner = zip(&[("c.csv", b"3"), ("d.txt", b"x")]);
    let members: [(&str, &[u8]); 4] = [
        ("readme.txt", b"x"),
        ("data/a.csv", b"1"),
        ("b.csv", b"2"),
        ("inner.zip", &inner),
    ];
    for archive in [
        zip(&members),
        tar(&members),
        seven_zip(&members),
        solid(&members),
    ] {
        assert_eq!(chosen(&archive, "*.csv").unwrap(), [b"1", b"2", b"3"]);
        assert_eq!(chosen(&archive, "data/*").unwrap(), [b"1"]);
        assert_eq!(chosen(&archive, "inner.zip/*.txt").unwrap(), [b"x"]);
    }
}

#[test]
fn a_pattern_that_no_member_matches_is_reported() {
    let failure = chosen(&zip(&[("a.csv", b"1")]), "*.sql").err().unwrap();
    let message = failure.in_file("a.zip", 0).to_string();
    assert!(
        message.contains("\"*.sql\"") && message.contains("there is \"a.csv\""),
        "{message}"
    );
    assert_eq!(chosen(&gz(b"1"), "*.sql").unwrap(), [b"1"]);
}

/// A ZIP of one member in which the local header and the directory name another method of compression.
fn zip_by_method(method: u8) -> Vec<u8> {
    let mut archive = zip(&[("a", b"text")]);
    for (signature, place) in [(&b"PK\x03\x04"[..], 8), (b"PK\x01\x02", 10)] {
        let found = memchr::memmem::rfind(&archive, signature).unwrap();
        archive[found + place] = method;
    }
    archive
}

#[test]
fn a_method_of_compression_that_is_not_read_is_reported_with_its_member() {
    let lzma = 14;
    let failure = opened(&zip_by_method(lzma)).err().unwrap();
    let message = failure.in_file("a.zip", 0).to_string();
    assert!(message.starts_with("a.zip, member 1: "), "{message}");
    assert!(message.contains("not supported"), "{message}");
    assert!(message.contains("member = "), "{message}");
}

#[test]
fn a_member_that_is_not_wanted_need_not_be_readable() {
    let mut archive = zip(&[("b.csv", b"2"), ("a.txt", b"1")]);
    let place = memchr::memmem::rfind(&archive, b"PK\x01\x02").unwrap() + 10;
    archive[place] = 14;
    assert_eq!(chosen(&archive, "*.csv").unwrap(), [b"2"]);
    assert!(opened(&archive).is_err());
}

#[test]
fn a_fault_within_an_archive_within_an_archive_is_reported_with_the_outer_member() {
    let members: [(&str, &[u8]); 2] = [("a", b"text"), ("b.zip", &zip_by_method(14))];
    for archive in [tar(&members), seven_zip(&members)] {
        let failure = opened(&archive).err().unwrap();
        assert!(matches!(failure, Failure::Member(2, _)), "{failure:?}");
    }
}

#[test]
fn members_that_are_not_wanted_are_reported_with_their_sizes() {
    let members: [(&str, &[u8]); 3] = [
        ("a.csv", b"1"),
        ("b.png", b"22"),
        ("x.bin", b"Rar!\x1A\x06\x01\0"),
    ];
    for archive in [zip(&members), tar(&members), seven_zip(&members)] {
        let progress = Progress::default();
        let meter = Meter::new(&progress, 0);
        let (secrets, pattern) = (DumpSecrets::default(), Pattern::new("*.csv").unwrap());
        let opening = opening(&secrets, Some(&pattern));
        let mut sizes = Vec::new();
        unpack(
            &mut Cursor::new(archive),
            &[0],
            &opening,
            &meter,
            &mut |member, content| {
                if let Content::Unwanted = content {
                    sizes.push(member.size);
                }
                Ok(())
            },
        )
        .unwrap();
        assert_eq!(sizes, [Some(2), Some(8)]);
    }
}

#[test]
fn files_that_operating_systems_add_to_archives_are_not_members() {
    for name in [
        "Thumbs.db",
        "x/desktop.ini",
        "x/.DS_Store",
        "__MACOSX/a.csv",
        "x/._a.csv",
    ] {
        let members: [(&str, &[u8]); 2] = [(name, b"x"), ("a.csv", b"1")];
        for archive in [zip(&members), tar(&members), seven_zip(&members)] {
            assert_eq!(contents(&archive), [b"1"], "{name}");
        }
    }
}

#[test]
fn what_only_begins_like_a_rar_archive_is_refused() {
    assert!(opened(b"Rar!\x1A\x07\x01\0....").is_err());
}
