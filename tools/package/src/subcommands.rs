//! Which subcommands of cargo are needed, and where are they?

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tekser_workspace::{cargo, target};

use super::{PackageError, say, succeed};

/// Each is a separate program, with the versions of which one is installed if it is missing.
const SUBCOMMANDS: [(&str, &str); 2] = [("cargo-deb", "^3"), ("cargo-cyclonedx", "^0.5")];

/// Installs those that are not on the PATH into cargo's target folder.
pub(super) fn ensure(root: &Path) -> Result<(), PackageError> {
    for (program, version) in SUBCOMMANDS {
        if is_installed(program, root) {
            continue;
        }
        say(&format!("installing {program} into cargo's target folder"));
        let arguments = ["install", "--locked", "--version", version, "--root"];
        succeed(cargo(root, arguments).arg(folder(root)).arg(program))?;
    }
    Ok(())
}

/// The command, which finds what [`ensure`] has installed.
pub(super) fn found_by<'c>(command: &'c mut Command, root: &Path) -> &'c mut Command {
    command.env("PATH", path(root))
}

fn is_installed(program: &str, root: &Path) -> bool {
    let mut command = Command::new(program);
    let command = command.arg("--version").stdin(Stdio::null());
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    found_by(quiet, root).status().is_ok()
}

fn path(root: &Path) -> OsString {
    let installed = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&installed).chain([folder(root).join("bin")]);
    // A PATH that cannot be put together again is used as it is.
    env::join_paths(folders).unwrap_or(installed)
}

fn folder(root: &Path) -> PathBuf {
    target(root).join("subcommands")
}
