//! How is npm called for the website?

use std::error::Error;
use std::ffi::OsStr;
use std::fmt;
use std::path::Path;
use std::process::{Command, Stdio};

/// The oldest Node.js that the website's tools run on.
const OLDEST: [u32; 2] = [20, 19];

/// Why the website cannot be built.
#[derive(Debug)]
#[non_exhaustive]
pub enum NodeError {
    /// There is no Node.js.
    Missing,
    /// Node.js is too old.
    Old {
        /// The version that it prints.
        found: String,
    },
}

impl fmt::Display for NodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor] = OLDEST;
        write!(
            f,
            "the website needs Node.js {major}.{minor} or newer, and npm; "
        )?;
        match self {
            Self::Missing => f.write_str("none is on the PATH"),
            Self::Old { found } => write!(f, "this is {found}"),
        }
    }
}

impl Error for NodeError {}

/// npm in the website's folder of the workspace at `root`.
pub fn npm(root: &Path, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    let mut command = Command::new("npm");
    command
        .current_dir(root.join("server/web"))
        .stdin(Stdio::null())
        .args(arguments);
    command
}

/// Checks that there is a Node.js which is new enough.
///
/// # Errors
/// [`NodeError`] if there is not.
pub fn check_node() -> Result<(), NodeError> {
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
