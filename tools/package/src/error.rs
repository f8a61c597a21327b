use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use tekser_workspace::{NodeError, WebsiteError};

/// Why there is nothing to hand out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackageError {
    /// A tool is not installed.
    #[error("{program} is needed; get it with: apt-get install {package}")]
    Missing {
        /// The tool.
        program: &'static str,
        /// The package of Debian that has it.
        package: &'static str,
    },
    /// A package does not name what its programs need.
    #[error(
        "{package} depends on \"{depends}\", which does not name {lacking}: is dpkg-shlibdeps installed (package dpkg-dev)?"
    )]
    Dependencies {
        /// The package.
        package: String,
        /// Its field `Depends`.
        depends: String,
        /// The missing part.
        lacking: &'static str,
    },
    /// Node.js is missing or too old.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// The website does not build.
    #[error(transparent)]
    Website(#[from] WebsiteError),
    /// A step failed.
    #[error("this failed: {command}")]
    Failed {
        /// The command.
        command: String,
    },
    /// A program could not be started.
    #[error("{program} cannot be run")]
    Start {
        /// The program.
        program: String,
        /// The OS error.
        source: io::Error,
    },
    /// A file could not be read or written.
    #[error("{path} cannot be read or written")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The OS error.
        source: io::Error,
    },
    /// npm's bill of materials cannot be read.
    #[error("npm sbom did not print JSON")]
    Bill {
        /// The fault.
        #[from]
        source: serde_json::Error,
    },
}

impl PackageError {
    pub(super) fn failed(command: &Command) -> Self {
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
        let command = words.join(" ");
        Self::Failed { command }
    }

    pub(super) fn start(command: &Command) -> impl FnOnce(io::Error) -> Self {
        let program = command.get_program().to_string_lossy().into_owned();
        move |source| Self::Start { program, source }
    }

    pub(super) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}
