//! What is a file in the directory format, by its name?

/// Name of the table of contents.
pub(in super::super) const CONTENTS: &str = "toc.dat";

/// Suffixes of the files that `pg_dump` compresses.
pub(super) const PACKED: [&str; 3] = [".gz", ".lz4", ".zst"];

/// Fewest digits of a table's number: the server's own objects are numbered first.
const DIGITS: usize = 4;

/// Returns a file's name without the suffix of its packing.
pub(super) fn unpacked(name: &str) -> &str {
    let mut endings = PACKED.iter();
    endings
        .find_map(|ending| name.strip_suffix(ending))
        .unwrap_or(name)
}

/// Returns whether a file of this name has the rows of a table: `3201.dat`, `3201.dat.gz`.
pub(in super::super) fn is_rows(name: &str) -> bool {
    let number = unpacked(name).strip_suffix(".dat").unwrap_or_default();
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    is_number && number.len() >= DIGITS && !number.starts_with('0')
}

/// Returns whether a file of this name belongs to a dump and has no rows: large objects and the list of them, and the
/// script in a tape archive.
pub(in super::super) fn is_other(name: &str) -> bool {
    let name = unpacked(name);
    let is_object = name.starts_with("blob_") && name.ends_with(".dat");
    let is_list = name.starts_with("blobs") && name.ends_with(".toc");
    is_object || is_list || name == "restore.sql"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_a_dump_are_known_by_their_names() {
        for name in ["3201.dat", "12345.dat.gz", "3201.dat.lz4", "3201.dat.zst"] {
            assert!(is_rows(name) && !is_other(name), "{name}");
        }
        for name in [
            "blob_16403.dat",
            "blob_16403.dat.gz",
            "blobs.toc",
            "blobs_3123.toc",
            "restore.sql",
        ] {
            assert!(is_other(name) && !is_rows(name), "{name}");
        }
        for name in [
            "toc.dat",
            "001.dat",
            "0001.dat",
            "a3201.dat",
            "3201.csv",
            ".dat",
            "3201.dat.xz",
        ] {
            assert!(!is_rows(name) && !is_other(name), "{name}");
        }
    }
}
