//! How is the website made, and when need it not be made again?

use std::error::Error;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::folder::target;
use crate::npm::{NodeError, check_node, npm};
use crate::stamp::{Stamp, describe};

/// Everything that the website is made from, below the workspace's folder.
const SOURCES: [&str; 7] = [
    "server/web/src",
    "server/web/public",
    "server/web/scripts",
    "server/web/package-lock.json",
    "server/web/package.json",
    "server/web/tsconfig.json",
    "server/web/vite.config.ts",
];
/// The kind of website that is built.
const MADE: &str = "server/web/dist";
/// The public keys whose holders may sign what the page believes.
const TRUST: &str = "TEKSER_TRUST";

/// Why the website was not built.
#[derive(Debug)]
#[non_exhaustive]
pub enum WebsiteError {
    /// Node.js is missing or too old.
    Node(NodeError),
    /// npm could not be started, or a stamp not be written.
    Io(io::Error),
    /// npm failed.
    Failed {
        /// Its arguments.
        command: String,
        /// Output of the command.
        printed: String,
    },
}

impl fmt::Display for WebsiteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Node(error) => error.fmt(f),
            Self::Io(error) => write!(f, "npm cannot be run for the website: {error}"),
            Self::Failed { command, printed } => {
                write!(
                    f,
                    "{printed}`npm {command}` failed in server/web: see above"
                )
            }
        }
    }
}

impl Error for WebsiteError {}

impl From<NodeError> for WebsiteError {
    fn from(error: NodeError) -> Self {
        Self::Node(error)
    }
}

impl From<io::Error> for WebsiteError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Installs the packages that the website is made with, unless those of the lock file are installed. Returns whether it
/// did.
///
/// # Errors
/// [`WebsiteError`] if there is no Node.js or npm fails.
pub fn install(root: &Path) -> Result<bool, WebsiteError> {
    check_node()?;
    let lock = fs::read_to_string(root.join("server/web/package-lock.json"))?;
    // npm writes this file when it has installed everything.
    let installed = root.join("server/web/node_modules/.package-lock.json");
    let made_from = format!("{lock}\n{}", describe(std::slice::from_ref(&installed)));
    let stamp = Stamp::new(&target(root), "website-packages");
    if installed.is_file() && stamp.is(&made_from) {
        return Ok(false);
    }
    stamp.clear();
    succeed(&mut npm(root, ["ci", "--no-audit", "--no-fund"]))?;
    stamp.set(&format!("{lock}\n{}", describe(&[installed])))?;
    Ok(true)
}

/// Builds the website so that it believes only what the holders of the public keys `trust` signed, `RW…` with commas
/// between, and anybody if there are none. Does nothing if the last build was of the same. Returns whether it did.
///
/// # Errors
/// [`WebsiteError`] if there is no Node.js or something does not build.
pub fn build(root: &Path, trust: &str) -> Result<bool, WebsiteError> {
    install(root)?;
    let stamp = Stamp::new(&target(root), "website");
    if stamp.is(&made_from(root, trust)) {
        return Ok(false);
    }
    stamp.clear();
    succeed(npm(root, ["run", "build"]).env(TRUST, trust))?;
    stamp.set(&made_from(root, trust))?;
    Ok(true)
}

/// The website as it is counts too: another one may have been built by hand.
fn made_from(root: &Path, trust: &str) -> String {
    let paths = SOURCES.iter().chain([&MADE]).map(|path| root.join(path));
    let files = describe(&paths.collect::<Vec<PathBuf>>());
    format!("trust {trust}\n{files}")
}

/// Runs npm, which is heard only if it fails.
fn succeed(command: &mut Command) -> Result<(), WebsiteError> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let words = command.get_args().map(|word| word.to_string_lossy());
    let printed = [output.stdout, output.stderr].concat();
    Err(WebsiteError::Failed {
        command: words.collect::<Vec<_>>().join(" "),
        printed: String::from_utf8_lossy(&printed).into_owned(),
    })
}
