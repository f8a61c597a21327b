//! Ranges: rows, exposures and sets.

use super::{good, put_width, refused};
use crate::stranger::{File, Range, number, put};

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
    let offset = words[1]
        .parse::<usize>()
        .ok()
        .filter(|_| words[0] == "ranges");
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
        (6, 0, "ranges 164 Order"),
        (6, sets as u64 - 1, "ranges 214 NotZero"),
        (6, sets as u64 + 1, "ranges 216 Encoding"),
        (6, rows as u64 + 1, "ranges 6 TooLarge"),
        (6, 0xffff, "ranges 6 TooLarge"),
        (8, 0, "ranges 167 NotZero"),
        (8, exposures as u64 + 1, "ranges 181 Encoding"),
        (8, 0xffff, "ranges 181 Encoding"),
        (10, 1, "ranges 10 Mismatch"),
        (11, 2, "ranges 11 Mismatch"),
        (12, 0, "ranges 4 TooLarge"),
        (12, length + 1, "ranges 12 TooLarge"),
    ];
    for (offset, value, expected) in cases {
        let width = match offset {
            0 | 12 => 4,
            10 | 11 => 1,
            _ => 2,
        };
        let refusal = with_range_bytes(|bytes| put_width(bytes, offset, width, value));
        assert_eq!(refusal, expected, "{value} at {offset}");
    }
}

#[test]
fn bucket_ends_ascend_to_the_number_of_rows() {
    let rows = second_range().0.rows.len() as u64;
    assert_eq!(
        with_range(|range| range.ends[0] = rows + 1),
        "ranges 16 TooLarge"
    );
    assert_eq!(with_range(|range| range.ends[1] = 0), "ranges 18 Order");
    assert_eq!(
        with_range(|range| range.ends[1] = rows - 1),
        "ranges 18 Mismatch"
    );
    assert_eq!(
        with_range(|range| range.ends[1] = rows + 1),
        "ranges 18 TooLarge"
    );
}

#[test]
fn rests_ascend_strictly_within_a_bucket() {
    let (range, ..) = second_range();
    let width = 61 + range.sets.len().next_power_of_two().ilog2() as usize;
    let second = format!("ranges {} Order", 20 + width / 8);
    assert_eq!(with_range(|range| range.rows.swap(0, 1)), second);
    assert_eq!(
        with_range(|range| range.rows[1].0 = range.rows[0].0),
        second
    );
}

#[test]
fn a_row_has_a_set_that_there_is() {
    let (range, ..) = second_range();
    assert!(
        !range.sets.len().is_power_of_two(),
        "no number is free to be wrong"
    );
    let none = range.sets.len() as u64;
    assert_eq!(
        with_range(|range| range.rows[0].1 = none),
        "ranges 20 TooLarge"
    );
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
    assert!(
        range.exposures[0].1 < 0x80,
        "the first exposure takes two bytes"
    );
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
fn nothing_is_between_and_after_the_lists() {
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
    assert_eq!(
        with_range(|range| range.sets[0] = vec![count - 1, 0]),
        second
    );
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
    // One set for all rows, except the last row, which has a second copy.
    let twice = with_range(|range| {
        let members = range.sets[0]
            .iter()
            .map(|place| range.exposures[*place as usize]);
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
