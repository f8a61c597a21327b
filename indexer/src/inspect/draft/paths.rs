//! By which paths and patterns does a draft name its files?

use std::fs;
use std::path::Path;

use glob::{MatchOptions, Pattern};

use crate::ingest::{DESCRIPTION, is_meant};
use crate::inspect::InspectError;

/// The path of a file as seen from `folder`.
pub(super) fn relative(path: &Path, folder: &Path) -> Result<String, InspectError> {
    let outside = || InspectError::Outside {
        path: path.to_owned(),
        folder: folder.to_owned(),
    };
    let folder = folder.canonicalize().map_err(|_| outside())?;
    let real = path.canonicalize().map_err(|_| outside())?;
    let inner = real.strip_prefix(&folder).map_err(|_| outside())?;
    inner
        .to_str()
        .map(str::to_owned)
        .ok_or_else(|| InspectError::Name {
            path: path.to_owned(),
        })
}

/// Patterns for members of archives that match these and none of the others: by their suffixes, if that is
/// enough, by their common parts, or each by its name.
pub(super) fn members(members: &[String], others: &[&String]) -> Vec<String> {
    let is_fit = |pattern: &String| {
        Pattern::new(pattern).is_ok_and(|compiled| {
            members.iter().all(|member| compiled.matches(member))
                && !others.iter().any(|other| is_meant(&compiled, other))
        })
    };
    let by_end = common_end(members).map(|end| format!("*{}", Pattern::escape(end)));
    let in_common = common_pattern(members).map(|(pattern, _)| pattern);
    match by_end.filter(is_fit).or(in_common.filter(is_fit)) {
        Some(pattern) => vec![pattern],
        None => members
            .iter()
            .map(|member| Pattern::escape(member))
            .collect(),
    }
}

/// The suffixes that all names share: `.csv.gz`.
fn common_end(names: &[String]) -> Option<&str> {
    let (first, others) = names.split_first()?;
    let file = first.rfind('/').map_or(0, |place| place + 1);
    // A leading dot of a name does not begin a suffix.
    let mut ends = first[file..]
        .match_indices('.')
        .filter(|(place, _)| *place > 0);
    ends.find_map(|(place, _)| {
        let end = &first[file + place..];
        let is_shared = others.iter().all(|other| other.ends_with(end));
        is_shared.then_some(end)
    })
}

/// Returns a pattern that matches exactly these files of `folder`, if they are several in one folder.
pub(super) fn pattern(paths: &[String], folder: &Path) -> Option<String> {
    let (first, others) = paths.split_first()?;
    let folder_of = |path: &str| Path::new(path).parent().map(Path::to_owned);
    let together = others
        .iter()
        .all(|other| folder_of(other) == folder_of(first));
    if others.is_empty() || !together {
        return None;
    }
    let (pattern, written) = common_pattern(paths)?;
    let compiled = Pattern::new(&pattern).ok()?;
    let options = MatchOptions {
        require_literal_separator: true,
        require_literal_leading_dot: true,
        ..MatchOptions::default()
    };
    let matches = |path: &String| compiled.matches_with(path, options);
    let just_these = paths.iter().all(matches)
        && neighbours(first, folder)?
            .iter()
            .filter(|path| matches(path))
            .all(|path| paths.contains(path));
    (written > 0 && just_these).then_some(pattern)
}

/// Returns the common beginning and end of several names with a `*` between, and their length.
fn common_pattern(names: &[String]) -> Option<(String, usize)> {
    let (first, others) = names.split_first()?;
    if others.is_empty() {
        return None;
    }
    let beginning = others.iter().fold(first.len(), |length, other| {
        length.min(shared(first.chars(), other.chars()))
    });
    let shortest = names.iter().map(String::len).min()?;
    let end = others
        .iter()
        .fold(first.len(), |length, other| {
            length.min(shared(first.chars().rev(), other.chars().rev()))
        })
        .min(shortest - beginning);
    let (before, after) = (&first[..beginning], &first[first.len() - end..]);
    let pattern = format!("{}*{}", Pattern::escape(before), Pattern::escape(after));
    Some((pattern, beginning + end))
}

/// How many bytes of characters two texts share from where they are read.
fn shared(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> usize {
    let same = one.zip(other).take_while(|(one, other)| one == other);
    same.map(|(c, _)| c.len_utf8()).sum()
}

/// Returns the files next to the one at `path`, as seen from `folder`; if one has a name that is not UTF-8, none are
/// listed.
fn neighbours(path: &str, folder: &Path) -> Option<Vec<String>> {
    let inner = Path::new(path).parent()?;
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.join(inner)).ok()? {
        let entry = entry.ok()?;
        let name = inner.join(entry.file_name());
        if entry.path().is_file() && name != Path::new(DESCRIPTION) {
            names.push(name.to_str()?.to_owned());
        }
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glob(paths: &[&str], all: &[&str]) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        for name in all {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        pattern(&paths, folder.path())
    }

    #[test]
    fn a_pattern_stands_for_the_files_and_no_others() {
        let parts = ["part-1.csv", "part-2.csv"];
        assert_eq!(glob(&parts, &parts).as_deref(), Some("part-*.csv"));
        assert_eq!(
            glob(&parts, &["part-1.csv", "part-2.csv", "part-3.csv"]),
            None
        );
        assert_eq!(glob(&parts[..1], &parts), None);
        let hidden = ["part-1.csv", "part-2.csv", "breach.toml", "other.csv"];
        assert_eq!(glob(&parts, &hidden).as_deref(), Some("part-*.csv"));
    }

    #[test]
    fn names_with_signs_of_patterns_are_taken_as_they_are() {
        let odd = ["[a]1.csv", "[a]2.csv"];
        assert_eq!(glob(&odd, &odd).as_deref(), Some("[[]a[]]*.csv"));
        let apart = ["x/1.csv", "y/1.csv"];
        assert_eq!(glob(&apart, &apart), None);
    }

    #[test]
    fn a_pattern_for_members_stands_for_none_of_the_others() {
        let globs = |names: &[&str], others: &[&str]| {
            let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
            members(&owned(names), &owned(others).iter().collect::<Vec<_>>())
        };
        assert_eq!(globs(&["x/a.csv"], &["1.png"]), ["*.csv"]);
        assert_eq!(
            globs(&["d.tar/a.csv.gz", "d.tar/b.csv.gz"], &["1.png"]),
            ["*.csv.gz"]
        );
        assert_eq!(globs(&["u-1.csv", "u-2.csv"], &["o.csv"]), ["u-*.csv"]);
        assert_eq!(globs(&["a.csv"], &["b.csv"]), ["a.csv"]);
        assert_eq!(globs(&["a.csv", "c.csv"], &["b.csv"]), ["a.csv", "c.csv"]);
        assert_eq!(globs(&["a.csv"], &["b.csv.gz"]), ["a.csv"]);
        assert_eq!(globs(&["users"], &["readme"]), ["users"]);
    }

    #[test]
    fn letters_of_several_bytes_are_not_cut() {
        let names = ["бөлік1", "бөлік2", "бөлік11"];
        assert_eq!(glob(&names, &names).as_deref(), Some("бөлік*"));
        let overlapping = ["aa", "aaa"];
        assert_eq!(glob(&overlapping, &overlapping).as_deref(), Some("aa*"));
    }
}
