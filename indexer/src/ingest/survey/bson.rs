//! The first documents of BSON: those of a file, or of every collection of an archive.

use std::io::{self, Read};

use super::json::survey_documents;
use super::{LOOKED_AT, Layout, TABLES, Take};
use crate::ingest::Fault;
use crate::ingest::describe::description::Format;
use crate::ingest::error::Failure;
use crate::ingest::format::bson::{ARCHIVE, Archive, BsonItem, Documents, Segment, document};
use crate::ingest::format::json::value::Value;

/// Samples the documents in the inspected part.
pub(super) fn survey(stream: &mut dyn Read, take: &mut Take<'_>) -> Result<(), Failure> {
    let mut head = stream.take(LOOKED_AT as u64);
    let mut documents = Documents::new(&mut head);
    let (collections, outcome) = match documents.skip_if(&ARCHIVE)? {
        true => of_archive(documents),
        false => {
            let mut found = Vec::new();
            let outcome = of_file(documents, &mut found);
            (vec![(None, found)], outcome)
        }
    };
    let whole = head.limit() > 0;
    match outcome {
        // It was cut off by the limit of inspection.
        Err(failure) if failure.is_early_end() && !whole => {}
        outcome => outcome?,
    }
    let mut has_read = collections.iter().all(|(_, found)| found.is_empty());
    for (table, documents) in collections {
        let longest = documents.iter().map(Vec::len).max().unwrap_or(0);
        let values = documents.iter().filter_map(|bytes| document(bytes));
        let values: Vec<Value<'_>> = values.map(Value::Object).collect();
        has_read |= !values.is_empty();
        let layout = Layout {
            table,
            ..Layout::of(Format::Bson, None)
        };
        survey_documents(&values, longest, &layout, whole, take);
    }
    match has_read {
        true => Ok(()),
        false => Err(Fault::BadDatabase {
            what: "none of its documents is BSON, or they are nested too deeply",
        }
        .into()),
    }
}

/// The documents of an archive's collections, by their names.
type Collections = Vec<(Option<String>, Vec<Vec<u8>>)>;

/// Adds the documents of a file.
fn of_file(mut documents: Documents<'_>, found: &mut Vec<Vec<u8>>) -> Result<(), Failure> {
    loop {
        match documents.next()? {
            BsonItem::Document(bytes) => found.push(bytes.to_vec()),
            BsonItem::CutOff(_) => return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
            BsonItem::Terminator | BsonItem::End => return Ok(()),
        }
    }
}

/// Returns the documents of the user collections, and how reading them ended.
fn of_archive(documents: Documents<'_>) -> (Collections, Result<(), Failure>) {
    let mut collections = Vec::new();
    let outcome = Archive::read(documents)
        .and_then(|mut archive| add_collections(&mut archive, &mut collections));
    (collections, outcome)
}

fn add_collections(
    archive: &mut Archive<'_>,
    collections: &mut Collections,
) -> Result<(), Failure> {
    while let Segment::Of(namespace) = archive.next_segment()? {
        let name = Some(namespace.name());
        let place = match collections.iter().position(|(other, _)| *other == name) {
            Some(place) => Some(place),
            None if !namespace.is_of_mongodb() && collections.len() < TABLES => {
                collections.push((name, Vec::new()));
                Some(collections.len() - 1)
            }
            None => None,
        };
        while let BsonItem::Document(bytes) = archive.next_document(&namespace)? {
            if let Some(place) = place {
                collections[place].1.push(bytes.to_vec());
            }
        }
    }
    Ok(())
}
