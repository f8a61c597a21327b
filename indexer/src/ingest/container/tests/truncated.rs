use super::*;

const MEMBERS: usize = 3;

/// Text that hardly packs.
fn noise(length: u32) -> Vec<u8> {
    (0..length)
        .flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes())
        .collect()
}

/// Archives of equal members and streams of one, with the text of each.
fn whole() -> (Vec<Vec<u8>>, Vec<u8>) {
    let text = noise(50_000);
    let members: [(&str, &[u8]); MEMBERS] = [("a", &text), ("b", &text), ("c", &text)];
    let streams = [gz(&text), zst(&text), bz2(&text), xz(&text)];
    let archives = [
        zip(&members),
        tar(&members),
        seven_zip(&members),
        gz(&tar(&members)),
    ];
    (streams.into_iter().chain(archives).collect(), text)
}

fn leniently(bytes: &[u8]) -> Outcome {
    let secrets = DumpSecrets::default();
    let opening = ContainerOptions {
        allow_truncated: true,
        ..opening(&secrets, None)
    };
    opened_as(bytes, &opening)
}

#[test]
fn truncated_files_are_errors_and_not_ends() {
    let (files, _) = whole();
    for (number, whole) in files.iter().enumerate() {
        for cut in [whole.len() - 1, whole.len() / 2, 600] {
            // A tape's end is marked twice and then padded.
            let cut = if number == 5 && cut > 600 {
                cut - 1024
            } else {
                cut
            };
            let failure = opened(&whole[..cut]).err();
            let failure = failure.unwrap_or_else(|| panic!("{number}: {cut} was read"));
            assert!(failure.is_early_end(), "{number}: {cut}: {failure:?}");
        }
    }
}

#[test]
fn what_there_is_of_a_truncated_file_is_read_if_that_is_allowed() {
    let (files, text) = whole();
    for (number, whole) in files.iter().enumerate() {
        let (outcome, found) = leniently(whole);
        assert_eq!(outcome.unwrap(), Ending::Whole, "{number}");
        assert!(found.iter().all(|member| *member == text), "{number}");
        let (outcome, found) = leniently(&whole[..whole.len() / 2]);
        assert_eq!(outcome.unwrap(), Ending::Early, "{number}");
        assert!(
            found.iter().all(|member| text.starts_with(member)),
            "{number}"
        );
        let read: usize = found.iter().map(Vec::len).sum();
        let is_seven_zip = number == 6;
        assert_eq!(
            read > text.len() / 4,
            !is_seven_zip,
            "{number}: {read} bytes"
        );
    }
}

#[test]
fn a_member_that_ends_early_costs_no_other() {
    let cut = gz(&noise(1000));
    let members: [(&str, &[u8]); 2] = [("a.gz", &cut[..1000]), ("b", b"whole")];
    for archive in [
        zip(&members),
        tar(&members),
        seven_zip(&members),
        solid(&members),
    ] {
        let failure = opened(&archive).err().unwrap();
        assert!(failure.is_early_end(), "{failure:?}");
        let (outcome, found) = leniently(&archive);
        assert_eq!(outcome.unwrap(), Ending::Early);
        assert_eq!(found[1], b"whole");
    }
}

#[test]
fn a_tar_without_its_end_is_cut_off_even_between_members() {
    let archive = tar(&[("a", b"1")]);
    assert!(opened(&archive[..1024]).err().unwrap().is_early_end());
}
