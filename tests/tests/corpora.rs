//! What the fuzzers found worth keeping is fed to the same functions again. `tests/fuzz` looks for more.

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
