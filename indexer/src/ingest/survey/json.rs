//! The rows of JSON: those of its documents, or of the arrays and keyed objects in these that hold the people.

mod rows;
mod shape;

use super::{Layout, ROWS, Sample, Take, Text};
use crate::ingest::RECORD_LIMIT;
use crate::ingest::describe::description::Format;
use crate::ingest::format::json::value::{Parser, Value};
use crate::ingest::text::cells::text_of;
use rows::Rows;
use shape::Shape;

/// Samples the records of JSON documents: the documents themselves, which may be in lines or arrays, and every array of
/// objects and object of objects in them whose elements are records of their own.
pub(super) fn survey(format: Format, text: &Text, take: &mut Take<'_>) {
    let decoded = text_of(&text.text);
    let (documents, longest) = documents(&decoded);
    let layout = Layout::of(format, Some(text.encoding));
    survey_documents(&documents, longest, &layout, text.whole, take);
}

/// Samples documents that have been read, the longest of them `longest` bytes long.
pub(super) fn survey_documents(
    documents: &[Value<'_>],
    longest: usize,
    layout: &Layout,
    whole: bool,
    take: &mut Take<'_>,
) {
    let mut shape = Shape::default();
    documents.iter().for_each(|document| shape.add(document));
    let records = shape.records();
    // Documents that are too long to be records hold some.
    let too_long = usize::from(longest > RECORD_LIMIT && records.len() > 1);
    for records in records.into_iter().skip(too_long) {
        let mut rows = Rows::of(&records);
        for document in documents {
            rows.add(document);
            if rows.len() >= ROWS {
                break;
            }
        }
        let (names, rows) = rows.into_table();
        if names.is_empty() {
            continue;
        }
        let path = records.path();
        take(Sample {
            layout: Layout {
                records: (!path.is_empty()).then_some(path),
                ..layout.clone()
            },
            names: Some(names),
            rows,
            lines: Vec::new(),
            whole,
        });
    }
}

/// The objects at the top of a text and in arrays there, and how long the longest is, in bytes. What is broken is
/// passed over up to the next line.
fn documents(text: &str) -> (Vec<Value<'_>>, usize) {
    let mut parser = Parser::of_head(text);
    let (mut documents, mut longest) = (Vec::new(), 0);
    loop {
        parser.skip_brackets();
        let begin = parser.position();
        let next = parser.next();
        longest = longest.max(parser.position() - begin);
        match next {
            Ok(None) => return (documents, longest),
            Ok(Some(Value::Object(members))) if members.is_empty() => {}
            Ok(Some(document @ Value::Object(_))) => documents.push(document),
            Ok(Some(_)) => {}
            Err(_) => parser.stop(),
        }
        if parser.has_stopped() {
            parser.skip_line(begin + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Encoding;

    /// Where the records are, the names of their columns, and their rows.
    type Table = (Option<String>, Vec<String>, Vec<Vec<String>>);

    fn tables(text: &str) -> Vec<Table> {
        let text = Text {
            text: text.as_bytes().to_vec(),
            encoding: Encoding::Utf8,
            whole: true,
        };
        let mut tables = Vec::new();
        survey(Format::Json, &text, &mut |sample| {
            let names = sample.names.unwrap_or_default();
            tables.push((sample.layout.records, names, sample.rows));
        });
        tables
    }

    /// Where the records are and how many there are.
    fn counts(text: &str) -> Vec<(String, usize)> {
        let count = |(records, _, rows): Table| (records.unwrap_or_default(), rows.len());
        tables(text).into_iter().map(count).collect()
    }

    #[test]
    fn objects_are_found_in_lines_in_arrays_and_written_over_several_lines() {
        for text in [
            "{\"a\":{\"b\":1}}\n{\"a\":{\"b\":\"x\"}}\n",
            "[{\"a\":{\"b\":1}},\n {\"a\":{\"b\":\"x\"}}]",
            "{\n \"a\":{\n  \"b\":1}}\n{\"a\":{\"b\":\"x\"}",
            "{broken\n{\"a\":{\"b\":1}}\n7\n{\"a\":{\"b\":\"x\"}}",
            "/** x */\n// y\n[{\"a\":{\"b\":{\"$numberLong\": \"1\"}}},{\"a\":{\"b\":\"x\"}},]",
        ] {
            let tables = tables(text);
            let (records, names, rows) = &tables[tables.len() - 1];
            assert_eq!(
                (records, names.as_slice()),
                (&None, &["a.b".to_owned()][..]),
                "{text}"
            );
            assert_eq!(rows[rows.len() - 2], ["1"], "{text}");
        }
    }

    #[test]
    fn arrays_of_people_hold_the_records() {
        let people = r#"[{"p":"87090000001"},{"p":"87090000002"},{"p":"87090000003"}]"#;
        let one = format!(r#"{{"ok":1,"r":{{"n":2,"users":{people}}}}}"#);
        let expected = [(String::new(), 1), ("r.users[]".to_owned(), 3)];
        assert_eq!(counts(&one), expected);
        // Pages of them, one a line.
        let pages = format!("{{\"page\":1,\"users\":{people}}}\n").repeat(3);
        assert_eq!(counts(&pages)[1], ("users[]".to_owned(), 9));
        // Some numbers of each person are not people.
        let person = r#"{"iin":"800101100005","m":"a@example.kz","phones":[{"n":1},{"n":2}]}"#;
        let found = tables(&format!("{person}\n{person}\n"));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].1, ["iin", "m", "phones[].n"]);
        assert_eq!(found[0].2[0][2], "1; 2");
    }

    #[test]
    fn objects_keyed_by_ids_hold_the_records() {
        let keyed = |keys: &[&str]| {
            let member = |key: &&str| format!(r#""{key}":{{"p":"87090000001","n":"x"}}"#);
            let members: Vec<String> = keys.iter().map(member).collect();
            counts(&format!("{{\"users\":{{{}}}}}", members.join(",")))
        };
        for keys in [
            &["-N0a1", "-N0b2"][..],
            &["500000000", "500007919", "500015838"],
            &["0", "1", "2"],
            &["a@example.kz", "b@example.kz"],
            &["user_1", "user_2", "user_3"],
            &["Ия", "Оя", "Ая", "Уя", "Эя", "Юя", "Яя", "Ёя", "Ыя", "Аи"],
        ] {
            assert_eq!(
                keyed(keys),
                [("users.*".to_owned(), keys.len())],
                "{keys:?}"
            );
        }
        let fields = r#"{"home":{"phone":"1","city":"x"},"work":{"phone":"2","city":"y"}}"#;
        assert_eq!(counts(fields), [(String::new(), 1)]);
    }

    #[test]
    fn keys_that_are_identifiers_are_a_column() {
        let text = r#"{"+77090000001":{"n":"x"},"+77090000002":{"n":"y"}}"#;
        let (records, names, rows) = tables(text).remove(0);
        assert_eq!(records.as_deref(), Some("*"));
        assert_eq!(names, ["*", "*.n"]);
        assert_eq!(rows[1], ["+77090000002", "y"]);
    }

    #[test]
    fn the_beginning_of_a_long_document_is_reported() {
        let text =
            r#"{"took":1,"hits":{"hits":[{"_source":{"p":"1"}},{"_source":{"p":"2"}},{"_sour"#;
        let found = counts(text);
        assert_eq!(found[1].0, "hits.hits[]");
        assert!(found[1].1 >= 2);
        // A document that is too long to be a record is not one.
        let long = text.replace(
            "\"took\":1",
            &format!("\"took\":\"{}\"", "x".repeat(RECORD_LIMIT)),
        );
        assert_eq!(counts(&long)[0].0, "hits.hits[]");
    }

    #[test]
    fn a_document_of_endless_keys_or_depth_is_bounded() {
        let keys: String = (0..5_000).map(|key| format!("\"k{key}\":1,")).collect();
        assert_eq!(
            tables(&format!("{{{keys}\"z\":1}}"))[0].1.len(),
            super::super::COLUMNS
        );
        assert!(tables(&"{\"a\":".repeat(100_000)).len() < 2);
    }
}
