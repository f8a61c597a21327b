//! The first documents of BSON: those of a file, or of every collection of an archive.

use std::io::Read;

use super::json::survey_documents;
use super::{LOOKED_AT, Layout, TABLES, Take};
use crate::ingest::describe::description::Format;
use crate::ingest::error::Failure;
pub(super) use crate::ingest::format::bson::is_bson;
use crate::ingest::format::bson::{ARCHIVE, Archive, Documents, Found, Segment, document};
use crate::ingest::format::json::value::Value;

/// Samples the documents that are in the part that is looked at.
pub(super) fn survey(stream: &mut dyn Read, take: &mut Take<'_>) -> Result<(), Failure> {
    let mut head = stream.take(LOOKED_AT as u64);
    let mut documents = Documents::new(&mut head);
    let collections = match documents.skip_if(&ARCHIVE)? {
        true => of_archive(Archive::read(documents)?)?,
        false => vec![(None, of_file(documents)?)],
    };
    let whole = head.limit() > 0;
    for (table, documents) in collections {
        let longest = documents.iter().map(Vec::len).max().unwrap_or(0);
        let values = documents.iter().filter_map(|bytes| document(bytes));
        let values: Vec<Value<'_>> = values.map(Value::Object).collect();
        let layout = Layout {
            table,
            ..Layout::of(Format::Bson, None)
        };
        survey_documents(&values, longest, &layout, whole, take);
    }
    Ok(())
}

/// The documents of a file; one that is cut off where the part ends is none.
fn of_file(mut documents: Documents<'_>) -> Result<Vec<Vec<u8>>, Failure> {
    let mut found = Vec::new();
    while let Found::Document(bytes) = documents.next()? {
        found.push(bytes.to_vec());
    }
    Ok(found)
}

/// The documents of the collections of people.
fn of_archive(mut archive: Archive<'_>) -> Result<Vec<(Option<String>, Vec<Vec<u8>>)>, Failure> {
    let mut collections: Vec<(Option<String>, Vec<Vec<u8>>)> = Vec::new();
    loop {
        let namespace = match archive.next_segment() {
            Ok(Segment::Of(namespace)) => namespace,
            Ok(Segment::End) => return Ok(collections),
            Err(failure) if failure.is_early_end() => return Ok(collections),
            Err(failure) => return Err(failure),
        };
        let name = Some(namespace.name());
        let place = match collections.iter().position(|(other, _)| *other == name) {
            Some(place) => Some(place),
            None if !namespace.is_of_mongodb() && collections.len() < TABLES => {
                collections.push((name, Vec::new()));
                Some(collections.len() - 1)
            }
            None => None,
        };
        while let Found::Document(bytes) = archive.next_document(&namespace)? {
            if let Some(place) = place {
                collections[place].1.push(bytes.to_vec());
            }
        }
    }
}
