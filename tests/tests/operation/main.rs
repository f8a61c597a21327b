//! What an administrator is given: the manual, completions, alerts, a dashboard, manifests. Each says what the programs
//! do.

mod commands;
mod deployment;
mod kubernetes;
mod manual;
mod monitoring;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A file of the packages.
fn packaged(name: &str) -> String {
    let path = folder().join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What the server's package contains in addition to the program.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/package")
}

/// Runs a program that is to succeed.
fn output(program: &Path, arguments: &[&str]) -> String {
    let Output { status, stdout, .. } = Command::new(program)
        .args(arguments)
        .output()
        .expect("a program that can be run");
    assert!(status.success(), "{arguments:?}: {status}");
    String::from_utf8(stdout).expect("UTF-8")
}
