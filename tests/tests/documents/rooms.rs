//! Do imports go one way? The rooms of each package, which are the modules at its top, form no circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The sources of the packages whose rooms are checked.
const PACKAGES: [&str; 3] = ["indexer/core/src", "indexer/src", "server/src"];

/// Each room with the rooms that it imports.
type Rooms = BTreeMap<String, BTreeSet<String>>;

#[test]
fn no_rooms_import_each_other_in_a_circle() {
    for package in PACKAGES {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(package);
        let rooms = rooms(&folder);
        assert!(rooms.len() > 5, "{package}: {rooms:?}");
        let circle = circle(&rooms);
        assert!(circle.is_empty(), "{package}: a circle within {circle:?}");
    }
}

#[test]
fn a_circle_is_found() {
    let import = |room: &str, imported: &str| (room.to_owned(), BTreeSet::from([imported.into()]));
    let mut rooms = Rooms::from([import("a", "b"), import("b", "c"), import("c", "d")]);
    assert!(circle(&rooms).is_empty());
    rooms.extend([import("d", "b")]);
    assert_eq!(circle(&rooms), BTreeSet::from(["b", "c", "d"]));
}

/// Returns the rooms of circles: what is left after repeatedly removing every room that imports no other.
fn circle(rooms: &Rooms) -> BTreeSet<&str> {
    let mut left: BTreeSet<&str> = rooms.keys().map(String::as_str).collect();
    loop {
        let is_free = |room: &&str| {
            rooms[*room]
                .iter()
                .all(|other| !left.contains(other.as_str()))
        };
        let free: Vec<&str> = left.iter().copied().filter(is_free).collect();
        if free.is_empty() {
            return imported_again(rooms, left);
        }
        left.retain(|room| !free.contains(room));
    }
}

/// The same rooms without those that none of them imports: these only import a circle.
fn imported_again<'r>(rooms: &'r Rooms, mut left: BTreeSet<&'r str>) -> BTreeSet<&'r str> {
    loop {
        let imported: BTreeSet<&str> = left
            .iter()
            .flat_map(|room| rooms[*room].iter().map(String::as_str))
            .collect();
        let before = left.len();
        left.retain(|room| imported.contains(room));
        if left.len() == before {
            return left;
        }
    }
}

fn rooms(source: &Path) -> Rooms {
    let mut rooms = Rooms::new();
    for file in rust_files(source) {
        let place = file.strip_prefix(source).expect("a file below");
        let Some(room) = room_of(place) else {
            continue;
        };
        let text = fs::read_to_string(&file).expect("a source");
        let depth = place.components().count() - usize::from(place.ends_with("mod.rs"));
        let imported = imports(&text, depth);
        let others = imported.filter(|other| *other != room);
        rooms.entry(room.clone()).or_default().extend(others);
    }
    rooms
}

/// The module at the top that a file is of; nothing of the top itself, of tests and of the fuzzers' functions.
fn room_of(place: &Path) -> Option<String> {
    let parts: Vec<&str> = place.iter().filter_map(|part| part.to_str()).collect();
    let is_test = |part: &&str| {
        matches!(
            part.trim_end_matches(".rs"),
            "tests" | "matrix" | "conformance" | "elsewhere"
        )
    };
    let room = parts.first()?.trim_end_matches(".rs");
    let is_top = ["lib", "main", "fuzzing"].contains(&room);
    (!is_top && !parts.iter().any(is_test)).then(|| room.to_owned())
}

/// The modules at the top that code outside comments and tests names, in a file `depth` modules below the top.
fn imports(text: &str, depth: usize) -> impl Iterator<Item = String> + '_ {
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or(text);
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(move |line| {
        let from_top = line.split("crate::").skip(1);
        let up = "super::".repeat(depth);
        let from_here = line.split_once(&up).map(|(_, rest)| rest);
        from_top.chain(from_here).map(first_name)
    })
}

fn first_name(path: &str) -> String {
    let is_name = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '_';
    path.chars().take_while(is_name).collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let files = paths.flat_map(|path| match path.is_dir() {
        true => rust_files(&path),
        false => vec![path],
    });
    files
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .collect()
}
