//! Where is the project, and where does cargo build?

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

/// The project is not where it was when this program was built.
#[derive(Debug)]
pub struct NotFound;

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the project's folder cannot be found: run this with `cargo` from inside it")
    }
}

impl Error for NotFound {}

/// The folder of the workspace: that of the package that cargo runs, or of the one this was built from.
///
/// # Errors
/// Fails if neither exists.
pub fn root() -> Result<PathBuf, NotFound> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let mut folders = package.ancestors();
    let root = folders.find(|folder| folder.join("Cargo.lock").is_file());
    root.map(Path::to_owned).ok_or(NotFound)
}

/// The folder that cargo builds into.
#[must_use]
pub fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), |folder| root.join(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_is_found_from_the_package() {
        let root = root().expect("the project");
        assert!(root.join("tools/workspace/Cargo.toml").is_file());
    }
}
