//! Postings, and that they are those of the rows.

use roaring::RoaringBitmap;

use super::{good, put_width, refused};
use crate::stranger::{File, POSTINGS, number};

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
        "postings 0 TooSmall"
    );
    assert_eq!(
        with_postings(|postings| postings.push(((2, 3), RoaringBitmap::new()))),
        "postings 296 Order"
    );
    assert_eq!(
        with_postings(|postings| postings.swap(3, 4)),
        "postings 80 Order"
    );
    assert_eq!(
        with_postings(|postings| postings[0].0 = (2, 0)),
        "postings 8 Order"
    );
    for holder in [(0, 0), (4, 0), (1, 13), (1, 0x100)] {
        assert_eq!(
            with_postings(|postings| postings[8].0 = holder),
            "postings 200 Encoding",
            "{holder:?}"
        );
    }
}

#[test]
fn a_kind_of_warning_lists_has_a_posting_where_it_has_rows_and_only_there() {
    let with_kind = |place: usize, kind: u16, rows: RoaringBitmap| {
        with_postings(|postings| postings.insert(place, ((1, kind), rows)))
    };
    assert_eq!(
        with_kind(9, 9, RoaringBitmap::new()),
        "postings 224 Encoding"
    );
    // After a breach, and before the kinds that always exist.
    assert_eq!(with_kind(10, 9, RoaringBitmap::new()), "postings 296 Order");
    assert_eq!(with_kind(0, 9, RoaringBitmap::new()), "postings 296 Order");
    let moved = with_postings(|postings| {
        let rows = std::mem::take(&mut postings[8].1);
        postings.insert(9, ((1, 12), rows));
    });
    assert_eq!(moved, "statistics 0 Encoding");
}

#[test]
fn each_row_is_in_the_postings_of_its_kind_and_breaches_alone() {
    // Entries 0 to 8 are kinds, 9 to 11 breaches.
    for entry in 0..12 {
        let at = 8 + 24 * entry;
        let is_kind = entry < 9;
        let first =
            |postings: &[((u16, u16), RoaringBitmap)]| postings[entry].1.min().expect("a row");
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
fn recovered_rows_are_rows_of_their_breach_in_order_and_not_none() {
    let of_breach = |postings: &[((u16, u16), RoaringBitmap)], breach: usize| {
        let row = postings[9 + breach].1.min().expect("a row");
        RoaringBitmap::from_iter([row])
    };
    let with = |recovered: &[(u16, bool)]| {
        with_postings(|postings| {
            for (breach, is_there) in recovered {
                let rows = match is_there {
                    true => of_breach(postings, usize::from(*breach % 3)),
                    false => RoaringBitmap::new(),
                };
                postings.push(((3, *breach), rows));
            }
        })
    };
    // In order they are postings like others, and the statistics are wrong, which know nothing of them.
    for good in [
        &[(0, true)][..],
        &[(2, true)],
        &[(0, true), (1, true), (2, true)],
    ] {
        assert_eq!(with(good), "statistics 0 Encoding", "{good:?}");
    }
    assert_eq!(with(&[(0, false)]), "postings 296 Encoding");
    assert_eq!(with(&[(3, true)]), "postings 296 Order");
    assert_eq!(with(&[(1, true), (0, true)]), "postings 320 Order");
    assert_eq!(with(&[(1, true), (1, true)]), "postings 320 Order");
    assert_eq!(with(&[(0, true); 4]), "postings 0 TooLarge");
    let of_another = with_postings(|postings| {
        let lacks = (0..80).find(|row| !postings[9].1.contains(*row));
        let rows = RoaringBitmap::from_iter(lacks);
        postings.push(((3, 0), rows));
    });
    assert_eq!(of_another, "postings 296 Encoding");
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
        (0, 8, 0, "postings 0 TooSmall".to_owned()),
        (at + 4, 4, 0, format!("postings {} Mismatch", at + 4)),
        (at + 4, 4, rows + 1, format!("postings {} Mismatch", at + 4)),
        (at + 8, 8, 0, format!("postings {} Mismatch", at + 8)),
        (
            at + 8,
            8,
            start + 1,
            format!("postings {} Mismatch", at + 8),
        ),
        (
            at + 8,
            8,
            section + 1,
            format!("postings {} TooLarge", at + 8),
        ),
        (at + 8, 8, u64::MAX, format!("postings {} TooLarge", at + 8)),
        (at + 16, 8, length - 1, format!("postings {start} Encoding")),
        (at + 16, 8, length + 1, format!("postings {start} NotZero")),
        (
            at + 16,
            8,
            u64::MAX,
            format!("postings {} TooLarge", at + 16),
        ),
        (start as usize, 4, 0, format!("postings {start} Encoding")),
    ];
    for (offset, width, value, expected) in cases {
        let mut file = good.clone();
        put_width(&mut file.sections[POSTINGS], offset, width, value);
        assert_eq!(refused(&file.write()), expected, "{value} at {offset}");
    }
}
