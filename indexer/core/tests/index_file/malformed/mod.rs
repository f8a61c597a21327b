//! One malformed file per rule of FORMAT.md: everything else in it fits, checksums and hashes included, so that it is
//! the rule that refuses it.
//!
//! A refusal is written as `section offset fault`.

mod file;
mod json;
mod postings;
mod ranges;

use super::refusal;
use super::sample::Sample;

fn refused(file: &[u8]) -> String {
    refusal(file).map_or_else(
        || "not refused".to_owned(),
        |error| {
            let fault = format!("{:?}", error.fault);
            let fault = fault.split(' ').next().unwrap_or_default();
            format!("{} {} {fault}", error.section, error.offset)
        },
    )
}

/// Four ranges of some twenty rows, two buckets each.
fn good() -> Vec<u8> {
    let file = Sample::fixed(80).bytes();
    assert_eq!((file[92], file[93]), (2, 1));
    assert_eq!(refused(&file), "not refused");
    file
}

fn put_width(file: &mut [u8], offset: usize, width: usize, value: u64) {
    file[offset..offset + width].copy_from_slice(&value.to_le_bytes()[..width]);
}
