use std::path::PathBuf;
use std::process::Stdio;

use exposure_index::passwords::PasswordHash;
use tekser_tests::{PlantedValues, Workspace, files_below};

use super::{Dump, build, digits, invented, write};

/// No file except the dumps holds a password, nor the hash of one that was not met often.
pub(super) fn assert_untold(dump: &Dump, files: impl IntoIterator<Item = (PathBuf, Vec<u8>)>) {
    let passwords = PlantedValues::new(dump.iter().map(|(password, _)| password.clone()));
    let rare = dump.iter().filter(|(_, times)| *times < 10);
    let rare: Vec<&String> = rare.map(|(password, _)| password).collect();
    assert!(rare.len() > 10);
    let hashes = PlantedValues::in_forms(rare.iter().map(|rare| (*rare).clone()), |password| {
        let hash = PasswordHash::of(password.as_bytes()).0;
        // A part of it is as good as all of it to a guesser.
        vec![
            ("a hash", hash[..8].to_vec()),
            ("the end of a hash", hash[12..].to_vec()),
            (
                "digits of a hash",
                digits(password).as_bytes()[..16].to_vec(),
            ),
        ]
    });
    let is_dump = |path: &PathBuf| path.components().any(|part| part.as_os_str() == "breaches");
    for (path, bytes) in files.into_iter().filter(|(path, _)| !is_dump(path)) {
        let place = path.display().to_string();
        passwords.assert_absent(&place, &bytes);
        hashes.assert_absent(&place, &bytes);
    }
}

#[test]
fn the_search_finds_a_rare_password_and_its_hash() {
    let dump = invented(60, 4);
    let (rare, _) = dump.last().expect("one");
    for bytes in [
        rare.clone().into_bytes(),
        PasswordHash::of(rare.as_bytes()).0.to_vec(),
    ] {
        let file = (PathBuf::from("run-1"), bytes);
        let found = std::panic::catch_unwind(|| assert_untold(&dump, [file]));
        assert!(found.is_err());
    }
}

#[test]
fn nothing_that_is_written_or_said_while_passwords_are_counted_reveals_one() {
    let workspace = Workspace::without_key();
    let dump = invented(3_000, 5);
    write(&workspace, "first-2020", &dump);
    let mut child = workspace
        .command()
        .args(["-vv"])
        .args(build(&workspace, &["--json"]))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the indexer starts");
    let mut looks = 0;
    while child.try_wait().expect("a child").is_none() {
        assert_untold(&dump, files_below(workspace.path()));
        looks += 1;
    }
    let output = child.wait_with_output().expect("ended");
    assert!(output.status.success() && looks > 0);
    assert_untold(&dump, files_below(workspace.path()));
    let said = [output.stdout, output.stderr].concat();
    assert_untold(&dump, [(PathBuf::from("what was said"), said)]);
}
