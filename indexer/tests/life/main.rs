//! The life of an index: whichever way a set of breaches came together, it is the same index.

mod erasing;
mod fixture;
mod paths;
mod sealed;
mod warnings;
mod world;

use proptest::test_runner::{Config, RngSeed};

fn config(cases: u32) -> Config {
    Config {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        ..Config::default()
    }
}
