//! Is this up to date? A stamp is a file in cargo's target folder that holds what something was last made from.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// The record of what something was last made from.
pub(crate) struct Stamp(PathBuf);

impl Stamp {
    pub(crate) fn new(target: &Path, name: &str) -> Self {
        Self(target.join("stamps").join(name))
    }

    /// Returns whether it was last made from exactly this.
    pub(crate) fn is(&self, made_from: &str) -> bool {
        fs::read_to_string(&self.0).is_ok_and(|text| text == made_from)
    }

    /// Forgets what it was made from. To be called before it is made again: that may fail halfway.
    pub(crate) fn clear(&self) {
        // There may be none.
        let _ = fs::remove_file(&self.0);
    }

    /// Records what it was made from.
    pub(crate) fn set(&self, made_from: &str) -> io::Result<()> {
        if let Some(folder) = self.0.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.0, made_from)
    }
}

/// The path, length and time of every file at and below `paths`, a line each. A path that does not exist adds nothing.
pub(crate) fn describe(paths: &[PathBuf]) -> String {
    let mut lines = Vec::new();
    paths.iter().for_each(|path| add(path, &mut lines));
    lines.sort_unstable();
    lines.concat()
}

fn add(path: &Path, lines: &mut Vec<String>) {
    let Ok(metadata) = fs::metadata(path) else {
        return;
    };
    if metadata.is_dir() {
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        return entries.for_each(|entry| add(&entry.path(), lines));
    }
    let modified = metadata.modified().ok();
    let time = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let nanos = time.map_or(0, |time| time.as_nanos());
    let length = metadata.len();
    lines.push(format!("{} {length} {nanos}\n", path.display()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_seen_and_what_did_not_is_not() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let (sources, manifest) = (folder.join("src"), folder.join("Cargo.toml"));
        let all = describe(&[sources.clone(), manifest]);
        assert_eq!(all.lines().filter(|line| line.contains("/src/")).count(), {
            describe(&[sources]).lines().count()
        });
        assert!(all.lines().any(|line| line.contains("stamp.rs")));
        assert_eq!(describe(&[folder.join("no such file")]), "");
    }

    #[test]
    fn a_stamp_holds_what_was_last_set() {
        let target = std::env::temp_dir().join(format!("tekser-stamp-{}", std::process::id()));
        let stamp = Stamp::new(&target, "thing");
        assert!(!stamp.is("this"));
        stamp.set("this").expect("a stamp");
        assert!(stamp.is("this") && !stamp.is("that"));
        stamp.clear();
        assert!(!stamp.is("this"));
        fs::remove_dir_all(target).expect("the folder of the stamps");
    }
}
