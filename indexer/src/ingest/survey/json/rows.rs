//! Which table do JSON records make for `inspect`?

use std::collections::BTreeMap;

use super::shape::{Records, Step, is_identifier, plain, written};
use crate::ingest::format::json::unhexed;
use crate::ingest::format::json::value::{Value, number_text};
use crate::ingest::survey::cells::cell;
use crate::ingest::survey::{COLUMNS, ROWS};

/// Longest path that is shown, in bytes.
const PATH: usize = 256;

/// The rows of a table that has a column for each path within records.
pub(super) struct Rows<'r> {
    records: &'r Records,
    /// The columns' places by their paths.
    places: BTreeMap<String, usize>,
    rows: Vec<Vec<String>>,
    /// Keys of the records, if they have any.
    keys: Vec<String>,
    /// Path of the current value in the current record.
    steps: Vec<Step>,
    row: Vec<String>,
}

impl<'r> Rows<'r> {
    pub(super) const fn of(records: &'r Records) -> Self {
        Self {
            records,
            places: BTreeMap::new(),
            rows: Vec::new(),
            keys: Vec::new(),
            steps: Vec::new(),
            row: Vec::new(),
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Adds the records of a document.
    pub(super) fn add(&mut self, document: &Value<'_>) {
        let steps = &self.records.steps;
        self.follow(document, steps, "");
    }

    fn follow(&mut self, value: &Value<'_>, steps: &[Step], under: &str) {
        if self.rows.len() >= ROWS {
            return;
        }
        match (steps.split_first(), plain(value)) {
            (None, Value::Array(elements)) => {
                elements
                    .iter()
                    .for_each(|element| self.follow(element, steps, under));
            }
            (None, Value::Null) => {}
            (None, value) => self.record(value, under),
            (Some((Step::Array, rest)), Value::Array(elements)) => {
                elements
                    .iter()
                    .for_each(|element| self.follow(element, rest, under));
            }
            (Some((Step::Key(wanted), rest)), Value::Object(members)) => {
                let wanted = members.iter().filter(|(key, _)| key == wanted);
                wanted.for_each(|(_, value)| self.follow(value, rest, under));
            }
            (Some((Step::Any, rest)), Value::Object(members)) => {
                members
                    .iter()
                    .for_each(|(key, value)| self.follow(value, rest, key));
            }
            _ => {}
        }
    }

    fn record(&mut self, value: &Value<'_>, key: &str) {
        self.value(value);
        self.rows.push(std::mem::take(&mut self.row));
        if self.records.steps.last() == Some(&Step::Any) && matches!(value, Value::Object(_)) {
            self.keys.push(key.to_owned());
        }
    }

    fn value(&mut self, value: &Value<'_>) {
        if self.records.without.contains(&self.steps) {
            return;
        }
        match plain(value) {
            Value::Object(members) => {
                let is_keyed = self.records.keyed.contains(&self.steps);
                for (key, value) in members {
                    self.steps.push(match is_keyed {
                        true => Step::Any,
                        false => Step::Key(key.to_string()),
                    });
                    self.value(value);
                    self.steps.pop();
                }
            }
            Value::Array(elements) => {
                self.steps.push(Step::Array);
                elements.iter().for_each(|element| self.value(element));
                self.steps.pop();
            }
            Value::Null => self.put(""),
            Value::Bool(value) => self.put(if *value { "true" } else { "false" }),
            Value::Number(number) => self.put(number_text(number)),
            Value::Text(text) => self.put(&unhexed(text)),
        }
    }

    /// Puts a value into the current row. Several values of one path, as in arrays, become one cell.
    fn put(&mut self, text: &str) {
        let Some(path) = self.path() else {
            return;
        };
        let next = self.places.len();
        if next >= COLUMNS && !self.places.contains_key(&path) {
            return;
        }
        let place = *self.places.entry(path).or_insert(next);
        let row = &mut self.row;
        if place >= row.len() {
            row.resize(place + 1, String::new());
        }
        if row[place].is_empty() {
            row[place] = cell(text.as_bytes());
        } else if !text.is_empty() && row[place].len() < PATH {
            row[place] = format!("{}; {}", row[place], cell(text.as_bytes()));
        }
    }

    /// Returns the path of the current value, without marks of arrays of plain values.
    fn path(&self) -> Option<String> {
        let within = match self.steps.split_last() {
            Some((Step::Array, rest)) => rest,
            _ => &self.steps,
        };
        let path = written(&[&self.records.steps, within].concat());
        let is_sayable = |step: &Step| match step {
            Step::Key(key) => !key.is_empty() && !key.contains("[]") && key != "*",
            Step::Array | Step::Any => true,
        };
        let is_reported = path.len() <= PATH && !path.is_empty();
        (is_reported && within.iter().all(is_sayable)).then_some(path)
    }

    /// The paths in the order of the columns, and the rows. Keys that are identifiers are the first column.
    pub(super) fn into_table(self) -> (Vec<String>, Vec<Vec<String>>) {
        let mut names = vec![String::new(); self.places.len()];
        for (path, place) in self.places {
            names[place] = path;
        }
        let identifiers = self.keys.iter().filter(|key| is_identifier(key)).count();
        let mut rows = self.rows;
        if identifiers * 2 > rows.len() && self.keys.len() == rows.len() {
            names.insert(0, self.records.path());
            for (row, key) in rows.iter_mut().zip(&self.keys) {
                row.insert(0, cell(key.as_bytes()));
            }
        }
        (names, rows)
    }
}
