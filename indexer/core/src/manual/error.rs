use std::io;
use std::path::PathBuf;

/// Why the manual could not be shown.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManualError {
    /// The subcommand does not exist.
    #[error("{program} has no command {name}; its commands are listed by: {program} --help")]
    NoSuchCommand {
        /// The program.
        program: String,
        /// Requested command.
        name: String,
    },
    /// A page could not be written.
    #[error("{path} cannot be written: {source}")]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The OS error.
        source: io::Error,
    },
}
