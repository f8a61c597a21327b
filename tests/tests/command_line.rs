//! What the programs say about themselves and about wrong usage is what these transcripts have. To write them again
//! after a change that is meant: `TRYCMD=overwrite cargo test -p tekser-tests --test command_line`.

use std::fs;
use std::process::Command;

use tekser_tests::{commands_in_help, indexer, server};

#[test]
fn help_and_usage_errors_are_as_the_transcripts_have_them() {
    trycmd::TestCases::new()
        .register_bin("tekser-indexer", indexer())
        .register_bin("tekser-server", server())
        .case("tests/cmd/*.trycmd");
}

#[test]
fn the_help_of_every_command_has_a_transcript() {
    let help = Command::new(indexer()).arg("--help").output();
    let help = String::from_utf8(help.expect("it runs").stdout).expect("text");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cmd");
    let transcripts: Vec<String> = fs::read_dir(folder)
        .expect("the folder of transcripts")
        .map(|entry| entry.expect("an entry").file_name())
        .filter_map(|name| name.into_string().ok())
        .collect();
    let commands = commands_in_help(&help);
    assert!(commands.len() > 20, "{help}");
    for command in commands {
        let its = |name: &String| {
            let rest = name.strip_prefix(&format!("help-{command}"));
            rest.is_some_and(|rest| rest.starts_with(['.', '-']))
        };
        assert!(transcripts.iter().any(its), "{command} has no transcript");
    }
}
