//! What the programs say about themselves and about wrong usage is what these transcripts have. To write them again
//! after a change that is meant: `TRYCMD=overwrite cargo test -p tekser-tests --test command_line`.

use tekser_tests::{indexer, server};

#[test]
fn help_and_usage_errors_are_as_the_transcripts_have_them() {
    trycmd::TestCases::new()
        .register_bin("tekser-indexer", indexer())
        .register_bin("tekser-server", server())
        .case("tests/cmd/*.trycmd");
}
