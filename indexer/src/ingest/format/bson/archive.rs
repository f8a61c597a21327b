//! Which documents of an archive of mongodump are wanted? It holds the collections of a server in segments,
//! interleaved, as common/archive of mongo-tools describes.
//!
//! | what | how |
//! |---|---|
//! | head | a document on the archive, and one for each collection, then a terminator |
//! | segment | a document that names the collection, its documents, a terminator |
//! | end of a collection | a segment that says so, with the checksum of its documents, and holds none |

use std::collections::BTreeMap;

use super::document::document;
use super::stream::{BsonItem, Documents};
use super::{Records, checksum};
use crate::ingest::Fault;
use crate::ingest::describe::resolve::FileRules;
use crate::ingest::error::Failure;
use crate::ingest::format::json::value::{Members, Value};
use crate::ingest::tally::Passage;

/// Maximum number of collections.
const NAMESPACE_LIMIT: usize = 10_000;

const fn damaged(what: &'static str) -> Fault {
    Fault::BadDatabase { what }
}

const HEAD: Fault = damaged("the head of the archive is damaged");
const SEGMENT: Fault = damaged("a segment of the archive is damaged");

/// A collection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::ingest) struct Namespace {
    database: String,
    collection: String,
}

impl Namespace {
    fn of(members: &Members<'_>) -> Option<Self> {
        Some(Self {
            database: text(members, "db")?,
            collection: text(members, "collection")?,
        })
    }

    /// Returns its name: the database, a dot, the collection.
    pub(in crate::ingest) fn name(&self) -> String {
        match self.database.is_empty() {
            true => self.collection.clone(),
            false => format!("{}.{}", self.database, self.collection),
        }
    }

    /// Returns whether it is MongoDB's own: users, indexes, the log of changes.
    pub(in crate::ingest) fn is_of_mongodb(&self) -> bool {
        matches!(&*self.database, "admin" | "config" | "local" | "")
            || self.collection.starts_with("system.")
    }

    fn is_called(&self, stated: &str) -> bool {
        let stated = stated.to_lowercase();
        self.name().to_lowercase() == stated || self.collection.to_lowercase() == stated
    }
}

fn text(members: &Members<'_>, key: &str) -> Option<String> {
    let found = members.iter().find(|(name, _)| name == key);
    match found {
        Some((_, Value::Text(text))) => Some(text.clone().into_owned()),
        _ => None,
    }
}

fn is_true(members: &Members<'_>, key: &str) -> bool {
    members
        .iter()
        .any(|(name, value)| name == key && *value == Value::Bool(true))
}

/// An archive whose head has been read.
pub(in crate::ingest) struct Archive<'s> {
    documents: Documents<'s>,
    /// The collections that its head lists.
    pub(in crate::ingest) namespaces: Vec<Namespace>,
    /// Checksums of the collections that have begun and not ended.
    open: BTreeMap<Namespace, u64>,
}

/// The next item of an archive.
pub(in crate::ingest) enum Segment {
    /// Documents of a collection follow, up to a terminator.
    Of(Namespace),
    End,
}

impl<'s> Archive<'s> {
    /// Reads the head, after the magic number.
    pub(in crate::ingest) fn read(mut documents: Documents<'s>) -> Result<Self, Failure> {
        let mut namespaces = Vec::new();
        let mut is_first = true;
        loop {
            let members = match documents.next()? {
                BsonItem::Terminator => break,
                BsonItem::Document(bytes) => document(bytes).ok_or(HEAD)?,
                BsonItem::CutOff(_) | BsonItem::End => {
                    return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into());
                }
            };
            if !std::mem::take(&mut is_first) && namespaces.len() < NAMESPACE_LIMIT {
                namespaces.extend(Namespace::of(&members));
            }
        }
        Ok(Self {
            documents,
            namespaces,
            open: BTreeMap::new(),
        })
    }

    /// The next segment that may have documents.
    pub(in crate::ingest) fn next_segment(&mut self) -> Result<Segment, Failure> {
        loop {
            let header = match self.documents.next()? {
                BsonItem::Document(bytes) => document(bytes).ok_or(SEGMENT)?,
                BsonItem::End if self.open.is_empty() => return Ok(Segment::End),
                BsonItem::End | BsonItem::CutOff(_) => {
                    return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into());
                }
                BsonItem::Terminator => return Err(SEGMENT.into()),
            };
            let namespace = Namespace::of(&header).ok_or(SEGMENT)?;
            if self.open.len() >= NAMESPACE_LIMIT {
                return Err(damaged("the archive has more than 10,000 collections").into());
            }
            if !is_true(&header, "EOF") {
                self.open.entry(namespace.clone()).or_default();
                return Ok(Segment::Of(namespace));
            }
            let sum = self.open.remove(&namespace).unwrap_or(0);
            let stated = text(&header, "CRC").and_then(|crc| crc.parse::<i64>().ok());
            if stated.is_some_and(|stated| stated.cast_unsigned() != sum) {
                return Err(damaged("the checksum of a collection does not fit").into());
            }
            if self.documents.next()? != BsonItem::Terminator {
                return Err(SEGMENT.into());
            }
        }
    }

    /// The next document of a segment; [`Found::Terminator`] at its end.
    pub(in crate::ingest) fn next_document(
        &mut self,
        namespace: &Namespace,
    ) -> Result<BsonItem<'_>, Failure> {
        let found = self.documents.next()?;
        if let (BsonItem::Document(bytes), Some(sum)) = (&found, self.open.get_mut(namespace)) {
            *sum = checksum::add(*sum, bytes);
        }
        Ok(found)
    }

    /// Returns the collection that `breach.toml` names, or the only user collection.
    fn wanted(&self, stated: Option<&str>) -> Result<Option<Namespace>, Fault> {
        let Some(stated) = stated else {
            let mut own = self
                .namespaces
                .iter()
                .filter(|other| !other.is_of_mongodb());
            return match (own.next(), own.next()) {
                (Some(only), None) => Ok(Some(only.clone())),
                (None, _) => Err(Fault::NoTables),
                _ => Err(Fault::SeveralTables),
            };
        };
        let mut found = self
            .namespaces
            .iter()
            .filter(|other| other.is_called(stated));
        let exact = self.namespaces.iter().find(|other| other.name() == stated);
        match (exact, found.next(), found.next()) {
            (Some(exact), _, _) => Ok(Some(exact.clone())),
            (None, Some(only), None) => Ok(Some(only.clone())),
            (None, None, _) => Err(Fault::MissingTable {
                table: stated.to_owned(),
            }),
            _ => Err(Fault::SeveralTables),
        }
    }
}

/// Reads the chosen collection, after the magic number.
pub(super) fn read(
    documents: Documents<'_>,
    rules: &FileRules,
    records: &mut Records<'_, '_, '_>,
) -> Result<(), Failure> {
    let mut archive = Archive::read(documents)?;
    let wanted = archive.wanted(rules.entry.table.as_deref())?;
    while let Segment::Of(namespace) = archive.next_segment()? {
        let is_wanted = wanted.as_ref() == Some(&namespace);
        let mut passed = 0;
        loop {
            match archive.next_document(&namespace)? {
                BsonItem::Terminator => break,
                BsonItem::End => {
                    return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into());
                }
                found if is_wanted => records.take(&found)?,
                BsonItem::Document(bytes) => passed += bytes.len() as u64,
                BsonItem::CutOff(_) => {
                    return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into());
                }
            }
        }
        let stated = rules
            .others
            .iter()
            .filter_map(|other| other.table.as_deref());
        let is_read = |mut stated: Box<dyn Iterator<Item = &str> + '_>| {
            stated.any(|stated| namespace.is_called(stated))
        };
        if rules.is_first && !is_wanted && !is_read(Box::new(stated)) {
            let builder = &mut *records.reader.builder;
            builder.pass_over_unread(Passage::OtherTable, passed);
        }
    }
    Ok(())
}
