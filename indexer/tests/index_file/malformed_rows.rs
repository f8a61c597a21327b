//! Malformed ranges, postings, catalogues and statistics, one per rule of FORMAT.md, in files that fit otherwise.

use roaring::RoaringBitmap;
use serde_json::{Value, json};

use super::malformed::{good, refused};
use super::sample::Sample;
use super::stranger::{CATALOGUE, File, POSTINGS, Range, STATISTICS, number, put};

/// The good file with one thing changed in its second range, once its directory and hashes fit again.
fn with_range(change: impl FnOnce(&mut Range)) -> String {
    with_range_bytes(|bytes| {
        let mut range = Range::read(bytes);
        change(&mut range);
        *bytes = range.write();
    })
}

/// The refusal, its offset counted from the beginning of the second range.
fn with_range_bytes(change: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut file = File::read(&good());
    let mut ranges: Vec<Vec<u8>> = file.ranges().iter().map(Range::write).collect();
    change(&mut ranges[1]);
    file.set_ranges(&ranges);
    let refusal = refused(&file.write());
    let mut words: Vec<&str> = refusal.split(' ').collect();
    let offset = words[1].parse::<usize>().ok().filter(|_| words[0] == "ranges");
    let within = offset.map(|offset| offset.wrapping_sub(ranges[0].len()).to_string());
    if let Some(within) = &within {
        words[1] = within;
    }
    words.join(" ")
}

/// The second range, and where its lists begin.
fn second_range() -> (Range, usize, usize) {
    let range = File::read(&good()).ranges().swap_remove(1);
    let bytes = range.write();
    let sets_start = number::<4>(&bytes, 12) as usize;
    let mut without = range.clone();
    without.exposures.clear();
    let exposures_start = number::<4>(&without.write(), 12) as usize;
    (range, exposures_start, sets_start)
}

#[test]
fn the_head_of_a_range_fits_its_bytes() {
    let (range, ..) = second_range();
    let length = range.write().len() as u64;
    let (rows, sets, exposures) = (range.rows.len(), range.sets.len(), range.exposures.len());
    assert!(
        rows > sets && sets > 4 && exposures > 4,
        "{rows} rows, {sets} sets, {exposures} exposures"
    );
    let cases: [(usize, u64, &str); 18] = [
        (0, 0, "ranges 12 TooLarge"),
        (0, length - 1, "ranges 0 Mismatch"),
        (0, length + 1, "ranges 0 TooLarge"),
        (0, 0xffff_ffff, "ranges 0 TooLarge"),
        (4, rows as u64 - 1, "ranges 4 Mismatch"),
        (4, 0xffff, "ranges 4 TooLarge"),
        (6, 0, ""),
        (6, sets as u64 - 1, ""),
        (6, sets as u64 + 1, ""),
        (6, rows as u64 + 1, "ranges 6 TooLarge"),
        (6, 0xffff, "ranges 6 TooLarge"),
        (8, 0, ""),
        (8, exposures as u64 + 1, ""),
        (8, 0xffff, ""),
        (10, 1, "ranges 10 Mismatch"),
        (11, 2, "ranges 11 Mismatch"),
        (12, 0, "ranges 4 TooLarge"),
        (12, length + 1, "ranges 12 TooLarge"),
    ];
    for (offset, value, expected) in cases {
        let refusal = with_range_bytes(|bytes| {
            let field = match offset {
                0 | 12 => &value.to_le_bytes()[..4],
                10 | 11 => &value.to_le_bytes()[..1],
                _ => &value.to_le_bytes()[..2],
            };
            bytes[offset..offset + field.len()].copy_from_slice(field);
        });
        if expected.is_empty() {
            assert!(refusal.starts_with("ranges "), "{value} at {offset}: {refusal}");
        } else {
            assert_eq!(refusal, expected, "{value} at {offset}");
        }
    }
}

#[test]
fn bucket_ends_ascend_to_the_number_of_rows() {
    let rows = second_range().0.rows.len() as u64;
    assert_eq!(with_range(|range| range.ends[0] = rows + 1), "ranges 16 TooLarge");
    assert_eq!(with_range(|range| range.ends[1] = 0), "ranges 18 Order");
    assert_eq!(with_range(|range| range.ends[1] = rows - 1), "ranges 18 Mismatch");
    assert_eq!(with_range(|range| range.ends[1] = rows + 1), "ranges 18 TooLarge");
}

#[test]
fn rests_ascend_strictly_within_a_bucket() {
    let (range, ..) = second_range();
    let width = 61 + range.sets.len().next_power_of_two().ilog2() as usize;
    let second = format!("ranges {} Order", 20 + width / 8);
    assert_eq!(with_range(|range| range.rows.swap(0, 1)), second);
    assert_eq!(with_range(|range| range.rows[1].0 = range.rows[0].0), second);
}

#[test]
fn a_row_has_a_set_that_there_is() {
    let (range, ..) = second_range();
    assert!(
        !range.sets.len().is_power_of_two(),
        "no number is free to be wrong"
    );
    let none = range.sets.len() as u64;
    assert_eq!(with_range(|range| range.rows[0].1 = none), "ranges 20 TooLarge");
}

#[test]
fn unused_bits_of_the_rows_are_zero() {
    let (_, exposures_start, _) = second_range();
    let expected = format!("ranges {} NotZero", exposures_start - 1);
    assert_eq!(with_range(|range| range.filling = true), expected);
}

#[test]
fn exposures_ascend_and_each_is_used() {
    let (range, exposures_start, _) = second_range();
    let second = exposures_start + 2;
    assert!(range.exposures[0].1 < 0x80, "the first exposure takes two bytes");
    assert_eq!(
        with_range(|range| range.exposures.swap(0, 1)),
        format!("ranges {second} Order")
    );
    assert_eq!(
        with_range(|range| range.exposures[1] = range.exposures[0]),
        format!("ranges {second} Order")
    );
    assert_eq!(
        with_range(|range| range.exposures.push((2, 0xff))),
        "ranges 8 Mismatch"
    );
}

#[test]
fn an_exposure_is_one_of_the_catalogue() {
    let (range, exposures_start, _) = second_range();
    let last = range.exposures.len() - 1;
    for (place, exposure) in [
        (last, (3, 1)),
        (last, (0xffff, 1)),
        (last, (2, 0x100)),
        (0, (0, 0)),
    ] {
        let refusal = with_range(|range| range.exposures[place] = exposure);
        assert_eq!(
            refusal,
            format!("ranges {exposures_start} Encoding"),
            "{exposure:?}"
        );
    }
    let refusal = with_range(|range| range.exposures[last].0 = 0x1_0000);
    assert!(refusal.ends_with(" TooLarge"), "{refusal}");
}

#[test]
fn numbers_are_written_in_their_shortest_form() {
    let (_, exposures_start, _) = second_range();
    let refusal = with_range_bytes(|bytes| {
        assert_eq!(bytes[exposures_start], 0);
        bytes.splice(exposures_start..=exposures_start, [0x80, 0]);
        let (length, sets_start) = (bytes.len() as u64, number::<4>(bytes, 12) + 1);
        put::<4>(bytes, 0, length);
        put::<4>(bytes, 12, sets_start);
    });
    assert_eq!(refusal, format!("ranges {exposures_start} Encoding"));
}

#[test]
fn nothing_stands_between_and_behind_the_lists() {
    let (range, _, sets_start) = second_range();
    let length = range.write().len();
    let behind = with_range_bytes(|bytes| {
        bytes.push(0);
        put::<4>(bytes, 0, length as u64 + 1);
    });
    assert_eq!(behind, format!("ranges {length} NotZero"));
    let between = with_range_bytes(|bytes| {
        bytes.insert(sets_start, 0);
        put::<4>(bytes, 0, length as u64 + 1);
        put::<4>(bytes, 12, sets_start as u64 + 1);
    });
    assert_eq!(between, format!("ranges {sets_start} NotZero"));
}

#[test]
fn a_set_has_exposures_of_different_breaches_in_order() {
    let (range, _, sets_start) = second_range();
    let count = range.exposures.len() as u64;
    let at_first = |what: &str| format!("ranges {sets_start} {what}");
    assert_eq!(
        with_range(|range| range.sets[0] = Vec::new()),
        at_first("Encoding")
    );
    let member = format!("ranges {} TooLarge", sets_start + 1);
    assert_eq!(with_range(|range| range.sets[0] = vec![count]), member);
    let second = format!("ranges {} Order", sets_start + 2);
    assert_eq!(with_range(|range| range.sets[0] = vec![count - 1, 0]), second);
    assert_eq!(
        range.exposures[0].0, range.exposures[1].0,
        "two exposures of one breach"
    );
    assert_eq!(with_range(|range| range.sets[0] = vec![0, 1]), second);
    assert_eq!(
        with_range(|range| range.sets[0] = vec![0; count as usize + 1]),
        at_first("TooLarge")
    );
}

#[test]
fn sets_stand_once_in_order_of_use() {
    let (_, _, sets_start) = second_range();
    let expected = format!("ranges {sets_start} Order");
    let swapped = with_range(|range| {
        range.sets.swap(0, 1);
        range
            .rows
            .iter_mut()
            .for_each(|row| row.1 = [1, 0].get(row.1 as usize).copied().unwrap_or(row.1));
    });
    assert_eq!(swapped, expected);
    let idle = with_range(|range| range.rows.iter_mut().for_each(|row| row.1 = 0));
    assert_eq!(idle, expected);
    // One set for all rows, but for the last row, which has it a second time.
    let twice = with_range(|range| {
        let members = range.sets[0].iter().map(|place| range.exposures[*place as usize]);
        range.exposures = members.collect();
        range.sets = vec![(0..range.exposures.len() as u64).collect(); 2];
        range.rows.iter_mut().for_each(|row| row.1 = 0);
        range.rows.last_mut().expect("a row").1 = 1;
    });
    assert!(
        twice.starts_with("ranges ") && twice.ends_with(" Order"),
        "{twice}"
    );
}

/// The good file with other postings.
fn with_postings(change: impl FnOnce(&mut Vec<((u16, u16), RoaringBitmap)>)) -> String {
    let mut file = File::read(&good());
    let mut postings: Vec<_> = file.postings().into_iter().collect();
    change(&mut postings);
    file.set_postings(&postings);
    refused(&file.write())
}

#[test]
fn postings_that_are_not_changed_are_good() {
    assert_eq!(with_postings(|_| ()), "not refused");
}

#[test]
fn there_is_a_posting_for_each_kind_and_breach_in_order() {
    assert_eq!(
        with_postings(|postings| _ = postings.pop()),
        "postings 0 Mismatch"
    );
    assert_eq!(
        with_postings(|postings| postings.push(((2, 3), RoaringBitmap::new()))),
        "postings 0 Mismatch"
    );
    assert_eq!(with_postings(|postings| postings.swap(3, 4)), "postings 80 Order");
    assert_eq!(
        with_postings(|postings| postings[0].0 = (2, 0)),
        "postings 8 Order"
    );
    for holder in [(0, 0), (3, 0), (1, 9), (1, 0x100)] {
        assert_eq!(
            with_postings(|postings| postings[8].0 = holder),
            "postings 200 Encoding",
            "{holder:?}"
        );
    }
}

#[test]
fn each_row_is_in_the_postings_of_its_kind_and_breaches_alone() {
    // Entries 0 to 8 are kinds, 9 to 11 breaches.
    for entry in 0..12 {
        let at = 8 + 24 * entry;
        let is_kind = entry < 9;
        let first = |postings: &[((u16, u16), RoaringBitmap)]| postings[entry].1.min().expect("a row");
        let lacking = with_postings(|postings| {
            let row = first(postings);
            postings[entry].1.remove(row);
        });
        let of_no_kind = "postings 8 Encoding".to_owned();
        let here = format!("postings {at} Encoding");
        assert_eq!(
            lacking,
            if is_kind { of_no_kind } else { here.clone() },
            "entry {entry}"
        );
        for beyond in [80, u32::MAX] {
            let refusal = with_postings(|postings| _ = postings[entry].1.insert(beyond));
            assert_eq!(refusal, here, "entry {entry}, row {beyond}");
        }
        let too_many = with_postings(|postings| {
            let row = (0..80).find(|row| !postings[entry].1.contains(*row));
            postings[entry].1.insert(row.expect("a row of another"));
        });
        assert!(
            too_many.starts_with("postings ") && too_many.ends_with(" Encoding"),
            "{too_many}"
        );
    }
}

#[test]
fn a_row_has_one_kind() {
    let both = with_postings(|postings| {
        let row = postings[0].1.min().expect("a row");
        postings[8].1.insert(row);
    });
    assert_eq!(both, "postings 200 Encoding");
}

#[test]
fn every_number_of_a_posting_is_checked() {
    let good = File::read(&good());
    let section = good.sections[POSTINGS].len() as u64;
    let at = 8 + 24 * 2;
    let (rows, start, length) = (
        number::<4>(&good.sections[POSTINGS], at + 4),
        number::<8>(&good.sections[POSTINGS], at + 8),
        number::<8>(&good.sections[POSTINGS], at + 16),
    );
    let cases = [
        (0, 8, u64::MAX, "postings 0 TooLarge".to_owned()),
        (0, 8, 0, "postings 0 Mismatch".to_owned()),
        (at + 4, 4, 0, format!("postings {} Mismatch", at + 4)),
        (at + 4, 4, rows + 1, format!("postings {} Mismatch", at + 4)),
        (at + 8, 8, 0, format!("postings {} Mismatch", at + 8)),
        (at + 8, 8, start + 1, format!("postings {} Mismatch", at + 8)),
        (at + 8, 8, section + 1, format!("postings {} TooLarge", at + 8)),
        (at + 8, 8, u64::MAX, format!("postings {} TooLarge", at + 8)),
        (at + 16, 8, length - 1, format!("postings {start} Encoding")),
        (at + 16, 8, length + 1, format!("postings {start} NotZero")),
        (at + 16, 8, u64::MAX, format!("postings {} TooLarge", at + 16)),
        (start as usize, 4, 0, format!("postings {start} Encoding")),
    ];
    for (offset, width, value, expected) in cases {
        let mut file = good.clone();
        file.sections[POSTINGS][offset..offset + width].copy_from_slice(&value.to_le_bytes()[..width]);
        assert_eq!(refused(&file.write()), expected, "{value} at {offset}");
    }
}

fn with_json(section: usize, change: impl FnOnce(&mut Value)) -> String {
    let mut file = File::read(&good());
    let mut json = file.json(section);
    change(&mut json);
    file.set_json(section, json.to_string().as_bytes());
    refused(&file.write())
}

#[test]
fn the_catalogue_is_sorted_and_of_this_file() {
    let with = |change: fn(&mut Value)| with_json(CATALOGUE, change);
    assert_eq!(with(|_| ()), "not refused");
    assert_eq!(
        with(|json| json["breaches"][0]["id"] = json!("breach-001")),
        "catalogue 0 Order"
    );
    assert_eq!(
        with(|json| json["breaches"][0]["id"] = json!("breach-009")),
        "catalogue 0 Order"
    );
    assert_eq!(
        with(|json| json["breaches"][1]["sensitive"] = json!(true)),
        "catalogue 0 Encoding"
    );
    let classes = json!(["class-001", "class-000", "class-002", "class-003"]);
    assert_eq!(
        with_json(CATALOGUE, |json| json["breaches"][1]["classes"] = classes),
        "catalogue 0 Order"
    );
    let many: Vec<String> = (0..65).map(|place| format!("class-{place:03}")).collect();
    assert_eq!(
        with_json(CATALOGUE, |json| json["breaches"][2]["classes"] = json!(many)),
        "catalogue 0 TooLarge"
    );
    for (field, value) in [
        ("id", json!("../breach")),
        ("date", json!("yesterday")),
        ("status", json!("sold")),
        ("records", json!(-1)),
        ("title", json!("no languages")),
        ("classes", json!(["Names"])),
    ] {
        let refusal = with_json(CATALOGUE, |json| json["breaches"][0][field] = value);
        assert_eq!(refusal, "catalogue 0 Encoding", "{field}");
    }
}

#[test]
fn the_catalogue_has_the_breaches_of_the_rows() {
    let fewer = with_json(CATALOGUE, |json| {
        _ = json["breaches"].as_array_mut().expect("a list").pop()
    });
    assert_eq!(fewer, "postings 0 Mismatch");
    let fewer_classes = with_json(CATALOGUE, |json| {
        json["breaches"][2]["classes"]
            .as_array_mut()
            .expect("a list")
            .pop();
    });
    assert!(
        fewer_classes.starts_with("ranges ") && fewer_classes.ends_with(" Encoding"),
        "{fewer_classes}"
    );
}

#[test]
fn the_statistics_follow_from_the_rows() {
    let with = |change: fn(&mut Value)| with_json(STATISTICS, change);
    assert_eq!(with(|_| ()), "not refused");
    let changes: [fn(&mut Value); 7] = [
        |json| json["identifiers"]["iin"] = json!(80),
        |json| {
            _ = json["identifiers"]
                .as_object_mut()
                .expect("counts")
                .remove("phone")
        },
        |json| json["breaches"]["breach-000"]["identifiers"]["email"] = json!(70),
        |json| {
            _ = json["breaches"]
                .as_object_mut()
                .expect("breaches")
                .remove("breach-001")
        },
        |json| json["breaches"]["breach-003"] = json["breaches"]["breach-002"].clone(),
        |json| json["both_files"] = json["identifiers"].clone(),
        |json| json["identifiers"]["shoe_size"] = json!(1),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        assert_eq!(with(change), "statistics 0 Encoding", "change {number}");
    }
}

#[test]
fn a_sealed_file_tells_the_identifiers_of_both() {
    let sealed = Sample {
        sealed: true,
        ..Sample::fixed(80)
    };
    let mut file = File::read(&sealed.bytes());
    assert_eq!(refused(&file.write()), "not refused");
    let mut json = file.json(STATISTICS);
    json.as_object_mut().expect("statistics").remove("both_files");
    file.set_json(STATISTICS, json.to_string().as_bytes());
    assert_eq!(refused(&file.write()), "statistics 0 Encoding");
}

#[test]
fn a_section_of_json_is_one_zstd_frame() {
    for (section, name) in [(CATALOGUE, "catalogue"), (STATISTICS, "statistics")] {
        let good = File::read(&good());
        let mut file = good.clone();
        let length = file.sections[section].len();
        for broken in [
            Vec::new(),
            b"garbage".to_vec(),
            good.sections[section][..length - 1].to_vec(),
        ] {
            file.sections[section] = broken;
            assert_eq!(refused(&file.write()), format!("{name} 0 Encoding"));
        }
        for json in [&b""[..], b"null", b"{}}", b"{\"breaches\": [] \xff}"] {
            file.set_json(section, json);
            assert_eq!(refused(&file.write()), format!("{name} 0 Encoding"));
        }
        let second_frame = zstd::encode_all(&b" "[..], 1).expect("memory");
        file.sections[section] = [&good.sections[section][..], &second_frame].concat();
        assert_eq!(refused(&file.write()), format!("{name} {length} NotZero"));
    }
}

#[test]
fn json_that_swells_beyond_64_mib_is_refused() {
    let spaces = std::io::Read::take(std::io::repeat(b' '), (64 << 20) + 1);
    let bomb = zstd::encode_all(spaces, 1).expect("memory");
    assert!(bomb.len() < 16 << 10, "{} bytes", bomb.len());
    let mut file = File::read(&good());
    file.sections[STATISTICS] = bomb;
    assert_eq!(refused(&file.write()), "statistics 0 TooLarge");
}

#[test]
fn a_frame_that_asks_for_a_larger_window_is_refused() {
    // RFC 8878 §3.1.1: magic, a descriptor without single segment or checksum, a window of 2^27 bytes, one raw block.
    let frame = [&[0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x88, 0x11, 0x00, 0x00][..], b"{}"].concat();
    let mut file = File::read(&good());
    file.sections[CATALOGUE] = frame;
    assert_eq!(refused(&file.write()), "catalogue 0 Encoding");
}
