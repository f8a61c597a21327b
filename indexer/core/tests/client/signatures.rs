//! A client with keys to trust believes no index and no catalogue but those that were signed.

use std::cell::Cell;

use exposure_index::client::{ClientError, Doubt, Request, Response};
use exposure_index::messages::IndexDocument;
use exposure_index::statement::{ReleaseKey, Service, Statement, Trust};
use serde_json::{Value, json};

use super::site::{About, Liar, Site, about, exposures, input, json};
use super::untold;

const NUMBER: u64 = 4;

/// A signed site.
struct SignedSite {
    site: Site,
    key: ReleaseKey,
    statement: Statement,
}

impl SignedSite {
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

    /// Looks up with a client that trusts the key, if the server sends these documents.
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
        let answer = untold(liar).with_trust(trust).look_up(&input(NUMBER))?;
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
    let signed = SignedSite::new();
    let found = signed
        .look_up(&signed.truth(), |_, _| ())
        .expect("an answer");
    assert_eq!(found, exposures(NUMBER).len());
}

#[test]
fn an_index_without_statement_or_signature_is_not_asked() {
    let signed = SignedSite::new();
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
    let signed = SignedSite::new();
    let stranger = ReleaseKey::generate().expect("a key");
    let strange = signed.document(&signed.statement, &stranger);
    assert_eq!(signed.doubt(&strange), Doubt::Signature);
    let changed = signed.truth();
    let statement = changed.statement.clone().expect("a statement");
    let changed = IndexDocument {
        statement: Some(statement.replace("\"rows\":16384", "\"rows\":16385")),
        ..changed
    };
    assert_eq!(signed.doubt(&changed), Doubt::Signature);
}

#[test]
fn every_member_of_the_statement_is_held_against_the_index_document() {
    let signed = SignedSite::new();
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
    let signed = SignedSite::new();
    let text = signed.statement.to_text().expect("a text");
    for other in [
        format!("{text}\n"),
        text.replace("\"rows\":16384", "\"rows\": 16384"),
        text.replace("\"statement\":1", "\"statement\":2"),
        text.replace("\"rows\":16384", "\"rows\":16384,\"rows\":16384"),
        text.replace("\"rows\":16384", "\"more\":1,\"rows\":16384"),
        text.replace("\"rows\":16384,", ""),
        text.replace("\"ranges\"", "\"ranges\":\"\",\"ranges\""),
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
    let signed = SignedSite::new();
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

#[test]
fn a_statement_that_has_expired_or_never_does_is_refused() {
    let signed = SignedSite::new();
    for expires in [None, Some("2026-01-02T03:04:05Z"), Some("some day")] {
        let statement = Statement {
            expires: expires.map(str::to_owned),
            ..signed.statement.clone()
        };
        let got = signed.doubt(&signed.document(&statement, &signed.key));
        assert_eq!(got, Doubt::Expired, "{expires:?}");
    }
}

#[test]
fn evaluators_of_the_index_document_do_not_count_next_to_a_signature() {
    let signed = SignedSite::new();
    let mut index = signed.truth();
    "https://elsewhere.example.org/v1/evaluate".clone_into(&mut index.evaluators[0].url);
    assert!(signed.look_up(&index, |_, _| ()).is_ok());
    index.evaluators.clear();
    assert!(signed.look_up(&index, |_, _| ()).is_ok());
    let asked = signed.site.asked.borrow();
    assert!(
        asked
            .iter()
            .any(|(path, _)| path == "/v1/shares/0/evaluate")
    );
}

#[test]
fn a_statement_that_names_nobody_who_can_be_asked_is_refused() {
    let signed = SignedSite::new();
    let service = signed.statement.service.clone().expect("a service");
    let with = |change: &dyn Fn(&mut Service)| {
        let mut service = service.clone();
        change(&mut service);
        let statement = Statement {
            service: Some(service),
            ..signed.statement.clone()
        };
        signed.doubt(&signed.document(&statement, &signed.key))
    };
    assert_eq!(with(&|service| service.evaluators.clear()), Doubt::Service);
    for url in [
        "http://evaluator.example.kz/v1/evaluate",
        "data:,x",
        "http://[",
    ] {
        let elsewhere = |service: &mut Service| url.clone_into(&mut service.evaluators[0].url);
        assert_eq!(with(&elsewhere), Doubt::Service, "{url}");
    }
    let short = |service: &mut Service| "00".clone_into(&mut service.evaluators[0].public_key);
    assert_eq!(with(&short), Doubt::Service);
    let twice = |service: &mut Service| service.evaluators.push(service.evaluators[0].clone());
    assert_eq!(with(&twice), Doubt::KeyId);
    let unsaid = Statement {
        service: None,
        ..signed.statement.clone()
    };
    let unsaid = signed.doubt(&signed.document(&unsaid, &signed.key));
    assert_eq!(unsaid, Doubt::Service);
}

#[test]
fn what_later_versions_say_of_the_service_is_passed_over() {
    let signed = SignedSite::new();
    let mut statement = signed.statement.clone();
    let service = statement.service.as_mut().expect("a service");
    let later = json!({"servers": ["https://later.example.kz/"]});
    service.later.insert("later".to_owned(), later);
    let later = json!(["+7 709"]);
    service.evaluators[0]
        .later
        .insert("phones".to_owned(), later);
    let index = signed.document(&statement, &signed.key);
    assert!(
        index
            .statement
            .as_deref()
            .expect("a text")
            .contains("\"later\":{")
    );
    assert!(signed.look_up(&index, |_, _| ()).is_ok());
}

#[test]
fn an_older_index_than_one_seen_before_is_refused_though_it_is_signed() {
    let signed = SignedSite::new();
    let older = |built_at: &str| {
        let statement = Statement {
            built_at: built_at.to_owned(),
            ..signed.statement.clone()
        };
        IndexDocument {
            built_at: built_at.to_owned(),
            ..signed.document(&statement, &signed.key)
        }
    };
    let served = Cell::new(0);
    let documents = [
        older("2026-01-02T03:04:04Z"),
        signed.truth(),
        signed.truth(),
        older("2026-01-02T03:04:04Z"),
    ];
    let liar = Liar(|request: &Request<'_>| match about(request) {
        About::Index => json(&documents[served.replace(served.get() + 1)]),
        _ => signed.site.answer(request),
    });
    let trust = Trust::load(&[signed.key.public_key()]).expect("a key");
    let client = untold(liar).with_trust(trust);
    for _ in 0..3 {
        client.index().expect("an index");
    }
    let refused = client.look_up(&input(NUMBER)).err();
    assert_eq!(refused, Some(ClientError::Doubted(Doubt::Older)));
    assert!(signed.site.asked.borrow().is_empty());
}
