use std::error::Error;
use std::fmt;
use std::io;

use tekser_workspace::{NodeError, NotFound, WebsiteError};

/// Why the checks did not finish.
#[derive(Debug)]
#[non_exhaustive]
pub enum CheckError {
    /// A step failed.
    Failed {
        /// The step's name.
        step: &'static str,
        /// Its command line.
        command: String,
    },
    /// A part of the toolchain is not installed.
    Component {
        /// The component's name.
        component: &'static str,
    },
    /// Node.js is missing or too old.
    Node(NodeError),
    /// The website's packages cannot be installed.
    Website(WebsiteError),
    /// A program that tests work with is not installed.
    Installation {
        /// Path where it should be.
        program: &'static str,
        /// Tests that need it.
        tests: &'static str,
        /// The package of Debian that has it.
        package: &'static str,
    },
    /// Cargo or npm cannot be run at all.
    Program(io::Error),
    /// The command was not started by cargo, or the project has moved since.
    Project(NotFound),
}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed { step, command } => {
                write!(f, "{step} failed; to see it alone: {command}")
            }
            Self::Component { component } => write!(
                f,
                "{component} is not installed; get it with: rustup component add {component}"
            ),
            Self::Node(error) => error.fmt(f),
            Self::Website(error) => error.fmt(f),
            Self::Installation {
                program,
                tests,
                package,
            } => write!(
                f,
                "{program} is needed for {tests}; get it with: apt-get install {package}"
            ),
            Self::Program(error) => {
                write!(
                    f,
                    "cannot run cargo or npm ({error}): are they on the PATH?"
                )
            }
            Self::Project(error) => error.fmt(f),
        }
    }
}

impl Error for CheckError {}

impl From<NodeError> for CheckError {
    fn from(error: NodeError) -> Self {
        Self::Node(error)
    }
}

impl From<WebsiteError> for CheckError {
    fn from(error: WebsiteError) -> Self {
        Self::Website(error)
    }
}

impl From<io::Error> for CheckError {
    fn from(error: io::Error) -> Self {
        Self::Program(error)
    }
}

impl From<NotFound> for CheckError {
    fn from(error: NotFound) -> Self {
        Self::Project(error)
    }
}
