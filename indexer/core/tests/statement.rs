//! What a server says about a signed generation is believed, byte for byte, and nothing that differs from it.

use exposure_index::messages::{CatalogueDocument, IndexDocument};
use exposure_index::statement::{Statement, StatementError, Trust};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vector {
    public_key: String,
    index: IndexDocument,
    breaches: CatalogueDocument,
}

/// The vector that the website's tests read as well.
fn vector() -> Vector {
    serde_json::from_str(include_str!("vectors/statement.json")).expect("a vector")
}

#[test]
fn the_statement_of_a_published_generation_holds() {
    let Vector {
        public_key,
        index,
        breaches,
    } = vector();
    let (text, signature) = (index.statement.as_deref(), index.signature.as_deref());
    let (text, signature) = (text.expect("a text"), signature.expect("a signature"));
    let trust = Trust::load(&[public_key]).expect("a key");
    let signer = trust
        .verify(text, signature)
        .expect("a signature that holds");
    assert_eq!(signer.to_string(), "C12F3713F6B19890");
    let statement = Statement::parse(text).expect("a statement");
    statement.check_index(&index).expect("about this index");
    statement
        .check_catalogue(&breaches)
        .expect("and this catalogue");
}

#[test]
fn no_byte_of_a_statement_can_be_changed() {
    let Vector {
        public_key, index, ..
    } = vector();
    let (text, signature) = (index.statement.expect("a text"), index.signature);
    let signature = signature.expect("a signature");
    let trust = Trust::load(&[public_key]).expect("a key");
    for place in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[place] ^= 1;
        let changed = String::from_utf8(bytes).expect("ASCII");
        let refused = trust.verify(&changed, &signature);
        assert!(
            matches!(refused, Err(StatementError::Forged { .. })),
            "byte {place}"
        );
    }
}

#[test]
fn what_a_catalogue_says_of_a_breach_cannot_be_changed() {
    let Vector {
        index, breaches, ..
    } = vector();
    let statement = Statement::parse(&index.statement.expect("a text")).expect("a statement");
    let changes: [fn(&mut CatalogueDocument); 4] = [
        |printed| printed.breaches[0].metadata.summary.kk.push('.'),
        |printed| printed.breaches[0].metadata.records += 1,
        |printed| drop(printed.breaches[0].classes.pop()),
        |printed| drop(printed.breaches.pop()),
    ];
    for change in changes {
        let mut printed = breaches.clone();
        change(&mut printed);
        let refused = statement.check_catalogue(&printed);
        let expected = "catalogue";
        assert!(matches!(refused, Err(StatementError::Mismatch { member }) if member == expected));
    }
}
