//! A client that was told whom to trust believes no index and no catalogue but those that were signed.

use exposure_index::client::{ClientError, Doubt, Request, Response};
use exposure_index::messages::IndexDocument;
use exposure_index::statement::{ReleaseKey, Statement, Trust};
use serde_json::{Value, json};

use super::client;
use super::site::{About, Liar, Site, about, exposures, input, json};

const NUMBER: u64 = 4;

/// A signed site.
struct Signed {
    site: Site,
    key: ReleaseKey,
    statement: Statement,
}

impl Signed {
    fn new() -> Self {
        let site = Site::new(1);
        Self {
            key: ReleaseKey::generate().expect("a key"),
            statement: site.statement(),
            site,
        }
    }

    /// The index document with a statement, signed with `key`.
    fn document(&self, statement: &Statement, key: &ReleaseKey) -> IndexDocument {
        let text = statement.to_text().expect("a text");
        IndexDocument {
            signature: Some(key.sign(&text, "")),
            statement: Some(text),
            ..self.site.document()
        }
    }

    fn truth(&self) -> IndexDocument {
        self.document(&self.statement, &self.key)
    }

    /// Looks up with a client that trusts the key, if the server tells these documents.
    fn look_up(
        &self,
        index: &IndexDocument,
        change: impl Fn(&mut Response, About),
    ) -> Result<usize, ClientError> {
        let liar = Liar(|request: &Request<'_>| {
            let mut response = match about(request) {
                About::Index => json(index),
                _ => self.site.answer(request),
            };
            change(&mut response, about(request));
            response
        });
        let trust = Trust::load(&[self.key.public_key()]).expect("a key");
        let answer = client(liar).with_trust(trust).look_up(&input(NUMBER))?;
        Ok(answer.exposures.len())
    }

    fn doubt(&self, index: &IndexDocument) -> Doubt {
        match self.look_up(index, |_, _| ()) {
            Err(ClientError::Doubted(doubt)) => doubt,
            other => panic!("not doubted: {other:?}"),
        }
    }
}

#[test]
fn what_was_signed_is_answered() {
    let signed = Signed::new();
    let found = signed
        .look_up(&signed.truth(), |_, _| ())
        .expect("an answer");
    assert_eq!(found, exposures(NUMBER).len());
}

#[test]
fn an_index_without_statement_or_signature_is_not_asked() {
    let signed = Signed::new();
    let truth = signed.truth();
    for unsigned in [
        signed.site.document(),
        IndexDocument {
            signature: None,
            ..truth.clone()
        },
        IndexDocument {
            statement: None,
            ..truth
        },
    ] {
        assert_eq!(signed.doubt(&unsigned), Doubt::Unsigned);
    }
    let asked = signed.site.asked.borrow();
    assert!(
        asked.is_empty(),
        "nothing but the index was asked for: {asked:?}"
    );
}

#[test]
fn a_stranger_s_signature_or_a_changed_statement_is_refused() {
    let signed = Signed::new();
    let stranger = ReleaseKey::generate().expect("a key");
    let strange = signed.document(&signed.statement, &stranger);
    assert_eq!(signed.doubt(&strange), Doubt::Signature);
    let changed = signed.truth();
    let statement = changed.statement.clone().expect("a statement");
    let changed = IndexDocument {
        statement: Some(statement.replace("\"rows\":300", "\"rows\":301")),
        ..changed
    };
    assert_eq!(signed.doubt(&changed), Doubt::Signature);
}

#[test]
fn every_member_of_the_statement_is_held_against_the_index_document() {
    let signed = Signed::new();
    let truth = serde_json::to_value(&signed.statement).expect("JSON");
    for (member, other) in [
        ("generation", json!("20260102-030405-00000000")),
        ("built_at", json!("2026-01-02T03:04:06Z")),
        ("format", json!(2)),
        ("normalisation", json!(2)),
        ("suite", json!("P256-SHA256")),
        ("key_id", json!("00".repeat(16))),
        ("prefix_bits", json!(5)),
        ("bucket_bits", json!(0)),
        ("range_bytes", json!(1)),
        ("rows", json!(299)),
        ("root", json!("00".repeat(32))),
        ("sealed_root", json!("00".repeat(32))),
        ("catalogue", json!("00".repeat(32))),
        ("identifiers", json!({"phone": 299})),
    ] {
        let mut changed = truth.clone();
        changed[member] = other;
        let changed = serde_json::from_value(changed).expect("a statement");
        let got = signed.doubt(&signed.document(&changed, &signed.key));
        assert_eq!(got, Doubt::Statement { member });
    }
}

#[test]
fn a_statement_that_is_not_written_in_its_only_way_is_refused_though_it_is_signed() {
    let signed = Signed::new();
    let text = signed.statement.to_text().expect("a text");
    for other in [
        format!("{text}\n"),
        text.replace("\"rows\":300", "\"rows\": 300"),
        text.replace("\"statement\":1", "\"statement\":2"),
        text.replace("\"rows\":300", "\"rows\":300,\"rows\":300"),
        text.replace("\"rows\":300", "\"more\":1,\"rows\":300"),
        text.replace("\"rows\":300,", ""),
    ] {
        assert_ne!(other, text);
        let document = IndexDocument {
            signature: Some(signed.key.sign(&other, "")),
            statement: Some(other),
            ..signed.site.document()
        };
        let document_name = "statement";
        let expected = Doubt::Document {
            document: document_name,
        };
        assert_eq!(signed.doubt(&document), expected);
    }
}

#[test]
fn no_title_of_a_breach_can_be_changed_in_the_catalogue() {
    let signed = Signed::new();
    let renamed = signed.look_up(&signed.truth(), |response, about| {
        if about == About::Catalogue {
            let mut document: Value = serde_json::from_slice(&response.body).expect("JSON");
            document["breaches"][0]["title"]["kk"] = "another".into();
            response.body = document.to_string().into_bytes();
        }
    });
    let expected = Doubt::Statement {
        member: "catalogue",
    };
    assert_eq!(renamed, Err(ClientError::Doubted(expected)));
}
