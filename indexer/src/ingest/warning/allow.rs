//! Which identifiers must no warning list name? Lists of known good identifiers, kept by the ministry or in the format
//! of MISP's warninglists.

use std::collections::HashSet;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use exposure_index::identifier::{Identifier, Kind, normalise};
use serde::Deserialize;

use crate::ingest::Fingerprint;

/// Maximum size of a list, in bytes.
const MOST: u64 = 64 << 20;

/// Why an allow list was not read. Only the place is shown, never the content.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AllowListError {
    /// The list cannot be read.
    #[error("cannot read the allow list {}: {source}", path.display())]
    Read {
        /// The list.
        path: PathBuf,
        /// The OS error.
        source: io::Error,
    },
    /// The list is too long.
    #[error("the allow list {} is longer than 64 MiB", path.display())]
    TooLong {
        /// The list.
        path: PathBuf,
    },
    /// A line is invalid.
    #[error(
        "the allow list {}, line {line}: {rule}; a line is a domain or kind:value, and # begins a comment", path.display()
    )]
    Line {
        /// The list.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// The rule that it breaks.
        rule: &'static str,
    },
    /// The list is JSON, but not a MISP warninglist.
    #[error("the allow list {} is not a MISP warninglist: a warninglist is a JSON object with a \"list\" of strings", path.display())]
    Json {
        /// The list.
        path: PathBuf,
    },
    /// The entries of the list are not values.
    #[error(
        "the allow list {} has the type {list_type}; only the types hostname and string are supported", path.display()
    )]
    Type {
        /// The list.
        path: PathBuf,
        /// Stated type, if it is a word.
        list_type: String,
    },
    /// No entry of the list can be on a warning list.
    #[error("the allow list {} names nothing that could be on a warning list", path.display())]
    Empty {
        /// The list.
        path: PathBuf,
    },
}

/// Lists of identifiers that are refused from warning lists.
#[derive(Clone, Default)]
pub struct AllowLists(Arc<Vec<AllowList>>);

struct AllowList {
    name: String,
    fingerprint: Fingerprint,
    identifiers: HashSet<Identifier>,
    /// Entries that are not identifiers.
    others: usize,
}

impl fmt::Debug for AllowLists {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lists = self.0.iter();
        f.debug_map()
            .entries(lists.map(|list| (&list.name, list.identifiers.len())))
            .finish()
    }
}

impl AllowLists {
    /// Reads lists.
    ///
    /// # Errors
    /// If one cannot be read, or has a line that is not understood.
    pub fn read(paths: &[PathBuf]) -> Result<Self, AllowListError> {
        let lists = paths.iter().map(|path| AllowList::read(path));
        Ok(Self(Arc::new(lists.collect::<Result<_, _>>()?)))
    }

    /// The name of the first list that names an identifier: itself, or the registrable domain of a site.
    pub(super) fn naming(&self, identifier: &Identifier) -> Option<&str> {
        let domain = identifier.registrable_domain();
        let names = |list: &&AllowList| {
            let holds = |one: &Identifier| list.identifiers.contains(one);
            holds(identifier) || domain.as_ref().is_some_and(holds)
        };
        self.0.iter().find(names).map(|list| &*list.name)
    }

    /// The fingerprints of the lists, in their order.
    pub(crate) fn fingerprints(&self) -> Vec<Fingerprint> {
        self.0.iter().map(|list| list.fingerprint).collect()
    }

    /// Name, fingerprint, identifiers and other entries of each list.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&str, Fingerprint, usize, usize)> {
        let lists = self.0.iter();
        lists.map(|list| {
            (
                &*list.name,
                list.fingerprint,
                list.identifiers.len(),
                list.others,
            )
        })
    }
}

impl AllowList {
    fn read(path: &Path) -> Result<Self, AllowListError> {
        let path = path.to_owned();
        let text = match text(&path) {
            Ok(text) if text.len() as u64 > MOST => return Err(AllowListError::TooLong { path }),
            Ok(text) => text,
            Err(source) => return Err(AllowListError::Read { path, source }),
        };
        let (identifiers, others) = match text.trim_start().starts_with('{') {
            true => misp(&text, &path)?,
            false => (lines(&text, &path)?, 0),
        };
        if identifiers.is_empty() {
            return Err(AllowListError::Empty { path });
        }
        let name = path.file_name().unwrap_or(path.as_os_str());
        Ok(Self {
            name: name.to_string_lossy().escape_debug().to_string(),
            fingerprint: Fingerprint::of(text.as_bytes()),
            identifiers,
            others,
        })
    }
}

fn text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(MOST + 1).read_to_string(&mut text)?;
    Ok(text
        .strip_prefix('\u{feff}')
        .map(str::to_owned)
        .unwrap_or(text))
}

/// Reads one domain, or `kind:value`, per line; text after # is a comment.
fn lines(text: &str, path: &Path) -> Result<HashSet<Identifier>, AllowListError> {
    let mut identifiers = HashSet::new();
    for (number, line) in (1..).zip(text.lines()) {
        let entry = line.split('#').next().unwrap_or_default().trim();
        if entry.is_empty() {
            continue;
        }
        let named = entry
            .split_once(':')
            .and_then(|(kind, value)| Some((kind.parse().ok()?, value)));
        let (kind, value): (Kind, &str) = named.unwrap_or((Kind::Site, entry));
        let identifier = normalise(kind, value).map_err(|error| AllowListError::Line {
            path: path.to_owned(),
            line: number,
            rule: error.rule(kind),
        })?;
        identifiers.insert(identifier);
    }
    Ok(identifiers)
}

/// The fields of a MISP warninglist that are read.
#[derive(Deserialize)]
struct Warninglist {
    list: Vec<String>,
    #[serde(default, rename = "type")]
    list_type: Option<String>,
}

/// The sites of a warninglist, and how many other entries it has. One of a whole domain may begin with a dot.
fn misp(text: &str, path: &Path) -> Result<(HashSet<Identifier>, usize), AllowListError> {
    let path = || path.to_owned();
    let list: Warninglist =
        serde_json::from_str(text).map_err(|_| AllowListError::Json { path: path() })?;
    let list_type = list.list_type.unwrap_or_else(|| "string".to_owned());
    if !["hostname", "string"].contains(&list_type.as_str()) {
        let is_word =
            list_type.len() <= 32 && list_type.bytes().all(|byte| byte.is_ascii_lowercase());
        return Err(AllowListError::Type {
            path: path(),
            list_type: if is_word { list_type } else { "?".to_owned() },
        });
    }
    let site = |entry: &String| {
        let entry = entry.strip_prefix('.').unwrap_or(entry);
        normalise(Kind::Site, entry).ok()
    };
    let identifiers: Vec<Option<Identifier>> = list.list.iter().map(site).collect();
    let others = identifiers.iter().filter(|one| one.is_none()).count();
    Ok((identifiers.into_iter().flatten().collect(), others))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<AllowLists, AllowListError> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("good.txt");
        std::fs::write(&path, text).expect("a list");
        AllowLists::read(&[path])
    }

    fn names(lists: &AllowLists, kind: Kind, value: &str) -> bool {
        let identifier = normalise(kind, value).expect("a value");
        lists.naming(&identifier) == Some("good.txt")
    }

    #[test]
    fn a_site_is_named_by_its_host_or_its_registrable_domain() {
        let lists = read(
            "# ours\nbank.example.kz # the bank\nhttps://www.example.org/\nphone:8 709 123 45 67\n",
        );
        let lists = lists.expect("a list");
        for site in [
            "bank.example.kz",
            "www.bank.example.kz",
            "example.org",
            "login.example.org",
        ] {
            assert!(names(&lists, Kind::Site, site), "{site}");
        }
        for site in [
            "example.kz",
            "x.bank.example.kz",
            "example.com",
            "example.org.kz",
        ] {
            assert!(!names(&lists, Kind::Site, site), "{site}");
        }
        assert!(names(&lists, Kind::Phone, "+77091234567"));
        assert!(!names(&lists, Kind::Phone, "+77091234568"));
    }

    #[test]
    fn a_warninglist_of_misp_is_read_as_far_as_it_names_sites() {
        let lists = read(
            r#"{"name":"x","type":"hostname","list":[".example.kz","example.org","10.0.0.1","com.kz"]}"#,
        );
        let lists = lists.expect("a list");
        assert!(
            names(&lists, Kind::Site, "login.example.kz")
                && names(&lists, Kind::Site, "example.org")
        );
        assert_eq!(
            lists
                .each()
                .map(|(_, _, sites, others)| (sites, others))
                .collect::<Vec<_>>(),
            [(2, 2)]
        );
    }

    #[test]
    fn a_list_that_would_guard_less_than_it_seems_is_refused_without_its_values() {
        for (text, said) in [
            ("example.kz\nphone:12345\n", "line 2: no country"),
            ("com.kz\n", "line 1: nobody can register"),
            ("# nothing\n", "names nothing"),
            (r#"{"list":[1]}"#, "not a MISP warninglist"),
            (r#"{"type":"regex","list":[".*"]}"#, "the type regex"),
            (r#"{"list":["10.0.0.1"]}"#, "names nothing"),
        ] {
            let message = read(text)
                .err()
                .map(|error| error.to_string())
                .unwrap_or_default();
            assert!(
                message.contains(said) && !message.contains("12345"),
                "{text}: {message}"
            );
        }
    }
}
