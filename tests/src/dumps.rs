use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::leaks;

/// Writes a breach folder under `root`. `entry` is what is under `[[file]]`, its columns included.
///
/// # Panics
/// Panics if it cannot be written.
pub fn write_breach(root: &Path, id: &str, entry: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let folder = root.join(id);
    fs::create_dir_all(&folder).expect("a breach folder");
    let description = format!(
        "id = {id:?}\ndate = \"2020\"\nadded = \"2020\"\nstatus = \"reported\"\nrecords = 1\n\
         source = \"https://example.org\"\n\
         [title]\nkk = \"t\"\nru = \"t\"\nen = \"t\"\n[summary]\nkk = \"s\"\nru = \"s\"\nen = \"s\"\n\
         [[file]]\n{entry}\n"
    );
    fs::write(folder.join("breach.toml"), description).expect("a description");
    for (name, bytes) in files {
        fs::write(folder.join(name), bytes).expect("a dump");
    }
    folder
}

/// Writes the small leaks `times` times, each copy under its own ids: the same identifiers with ever new exposures.
///
/// # Panics
/// Panics if they cannot be copied.
#[must_use]
pub fn copies_of_the_leaks(copies: usize) -> TempDir {
    let root = tempfile::tempdir().expect("a temporary folder");
    for copy in 1..=copies {
        for breach in fs::read_dir(leaks().join("breaches")).expect("the leaks") {
            let breach = breach.expect("a breach").path();
            copy_breach(&breach, root.path(), copy);
        }
    }
    root
}

fn copy_breach(breach: &Path, root: &Path, copy: usize) {
    let id = breach
        .file_name()
        .and_then(|id| id.to_str())
        .expect("an id");
    let folder = root.join(format!("{id}-{copy}"));
    fs::create_dir(&folder).expect("a breach folder");
    for file in fs::read_dir(breach).expect("a breach") {
        let file = file.expect("a file");
        fs::copy(file.path(), folder.join(file.file_name())).expect("a copy");
    }
    let path = folder.join("breach.toml");
    let description = fs::read_to_string(&path).expect("a description");
    let description =
        description.replace(&format!("id = {id:?}"), &format!("id = \"{id}-{copy}\""));
    fs::write(path, description).expect("a description");
}
