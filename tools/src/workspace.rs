//! Where does the project stand?

use std::path::{Path, PathBuf};

/// The project is not where it was when this program was built.
#[derive(Debug, thiserror::Error)]
#[error("the project's folder cannot be found: run this by `cargo` from inside it")]
pub struct NotFound;

/// The folder of the workspace: that of the package that cargo runs, or of the one this was built from.
///
/// # Errors
/// If neither is there.
pub fn root() -> Result<PathBuf, NotFound> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let root = package.parent().map(Path::to_owned).ok_or(NotFound)?;
    if root.join("Cargo.lock").is_file() {
        Ok(root)
    } else {
        Err(NotFound)
    }
}

/// The folder that cargo builds into.
#[must_use]
pub fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), |folder| root.join(folder))
}
