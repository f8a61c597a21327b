//! Bytes after an end are read or refused.

use super::*;

type Pack = fn(&[u8]) -> Vec<u8>;

const STREAMS: [Pack; 4] = [gz, zst, bz2, xz];

/// A skippable frame of zstd.
fn skippable(number: u8, length: u32) -> Vec<u8> {
    let head = [
        &[0x50 | number, 0x2A, 0x4D, 0x18],
        &length.to_le_bytes()[..],
    ]
    .concat();
    [head, vec![7; length as usize]].concat()
}

#[test]
fn zeros_after_a_stream_are_padding_and_other_bytes_are_refused() {
    for pack in STREAMS {
        for zeros in [1, 3, 512, 200_000] {
            let padded = [pack(b"one"), vec![0; zeros]].concat();
            assert_eq!(contents(&padded), [b"one"]);
            let more = [&padded[..], &pack(b" two")].concat();
            assert_eq!(contents(&more), [b"one two"]);
            let junk = [&padded[..], b"phone;87090000001"].concat();
            assert!(matches!(fault(&junk), Fault::BehindEnd { .. }));
        }
        let cut = [&pack(b"one")[..], &pack(b"two")[..3]].concat();
        assert!(opened(&cut).err().unwrap().is_early_end());
    }
}

#[test]
fn skippable_frames_of_zstd_may_stand_anywhere() {
    let (one, two) = (zst(b"one "), zst(b"two"));
    let frames = [
        skippable(0, 4),
        one,
        skippable(15, 0),
        skippable(1, 90_000),
        two,
        skippable(2, 9),
    ];
    assert_eq!(contents(&frames.concat()), [b"one two"]);
    assert_eq!(contents(&skippable(3, 1)), [b""]);
}

#[test]
fn tape_archives_that_follow_one_another_are_all_read() {
    let (one, two) = (tar(&[("a", b"1")]), tar(&[("b", b"2"), ("c", b"3")]));
    let both = [one.clone(), two.clone()].concat();
    assert_eq!(contents(&both), [b"1", b"2", b"3"]);
    assert_eq!(contents(&[xz(&one), xz(&two)].concat()), [b"1", b"2", b"3"]);
    assert_eq!(contents(&gz(&both)), [b"1", b"2", b"3"]);
    // A lone block of zeros ends an archive, too, and the last record may be cut short.
    let lone = [&one[..1024], &[0; 512], &two[..], &[0; 9_000]].concat();
    assert_eq!(contents(&lone), [b"1", b"2", b"3"]);
    let junk = [&one[..], b"87090000001"].concat();
    assert!(matches!(fault(&junk), Fault::BehindEnd { .. }));
    let junk = [&one[..], &[7; 2_048]].concat();
    assert!(matches!(fault(&junk), Fault::BehindEnd { .. }));
}

#[test]
fn members_beyond_a_directory_are_refused() {
    let (one, two) = (zip(&[("a", b"1")]), zip(&[("b", b"2")]));
    assert_eq!(fault(&[one.clone(), two.clone()].concat()), Fault::Unlisted);
    assert!(matches!(
        fault(&[&one[..], b"more"].concat()),
        Fault::BehindEnd { .. }
    ));
    assert_eq!(contents(&[&one[..], &[0; 700]].concat()), [b"1"]);
    // A self-extracting program comes before the archive.
    let stub = [&b"MZ\0\0"[..], &[9; 300], &one].concat();
    assert_eq!(contents(&stub), [b"1"]);
    // A member that the directory does not list, between two that it lists.
    let three = zip(&[("a", b"1"), ("b", b"2"), ("c", b"3")]);
    let entry = memchr::memmem::find_iter(&three, b"PK\x01\x02").collect::<Vec<_>>();
    let mut two_listed = three.clone();
    two_listed.drain(entry[2]..entry[3]);
    let end = two_listed.len() - 22;
    for count in [end + 8, end + 10] {
        two_listed[count] -= 1;
    }
    let size = u32::from_le_bytes(two_listed[end + 12..end + 16].try_into().unwrap());
    let size = size - (entry[3] - entry[2]) as u32;
    two_listed[end + 12..end + 16].copy_from_slice(&size.to_le_bytes());
    assert_eq!(fault(&two_listed), Fault::Unlisted);

    let (one, two) = (seven_zip(&[("a", b"1")]), seven_zip(&[("b", b"2")]));
    assert!(matches!(
        fault(&[one.clone(), two].concat()),
        Fault::BehindEnd { .. }
    ));
    assert_eq!(contents(&[&one[..], &[0; 700]].concat()), [b"1"]);
}

proptest! {
    #[test]
    fn data_after_an_end_is_read_or_refused(
        junk in prop::collection::vec(any::<u8>(), 1..40),
        zeros in 0_usize..600,
        inner in any::<bool>(),
    ) {
        let members: &[(&str, &[u8])] = &[("a", b"text")];
        let packed = [gz(b"text"), zst(b"text"), xz(b"text"), bz2(b"text"), zip(members), tar(members), seven_zip(members)];
        prop_assume!(junk.iter().any(|&byte| byte != 0));
        for whole in packed {
            let mut bytes = [&whole[..], &vec![0; zeros], &junk].concat();
            if inner {
                bytes = gz(&bytes);
            }
            prop_assert!(opened(&bytes).is_err());
        }
    }
}
