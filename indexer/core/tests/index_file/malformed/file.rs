//! Header, section table, directory and hashes.

use super::{good, put_width, refused};
use crate::stranger::{
    CATALOGUE, DIRECTORY, File, MERKLE, POSTINGS, RANGES, STATISTICS, extent, mend, mend_head,
    number, put,
};

const MAX: u64 = u64::MAX;

#[test]
fn a_changed_head_is_refused_for_its_checksum() {
    let good = good();
    for offset in 0..384 {
        for mask in [1, 0x80, 0xff] {
            let mut file = good.clone();
            file[offset] ^= mask;
            let expected = match offset {
                0..8 => "header 0 Magic",
                8..12 => "header 8 Version",
                _ => "header 128 Checksum",
            };
            assert_eq!(refused(&file), expected, "byte {offset}");
        }
    }
}

#[test]
fn a_changed_section_is_refused_for_its_checksum() {
    let good = good();
    let names = [
        "ranges",
        "directory",
        "merkle",
        "postings",
        "catalogue",
        "statistics",
    ];
    for (place, name) in names.into_iter().enumerate() {
        let mut file = good.clone();
        let checksum = number::<8>(&file, 136 + 32 * place + 24);
        put::<8>(&mut file, 136 + 32 * place + 24, checksum.wrapping_add(1));
        mend_head(&mut file);
        assert_eq!(refused(&file), format!("{name} 0 Checksum"));
    }
}

#[test]
fn every_number_of_the_header_is_checked() {
    let good = good();
    let length = good.len() as u64;
    let range_bytes = number::<4>(&good, 88);
    let cases: [(usize, usize, &[u64], &str); 20] = [
        (0, 8, &[0, 1, MAX], "header 0 Magic"),
        (8, 4, &[0, 2, MAX], "header 8 Version"),
        (12, 4, &[0, 2, MAX], "header 12 Version"),
        (16, 4, &[3, MAX], "header 16 TooLarge"),
        (16, 4, &[1], "catalogue 0 Encoding"),
        (20, 4, &[0, 5, 7, MAX], "header 20 Mismatch"),
        (40, 8, &[0, 1, MAX], "header 40 Encoding"),
        (72, 8, &[79, 81], "directory 56 Mismatch"),
        (72, 8, &[0], "header 92 Mismatch"),
        (72, 8, &[1 << 32, MAX], "header 72 TooLarge"),
        (
            80,
            8,
            &[0, length - 1, length + 1, MAX],
            "header 80 Mismatch",
        ),
        (
            88,
            4,
            &[0, range_bytes - 1, range_bytes + 1],
            "header 88 Mismatch",
        ),
        (88, 4, &[MAX], "header 88 TooLarge"),
        (92, 1, &[25, MAX], "header 92 TooLarge"),
        (92, 1, &[0, 1, 3, 24], "header 92 Mismatch"),
        (93, 1, &[0, 2, 16], "header 93 Mismatch"),
        (93, 1, &[17, MAX], "header 93 TooLarge"),
        (94, 2, &[0, 1, 15], "header 94 TooSmall"),
        (94, 2, &[16_385, MAX], "header 94 TooLarge"),
        (94, 2, &[21, 41, 4096], "header 92 Mismatch"),
    ];
    for (offset, width, values, expected) in cases {
        for value in values {
            let mut file = good.clone();
            put_width(&mut file, offset, width, *value);
            mend(&mut file);
            assert_eq!(refused(&file), expected, "{value} at {offset}");
        }
    }
}

#[test]
fn a_generation_is_a_time_and_eight_lower_case_digits() {
    for (offset, byte) in [
        (40, b'x'),
        (48, b'0'),
        (55, b'_'),
        (56, b'G'),
        (63, b'A'),
        (63, 0xff),
    ] {
        let mut file = good();
        file[offset] = byte;
        mend(&mut file);
        assert_eq!(refused(&file), "header 40 Encoding", "byte {offset}");
    }
}

#[test]
fn the_root_follows_from_the_ranges() {
    for offset in [96, 127] {
        let mut file = good();
        file[offset] ^= 1;
        mend(&mut file);
        assert_eq!(refused(&file), "header 96 Hash");
    }
}

#[test]
fn the_checksum_is_that_of_the_head() {
    let mut file = good();
    let checksum = number::<8>(&file, 128);
    for value in [0, checksum.wrapping_sub(1), checksum.wrapping_add(1), MAX] {
        put::<8>(&mut file, 128, value);
        assert_eq!(refused(&file), "header 128 Checksum");
    }
}

#[test]
fn every_number_of_the_section_table_is_checked() {
    for entry in 0..6 {
        let at = 136 + 32 * entry;
        let (offset, _) = extent(&good(), entry);
        let offset = offset as u64;
        let code = entry as u64 + 1;
        for (field, values) in [
            (0, [0, code - 1, code + 1, MAX]),
            (8, [0, offset - 1, offset + 64, MAX]),
        ] {
            for value in values
                .into_iter()
                .filter(|value| (field, *value) != (0, code))
            {
                let mut file = good();
                put::<8>(&mut file, at + field, value);
                mend(&mut file);
                assert_eq!(
                    refused(&file),
                    format!("section table {} Mismatch", at + field),
                    "{value}"
                );
            }
        }
    }
}

#[test]
fn a_section_has_the_length_it_needs() {
    let good = good();
    let cut = |place: usize| good.len() - extent(&good, place).0;
    let names = [
        "ranges",
        "directory",
        "merkle",
        "postings",
        "catalogue",
        "statistics",
    ];
    for (place, name) in names.into_iter().enumerate() {
        for length in [good.len() as u64, MAX] {
            let mut file = good.clone();
            put::<8>(&mut file, 136 + 32 * place + 16, length);
            mend(&mut file);
            assert_eq!(refused(&file), format!("{name} {} Truncated", cut(place)));
        }
    }
}

#[test]
fn a_section_one_byte_too_short_or_too_long_is_refused() {
    let length = |place: usize| File::read(&good()).sections[place].len();
    let cases = [
        (
            RANGES,
            "directory 48 Mismatch".to_owned(),
            "directory 48 Mismatch".to_owned(),
        ),
        (
            DIRECTORY,
            format!("directory {} Mismatch", length(DIRECTORY) - 1),
            "directory 60 Mismatch".to_owned(),
        ),
        (
            MERKLE,
            format!("merkle {} Mismatch", length(MERKLE) - 1),
            "merkle 224 Mismatch".to_owned(),
        ),
        (
            POSTINGS,
            "postings 288 TooLarge".to_owned(),
            format!("postings {} Mismatch", length(POSTINGS)),
        ),
        (
            CATALOGUE,
            "catalogue 0 Encoding".to_owned(),
            format!("catalogue {} NotZero", length(CATALOGUE)),
        ),
        (
            STATISTICS,
            "statistics 0 Encoding".to_owned(),
            format!("statistics {} NotZero", length(STATISTICS)),
        ),
    ];
    for (place, shorter, longer) in cases {
        let mut file = File::read(&good());
        file.sections[place].push(0);
        assert_eq!(refused(&file.write()), longer, "section {place}");
        file.sections[place].truncate(length(place) - 1);
        assert_eq!(refused(&file.write()), shorter, "section {place}");
    }
}

#[test]
fn the_bytes_between_sections_are_zero() {
    let good = good();
    let ends = (0..5)
        .map(|place| extent(&good, place))
        .map(|(offset, length)| offset + length);
    let names = ["ranges", "directory", "merkle", "postings", "catalogue"];
    for (end, name) in ends.zip(names) {
        for place in end..end.next_multiple_of(64) {
            let mut file = good.clone();
            file[place] = 1;
            let length = extent(
                &good,
                names.iter().position(|it| *it == name).expect("a section"),
            )
            .1;
            assert_eq!(refused(&file), format!("{name} {} NotZero", length));
        }
    }
    for place in 328..384 {
        let mut file = good.clone();
        file[place] = 1;
        mend(&mut file);
        assert_eq!(refused(&file), "section table 328 NotZero");
    }
}

#[test]
fn the_directory_leads_to_the_ranges() {
    let good = File::read(&good());
    let starts: Vec<usize> = (0..5)
        .map(|entry| number::<8>(&good.sections[DIRECTORY], 12 * entry) as usize)
        .collect();
    let cases = [
        (0, 1, "directory 0 Mismatch".to_owned()),
        (8, 1, "directory 8 Mismatch".to_owned()),
        (48, 1, "directory 48 Mismatch".to_owned()),
        (56, 81, "directory 56 Mismatch".to_owned()),
        (12, MAX, "directory 12 Order".to_owned()),
        (20, MAX, "directory 20 Order".to_owned()),
        (24, 0, "directory 24 Order".to_owned()),
        (32, 0, "directory 32 Order".to_owned()),
        (12, starts[1] as u64 + 1, "ranges 0 Mismatch".to_owned()),
        (12, starts[1] as u64 - 1, "ranges 0 TooLarge".to_owned()),
        (12, 0, "ranges 0 Truncated".to_owned()),
        (20, 0, "ranges 4 Mismatch".to_owned()),
        (
            36,
            starts[3] as u64 - 1,
            format!("ranges {} TooLarge", starts[2]),
        ),
    ];
    for (offset, value, expected) in cases {
        let mut file = good.clone();
        let width = if offset % 12 == 0 { 8 } else { 4 };
        put_width(&mut file.sections[DIRECTORY], offset, width, value);
        assert_eq!(refused(&file.write()), expected, "{value} at {offset}");
    }
}

#[test]
fn every_hash_follows_from_the_ranges() {
    for place in 0..7 {
        let mut file = File::read(&good());
        file.sections[MERKLE][32 * place + 5] ^= 1;
        assert_eq!(
            refused(&file.write()),
            format!("merkle {} Hash", 32 * place)
        );
    }
}
