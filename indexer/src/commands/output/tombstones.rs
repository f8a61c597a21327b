use std::io::ErrorKind;

use exposure_index::generation::IndexDirectory;
use exposure_index::oprf::KeyId;

use super::table::grouped;
use crate::erasure::{ErasureError, Erasures};

/// Returns the number of identifiers erased under a key; `None` if only the owner of the index may know.
pub(in crate::commands) fn erased(
    directory: &IndexDirectory,
    key_id: KeyId,
) -> anyhow::Result<Option<usize>> {
    match Erasures::count(directory.path(), key_id) {
        Ok(erased) => Ok(Some(erased)),
        Err(ErasureError::Io { source, .. }) if source.kind() == ErrorKind::PermissionDenied => {
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// Prints that number as a line for people; empty if there is nothing to say.
pub(in crate::commands) fn erased_line(erased: Option<usize>) -> String {
    match erased {
        None | Some(0) => String::new(),
        Some(1) => "\n1 identifier is erased for good\n".to_owned(),
        Some(erased) => format!(
            "\n{} identifiers are erased for good\n",
            grouped(erased as u64)
        ),
    }
}
