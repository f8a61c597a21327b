//! How is cargo called from a program that cargo runs?

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

/// Cargo in the folder `root`, as if it were called from a shell.
///
/// `cargo run` passes a program the package it was built from. Inherited by another cargo, that would look like a
/// change of the environment and make it build again what is up to date. The outer cargo's lock on the build
/// directory is free by the time a program of its runs.
pub fn cargo(root: &Path, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(root)
        .stdin(Stdio::null())
        .args(arguments);
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(comes_from_cargo_run) {
            command.env_remove(name);
        }
    }
    command
}

fn comes_from_cargo_run(variable: &str) -> bool {
    variable.starts_with("CARGO_PKG_")
        || variable.starts_with("CARGO_BIN_")
        || [
            "CARGO",
            "CARGO_CRATE_NAME",
            "CARGO_MANIFEST_DIR",
            "CARGO_MANIFEST_PATH",
            "CARGO_PRIMARY_PACKAGE",
        ]
        .contains(&variable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_run_sets_for_a_program_is_not_passed_on() {
        assert!(comes_from_cargo_run("CARGO_PKG_NAME"));
        assert!(comes_from_cargo_run("CARGO_MANIFEST_DIR"));
        assert!(!comes_from_cargo_run("CARGO_TARGET_DIR"));
        assert!(!comes_from_cargo_run("CARGO_BUILD_JOBS"));
        assert!(!comes_from_cargo_run("CARGO_HOME"));
    }
}
