//! How is npm called for the website?

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

/// The oldest Node.js that the website's tools run on.
const OLDEST: [u32; 2] = [20, 19];

/// Why the website cannot be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NodeError {
    /// There is no Node.js.
    #[error("Node.js {}.{} or newer is needed for the website, and npm with it; none is on the PATH", OLDEST[0], OLDEST[1])]
    Missing,
    /// It is too old.
    #[error("Node.js {}.{} or newer is needed for the website; this is {found}", OLDEST[0], OLDEST[1])]
    Old {
        /// What it says of itself.
        found: String,
    },
}

/// npm in the website's folder of the workspace at `root`.
pub fn npm(root: &Path, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    let mut command = Command::new("npm");
    command
        .current_dir(root.join("server/web"))
        .stdin(Stdio::null())
        .args(arguments);
    command
}

/// Makes sure that there is a Node.js which is new enough.
///
/// # Errors
/// [`NodeError`] if there is not.
pub fn node_is_there() -> Result<(), NodeError> {
    let output = Command::new("node").arg("--version").output();
    let found = output.map_err(|_| NodeError::Missing)?.stdout;
    let found = String::from_utf8_lossy(&found).trim().to_owned();
    if version(&found).is_some_and(|version| version >= OLDEST) {
        Ok(())
    } else {
        Err(NodeError::Old { found })
    }
}

fn version(text: &str) -> Option<[u32; 2]> {
    let mut numbers = text.strip_prefix('v')?.split('.').map(str::parse);
    Some([numbers.next()?.ok()?, numbers.next()?.ok()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(version("v20.19.4").is_some_and(|version| version >= OLDEST));
        assert!(version("v100.0.0").is_some_and(|version| version >= OLDEST));
        assert!(version("v20.9.0").is_some_and(|version| version < OLDEST));
        assert_eq!(version("nonsense"), None);
    }
}
