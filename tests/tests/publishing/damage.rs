//! An index directory that was damaged is refused with what is wrong, and mended by the next build.

use std::fs;
use std::path::Path;

use tekser_tests::is_root;

use super::{QUERY, assert_answers, breaches, printed, with_index};

#[test]
fn a_damaged_current_is_reported_and_the_next_build_repairs_it() {
    let workspace = with_index();
    let good = workspace.current();
    let current = workspace.index().join("CURRENT");
    let long = good.repeat(1000);
    for damage in [
        "",
        "\n",
        "yesterday\n",
        "../../etc",
        "\0\0\0\0",
        "20261122",
        &long,
    ] {
        fs::write(&current, damage).expect("damage");
        for arguments in [&["verify"][..], &["stats"], &["lookup"]] {
            let message = workspace.refused(arguments, QUERY);
            assert!(
                message.contains("CURRENT does not name a generation"),
                "{message}"
            );
        }
        let listed = workspace.run(&["generations"], b"");
        assert_eq!(listed.status.code(), Some(1));
        assert!(
            String::from_utf8_lossy(&listed.stdout).contains(&good),
            "the list is what mends it"
        );
    }
    fs::write(&current, [0xff, 0xfe, 0x00]).expect("damage");
    let message = workspace.refused(&["verify"], b"");
    assert!(
        message.contains("CURRENT does not name a generation"),
        "{message}"
    );
    let _ = workspace.run_ok(&["verify", "--generation", &good]);
    let _ = workspace.run_ok(&["build", &breaches()]);
    assert_answers(&workspace);
}

#[test]
fn a_current_that_names_a_missing_generation_is_reported() {
    let workspace = with_index();
    let missing = "20200101-000000-00000000";
    fs::write(workspace.index().join("CURRENT"), missing).expect("written");
    for arguments in [&["verify"][..], &["stats"], &["lookup"]] {
        let message = workspace.refused(arguments, QUERY);
        assert!(
            message.contains(&format!("no generation {missing}")),
            "{message}"
        );
    }
    let listed = workspace.run(&["generations"], b"");
    assert_eq!(listed.status.code(), Some(1));
    assert!(printed(&listed).contains(missing), "{}", printed(&listed));
    let _ = workspace.run_ok(&["build", &breaches()]);
    assert_answers(&workspace);
}

/// Puts other bytes in the place of a file that is not to be written.
fn replace(path: &Path, bytes: &[u8]) {
    fs::remove_file(path).expect("removed");
    fs::write(path, bytes).expect("written");
}

#[test]
fn a_truncated_index_file_is_refused_by_every_command() {
    let workspace = with_index();
    let generation = workspace.index().join(workspace.current());
    for name in ["public.idx", "sealed.idx"] {
        let path = generation.join(name);
        let whole = fs::read(&path).expect("an index file");
        for length in [
            0,
            1,
            127,
            128,
            383,
            384,
            whole.len() / 3,
            whole.len() / 2,
            whole.len() - 1,
        ] {
            replace(&path, &whole[..length]);
            for arguments in [&["verify"][..], &["stats"], &["lookup"]] {
                let message = workspace.refused(arguments, QUERY);
                assert!(message.contains(name), "{length} bytes: {message}");
                assert!(
                    !message.contains("internal error"),
                    "{length} bytes: {message}"
                );
            }
        }
        replace(&path, &whole);
        assert_answers(&workspace);
    }
}

#[test]
fn a_public_file_that_is_missing_is_reported() {
    let workspace = with_index();
    fs::remove_file(
        workspace
            .index()
            .join(workspace.current())
            .join("public.idx"),
    )
    .expect("removed");
    for arguments in [&["verify"][..], &["stats"], &["lookup"]] {
        let message = workspace.refused(arguments, QUERY);
        assert!(message.contains(&workspace.current()), "{message}");
    }
}

#[test]
fn a_sealed_file_that_may_not_be_read_is_reported_and_never_taken_for_none() {
    let workspace = with_index();
    if !is_root() {
        use std::os::unix::fs::PermissionsExt;
        let sealed = workspace
            .index()
            .join(workspace.current())
            .join("sealed.idx");
        fs::set_permissions(sealed, fs::Permissions::from_mode(0o000)).expect("a mode");
    }
    for arguments in [&["lookup"][..], &["stats"], &["verify"]] {
        let output = workspace.run_as_nobody(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(
            printed(&output).contains("sealed.idx"),
            "{}",
            printed(&output)
        );
        let public = workspace.run_as_nobody(&[arguments, &["--public"]].concat());
        assert!(
            public.status.success(),
            "{arguments:?}: {}",
            printed(&public)
        );
    }
}

#[test]
fn a_lost_sealed_file_is_reported_and_never_taken_for_none() {
    let workspace = with_index();
    let sealed = workspace
        .index()
        .join(workspace.current())
        .join("sealed.idx");
    fs::remove_file(sealed).expect("removed");
    for arguments in [&["lookup"][..], &["stats"], &["verify"]] {
        let output = workspace.run(arguments, b"");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(
            printed(&output).contains("has lost its file sealed.idx"),
            "{}",
            printed(&output)
        );
        let public = workspace.run(&[arguments, &["--public"]].concat(), b"");
        assert!(
            public.status.success(),
            "{arguments:?}: {}",
            printed(&public)
        );
    }
}
