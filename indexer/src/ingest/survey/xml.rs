//! Which elements of this XML are the records? Those that are many and hold much.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufReader;

use quick_xml::events::Event;

use super::cells::cell;
use super::{COLUMNS, Layout, ROWS, Sample, Take, Text};
use crate::ingest::Fault;
use crate::ingest::describe::description::Format;
use crate::ingest::error::Failure;
use crate::ingest::format::xml::{Field, Records, XmlItem};
use crate::ingest::text::markup::Markup;

/// Maximum number of names of elements.
const NAMES: usize = 4_096;

/// If an element of another name holds at most this many, that one is the record.
const FEW: usize = 8;

/// What is known about the elements of one name.
#[derive(Default)]
struct Element {
    count: usize,
    /// Names of their contents.
    within: BTreeSet<String>,
    /// Name of their parent element.
    parent: Option<String>,
}

/// Samples the records of a text of XML.
pub(super) fn survey(text: &Text, take: &mut Take<'_>) -> Result<(), Failure> {
    let elements = elements(text)?;
    let record = record(&elements).ok_or(Fault::NothingFound)?;
    let (mut names, mut rows): (Vec<String>, Vec<Vec<String>>) = Default::default();
    let mut records = Records::new(&text.text[..]);
    while rows.len() < ROWS {
        match records.next(|name| name == record) {
            Ok(XmlItem::Record { fields, .. }) => rows.push(row(&mut names, fields)),
            Ok(XmlItem::TooLong { .. }) => records.rest(|_| Ok(()))?,
            Ok(XmlItem::Outside { .. }) => {}
            Ok(XmlItem::End) => break,
            Err(failure) if failure.is_early_end() && !text.whole => break,
            Err(failure) => return Err(failure),
        }
    }
    take(Sample {
        layout: Layout {
            table: Some(record),
            ..Layout::of(Format::Xml, Some(text.encoding))
        },
        names: Some(names),
        rows,
        lines: Vec::new(),
        whole: text.whole,
    });
    Ok(())
}

/// A record's fields in the columns that are known, to which new ones are added.
fn row(names: &mut Vec<String>, fields: Vec<Field>) -> Vec<String> {
    let mut row = vec![String::new(); names.len()];
    for field in fields {
        let place = match names.iter().position(|name| *name == field.path) {
            Some(place) => place,
            None if names.len() < COLUMNS => {
                names.push(field.path);
                row.push(String::new());
                names.len() - 1
            }
            None => continue,
        };
        if row[place].is_empty() {
            row[place] = cell(field.text.as_bytes());
        }
    }
    row
}

/// The elements of a text that may be cut off.
fn elements(text: &Text) -> Result<BTreeMap<String, Element>, Failure> {
    let mut markup = Markup::new(BufReader::new(&text.text[..]));
    let mut elements: BTreeMap<String, Element> = BTreeMap::new();
    let mut open: Vec<String> = Vec::new();
    loop {
        let event = match markup.next() {
            Err(failure) if failure.is_early_end() && !text.whole => break,
            event => event?,
        };
        match event {
            Event::Start(start) => {
                let name = start.local_name().into_inner().to_owned();
                if elements.len() < NAMES || elements.contains_key(&name) {
                    let element = elements.entry(name.clone()).or_default();
                    element.count += 1;
                    element.parent = open.last().cloned();
                }
                let mut said = vec![];
                for attribute in start.attributes().flatten() {
                    said.push(format!("@{}", attribute.key.local_name().into_inner()));
                }
                open.push(name);
                said.iter()
                    .for_each(|name| within(&mut elements, &open, name));
            }
            Event::End(_) => drop(open.pop()),
            Event::Text(text) if !text.xml10_content().trim().is_empty() => {
                within(&mut elements, &open, "#text");
            }
            Event::CData(_) => within(&mut elements, &open, "#text"),
            Event::Eof => break,
            _ => {}
        }
    }
    Ok(elements)
}

/// Notes something said in the innermost of the open elements for each of them.
fn within(elements: &mut BTreeMap<String, Element>, open: &[String], name: &str) {
    for (place, outer) in open.iter().enumerate() {
        let path = open[place + 1..].join(".") + "." + name;
        if let Some(element) = elements.get_mut(outer)
            && element.within.len() < COLUMNS
        {
            element.within.insert(path);
        }
    }
}

/// The name of the elements that are records.
fn record(elements: &BTreeMap<String, Element>) -> Option<String> {
    let weight = |element: &Element| element.count * element.within.len();
    let (mut name, mut element) = elements
        .iter()
        .filter(|(_, element)| element.within.len() > 1 || element.count > 1)
        .max_by_key(|(_, element)| weight(element))?;
    while let Some((outer_name, outer)) = element
        .parent
        .as_ref()
        .and_then(|outer| elements.get_key_value(outer))
    {
        let is_rather = outer.count > 1
            && element.count < outer.count * FEW
            && outer.within.len() > element.within.len();
        if !is_rather {
            break;
        }
        (name, element) = (outer_name, outer);
    }
    Some(name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Encoding;

    fn sampled(text: &str, whole: bool) -> (String, Vec<String>, usize) {
        let text = Text {
            text: text.as_bytes().to_vec(),
            encoding: Encoding::Utf8,
            whole,
        };
        let mut samples = Vec::new();
        survey(&text, &mut |sample| samples.push(sample)).unwrap();
        let sample = samples.pop().unwrap();
        (
            sample.layout.table.unwrap(),
            sample.names.unwrap(),
            sample.rows.len(),
        )
    }

    #[test]
    fn the_records_are_the_elements_that_there_are_many_of_with_much_in_each() {
        let person = |n: usize| {
            format!(
                "<p iin=\"{n}\"><fio>x</fio><phone type=\"m\">{n}</phone><phone type=\"h\">{n}</phone></p>"
            )
        };
        let people: String = (0..20).map(person).collect();
        let text = format!(
            "<?xml version=\"1.0\"?><all><head><a>1</a></head><people dept=\"1\">{people}</people></all>"
        );
        let names = ["@iin", "fio", "phone.@type", "phone"]
            .map(str::to_owned)
            .to_vec();
        assert_eq!(sampled(&text, true), ("p".to_owned(), names.clone(), 20));
        // The inspected part of it.
        assert_eq!(sampled(&text[..text.len() / 2], false).0, "p");
    }
}
