use std::io::{self, ErrorKind};

/// Returns advice on an error of the OS, if there is any.
pub(in crate::commands) fn advice(error: &anyhow::Error) -> Option<&'static str> {
    let mut causes = error.chain();
    let refusal = causes.find_map(|cause| cause.downcast_ref::<io::Error>())?;
    match refusal.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Some(
            "make room and run the command again; tekser-indexer prune removes old generations of an index",
        ),
        ErrorKind::PermissionDenied => {
            Some("run the command as the owner of the files, or ask the owner for access")
        }
        ErrorKind::ReadOnlyFilesystem => {
            Some("mount the file system for writing, or use another one")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use exposure_index::index::WriteError;
    use exposure_index::pairs::PairsError;
    use exposure_index::passwords::PasswordsError;

    use super::*;
    use crate::builder::BuildError;
    use crate::export::ExportError;
    use crate::passwords::PasswordBuildError;

    #[test]
    fn a_full_disk_is_reported_from_wherever_it_was_met() {
        let full = || io::Error::from(ErrorKind::StorageFull);
        for error in [
            anyhow::Error::new(full()).context("nothing was published"),
            BuildError::Run(full()).into(),
            BuildError::Report(full()).into(),
            BuildError::Write(WriteError::Io(full())).into(),
            BuildError::Pairs(PairsError::Io(full())).into(),
            PasswordBuildError::Format(PasswordsError::Io(full())).into(),
            ExportError::Io(full()).into(),
        ] {
            let message = advice(&error).unwrap_or_default();
            assert!(message.contains("make room"), "{error:#}");
        }
        assert_eq!(advice(&anyhow::anyhow!("no disk in it")), None);
    }
}
