//! A server without the key that makes up an index to find out what is looked up: a key of its own, itself as
//! evaluator, long prefixes, and ranges that are gone until the client has begun again under another key.

use std::cell::{Cell, RefCell};

use exposure_index::client::{ClientError, Doubt, Request, Response};
use exposure_index::messages::{
    EvaluateRequest, EvaluateResponse, Evaluator, IndexDocument, ProblemKind, decode, encode,
};
use exposure_index::oprf::{Element, SecretKey, blind_evaluate};
use exposure_index::statement::{ReleaseKey, Trust};

use super::site::{About, Liar, Site, about, input, json, problem};
use super::untold;

/// The attacker's state and findings.
struct Attacker {
    honest: Site,
    prefix_bits: u8,
    rows: u64,
    /// Number of look-ups begun; each gets another key.
    begun: Cell<u8>,
    evaluated: Cell<usize>,
    prefixes: RefCell<Vec<String>>,
}

impl Attacker {
    fn new(prefix_bits: u8, rows: u64) -> Self {
        Self {
            honest: Site::new(1),
            prefix_bits,
            rows,
            begun: Cell::new(0),
            evaluated: Cell::new(0),
            prefixes: RefCell::default(),
        }
    }

    fn key(&self) -> SecretKey {
        SecretKey::derive(&[self.begun.get(); 32], b"attacker").expect("a key")
    }

    fn document(&self) -> IndexDocument {
        let public = self.key().public_key();
        IndexDocument {
            key_id: encode(&public.id().0),
            evaluators: vec![Evaluator {
                url: "evaluate".to_owned(),
                public_key: encode(&public.to_bytes()),
            }],
            prefix_bits: self.prefix_bits,
            range_bytes: 1 << 16,
            rows: self.rows,
            ..self.honest.document()
        }
    }

    fn evaluate(&self, body: &[u8]) -> Response {
        let request: EvaluateRequest = serde_json::from_slice(body).expect("a request");
        let blinded = request.blinded.iter().map(|text| {
            let bytes = decode::<32>(text).expect("32 bytes");
            Element::from_bytes(&bytes).expect("an element")
        });
        let blinded: Vec<Element> = blinded.collect();
        let (evaluated, proof) = blind_evaluate(&self.key(), &blinded).expect("evaluated");
        self.evaluated.set(self.evaluated.get() + 1);
        json(&EvaluateResponse {
            evaluated: evaluated.iter().map(|it| encode(&it.to_bytes())).collect(),
            proof: encode(&proof.to_bytes()),
        })
    }

    fn answer(&self, request: &Request<'_>) -> Response {
        match about(request) {
            About::Index => {
                self.begun.set(self.begun.get() + 1);
                json(&self.document())
            }
            About::Catalogue => self.honest.answer(request),
            About::Evaluation => self.evaluate(request.body),
            About::Range | About::Retrieval => {
                let path = request.url.path().to_owned();
                self.prefixes.borrow_mut().push(path);
                problem(ProblemKind::Retired)
            }
        }
    }

    /// Returns the result of a look-up, and the numbers of evaluations and prefixes that the attacker got. Without
    /// `trust`, the server is believed.
    fn attack(&self, trust: Option<Trust>) -> (Option<ClientError>, usize, usize) {
        let client = untold(Liar(|request: &Request<'_>| self.answer(request)));
        let client = match trust {
            Some(trust) => client.with_trust(trust),
            None => client.without_trust(),
        };
        let outcome = client.look_up(&input(4)).err();
        (outcome, self.evaluated.get(), self.prefixes.borrow().len())
    }
}

#[test]
fn a_server_that_makes_up_an_index_learns_nothing_of_who_trusts_a_key() {
    let trusted = ReleaseKey::generate().expect("a key").public_key();
    for (prefix_bits, rows) in [(24, u64::MAX), (4, 1 << 20)] {
        let attacker = Attacker::new(prefix_bits, rows);
        let trust = Trust::load(&[&trusted]).expect("a key");
        let (outcome, evaluated, prefixes) = attacker.attack(Some(trust));
        assert_eq!(outcome, Some(ClientError::Doubted(Doubt::Unsigned)));
        assert_eq!((evaluated, prefixes), (0, 0));
    }
}

#[test]
fn a_client_without_keys_to_trust_asks_nobody() {
    let attacker = Attacker::new(4, 1 << 20);
    let untold = untold(Liar(|request: &Request<'_>| attacker.answer(request)));
    assert_eq!(untold.look_up(&input(4)), Err(ClientError::NoTrust));
    let (outcome, ..) = attacker.attack(Some(Trust::default()));
    assert_eq!(outcome, Some(ClientError::NoTrust));
    assert_eq!(attacker.begun.get(), 0);
}

#[test]
fn even_without_trust_a_prefix_hides_among_a_thousand_and_no_second_key_is_used() {
    for (prefix_bits, rows) in [(24, u64::MAX), (21, u64::MAX), (13, (1 << 23) - 1)] {
        let attacker = Attacker::new(prefix_bits, rows);
        let (outcome, evaluated, prefixes) = attacker.attack(None);
        assert_eq!(outcome, Some(ClientError::Doubted(Doubt::Fine)));
        assert_eq!((evaluated, prefixes), (0, 0));
    }
    let attacker = Attacker::new(20, 1 << 30);
    let (outcome, evaluated, prefixes) = attacker.attack(None);
    assert_eq!(outcome, Some(ClientError::Doubted(Doubt::OtherKey)));
    assert_eq!((evaluated, prefixes), (1, 1));
}
