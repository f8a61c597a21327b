#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tekser_indexer::fuzzing::rar(bytes));
