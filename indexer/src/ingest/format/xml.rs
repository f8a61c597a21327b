//! Records in XML of any kind, such as exports of 1C: every element of one name is a record.
//!
//! A column is called by the names of the elements that lead to it from the record, with dots between them, and an `@`
//! before that of an attribute: `Документ.Номер`, `@ИИН`, `Документ.@Серия`. Namespaces' prefixes are left out. It
//! streams: a record is held.

use std::io::{BufReader, Read};

use exposure_index::identifier::clean;
use quick_xml::events::{BytesStart, Event};

use super::json::{Seen, check};
use crate::ingest::describe::columns::Columns;
use crate::ingest::describe::resolve::FileRules;
use crate::ingest::error::Failure;
use crate::ingest::record_builder::RecordBuilder;
use crate::ingest::tally::{Passage, Reason};
use crate::ingest::text::markup::{Markup, character, value};
use crate::ingest::{Fault, RECORD_LIMIT};

/// Name of the text of a record itself.
const OWN_TEXT: &str = "#text";

/// Reads the elements that `table` names of a text, which is UTF-8 by now.
pub(in crate::ingest) fn read(
    text: impl Read,
    rules: &FileRules,
    seen: &mut Seen,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    let wanted = rules.entry.table.as_deref().ok_or(Fault::NoRecordElement)?;
    let mut others = rules
        .others
        .iter()
        .filter_map(|other| other.table.as_deref());
    let folded_names = folded(&rules.columns);
    let mut records = Records::new(text);
    let mut found = 0;
    loop {
        match records.next(|name| name == wanted)? {
            XmlItem::Record { number, fields } => {
                found += 1;
                seen.count_record();
                if !take(&fields, &folded_names, &rules.columns, seen, builder)? {
                    check(builder, number, line(&fields).as_bytes());
                }
            }
            XmlItem::TooLong { number } => {
                found += 1;
                builder.reject(number, Reason::TooLong);
                records.rest(|text| builder.recover_more(text.as_bytes()))?;
                builder.recover_rest()?;
            }
            XmlItem::Outside { name, text } => {
                if !others.any(|other| other == name) {
                    builder.pass_over(found + 1, Passage::OtherValue, text.as_bytes());
                }
            }
            XmlItem::End if found == 0 => {
                return Err(Fault::MissingTable {
                    table: wanted.to_owned(),
                }
                .into());
            }
            XmlItem::End => return Ok(()),
        }
    }
}

/// The columns' names as they are compared.
fn folded(columns: &Columns) -> Vec<String> {
    let columns = columns.0.iter();
    columns
        .map(|column| clean(&column.name).to_lowercase())
        .collect()
}

/// Takes a record; false if it has none of the columns.
fn take(
    fields: &[Field],
    folded_names: &[String],
    columns: &Columns,
    seen: &mut Seen,
    builder: &mut RecordBuilder<'_>,
) -> Result<bool, Failure> {
    let mut has_met = false;
    for field in fields {
        let path = field.path.to_lowercase();
        let places = folded_names.iter().enumerate();
        for (place, _) in places.filter(|(_, name)| **name == path) {
            has_met = true;
            seen.meet(place);
            builder.cell(&columns.0[place], &field.text);
        }
    }
    builder.end_record()?;
    Ok(has_met)
}

/// A record's text, for searching.
fn line(fields: &[Field]) -> String {
    let texts: Vec<&str> = fields.iter().map(|field| &*field.text).collect();
    texts.join("\t")
}

/// A field of a record.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Field {
    pub(in crate::ingest) path: String,
    pub(in crate::ingest) text: String,
}

/// An item of a text.
pub(in crate::ingest) enum XmlItem {
    Record {
        number: u64,
        fields: Vec<Field>,
    },
    /// A record that is too long; its rest is read separately.
    TooLong {
        number: u64,
    },
    /// A text outside the records, and its element.
    Outside {
        name: String,
        text: String,
    },
    End,
}

/// The records of a text.
pub(in crate::ingest) struct Records<R> {
    markup: Markup<BufReader<R>>,
    /// The elements that are open outside of records.
    open: Vec<String>,
    number: u64,
    /// The read part of a record that is too long.
    too_long: String,
    /// Depth of that record.
    depth: usize,
}

impl<R: Read> Records<R> {
    pub(in crate::ingest) fn new(text: R) -> Self {
        Self {
            markup: Markup::new(BufReader::new(text)),
            open: Vec::new(),
            number: 0,
            too_long: String::new(),
            depth: 0,
        }
    }

    /// Returns the next record; `is_record` decides by an element's name.
    pub(in crate::ingest) fn next(
        &mut self,
        is_record: impl Fn(&str) -> bool,
    ) -> Result<XmlItem, Failure> {
        loop {
            match self.markup.next()? {
                Event::Start(start) => {
                    let name = local(&start);
                    if is_record(&name) {
                        let fields = attributes(&start, "")?;
                        return self.record(fields);
                    }
                    let text = attributes(&start, "")?;
                    self.open.push(name.clone());
                    if !text.is_empty() {
                        let text = line(&text);
                        return Ok(XmlItem::Outside { name, text });
                    }
                }
                Event::End(_) => drop(self.open.pop()),
                Event::Text(text) => {
                    let text = text.xml10_content();
                    if !text.trim().is_empty() {
                        let name = self.open.last().cloned().unwrap_or_default();
                        let text = text.into_owned();
                        return Ok(XmlItem::Outside { name, text });
                    }
                }
                Event::CData(text) => {
                    let name = self.open.last().cloned().unwrap_or_default();
                    let text = text.xml10_content().into_owned();
                    return Ok(XmlItem::Outside { name, text });
                }
                Event::Eof => return Ok(XmlItem::End),
                _ => {}
            }
        }
    }

    /// The record that has begun.
    fn record(&mut self, mut fields: Vec<Field>) -> Result<XmlItem, Failure> {
        self.number += 1;
        self.depth = self.markup.depth();
        let number = self.number;
        let (mut path, mut texts) = (Vec::new(), vec![String::new()]);
        let mut bytes: usize = fields.iter().map(|field| field.text.len()).sum();
        while bytes <= RECORD_LIMIT {
            let piece = match self.markup.next()? {
                Event::Start(start) => {
                    path.push(local(&start));
                    let more = attributes(&start, &format!("{}.", path.join(".")))?;
                    bytes += more
                        .iter()
                        .map(|field| field.text.len() + field.path.len())
                        .sum::<usize>();
                    fields.extend(more);
                    texts.push(String::new());
                    continue;
                }
                Event::End(_) => {
                    let text = texts.pop().unwrap_or_default();
                    let text = text.trim();
                    if !text.is_empty() {
                        let name = path.join(".");
                        bytes += name.len();
                        fields.push(Field {
                            path: if path.is_empty() {
                                OWN_TEXT.to_owned()
                            } else {
                                name
                            },
                            text: text.to_owned(),
                        });
                    }
                    if path.pop().is_none() {
                        return Ok(XmlItem::Record { number, fields });
                    }
                    continue;
                }
                Event::Text(text) => text.xml10_content().into_owned(),
                Event::CData(text) => text.xml10_content().into_owned(),
                Event::GeneralRef(reference) => character(&reference)?,
                Event::Eof => return Err(Fault::BadXml.into()),
                _ => continue,
            };
            bytes += piece.len();
            if let Some(text) = texts.last_mut() {
                text.push_str(&piece);
            }
        }
        self.too_long = line(&fields) + "\t" + &texts.join("\t");
        Ok(XmlItem::TooLong { number })
    }

    /// Gives the text of a record that is too long, piece by piece.
    pub(in crate::ingest) fn rest(
        &mut self,
        mut take: impl FnMut(&str) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        take(&std::mem::take(&mut self.too_long))?;
        while self.markup.depth() >= self.depth {
            let piece = match self.markup.next()? {
                Event::Start(start) => format!("\t{}", line(&attributes(&start, "")?)),
                Event::End(_) => "\t".to_owned(),
                Event::Text(text) => text.xml10_content().into_owned(),
                Event::CData(text) => text.xml10_content().into_owned(),
                Event::GeneralRef(reference) => character(&reference)?,
                Event::Eof => return Ok(()),
                _ => continue,
            };
            take(&piece)?;
        }
        Ok(())
    }
}

fn local(start: &BytesStart<'_>) -> String {
    start.local_name().into_inner().to_owned()
}

/// The attributes of an element, except those that declare namespaces.
fn attributes(start: &BytesStart<'_>, before: &str) -> Result<Vec<Field>, Failure> {
    let mut fields = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| Fault::BadXml)?;
        if attribute.key.0.starts_with("xmlns") {
            continue;
        }
        let text = value(&attribute)?;
        if !text.trim().is_empty() {
            let name = attribute.key.local_name().into_inner();
            fields.push(Field {
                path: format!("{before}@{name}"),
                text,
            });
        }
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::IngestError;
    use crate::ingest::tests::{read_folder, read_folder_files};

    const ENTRY: &str = "path = \"a.xml\"\ntable = \"Сотрудник\"\n[file.columns]\n\"@ИИН\" = { identifier = \"iin\" }\n\
        \"Документ.Номер\" = { identifier = \"id_card\" }\n\"Телефон\" = { identifier = \"phone\" }\n";

    const TEXT: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- выгрузка -->\n\
        <Данные xmlns:v8=\"http://v8.1c.ru\"><Шапка><Контакт>87090000009</Контакт></Шапка>\n\
        <v8:Сотрудник ИИН=\"850412100023\"><ФИО>Қасымова &amp; Ко</ФИО><Документ><Номер>012345678</Номер></Документ>\
        <Телефон>87090000001</Телефон><Телефон>87090000002</Телефон></v8:Сотрудник>\n\
        <v8:Сотрудник><Телефон><![CDATA[87090000003]]></Телефон></v8:Сотрудник>\n\
        <v8:Сотрудник><Другое>87090000004</Другое></v8:Сотрудник></Данные>\n";

    #[test]
    fn every_element_of_the_name_is_a_record_of_its_fields() {
        let (found, tally) = read_folder(ENTRY, &[("a.xml", TEXT.as_bytes())]);
        assert_eq!(tally.rows, 3);
        let mut values = found.values();
        values.sort();
        assert_eq!(
            values,
            [
                "+77090000001",
                "+77090000002",
                "+77090000003",
                "012345678",
                "850412100023"
            ]
        );
        assert_eq!(found.records.len(), 2);
        // The header's number, and that of the record without a column that is known.
        assert_eq!(tally.passed_over[&Passage::OtherValue].identifiers, 2);
    }

    #[test]
    fn a_text_that_is_cut_off_anywhere_ends_early() {
        let begin = TEXT.find("<Данные").unwrap();
        for end in begin..TEXT.trim_end().len() {
            if TEXT.is_char_boundary(end) {
                let cut = read_folder_files(ENTRY, &[("a.xml", &TEXT.as_bytes()[..end])]);
                assert!(cut.is_err(), "{end}");
            }
        }
    }

    #[test]
    fn a_record_that_is_too_long_is_rejected_and_searched_and_the_next_one_read() {
        let filling = format!("<Прочее>{}</Прочее>", "слово ".repeat(200)).repeat(600);
        let long = format!("<Сотрудник>{filling}<Телефон>87090000005</Телефон></Сотрудник>");
        let text = TEXT.replacen("<v8:Сотрудник ", &format!("{long}<v8:Сотрудник "), 1);
        let (found, tally) = read_folder(ENTRY, &[("a.xml", text.as_bytes())]);
        assert_eq!((tally.rows, tally.rejected_rows), (4, 1));
        assert_eq!(found.recovered_values(), ["+77090000005"]);
    }

    #[test]
    fn an_element_that_is_not_there_is_reported_as_a_table_is() {
        let entry = ENTRY.replace("Сотрудник", "Работник");
        let Err(IngestError::File { fault, .. }) =
            read_folder_files(&entry, &[("a.xml", TEXT.as_bytes())])
        else {
            panic!();
        };
        assert_eq!(
            fault,
            Fault::MissingTable {
                table: "Работник".to_owned()
            }
        );
        let entry = ENTRY.replace("table = \"Сотрудник\"\n", "");
        let Err(IngestError::File { fault, .. }) =
            read_folder_files(&entry, &[("a.xml", TEXT.as_bytes())])
        else {
            panic!();
        };
        assert_eq!(fault, Fault::NoRecordElement);
    }
}
