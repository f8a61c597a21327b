//! The index file: FORMAT.md kept by the writer, held by the reader, rule by rule.

#![allow(clippy::cast_possible_truncation)]

mod damage;
mod malformed;
mod published;
mod records;
mod round_trip;
mod sample;
mod stranger;
mod writing;

use exposure_index::index::{FormatError, Index};
use exposure_index::progress::Progress;
use proptest::test_runner::{Config, RngSeed};

/// Why a file is refused, by opening or by `verify`.
fn refusal(file: &[u8]) -> Option<FormatError> {
    Index::open(file)
        .and_then(|index| index.verify(&Progress::default()))
        .err()
}

fn config(cases: u32) -> Config {
    Config {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        ..Config::default()
    }
}
