use std::collections::BTreeMap;

use memchr::memchr;
use serde_json::{Deserializer, Map, Value};

use super::cells::cell;
use super::{COLUMNS, Layout, ROWS, Sample, Take, Text};
use crate::ingest::RECORD_LIMIT;
use crate::ingest::description::Format;
use crate::ingest::jsonl::number_text;

/// Longest path that is told, in bytes.
const PATH: usize = 256;

/// Samples JSON objects: one a line, one after the other, or in an array.
pub(super) fn survey(format: Format, text: &Text, take: &mut Take<'_>) {
    let mut paths = Paths::default();
    for object in Objects(&text.text).take(ROWS) {
        paths.add(&object);
    }
    let sample = Sample {
        layout: Layout::of(format, Some(text.encoding)),
        names: Some(paths.names()),
        rows: paths.rows,
        lines: Vec::new(),
        whole: text.whole,
    };
    take(sample);
}

/// The objects of a text. What is none is passed over up to the next line.
struct Objects<'t>(&'t [u8]);

impl Iterator for Objects<'_> {
    type Item = Map<String, Value>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let between = |byte: &u8| byte.is_ascii_whitespace() || b"[],".contains(byte);
            let begin = self.0.iter().position(|byte| !between(byte))?;
            self.0 = &self.0[begin..];
            let bounded = &self.0[..self.0.len().min(RECORD_LIMIT)];
            let mut values = Deserializer::from_slice(bounded).into_iter::<Value>();
            let value = values.next();
            let passed = values.byte_offset();
            let line_end = memchr(b'\n', self.0).map_or(self.0.len(), |place| place + 1);
            match value {
                Some(Ok(Value::Object(object))) => {
                    self.0 = &self.0[passed..];
                    return Some(object);
                }
                Some(Ok(_)) => self.0 = &self.0[passed.max(1)..],
                _ => self.0 = &self.0[line_end..],
            }
        }
    }
}

/// The rows of a table that has a column for each path.
#[derive(Default)]
struct Paths {
    /// The columns' places by their paths.
    places: BTreeMap<String, usize>,
    rows: Vec<Vec<String>>,
}

impl Paths {
    fn add(&mut self, object: &Map<String, Value>) {
        let mut row = Vec::new();
        self.object(object, "", &mut row);
        self.rows.push(row);
    }

    fn object(&mut self, object: &Map<String, Value>, path: &str, row: &mut Vec<String>) {
        for (key, value) in object {
            let path = if path.is_empty() {
                key.clone()
            } else {
                format!("{path}.{key}")
            };
            if path.len() <= PATH {
                self.value(value, &path, row);
            }
        }
    }

    fn value(&mut self, value: &Value, path: &str, row: &mut Vec<String>) {
        match value {
            Value::Object(object) => self.object(object, path, row),
            Value::Array(elements) => elements
                .iter()
                .for_each(|element| self.value(element, path, row)),
            Value::Null => self.put("", path, row),
            Value::Bool(value) => self.put(if *value { "true" } else { "false" }, path, row),
            Value::Number(number) => self.put(&number_text(number), path, row),
            Value::String(text) => self.put(text, path, row),
        }
    }

    /// Several values of one path, as arrays have them, become one cell.
    fn put(&mut self, text: &str, path: &str, row: &mut Vec<String>) {
        let next = self.places.len();
        if next >= COLUMNS && !self.places.contains_key(path) {
            return;
        }
        let place = *self.places.entry(path.to_owned()).or_insert(next);
        if place >= row.len() {
            row.resize(place + 1, String::new());
        }
        if row[place].is_empty() {
            row[place] = cell(text.as_bytes());
        } else if !text.is_empty() && row[place].len() < PATH {
            row[place] = format!("{}; {}", row[place], cell(text.as_bytes()));
        }
    }

    /// The paths in the order of the columns.
    fn names(&self) -> Vec<String> {
        let mut names = vec![String::new(); self.places.len()];
        for (path, &place) in &self.places {
            names[place].clone_from(path);
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> (Vec<String>, Vec<Vec<String>>) {
        let mut paths = Paths::default();
        for object in Objects(text.as_bytes()) {
            paths.add(&object);
        }
        (paths.names(), paths.rows)
    }

    #[test]
    fn objects_are_found_in_lines_in_arrays_and_written_over_several_lines() {
        for text in [
            "{\"a\":{\"b\":1}}\n{\"a\":{\"b\":\"x\"}}\n",
            "[{\"a\":{\"b\":1}},\n {\"a\":{\"b\":\"x\"}}]",
            "{\n \"a\":{\n  \"b\":1}}\n{\"a\":{\"b\":\"x\"}",
            "{broken\n{\"a\":{\"b\":1}}\n7\n{\"a\":{\"b\":\"x\"}}",
        ] {
            let (names, rows) = table(text);
            assert_eq!(names, ["a.b"], "{text}");
            assert_eq!(rows[0], ["1"], "{text}");
        }
    }

    #[test]
    fn the_values_of_an_array_are_one_cell() {
        let (names, rows) = table("{\"p\":[{\"t\":\"1\"},{\"t\":\"2\"}],\"n\":null}");
        assert_eq!(names, ["n", "p.t"]);
        assert_eq!(rows, [["", "1; 2"]]);
    }

    #[test]
    fn a_document_of_endless_keys_or_depth_is_bounded() {
        let keys: String = (0..5_000).map(|key| format!("\"k{key}\":1,")).collect();
        assert_eq!(table(&format!("{{{keys}\"z\":1}}")).0.len(), COLUMNS);
        assert_eq!(table(&"{\"a\":".repeat(100_000)).0.len(), 0);
    }
}
