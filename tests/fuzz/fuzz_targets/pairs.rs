#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exposure_index::fuzzing::pairs(bytes));
