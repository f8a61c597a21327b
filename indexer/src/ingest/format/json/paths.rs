//! Where in a document are the records, and where in a record the columns? By the paths of `breach.toml`:
//!
//! | part | leads |
//! |---|---|
//! | `phone` | to the value of this key, in whatever case it is written |
//! | `users[]` | through the array there; the rest is searched for in each element |
//! | `*` | to the value of every key: `users.*.phone` |
//!
//! The innermost array or `*` that all columns' paths lead through holds the records, each element of it one. Arrays
//! are gone through even where a path does not say so; they then hold parts of one record.

use exposure_index::identifier::clean;

use crate::ingest::describe::columns::Columns;

/// Marks an array in a path: `users[].phone`.
const ARRAY: &str = "[]";

/// Stands for every key: `users.*.phone`.
const ANY: &str = "*";

/// Keys that MongoDB writes around a value whose type JSON does not have. A path leads to the value, whether it is
/// written so or plainly.
const TYPES: [&str; 9] = [
    "$numberLong",
    "$numberInt",
    "$numberDouble",
    "$numberDecimal",
    "$oid",
    "$date",
    "$symbol",
    "$uuid",
    "$undefined",
];

/// Whether an object of one member with this key is a plain value.
pub(in crate::ingest) fn is_type(key: &str) -> bool {
    TYPES.contains(&key)
}

/// The places of records and their columns in a document.
pub(in crate::ingest) struct Paths {
    /// Path to the records.
    pub(super) records: Path,
    /// The path of each column within a record.
    pub(in crate::ingest) columns: Vec<Path>,
}

impl Paths {
    pub(in crate::ingest) fn of(columns: &Columns) -> Self {
        let names: Vec<Vec<&str>> = columns.0.iter().map(|it| parts(&it.name)).collect();
        let shared = shared(&names);
        let first = names.first().map_or(&[][..], Vec::as_slice);
        Self {
            records: Path::of(&first[..shared]),
            columns: names
                .iter()
                .map(|parts| Path::of(&parts[shared..]))
                .collect(),
        }
    }

    /// Returns whether a document contains records rather than being one.
    pub(in crate::ingest) const fn has_records_within(&self) -> bool {
        self.records.len() > 0
    }

    /// Where the records are that these columns name.
    pub(in crate::ingest) fn records_of<'n>(names: impl Iterator<Item = &'n String>) -> Path {
        let names: Vec<Vec<&str>> = names.map(|name| parts(name)).collect();
        let first = names.first().map_or(&[][..], Vec::as_slice);
        Path::of(&first[..shared(&names)])
    }
}

/// Returns the parts of a path, without those that only say how a value is written.
fn parts(path: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = path.split('.').collect();
    while parts.len() > 1 && parts.last().is_some_and(|part| is_type(part)) {
        parts.pop();
    }
    parts
}

/// Returns the number of parts that lead to the records.
fn shared(names: &[Vec<&str>]) -> usize {
    let Some((first, others)) = names.split_first() else {
        return 0;
    };
    let same = |place: &usize| {
        let part = first.get(*place);
        others.iter().all(|other| other.get(*place) == part)
    };
    let shared = (0..first.len()).take_while(same).count();
    let holds_records = |part: &&str| part.ends_with(ARRAY) || *part == ANY;
    first[..shared]
        .iter()
        .rposition(holds_records)
        .map_or(0, |place| place + 1)
}

/// Keys, one within the other.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Path {
    /// For each place in the path, the keys that lead on from there: a key may hold dots itself.
    steps: Vec<Vec<Step>>,
}

/// A key, and the place that it leads to.
#[derive(Debug, PartialEq, Eq)]
struct Step {
    key: Key,
    to: usize,
}

#[derive(Debug, PartialEq, Eq)]
enum Key {
    Any,
    /// The key as written, and cleaned and in small letters.
    Named {
        written: String,
        folded: String,
    },
}

impl Path {
    fn of(parts: &[&str]) -> Self {
        let keys = parts.iter().map(|part| part.replace(ARRAY, ""));
        // An array at the top is traversed without a key.
        let keys: Vec<String> = keys.filter(|key| !key.is_empty()).collect();
        let steps = (0..keys.len()).map(|from| steps(&keys, from)).collect();
        Self { steps }
    }

    /// Returns its number of steps.
    pub(in crate::ingest) const fn len(&self) -> usize {
        self.steps.len()
    }

    /// The place that `key` leads to from the place `from`.
    pub(in crate::ingest) fn after(&self, from: usize, key: &str) -> Option<usize> {
        let steps = self.steps.get(from)?;
        steps
            .iter()
            .find(|step| step.key.is(key))
            .map(|step| step.to)
    }
}

/// Returns the steps from a key: the key itself, or the key joined with those after it by dots.
fn steps(keys: &[String], from: usize) -> Vec<Step> {
    if keys[from] == ANY {
        let key = Key::Any;
        return vec![Step { key, to: from + 1 }];
    }
    let named = keys[from..].iter().take_while(|key| *key != ANY).count();
    let step = |count: usize| {
        let written = keys[from..from + count].join(".");
        let folded = folded(&written);
        Step {
            key: Key::Named { written, folded },
            to: from + count,
        }
    };
    (1..=named).map(step).collect()
}

impl Key {
    fn is(&self, key: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Named { written, folded } => key == written || is_folded(key, folded),
        }
    }
}

fn folded(key: &str) -> String {
    clean(key).to_lowercase()
}

/// Whether `key`, cleaned and in small letters, is `folded`. Most keys show at their first letter that they are not.
fn is_folded(key: &str, folded: &str) -> bool {
    let is_plain = |c: char| matches!(c, 'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '$' | '\u{400}'..='\u{4FF}');
    let begins = |text: &str| text.bytes().next().map(|byte| byte.to_ascii_lowercase());
    if key.starts_with(|c: char| c.is_ascii_alphanumeric()) && begins(key) != begins(folded) {
        return false;
    }
    let mut wanted = folded.chars();
    for c in key.chars() {
        if !is_plain(c) {
            // Characters that cleaning removes may be anywhere.
            return self::folded(key) == *folded;
        }
        if !c.to_lowercase().all(|c| wanted.next() == Some(c)) {
            return false;
        }
    }
    wanted.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::describe::columns::tests::phones;

    /// The keys to the records, and those to the columns.
    fn paths(names: &[&str]) -> (Vec<String>, Vec<String>) {
        let paths = Paths::of(&phones(names));
        let written = |path: &Path| {
            let first = path.steps.iter().filter_map(|steps| steps.first());
            let keys = first.map(|step| match &step.key {
                Key::Any => ANY.to_owned(),
                Key::Named { written, .. } => written.clone(),
            });
            keys.collect::<Vec<_>>()
        };
        let columns = paths.columns.iter().map(|path| written(path).join("."));
        (written(&paths.records), columns.collect())
    }

    #[test]
    fn records_are_what_the_innermost_shared_array_or_wildcard_holds() {
        let expected = |records: &[&str], columns: &[&str]| {
            let owned = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
            (owned(records), owned(columns))
        };
        assert_eq!(paths(&["a.b"]), expected(&[], &["a.b"]));
        assert_eq!(paths(&["[].a"]), expected(&[], &["a"]));
        assert_eq!(
            paths(&["d.users[].name", "d.users[].phones[].n"]),
            expected(&["d", "users"], &["name", "phones.n"])
        );
        assert_eq!(
            paths(&["a[].b[].c", "a[].b[].d"]),
            expected(&["a", "b"], &["c", "d"])
        );
        assert_eq!(paths(&["a[].b", "c"]), expected(&[], &["a.b", "c"]));
        assert_eq!(
            paths(&["users.*.name", "users.*.phone"]),
            expected(&["users", "*"], &["name", "phone"])
        );
        assert_eq!(paths(&["*.*.p"]), expected(&["*", "*"], &["p"]));
        assert_eq!(paths(&["phones[]"]), expected(&["phones"], &[""]));
        assert_eq!(paths(&["p", "p.$numberLong"]), expected(&[], &["p", "p"]));
    }

    #[test]
    fn a_key_leads_on_whatever_its_case_and_with_dots_in_it() {
        let path = Path::of(&["a", "Телефон", "c"]);
        assert_eq!(path.after(0, "A"), Some(1));
        assert_eq!(path.after(0, "a.телефон"), Some(2));
        assert_eq!(path.after(1, "ТЕЛЕФОН"), Some(2));
        assert_eq!(path.after(1, " №\u{200B}телефон "), Some(2));
        assert_eq!(path.after(1, "телефон."), None);
        assert_eq!(path.after(2, "cc"), None);
        assert_eq!(path.after(3, "c"), None);
        assert_eq!(Path::of(&["*"]).after(0, "-N1"), Some(1));
    }
}
