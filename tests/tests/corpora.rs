//! The inputs that the fuzzers kept are run through the same functions again. `tests/fuzz` looks for more.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tekser_indexer::fuzzing::TARGETS;

#[test]
fn no_reader_falls_over_what_the_fuzzers_found() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for (name, target) in TARGETS {
        let corpus = fs::read_dir(corpora.join(name)).expect("each target has a corpus");
        let mut inputs = 0;
        for input in corpus {
            target(&fs::read(input.expect("an input").path()).expect("an input"));
            inputs += 1;
        }
        assert!(inputs > 0, "the corpus of {name} is empty");
    }
}

/// The names of what is in a folder under `tests/fuzz`, without their endings.
fn names(folder: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz")
        .join(folder);
    let entries = fs::read_dir(folder).expect("a folder");
    let name = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.expect("an entry").path();
        path.file_stem()?.to_str().map(str::to_owned)
    };
    entries.filter_map(name).collect()
}

#[test]
fn every_target_has_a_program_and_a_corpus_and_nothing_else_has() {
    let targets: BTreeSet<String> = TARGETS.map(|(name, _)| name.to_owned()).into();
    assert_eq!(names("fuzz_targets"), targets);
    assert_eq!(names("corpus"), targets);
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/Cargo.toml");
    let manifest = fs::read_to_string(manifest).expect("a manifest");
    let (_, programs) = manifest.split_once("[[bin]]").expect("programs");
    let programs = programs
        .lines()
        .filter_map(|line| line.strip_prefix("name = "));
    let programs: BTreeSet<String> = programs
        .map(|name| name.trim_matches('"').to_owned())
        .collect();
    assert_eq!(programs, targets);
}
