//! Index documents, their signed statements, and catalogues.

use curve25519_dalek::Scalar;
use curve25519_dalek::constants::RISTRETTO_BASEPOINT_TABLE;
use data_encoding::HEXLOWER;
use exposure_index::client::{Client, ClientError, Request};
use exposure_index::statement::Trust;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::super::site::{About, Liar, Site, about, json as answer};
use super::super::untold;
use super::release::Release;
use super::{accepted, cases, changed, check, compare, read, reason, refused, versions};

pub(super) const FILE: &str = "index.json";

/// The base of the cases.
pub(super) struct Base {
    release: Release,
    /// The members of the statement.
    statement: Value,
    /// The index document with its statement.
    document: Value,
}

impl Base {
    fn new() -> Self {
        let site = Site::new(1);
        let mut base = Self {
            release: Release::new(7),
            statement: serde_json::to_value(site.statement()).expect("JSON"),
            document: serde_json::to_value(site.document()).expect("JSON"),
        };
        base.document = changed(&base.document, &base.signed(&json!({})));
        base
    }

    /// The members `statement` and `signature` if this is set in the statement.
    pub(super) fn signed(&self, set: &Value) -> Value {
        self.signed_text(&changed(&self.statement, set).to_string())
    }

    fn signed_text(&self, text: &str) -> Value {
        json!({ "statement": text, "signature": self.release.sign(text) })
    }

    /// The same members, with this also set in the document.
    pub(super) fn both(&self, set: &Value) -> Value {
        changed(set, &self.signed(set))
    }

    /// The statement with one changed member of its only evaluator.
    fn evaluator(&self, member: &str, value: &str) -> Value {
        let mut service = self.statement["service"].clone();
        service["evaluators"][0][member] = value.into();
        self.signed(&json!({ "service": service }))
    }

    /// The document whose statement says this of private retrieval.
    fn retrieval(&self, retrieval: &Value) -> Value {
        let service = self.service(&json!({ "retrieval": retrieval }));
        self.signed(&json!({ "service": service }))
    }

    /// Who runs the service, with this set.
    pub(super) fn service(&self, set: &Value) -> Value {
        changed(&self.statement["service"], set)
    }

    /// The same statement, signed with another key.
    pub(super) fn of(&self, release: Release) -> Self {
        Self {
            release,
            statement: self.statement.clone(),
            document: self.document.clone(),
        }
    }
}

/// An institution that answers retrievals.
fn server(url: &str) -> Value {
    let name = |language| format!("University in {language}");
    let institution = json!({ "kk": name("Kazakh"), "ru": name("Russian"), "en": name("English") });
    json!({ "institution": institution, "url": url })
}

/// Returns `count` of them.
fn servers(count: usize) -> Value {
    let url = |place| format!("https://{place}.example.kz/v1/retrieve");
    let servers: Vec<Value> = (0..count).map(|place| server(&url(place))).collect();
    json!({ "required": false, "servers": servers })
}

fn accepted_cases(base: &Base) -> Vec<Value> {
    let mut service = base.statement["service"].clone();
    service["later"] = json!([{ "url": "https://later.example.kz/" }]);
    service["evaluators"][0]["later"] = json!(true);
    let elsewhere =
        json!([{ "url": "https://elsewhere.example.org/v1/evaluate", "public_key": "AAAA" }]);
    let loopback = |url| base.evaluator("url", url);
    let ending =
        |time| base.signed(&json!({ "service": base.service(&json!({ "sunset": time })) }));
    vec![
        accepted("as it was signed", json!({})),
        accepted(
            "a member of the document that is not known",
            json!({ "later": [1] }),
        ),
        accepted(
            "members of the service and of an evaluator that are not known",
            base.signed(&json!({ "service": service })),
        ),
        accepted(
            "evaluators of the document that were not signed do not count",
            json!({ "evaluators": elsewhere }),
        ),
        accepted("two retrieval servers", base.retrieval(&servers(2))),
        accepted("five retrieval servers", base.retrieval(&servers(5))),
        accepted(
            "a retrieval server beside the index, and members of the retrieval that are not known",
            base.retrieval(&json!({
                "later": 1, "required": true,
                "servers": [server("retrieve"), changed(&server("https://1.example.kz/v1/retrieve"), &json!({ "later": [] }))],
            })),
        ),
        accepted(
            "retrieval servers of the document that were not signed do not count",
            json!({ "retrieval": { "servers": [server("http://elsewhere.example.org/")] } }),
        ),
        accepted(
            "few rows without a prefix",
            base.both(&json!({ "prefix_bits": 0, "rows": 300 })),
        ),
        accepted(
            "20 prefix bits with 1,024 rows for each prefix",
            base.both(&json!({ "prefix_bits": 20, "rows": 1024_u64 << 20, "range_bytes": 4096 })),
        ),
        accepted(
            "an evaluator at an https URL",
            base.evaluator("url", "https://evaluator.example.kz/v1/evaluate"),
        ),
        accepted(
            "an evaluator at localhost over http",
            loopback("http://localhost:8080/v1/evaluate"),
        ),
        accepted(
            "an evaluator below localhost over http",
            loopback("http://one.localhost/v1/evaluate"),
        ),
        accepted(
            "an evaluator in 127.0.0.0/8 over http",
            loopback("http://127.1.2.3/v1/evaluate"),
        ),
        accepted(
            "an evaluator at [::1] over http",
            loopback("http://[::1]:8080/v1/evaluate"),
        ),
        accepted("an evaluator at an absolute path", loopback("/v1/evaluate")),
        accepted("a version that is to end", ending("2999-01-02T03:04:05Z")),
        accepted(
            "a version that was to end, of which a client warns",
            ending("2026-01-03T00:00:00Z"),
        ),
    ]
}

fn document_cases(base: &Base) -> Vec<Value> {
    let shape = |name, set| refused(name, "shape", base.both(&set));
    vec![
        refused(
            "another normalisation",
            "version",
            base.both(&json!({ "normalisation": 2 })),
        ),
        refused(
            "another format",
            "version",
            base.both(&json!({ "format": 2 })),
        ),
        refused(
            "another suite",
            "version",
            base.both(&json!({ "suite": "P256-SHA256" })),
        ),
        shape(
            "16 prefixes with a row less than 1,024 for each",
            json!({ "rows": 16 * 1024 - 1 }),
        ),
        shape(
            "21 prefix bits",
            json!({ "prefix_bits": 21, "rows": 1024_u64 << 21, "range_bytes": 4096 }),
        ),
        shape("17 bucket bits", json!({ "bucket_bits": 17 })),
        shape(
            "ranges over 16 MiB",
            json!({ "range_bytes": (16 << 20) + 1 }),
        ),
        refused(
            "a generation that leads elsewhere",
            "malformed",
            base.both(&json!({ "generation": "../../v2" })),
        ),
        refused("a root of 31 bytes", "malformed", base.both_root()),
        refused(
            "a number written as text",
            "malformed",
            json!({ "rows": "16384" }),
        ),
    ]
}

impl Base {
    /// Two evaluators whose keys add up to the identity, and the id of that.
    fn cancelled(&self) -> Value {
        let point = &Scalar::from(7_u64) * RISTRETTO_BASEPOINT_TABLE;
        let evaluators = [point, -point].map(|point| {
            let key = HEXLOWER.encode(point.compress().as_bytes());
            json!({ "institution": "Institute", "public_key": key, "url": "/v1/evaluate" })
        });
        let service = json!({ "evaluators": evaluators, "ranges": "Ministry" });
        let key_id: [u8; 32] = Sha256::digest([0; 32]).into();
        let signed = json!({ "key_id": HEXLOWER.encode(&key_id[..16]), "service": service });
        let printed = json!({ "key_id": exposure_index::messages::encode(&key_id[..16]) });
        changed(&printed, &self.signed(&signed))
    }

    /// A root that is a byte short, signed so.
    fn both_root(&self) -> Value {
        let signed = self.signed(&json!({ "root": "00".repeat(31) }));
        changed(
            &json!({ "root": exposure_index::messages::encode(&[0; 31]) }),
            &signed,
        )
    }
}

fn signature_cases(base: &Base) -> Vec<Value> {
    let text = base.document["statement"].as_str().expect("a text");
    let signature = base.document["signature"].as_str().expect("a text");
    let stranger = Release::new(8);
    let borrowing = Release::new(8).numbered(base.release.number);
    let signature_case = |name, set| refused(name, "signature", set);
    vec![
        signature_case("no statement", json!({ "statement": null })),
        signature_case("no signature", json!({ "signature": null })),
        signature_case("a foreign key", json!({ "signature": stranger.sign(text) })),
        signature_case(
            "a foreign key under the number of the trusted one",
            json!({ "signature": borrowing.sign(text) }),
        ),
        signature_case(
            "a statement changed after it was signed",
            json!({ "statement": text.replace("\"rows\":16384", "\"rows\":16385"), "rows": 16385 }),
        ),
        signature_case(
            "the old form of signature, not prehashed",
            json!({ "signature": signature.replacen("\nRU", "\nRW", 1) }),
        ),
        signature_case(
            "a signature of one line",
            json!({ "signature": signature.lines().next() }),
        ),
    ]
}

fn statement_cases(base: &Base) -> Vec<Value> {
    let key_id = exposure_index::messages::encode(&[0; 16]);
    let root = exposure_index::messages::encode(&[0; 32]);
    let otherwise = [
        ("generation", json!("20260102-030405-00000000")),
        ("built_at", json!("2026-01-02T03:04:06Z")),
        ("prefix_bits", json!(3)),
        ("bucket_bits", json!(2)),
        ("range_bytes", json!(1000)),
        ("rows", json!(16385)),
        ("key_id", json!(key_id)),
        ("root", json!(root)),
        ("sealed", json!(true)),
    ];
    let otherwise = otherwise.map(|(member, value)| {
        refused(
            &format!("another {member} than was signed"),
            "statement",
            json!({ member: value }),
        )
    });
    let spaced = base.statement.to_string().replacen(':', ": ", 1);
    let statement = |name, set| refused(name, "statement", set);
    let more = [
        statement(
            "another version of the statement",
            base.signed(&json!({ "statement": 2 })),
        ),
        statement(
            "a member of the statement that is not known",
            base.signed(&json!({ "later": 1 })),
        ),
        statement(
            "a statement that is not canonical JSON",
            base.signed_text(&spaced),
        ),
        statement("a statement that is no JSON", base.signed_text("tekser")),
    ];
    otherwise.into_iter().chain(more).collect()
}

fn time_cases(base: &Base) -> Vec<Value> {
    let expired = |name, expires: Value| {
        refused(name, "expired", base.signed(&json!({ "expires": expires })))
    };
    let mut older = refused(
        "older than one that was accepted before",
        "older",
        base.both(&json!({ "built_at": "2026-01-02T03:04:04Z" })),
    );
    older["before"] = json!({});
    let mut newer = accepted(
        "newer than one that was accepted before",
        base.both(&json!({ "built_at": "2026-01-02T03:04:06Z" })),
    );
    newer["before"] = json!({});
    let mut same = accepted("as old as one that was accepted before", json!({}));
    same["before"] = json!({});
    vec![
        expired(
            "a statement that has expired",
            json!("2026-01-03T00:00:00Z"),
        ),
        expired("a statement that never expires", Value::Null),
        expired("a statement that expires some day", json!("some day")),
        older,
        newer,
        same,
    ]
}

fn service_cases(base: &Base) -> Vec<Value> {
    let key = exposure_index::oprf::SecretKey::derive(&[9; 32], b"conformance").expect("a key");
    let service = |set: Value| base.signed(&json!({ "service": set }));
    let one = base.statement["service"]["evaluators"][0].clone();
    let listed =
        |evaluators: Vec<Value>| service(json!({ "evaluators": evaluators, "ranges": "Ministry" }));
    let url = |name, url| refused(name, "service", base.evaluator("url", url));
    let retrieval = |name, retrieval: Value| refused(name, "service", base.retrieval(&retrieval));
    let with = |url| json!({ "required": true, "servers": [server("https://0.example.kz/v1/retrieve"), server(url)] });
    let malformed = |name, retrieval: Value| refused(name, "statement", base.retrieval(&retrieval));
    vec![
        retrieval("no retrieval server in the list", servers(0)),
        retrieval("one retrieval server", servers(1)),
        retrieval("six retrieval servers", servers(6)),
        retrieval(
            "a retrieval server that is named twice, which would get two vectors",
            with("https://0.example.kz/v1/retrieve"),
        ),
        retrieval(
            "a retrieval server whose URL has a query, behind which no generation can be",
            with("https://1.example.kz/v1/retrieve?from=tekser"),
        ),
        retrieval(
            "a retrieval server whose URL has a fragment",
            with("https://1.example.kz/v1/retrieve#here"),
        ),
        retrieval(
            "a retrieval server over http elsewhere",
            with("http://1.example.kz/v1/retrieve"),
        ),
        retrieval(
            "a retrieval server that is a file",
            with("file:///v1/retrieve"),
        ),
        malformed("a retrieval that is a list", servers(2)["servers"].clone()),
        malformed(
            "a retrieval server without a name",
            changed(
                &servers(2),
                &json!({ "servers": [{ "url": "https://0.example.kz/" }, { "url": "https://1.example.kz/" }] }),
            ),
        ),
        malformed(
            "a retrieval that does not say whether it is required",
            changed(&servers(2), &json!({ "required": null })),
        ),
        refused("no service", "service", service(Value::Null)),
        refused("a service without evaluators", "service", listed(vec![])),
        refused("17 evaluators", "service", listed(vec![one; 17])),
        url(
            "an evaluator over http elsewhere",
            "http://evaluator.example.kz/v1/evaluate",
        ),
        url(
            "an evaluator over http whose name only begins like this machine's",
            "http://localhost.example.kz/v1/evaluate",
        ),
        url(
            "an evaluator over http whose name only looks like an address of this machine",
            "http://127.0.0.1.example.kz/v1/evaluate",
        ),
        url("an evaluator that is a file", "file:///v1/evaluate"),
        refused(
            "what is no public key",
            "service",
            base.evaluator("public_key", &"ff".repeat(32)),
        ),
        refused(
            "a public key of which the index was not made",
            "key",
            base.evaluator("public_key", &key.public_key().to_string()),
        ),
        refused(
            "two evaluators whose keys cancel out",
            "key",
            base.cancelled(),
        ),
    ]
}

fn catalogue_cases(catalogue: &Value) -> Vec<Value> {
    let with = |change: &dyn Fn(&mut Vec<Value>)| {
        let mut breaches = catalogue["breaches"].as_array().expect("a list").clone();
        change(&mut breaches);
        json!({ "breaches": breaches })
    };
    let refused = |name, set| refused(name, "catalogue", set);
    vec![
        accepted("as it was signed", json!({})),
        accepted(
            "a member of the catalogue that is not known",
            json!({ "later": 1 }),
        ),
        accepted(
            "another count of a breach's identifiers, which nobody signs",
            with(&|it| it[0]["identifiers"] = json!({ "phone": 1 })),
        ),
        refused(
            "another generation",
            json!({ "generation": "20260102-030405-00000000" }),
        ),
        refused(
            "other counts of identifiers",
            json!({ "identifiers": { "phone": 1 } }),
        ),
        refused(
            "another title",
            with(&|it| it[0]["title"]["en"] = json!("No breach")),
        ),
        refused("a breach less", with(&|it| drop(it.pop()))),
        refused("two breaches swapped", with(&|it| it.swap(0, 1))),
        refused(
            "a class less",
            with(&|it| drop(it[2]["classes"].as_array_mut().map(Vec::pop))),
        ),
    ]
}

fn made() -> Value {
    let base = Base::new();
    let catalogue = serde_json::to_value(Site::new(1).catalogue()).expect("JSON");
    let groups = [
        accepted_cases,
        document_cases,
        signature_cases,
        statement_cases,
        time_cases,
        service_cases,
    ];
    let cases: Vec<Value> = groups.iter().flat_map(|group| group(&base)).collect();
    json!({
        "version": 1,
        "url": "https://tekser.example.kz/v1/index",
        "trust": [base.release.public_key()],
        "index": base.document,
        "cases": cases,
        "version_cases": versions::made(&base),
        "catalogue_cases": catalogue_cases(&catalogue),
        "catalogue": catalogue,
    })
}

/// Asks with a client that trusts the key for the index of each of these documents, and then for the last one's
/// catalogue.
fn outcome(file: &Value, documents: &[Value], catalogue: &Value) -> Result<(), ClientError> {
    let turn = std::cell::Cell::new(0);
    let liar = Liar(|request: &Request<'_>| match about(request) {
        About::Index => {
            let document = &documents[turn.get().min(documents.len() - 1)];
            turn.set(turn.get() + 1);
            answer(document)
        }
        _ => answer(catalogue),
    });
    let trust = file["trust"][0].as_str().expect("a key");
    let client: Client<_> = untold(liar).with_trust(Trust::load(&[trust]).expect("a key"));
    for _ in 1..documents.len() {
        client.index().expect("what was before is accepted");
    }
    client.index()?;
    client.catalogue().map(drop)
}

#[test]
fn the_published_index_documents_are_those_that_are_made_here() {
    compare(FILE, &made());
}

#[test]
fn every_published_index_document_has_its_verdict() {
    let file = read(FILE);
    for case in cases(&file, "cases") {
        let before = case.get("before").map(|set| changed(&file["index"], set));
        let documents: Vec<Value> = before
            .into_iter()
            .chain([changed(&file["index"], &case["set"])])
            .collect();
        let catalogue = changed(
            &file["catalogue"],
            &json!({ "generation": documents[documents.len() - 1]["generation"] }),
        );
        let outcome = outcome(&file, &documents, &catalogue);
        check(case, outcome.map_err(|error| reason(&error)));
    }
}

#[test]
fn every_published_catalogue_has_its_verdict() {
    let file = read(FILE);
    for case in cases(&file, "catalogue_cases") {
        let catalogue = changed(&file["catalogue"], &case["set"]);
        let outcome = outcome(&file, &[file["index"].clone()], &catalogue);
        let word = outcome.map_err(|error| match reason(&error) {
            "statement" => "catalogue",
            word => word,
        });
        check(case, word);
    }
}
