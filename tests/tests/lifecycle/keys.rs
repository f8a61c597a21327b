use std::fs;
use std::os::unix::process::ExitStatusExt;

use super::steps::KILLED;
use super::{BESIDE, with_generations, writer};

const RELEASE_KEYGEN: [&str; 4] = [
    "release-keygen",
    "--no-passphrase",
    "--release-key",
    "beside/release.key",
];

#[test]
fn wherever_the_making_of_a_release_key_is_killed_no_public_key_is_without_its_secret_one() {
    let (workspace, _) = with_generations(1);
    let folder = workspace.path().join(BESIDE);
    fs::write(workspace.path().join("requests"), "").expect("written");
    for step in 0.. {
        fs::create_dir(&folder).expect("a folder");
        let mut writer = writer(&workspace, &RELEASE_KEYGEN.map(str::to_owned));
        let status = writer.env("TEKSER_DIE_AT_STEP", step.to_string()).status();
        let status = status.expect("the indexer starts");
        if status.success() {
            assert!(step >= 8, "killed at {step} steps only");
            return;
        }
        assert_eq!(status.signal(), Some(KILLED), "step {step}");
        if folder.join("release.key.pub").exists() {
            let _ = workspace.run_ok(&["sign", "--replace", "--release-key", "beside/release.key"]);
        }
        if folder.join("release.key").exists() {
            let printed = workspace.refused(&RELEASE_KEYGEN, b"");
            assert!(printed.contains("move the file away"), "{printed}");
        }
        fs::remove_dir_all(&folder).expect("removed");
    }
}
