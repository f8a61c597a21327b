//! Does each Debian package name the packages that its program needs?

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{PackageError, output, say};

/// What every program of ours is linked with. It is linked with libgcc-s1 too, which Debian's libc6 depends on and cargo-deb
/// therefore leaves out since 3.8.
const NEEDED: [&str; 1] = ["libc6"];

/// Checks that there is what finds these packages: without it cargo-deb leaves the field empty.
pub(super) fn check_tools() -> Result<(), PackageError> {
    for (program, package) in [("dpkg-shlibdeps", "dpkg-dev"), ("dpkg-deb", "dpkg")] {
        let mut command = Command::new(program);
        let quiet = command.arg("--version").stdout(Stdio::null());
        if quiet.stderr(Stdio::null()).status().is_err() {
            return Err(PackageError::Missing { program, package });
        }
    }
    Ok(())
}

/// Checks the field `Depends` of every package in the folder, and shows it.
pub(super) fn check(folder: &Path) -> Result<(), PackageError> {
    for entry in fs::read_dir(folder).map_err(PackageError::file(folder))? {
        let path = entry.map_err(PackageError::file(folder))?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            check_package(&path)?;
        }
    }
    Ok(())
}

fn check_package(path: &Path) -> Result<(), PackageError> {
    let package = path.file_name().unwrap_or_default().to_string_lossy();
    let printed = output(
        Command::new("dpkg-deb")
            .arg("--field")
            .arg(path)
            .arg("Depends"),
    )?;
    let depends = String::from_utf8_lossy(&printed).trim().to_owned();
    say(&format!("{package} depends on {depends}"));
    let names = |needed: &&str| depends.split(", ").any(|one| one.starts_with(*needed));
    match NEEDED.into_iter().find(|needed| !names(needed)) {
        None => Ok(()),
        Some(lacking) => Err(PackageError::Dependencies {
            package: package.into_owned(),
            depends,
            lacking,
        }),
    }
}
