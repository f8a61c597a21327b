//! Which keys of JSON are personal data?
//!
//! If keys distinguish people's records, logins or numbers, the name of a column would be a
//! person's. Such keys have siblings with the same content, or are in one record only, or do not look like a word at
//! all.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::feed::FeedColumn;
use super::guess::Column;
use super::{Meaning, mask, name};

/// Fewest records for a key in only one of them to be an exception.
const RECORDS: usize = 3;

/// Number of keys with the same content that are people's, in fewer records; fewer for keys that begin with a capital.
const ALIKE: usize = 3;
const CAPITALS_ALIKE: usize = 2;

/// Maximum number of digits of a key that is a word, such as `phone2` and `address_2020`.
const DIGITS: usize = 4;

/// Longest word, in characters, that is written in small and capital letters and digits at once.
const LONGEST_MIXED: usize = 16;

/// Masks the names of columns that may be people's keys, in this number of records.
pub(super) fn hide(columns: &mut [Column], records: usize) {
    let siblings = Siblings::of(columns);
    let may_be_data = |column: &Column| {
        let is_rare = records >= RECORDS && column.filled <= 1;
        let is_named = column.of_feed.is_some_and(FeedColumn::is_named);
        let known = column.name.rsplit('.').next().filter(|_| is_named);
        let may_be_data = |(parent, key): (&str, &str)| {
            let is_alike = || records < RECORDS && siblings.are_alike(parent, key);
            Some(key) != known && !name::is_known(key) && (is_rare || is_no_word(key) || is_alike())
        };
        column.nameable && parts(&column.name).any(may_be_data)
    };
    let hidden: Vec<bool> = columns.iter().map(may_be_data).collect();
    for (column, _) in columns.iter_mut().zip(hidden).filter(|(_, hidden)| *hidden) {
        column.nameable = false;
        column.name = mask::form(&column.name);
    }
}

/// The keys of a path, each with the path that it is under; no signs for elements.
fn parts(path: &str) -> impl Iterator<Item = (&str, &str)> {
    let ends = path.match_indices('.').map(|(place, _)| place);
    let mut start = 0;
    ends.chain([path.len()]).filter_map(move |end| {
        let (parent, key) = (&path[..start], path[start..end].trim_end_matches("[]"));
        start = end + 1;
        (!key.is_empty() && key != "*").then_some((parent, key))
    })
}

/// Keys and their contents.
struct Siblings<'c> {
    under: BTreeMap<&'c str, BTreeMap<&'c str, BTreeSet<Cow<'c, str>>>>,
}

impl Siblings<'_> {
    fn of(columns: &[Column]) -> Siblings<'_> {
        let mut under: BTreeMap<&str, BTreeMap<&str, BTreeSet<Cow<'_, str>>>> = BTreeMap::new();
        for column in columns {
            for (parent, key) in parts(&column.name) {
                let rest = column.name[parent.len()..].split_once(key);
                let rest = rest.map_or("", |(_, rest)| rest);
                let keys = under.entry(parent).or_default();
                keys.entry(key).or_default().insert(what(rest, column));
            }
        }
        Siblings { under }
    }

    /// Returns whether sibling keys have the same content, none of them a known word.
    fn are_alike(&self, parent: &str, key: &str) -> bool {
        let Some(keys) = self.under.get(parent) else {
            return false;
        };
        let holds = |paths: &BTreeSet<Cow<'_, str>>| {
            paths
                .iter()
                .any(|path| path.contains(|c: char| c.is_alphanumeric()))
        };
        let mine = keys.get(key).filter(|paths| holds(paths));
        let is_alike = |(other, paths): &(&&str, &BTreeSet<Cow<'_, str>>)| {
            Some(*paths) == mine && !name::is_known(other)
        };
        let least = match key.starts_with(char::is_uppercase) {
            true => CAPITALS_ALIKE,
            false => ALIKE,
        };
        mine.is_some() && keys.iter().filter(is_alike).count() >= least
    }
}

/// Returns the content of a key: the rest of the path, or the kind of its values.
fn what<'c>(rest: &'c str, column: &Column) -> Cow<'c, str> {
    match &column.guess {
        Some(guess) if guess.by_values && !rest.contains('.') => match guess.meaning {
            Meaning::Identifier(kind) => format!("{rest}={kind}").into(),
            Meaning::Class(_) | Meaning::Text(_) => rest.into(),
        },
        _ => rest.into(),
    }
}

/// Whether a key is not one that a programmer would give: with spaces, letters that are not Latin, or many digits, or
/// like what a database makes up.
fn is_no_word(key: &str) -> bool {
    let has = |is: fn(&char) -> bool| key.chars().filter(is).count();
    let digits = has(char::is_ascii_digit);
    let is_mixed =
        digits > 0 && has(char::is_ascii_uppercase) > 0 && has(char::is_ascii_lowercase) > 0;
    !key.is_ascii()
        || key.contains(char::is_whitespace)
        || digits > DIGITS
        || is_mixed && key.chars().count() >= LONGEST_MIXED
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden<'p>(paths: &[(&'p str, usize)], records: usize) -> Vec<&'p str> {
        let column = |&(name, filled): &(&str, usize)| Column {
            name: name.to_owned(),
            nameable: true,
            guess: None,
            filled,
            preview: String::new(),
            of_feed: None,
        };
        let mut columns: Vec<Column> = paths.iter().map(column).collect();
        hide(&mut columns, records);
        let all = paths.iter().zip(&columns);
        all.filter(|(_, column)| !column.nameable)
            .map(|((name, _), _)| *name)
            .collect()
    }

    #[test]
    fn keys_that_are_people_s_own_are_hidden() {
        for path in [
            "Айгерім.phone",
            "users.айгерім к.phone",
            "-NzKq7Xw0aB3dEfGhIjK.phone",
            "x12345.iin",
        ] {
            assert_eq!(hidden(&[(path, 1), ("phone", 1)], 1), [path]);
        }
        let logins = [
            ("aigerim.phone", 1),
            ("bolat.phone", 1),
            ("asan.phone", 1),
            ("meta.x", 1),
        ];
        assert_eq!(hidden(&logins, 1).len(), 3);
        let rare = [("iin", 9), ("contacts.bolat", 1), ("kx", 9)];
        assert_eq!(hidden(&rare, 9), ["contacts.bolat"]);
    }

    #[test]
    fn names_of_columns_are_shown() {
        let paths = [
            ("_source.iin", 1),
            ("hits.hits[]._source.phone2", 1),
            ("Телефон", 1),
            ("created_at", 1),
            ("users.*.email", 1),
            ("home.phone", 1),
            ("work.phone", 1),
            ("kx", 1),
        ];
        assert_eq!(hidden(&paths, 1), [""; 0]);
        assert_eq!(hidden(&[("kx", 9), ("iin", 9)], 9), [""; 0]);
        assert_eq!(hidden(&[("phone", 1), ("iin", 9)], 9), [""; 0]);
    }
}
