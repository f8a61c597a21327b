//! Which layout does a JSON document have? Where its records seem to be.

use std::collections::BTreeMap;

use crate::ingest::format::json::is_type;
use crate::ingest::format::json::value::{Members, Value};
use crate::ingest::recover;

/// Maximum depth at which a document is inspected.
const DEPTH: usize = 32;

/// Maximum number of different keys of an object.
const KEYS: usize = 1_024;

/// Number of objects compared for similarity.
const COMPARED: usize = 64;

/// Similar objects under this many keys are records, whatever the keys are.
const SURELY_KEYED: usize = 10;

/// A record has fewer parts than this on average, so an array of more holds records of its own.
const MANY: usize = 4;

/// The shape of one place in all documents.
#[derive(Default)]
pub(super) struct Shape<'v> {
    objects: usize,
    members: BTreeMap<&'v str, Shape<'v>>,
    /// Shape of the values of objects whose keys are ids.
    any: Option<Box<Shape<'v>>>,
    arrays: usize,
    /// Shape of the elements of arrays.
    elements: Option<Box<Shape<'v>>>,
    /// Number of plain values.
    scalars: usize,
    /// Whether some of these are identifiers.
    has_identifiers: bool,
}

/// A step from one place of a document to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Array,
    Any,
}

/// The place of records in a document.
#[derive(Clone, Debug, Default)]
pub(super) struct Records {
    pub(super) steps: Vec<Step>,
    /// Places in a record, counted from it, that hold records of their own.
    pub(super) without: Vec<Vec<Step>>,
    /// Places in a record whose keys are ids.
    pub(super) keyed: Vec<Vec<Step>>,
}

impl Records {
    /// Returns the path to them, as written in `breach.toml`.
    pub(super) fn path(&self) -> String {
        written(&self.steps)
    }
}

/// Returns a path as written in `breach.toml`.
pub(super) fn written(steps: &[Step]) -> String {
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Array => path.push_str("[]"),
            _ if !path.is_empty() => path.push('.'),
            _ => {}
        }
        match step {
            Step::Key(key) => path.push_str(key),
            Step::Any => path.push('*'),
            Step::Array => {}
        }
    }
    path
}

/// A value without what MongoDB writes around it.
pub(super) fn plain<'a, 'v>(value: &'a Value<'v>) -> &'a Value<'v> {
    match value {
        Value::Object(members) => match members.as_slice() {
            [(key, inner)] if is_type(key) => plain(inner),
            _ => value,
        },
        _ => value,
    }
}

impl<'v> Shape<'v> {
    /// Adds a document.
    pub(super) fn add(&mut self, document: &'v Value<'_>) {
        self.value(document, 0);
    }

    fn value(&mut self, value: &'v Value<'_>, depth: usize) {
        match plain(value) {
            _ if depth > DEPTH => {}
            Value::Object(members) => {
                self.objects += 1;
                self.object(members, depth);
            }
            Value::Array(elements) => {
                self.arrays += 1;
                let shape = self.elements.get_or_insert_default();
                for element in elements {
                    shape.value(element, depth + 1);
                }
            }
            Value::Null => {}
            Value::Text(text) => self.scalar(text),
            Value::Number(number) => self.scalar(number),
            Value::Bool(_) => self.scalars += 1,
        }
    }

    fn scalar(&mut self, text: &str) {
        self.scalars += 1;
        self.has_identifiers = self.has_identifiers || is_identifier(text);
    }

    fn object(&mut self, members: &'v Members<'_>, depth: usize) {
        if self.any.is_none() && is_keyed(members) {
            let any = self.any.get_or_insert_default();
            // What was not recognised as keyed while there were few keys.
            for shape in std::mem::take(&mut self.members).into_values() {
                any.merge(shape);
            }
        }
        for (key, value) in members {
            let shape = match &mut self.any {
                Some(any) => &mut **any,
                None if self.members.len() >= KEYS && !self.members.contains_key(&**key) => {
                    continue;
                }
                None => self.members.entry(key).or_default(),
            };
            shape.value(value, depth + 1);
        }
    }

    fn merge(&mut self, other: Self) {
        self.objects += other.objects;
        self.arrays += other.arrays;
        self.scalars += other.scalars;
        self.has_identifiers |= other.has_identifiers;
        for (key, shape) in other.members {
            self.members.entry(key).or_default().merge(shape);
        }
        if let Some(any) = other.any {
            self.any.get_or_insert_default().merge(*any);
        }
        if let Some(elements) = other.elements {
            self.elements.get_or_insert_default().merge(*elements);
        }
    }

    /// Where records are: the documents, and what in them holds records of its own.
    pub(super) fn records(&self) -> Vec<Records> {
        let mut found = Vec::new();
        self.collect(Records::default(), &mut found);
        found
    }

    /// Adds the records at this place, and those within them.
    fn collect(&self, mut records: Records, found: &mut Vec<Records>) {
        let mut within = Vec::new();
        let is_identified = self.is_identified();
        self.places(&mut Vec::new(), &mut |steps, shape, holders| {
            let is_part = self.objects > 1 && is_identified && shape.count() < MANY * holders;
            if steps.last() == Some(&Step::Any) {
                records.keyed.push(steps[..steps.len() - 1].to_vec());
            }
            if !is_part {
                records.without.push(steps.to_vec());
                within.push((steps.to_vec(), shape));
            }
            is_part
        });
        let outer = records.steps.clone();
        found.push(records);
        for (steps, shape) in within {
            let steps = [outer.clone(), steps].concat();
            let records = Records {
                steps,
                ..Records::default()
            };
            shape.collect(records, found);
        }
    }

    /// Returns the number of records that this place would make.
    const fn count(&self) -> usize {
        self.objects + self.scalars
    }

    /// Gives `take` every place within a record that may hold records of its own, with the number that hold it, and
    /// continues within it, if `take` says so.
    fn places<'s>(
        &'s self,
        steps: &mut Vec<Step>,
        take: &mut dyn FnMut(&[Step], &'s Self, usize) -> bool,
    ) {
        if let Some(any) = &self.any {
            steps.push(Step::Any);
            if take(steps, any, self.objects) {
                any.places(steps, take);
            }
            steps.pop();
        }
        if let Some(elements) = &self.elements {
            steps.push(Step::Array);
            let is_flat = elements.objects == 0;
            if is_flat || take(steps, elements, self.arrays) {
                elements.places(steps, take);
            }
            steps.pop();
        }
        for (key, shape) in &self.members {
            steps.push(Step::Key((*key).to_owned()));
            shape.places(steps, take);
            steps.pop();
        }
    }

    /// Whether what is in a record itself, and not in arrays and keyed objects in it, identifies a person.
    fn is_identified(&self) -> bool {
        let of_member = |shape: &Self| shape.has_identifiers || shape.is_identified();
        self.members.values().any(of_member)
    }
}

/// Whether a value is an identifier, as far as its form shows.
pub(super) fn is_identifier(text: &str) -> bool {
    // Longer ones than any identifier are not searched, which takes time.
    const LONGEST: usize = 320;
    let mut found = Vec::new();
    if text.len() <= LONGEST {
        recover::search(text.as_bytes(), &mut found);
    }
    !found.is_empty()
}

/// Whether an object is a set of records under keys of their own, rather than one record.
fn is_keyed(members: &Members<'_>) -> bool {
    let objects: Vec<&Members<'_>> = members
        .iter()
        .filter_map(|(_, value)| object(value))
        .collect();
    let count = members.len();
    let ids = members.iter().filter(|(key, _)| is_id(key)).count();
    let has_digit = |key: &str| key.bytes().any(|byte| byte.is_ascii_digit());
    let numbered = members.iter().filter(|(key, _)| has_digit(key)).count();
    if objects.is_empty() {
        let is_scalar = |value: &Value<'_>| !matches!(value, Value::Array(_) | Value::Null);
        return count > 1 && ids == count && members.iter().all(|(_, value)| is_scalar(value));
    }
    if objects.len() * 10 < count * 9 || !are_alike(&objects) {
        return false;
    }
    let are_ids = ids * 2 >= count.max(1) && (count > 1 || ids == 1);
    are_ids || numbered == count && count > 2 || count >= SURELY_KEYED
}

fn object<'a, 'v>(value: &'a Value<'v>) -> Option<&'a Members<'v>> {
    match plain(value) {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

/// Whether objects mostly have the keys that most of them have.
fn are_alike(objects: &[&Members<'_>]) -> bool {
    let compared = &objects[..objects.len().min(COMPARED)];
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (key, _) in compared.iter().flat_map(|members| members.iter()) {
        *counts.entry(key).or_default() += 1;
    }
    let all: usize = counts.values().sum();
    let common = counts
        .values()
        .filter(|&&count| count * 2 >= compared.len());
    let common: usize = common.sum();
    common > 0 && common * 2 >= all
}

/// Whether a key is an id rather than a name: a number, an address, an automatic key; or a text with many digits.
fn is_id(key: &str) -> bool {
    let digits = key.bytes().filter(u8::is_ascii_digit).count();
    let is_long = key.len() >= 16 && !key.contains([' ', '_']) && digits > 0;
    let is_number = digits > 0
        && key
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b' '));
    is_number || digits >= 4 || is_long || key.contains('@') || key.starts_with('-')
}
