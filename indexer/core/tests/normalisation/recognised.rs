//! What people type without naming its kind: the website recognises it as this library does. `recognise.json` holds
//! both to it.
//!
//! `TEKSER_WRITE_VECTORS=COUNT` rewrites the file with COUNT random cases after the chosen ones.

use exposure_index::identifier::{
    Fault, Kind, Nearest, Reading, Recognition, reading_as, recognise,
};
use serde_json::{Value, json};
use tekser_test_kit::Dice;

use super::typed::text;
use super::vectors;

const FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../server/conformance/recognise.json"
);

/// Texts for every rule of recognition.
const CHOSEN: &str = include_str!("recognised.txt");

/// A name of a variant as the website writes it: `CheckDigit` is `check-digit`.
fn word(variant: &str) -> String {
    let mut word = String::new();
    for c in variant.chars() {
        if c.is_ascii_uppercase() && !word.is_empty() {
            word.push('-');
        }
        word.push(c.to_ascii_lowercase());
    }
    word
}

fn fault(fault: Fault) -> String {
    match fault {
        Fault::Rule(rule) => word(&format!("{rule:?}")),
        other => word(&format!("{other:?}")),
    }
}

fn candidate(reading: &Reading) -> Value {
    let doubts = reading.doubts.iter().map(|doubt| doubt.name());
    json!({
        "kind": reading.identifier.kind(),
        "value": reading.identifier.value(),
        "doubts": doubts.collect::<Vec<_>>(),
    })
}

fn case(text: &str, near: impl Fn(Nearest) -> Value) -> Value {
    let Recognition {
        candidates,
        nearest,
    } = recognise(text);
    let candidates: Vec<Value> = candidates.iter().map(candidate).collect();
    json!({ "input": text, "candidates": candidates, "nearest": nearest.map(near) })
}

/// The chosen texts, and this many random ones. These often break several rules; which one is named is left open.
fn cases(count: usize) -> Vec<Value> {
    let near = |near: Nearest| json!({ "kind": near.kind, "fault": fault(near.fault) });
    let chosen = CHOSEN.lines().map(|text| case(text, near));
    let mut dice = Dice::new(19);
    let kind_alone = |near: Nearest| json!({ "kind": near.kind });
    let made = (0..count).map(|_| case(&text(&mut dice), kind_alone));
    chosen.chain(made).collect()
}

#[test]
fn what_people_type_is_recognised_as_the_website_recognises_it() {
    let held = vectors::held(FILE, cases);
    let chosen = CHOSEN.lines().count();
    assert!(held.len() >= chosen + 500, "only {} cases", held.len());
    for (case, held) in cases(held.len() - chosen).iter().zip(&held) {
        assert_eq!(case, held);
    }
}

#[test]
fn every_text_gets_an_answer() {
    let mut dice = Dice::new(20);
    for _ in 0..2_000 {
        let text = text(&mut dice);
        let Recognition {
            candidates,
            nearest,
        } = recognise(&text);
        assert_ne!(candidates.is_empty(), nearest.is_none(), "{text}");
    }
    let nothing = recognise(" « » ");
    assert!(nothing.candidates.is_empty() && nothing.nearest.is_none());
}

#[test]
fn a_refusal_names_the_rule_and_never_the_value() {
    for (kind, text, rule) in [
        (Kind::Iin, "00010110001", "an IIN has 12 digits"),
        (
            Kind::Iin,
            "000101700016",
            "the seventh digit of an IIN is 0 to 6",
        ),
        (
            Kind::Iban,
            "DE89370400440532013000",
            "an IBAN of Kazakhstan begins with KZ",
        ),
        (Kind::Iban, "KZ86125KZT500410010", "KZ, two digits, and 16"),
        (
            Kind::Phone,
            "123-45-67",
            "the code of the city or operator is missing",
        ),
        (Kind::Passport, "12345678", "a letter and 7 or 8 digits"),
        (Kind::Login, "a b c", "no blank"),
    ] {
        let Err(nearest) = reading_as(kind, text) else {
            panic!("{text} was read");
        };
        let message = nearest.to_string();
        assert!(
            message.contains(rule) && !message.contains(text),
            "{message}"
        );
        assert_eq!(nearest.kind, Some(kind));
    }
}

#[test]
fn a_named_kind_is_doubted_only_where_its_value_is_unusual() {
    let doubts = |kind, text| {
        reading_as(kind, text)
            .ok()
            .map(|reading| reading.doubts.len())
    };
    assert_eq!(doubts(Kind::Login, "nurlan"), Some(0));
    // The Cyrillic letter has the shape of a Latin H, and no passport of Kazakhstan begins with that.
    assert_eq!(doubts(Kind::Passport, "Н16809641"), Some(1));
    assert_eq!(doubts(Kind::Passport, "N16809641"), Some(0));
}

#[test]
fn a_megabyte_of_text_is_recognised_by_its_beginning() {
    for filling in ["1 ", "a@", "at ", " ( ", "тел ", "x", "доб ", ". "] {
        // Excludes a cut within a letter where the beginning ends.
        let _ = recognise(&filling.repeat((1 << 20) / filling.len()));
    }
}
