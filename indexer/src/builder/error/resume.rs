use crate::builder::journal::Change;

/// Why a build cannot use what it, or an earlier attempt, left on the disk.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResumeError {
    /// A run differs from what was written.
    #[error(
        "a temporary file of the build is damaged or gone: check the disk, and start over (with --discard)"
    )]
    DamagedRun,
    /// The beginning of the journal differs from what was written.
    #[error("the journal of the build is damaged: check the disk, and start over with --discard")]
    DamagedJournal,
    /// A build cannot be resumed, because something has changed.
    #[error(
        "cannot resume the interrupted build: {change}. Undo that, or start over with --discard"
    )]
    Changed {
        /// The first change.
        change: Change,
    },
}
