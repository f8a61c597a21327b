use std::collections::BTreeMap;
use std::path::Path;

use bytesize::ByteSize;
use exposure_index::breach::BreachId;
use exposure_index::durable;
use exposure_index::generation::IndexDirectory;

use crate::commands::output;
use crate::commands::output::table::plural;
use crate::ingest::Breach;

/// Usual ratio of unpacked to packed text.
const UNPACKED: u64 = 5;
/// Endings of the names of packed files.
const PACKED: [&str; 9] = ["gz", "zst", "zip", "xlsx", "7z", "xz", "bz2", "age", "rar"];

/// Prints, before dumps are read, how much there is to read and how much room there is, including `old` bytes of
/// existing rows in the need. Temporary files and the index take up to as much as the dumps unpacked: 12 and 9
/// bytes per identifier, which with its surroundings is seldom shorter.
pub(super) fn report(index: &Path, breaches: &[Breach], old: u64) {
    let files = files(breaches);
    let bytes: u64 = files.values().sum();
    let unpacked = files.iter().map(|((_, name), size)| unpacked(name, *size));
    let unpacked: u64 = unpacked.sum();
    let (needed, free) = (unpacked.saturating_add(old), free_bytes(index));
    let room = free.map_or_else(String::new, |free| format!(", {} are free", ByteSize(free)));
    output::message(format_args!(
        "{} of dumps in {}; up to about {} of disk may be needed{room}",
        ByteSize(bytes),
        plural(files.len() as u64, "file"),
        ByteSize(needed),
    ));
    if free.is_some_and(|free| free < needed) {
        output::message(
            "warning: the disk may become full; a build that ends so can be resumed once there is room",
        );
    }
}

/// Lists the files of the dumps, by breach and name, with their sizes in bytes. A file of which several `[[file]]` read
/// a table or sheet each is listed once.
fn files(breaches: &[Breach]) -> BTreeMap<(&BreachId, &str), u64> {
    let mut files = BTreeMap::new();
    for breach in breaches {
        for file in breach.inputs() {
            files.insert((&breach.metadata.id, file.name), file.size);
        }
    }
    files
}

/// Warns, before a generation is derived from others, if there may be too little room: it takes up to as much as they
/// do.
pub(in crate::commands) fn warn(directory: &IndexDirectory, needed: u64) {
    if let Some(free) = free_bytes(directory.path()).filter(|free| *free < needed) {
        output::message(format_args!(
            "warning: the disk may become full: up to about {} may be needed, {} are free. The current index stays if it does",
            ByteSize(needed),
            ByteSize(free),
        ));
    }
}

/// Returns the bytes of the current generation; 0 if there is none that can be read, which is reported elsewhere.
pub(in crate::commands) fn current_bytes(directory: &IndexDirectory) -> u64 {
    let bytes = directory
        .current()
        .and_then(|current| directory.bytes(current));
    bytes.unwrap_or(0)
}

fn unpacked(name: &str, size: u64) -> u64 {
    let extension = name.rsplit('.').next().unwrap_or_default();
    let is_packed = PACKED
        .iter()
        .any(|packed| extension.eq_ignore_ascii_case(packed));
    if is_packed {
        size.saturating_mul(UNPACKED)
    } else {
        size
    }
}

/// Returns the bytes that are free for us where `path` is or will be.
fn free_bytes(path: &Path) -> Option<u64> {
    let existing = path.ancestors().find(|ancestor| ancestor.exists());
    let existing = existing.unwrap_or(Path::new("."));
    durable::free_bytes(existing).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_expected_to_need_more() {
        assert_eq!(unpacked("a.csv", 10), 10);
        assert_eq!(unpacked("a.csv.GZ", 10), 50);
    }

    #[test]
    fn room_is_known_for_a_folder_that_does_not_exist_yet() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(free_bytes(&folder.path().join("a/b")).is_some_and(|free| free > 0));
        assert!(free_bytes(Path::new("not-there")).is_some());
    }
}
