use crate::builder::journal::Change;

/// Why a build cannot use what it, or the attempt before it, left on the disk.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResumeError {
    /// A run is not what was written.
    #[error(
        "a temporary file of the build is damaged or gone: check the disk, and start over (with --discard)"
    )]
    DamagedRun,
    /// The beginning of the journal is not what was written.
    #[error("the journal of the build is damaged: check the disk, and start over with --discard")]
    DamagedJournal,
    /// A build cannot be resumed, since something is not what it was.
    #[error(
        "cannot resume the interrupted build: {change}. Undo that, or start over with --discard"
    )]
    Changed {
        /// The first difference.
        change: Change,
    },
}
