use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::super::SynthError;
use super::super::classes::Class;
use super::super::kind::Kind;
use super::super::row::Row;
use super::super::sink::Sink;
use super::Dump;

const DIAGNOSES: [&str; 5] = ["J06.9", "I10", "K29.3", "M54.5", "Z00.0"];

/// Visits as nested JSON, one per line; a sensitive breach. Some lines are cut off.
struct Clinic(Sink);

pub(super) fn create(path: &Path) -> Result<Box<dyn Dump>, SynthError> {
    Ok(Box::new(Clinic(Sink::create(path)?)))
}

impl Dump for Clinic {
    fn write(&mut self, row: &mut Row<'_>) -> Result<(), SynthError> {
        let visit = visit(row).to_string();
        let written = if row.dice.chance(4) {
            row.reject();
            before_half(&visit)
        } else {
            &visit
        };
        self.0.write_all(written.as_bytes())?;
        Ok(self.0.write_all(b"\n")?)
    }

    fn finish(self: Box<Self>) -> Result<(), SynthError> {
        self.0.finish()
    }
}

fn visit(row: &mut Row<'_>) -> Value {
    let diagnosis = row.dice.pick(&DIAGNOSES);
    let mut patient = json!({
        "iin": row.only(Kind::Iin, 1000),
        "name": row.text(Class::Names, 1000, &row.person.name),
    });
    let passport = row.only(Kind::Passport, 900);
    if !passport.is_empty() {
        patient["passport"] = passport.into();
    }
    json!({
        "patient": patient,
        "contacts": {
            "phone": row.phone(true, 1000),
            "email": null_if_empty(&row.one_of_two(Kind::Email, 900, 200)),
        },
        "visit": { "diagnosis": null_if_empty(row.text(Class::HealthData, 600, diagnosis)) },
    })
}

fn null_if_empty(cell: &str) -> Value {
    if cell.is_empty() {
        Value::Null
    } else {
        cell.into()
    }
}

/// Returns a part of an object, which is then no longer an object.
fn before_half(text: &str) -> &str {
    let half = (0..=text.len() / 2)
        .rev()
        .find(|at| text.is_char_boundary(*at));
    &text[..half.unwrap_or(0)]
}
