//! A server in the process: a real index, real evaluators, and whatever a test puts between them and the client.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use data_encoding::HEXLOWER;
use exposure_index::breach::Localised;
use exposure_index::client::{Method, Request, Response, Transport, TransportError};
use exposure_index::identifier::Kind;
use exposure_index::index::{Exposure, Index, Prefix};
use exposure_index::messages::{
    BreachDocument, CatalogueDocument, EvaluateRequest, EvaluateResponse, Evaluator, IndexDocument,
    Problem, ProblemKind, Retrieval, RetrievalServer, decode, encode,
};
use exposure_index::oprf::{Element, KeyShare, SUITE, SecretKey, blind_evaluate, evaluate, split};
use exposure_index::statement::{Service, ServiceEvaluator, Statement};
use serde::Serialize;

use super::sample::{GENERATION, Sample, exposure};

/// Number of identifiers in the index, which has 16 ranges.
pub(super) const ROWS: u64 = 300;
/// Stated number of identifiers: clients name no prefix that fewer than 1,024 share.
pub(super) const CLAIMED_ROWS: u64 = 16 * 1024;

/// The OPRF input of the identifier with this number; those below [`ROWS`] are in the index.
pub(super) fn input(number: u64) -> Vec<u8> {
    format!("tekser:1:phone:+7709{number:07}").into_bytes()
}

/// Returns what the index says about it.
pub(super) fn exposures(number: u64) -> Vec<Exposure> {
    let present = 1 + number % 7;
    let classes = [1 + number % 3, 0xf, 0x80 | (number % 5)];
    (0..3)
        .filter(|breach| present >> breach & 1 == 1)
        .map(|breach| exposure(breach, classes[usize::from(breach)]))
        .collect()
}

/// What is in the index, and its file, built once for all tests.
static BUILT: LazyLock<(Sample, Vec<u8>)> = LazyLock::new(|| {
    let key = key();
    let row = |number: u64| {
        let tag = evaluate(&key, &input(number)).expect("an output").tag();
        (tag.0, (Kind::Phone, exposures(number)))
    };
    let rows: BTreeMap<_, _> = (0..ROWS).map(row).collect();
    let sample = Sample::of(vec![2, 4, 8], rows, 16);
    let file = sample.bytes();
    (sample, file)
});

fn key() -> SecretKey {
    SecretKey::derive(&[7; 32], b"site").expect("a key")
}

pub(super) struct Site {
    key: SecretKey,
    shares: Vec<KeyShare>,
    index: Index<&'static [u8]>,
    /// Paths asked for, and what was sent along.
    pub(super) asked: RefCell<Vec<(String, Vec<u8>)>>,
}

impl Site {
    pub(super) fn new(shares: u8) -> Self {
        let key = key();
        Self {
            shares: split(&key, shares).expect("shares"),
            key,
            index: Index::open(&BUILT.1[..]).expect("a good file"),
            asked: RefCell::default(),
        }
    }

    /// The file of the index.
    pub(super) fn file() -> Index<&'static [u8]> {
        Index::open(&BUILT.1[..]).expect("a good file")
    }

    pub(super) fn document(&self) -> IndexDocument {
        let header = self.index.header();
        let evaluators = self
            .shares
            .iter()
            .enumerate()
            .map(|(place, share)| Evaluator {
                url: format!("shares/{place}/evaluate"),
                public_key: encode(&share.secret().public_key().to_bytes()),
            });
        IndexDocument {
            generation: header.generation.to_string(),
            normalisation: 1,
            format: 1,
            suite: SUITE.to_owned(),
            key_id: encode(&self.key.public_key().id().0),
            evaluators: evaluators.collect(),
            retrieval: None,
            prefix_bits: header.shape.prefix_bits(),
            bucket_bits: header.shape.bucket_bits(),
            range_bytes: header.range_bytes,
            rows: CLAIMED_ROWS,
            sealed: false,
            root: encode(&header.root),
            built_at: "2026-01-02T03:04:05Z".to_owned(),
            sunset: None,
            also: None,
            statement: None,
            signature: None,
        }
    }

    /// The document of another version of the rules by which identifiers are written one way.
    pub(super) fn document_of(&self, normalisation: u32) -> IndexDocument {
        IndexDocument {
            normalisation,
            ..self.document()
        }
    }

    /// A site whose evaluators hold another key than its index was made with, and say so.
    pub(super) fn under_another_key() -> Self {
        let key = SecretKey::derive(&[9; 32], b"site").expect("a key");
        Self {
            shares: split(&key, 1).expect("shares"),
            key,
            ..Self::new(1)
        }
    }

    /// The document that also names `servers` retrieval servers.
    pub(super) fn document_with_retrieval(&self, servers: usize) -> IndexDocument {
        IndexDocument {
            retrieval: Some(retrieval(servers)),
            ..self.document()
        }
    }

    /// Returns the statement about the index.
    pub(super) fn statement(&self) -> Statement {
        Statement {
            // The sample's header has a key of its own, which nobody holds.
            key_id: self.key.public_key().id().to_string(),
            rows: CLAIMED_ROWS,
            expires: Some("2999-01-02T03:04:05Z".to_owned()),
            service: Some(self.service()),
            ..Statement::of(&self.index, None).expect("a statement")
        }
    }

    /// Who runs the service.
    fn service(&self) -> Service {
        let evaluators = self.shares.iter().enumerate();
        let evaluators = evaluators.map(|(place, share)| ServiceEvaluator {
            institution: format!("Institute {place}"),
            public_key: HEXLOWER.encode(&share.secret().public_key().to_bytes()),
            url: format!("shares/{place}/evaluate"),
            later: BTreeMap::new(),
        });
        Service {
            evaluators: evaluators.collect(),
            ranges: "Ministry".to_owned(),
            ..Service::default()
        }
    }

    pub(super) fn catalogue(&self) -> CatalogueDocument {
        let breaches = BUILT.0.catalogue().breaches.into_iter();
        CatalogueDocument {
            generation: GENERATION.to_owned(),
            identifiers: [(Kind::Phone, ROWS)].into(),
            breaches: breaches
                .map(|entry| BreachDocument {
                    metadata: entry.metadata,
                    classes: entry.classes,
                    identifiers: [(Kind::Phone, ROWS)].into(),
                })
                .collect(),
        }
    }

    /// How long the range of an identifier is without padding, and the response for it.
    pub(super) fn range_of(&self, number: u64) -> (usize, Vec<u8>) {
        let tag = evaluate(&self.key, &input(number))
            .expect("an output")
            .tag();
        let prefix = self.index.header().shape.prefix(tag);
        let length = self.index.range(prefix).expect("a range").as_bytes().len();
        (length, self.padded(prefix))
    }

    fn padded(&self, prefix: Prefix) -> Vec<u8> {
        let range = self.index.range(prefix).expect("a range");
        let path = self.index.path(prefix).expect("a path").concat();
        let mut response = range.as_bytes().to_vec();
        response.resize(self.index.header().range_bytes as usize - path.len(), 0);
        response.extend(path);
        response
    }

    fn range(&self, place: &str) -> Response {
        // 4 bits of prefix are one digit.
        let prefix = place
            .strip_prefix(GENERATION)
            .and_then(|rest| rest.strip_prefix('/'))
            .filter(|digits| digits.len() == 1 && *digits == digits.to_lowercase())
            .and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match prefix {
            Some(prefix) => response(200, self.padded(Prefix(prefix))),
            None => problem(ProblemKind::NotFound),
        }
    }

    /// The XOR of the records that each vector of 16 bits selects.
    fn retrieve(&self, body: &[u8]) -> Response {
        assert!(body.len().is_multiple_of(2) && (2..=32).contains(&body.len()));
        let answer = |vector: &[u8]| {
            let selected = (0..16).filter(|place| vector[place / 8] >> (place % 8) & 1 == 1);
            let zeros = vec![0; self.index.header().range_bytes as usize];
            selected.fold(zeros, |sum, place| {
                let record = self.padded(Prefix(place as u32));
                sum.iter().zip(record).map(|(a, b)| a ^ b).collect()
            })
        };
        response(200, body.chunks(2).flat_map(answer).collect())
    }

    /// The prefix of an identifier.
    pub(super) fn prefix_of(&self, number: u64) -> u32 {
        let tag = evaluate(&self.key, &input(number))
            .expect("an output")
            .tag();
        self.index.header().shape.prefix(tag).0
    }

    fn evaluate(&self, share: usize, body: &[u8]) -> Response {
        let request: EvaluateRequest = serde_json::from_slice(body).expect("a request");
        assert!((1..=16).contains(&request.blinded.len()));
        let blinded = request.blinded.iter().map(|text| {
            let bytes = decode::<32>(text).expect("32 bytes");
            Element::from_bytes(&bytes).expect("an element")
        });
        let blinded: Vec<Element> = blinded.collect();
        let secret = self.shares[share].secret();
        let (evaluated, proof) = blind_evaluate(secret, &blinded).expect("evaluated");
        json(&EvaluateResponse {
            evaluated: evaluated.iter().map(|it| encode(&it.to_bytes())).collect(),
            proof: encode(&proof.to_bytes()),
        })
    }

    pub(super) fn answer(&self, request: &Request<'_>) -> Response {
        let path = request.url.path();
        self.asked
            .borrow_mut()
            .push((path.to_owned(), request.body.to_vec()));
        let place = path.strip_prefix("/v1/").expect("a path of version 1");
        match (request.method, place.split_once('/')) {
            (Method::Get, None) if place == "index" => json(&self.document()),
            (Method::Get, Some(("generations", rest))) if is_catalogue(rest) => {
                json(&self.catalogue())
            }
            (Method::Get, Some(("ranges", place))) => self.range(place),
            (Method::Post, Some(("retrieve", GENERATION))) => self.retrieve(request.body),
            (Method::Post, Some(("shares", place))) => {
                let share = place.strip_suffix("/evaluate").expect("an evaluator");
                self.evaluate(share.parse().expect("a number"), request.body)
            }
            _ => problem(ProblemKind::NotFound),
        }
    }
}

/// Servers `0.example.kz`, `1.example.kz` and so on.
pub(super) fn retrieval(servers: usize) -> Retrieval {
    let name = |language: &str| format!("University in {language}");
    let server = |place| RetrievalServer {
        institution: Localised {
            kk: name("Kazakh"),
            ru: name("Russian"),
            en: name("English"),
        },
        url: format!("https://{place}.example.kz/v1/retrieve"),
    };
    Retrieval {
        servers: (0..servers).map(server).collect(),
    }
}

fn is_catalogue(place: &str) -> bool {
    place.strip_suffix("/breaches") == Some(GENERATION)
}

impl Transport for Site {
    fn send(&self, request: &Request<'_>) -> Result<Response, TransportError> {
        Ok(self.answer(request))
    }
}

/// A server with arbitrary answers.
pub(super) struct Liar<F>(pub(super) F);

impl<F: Fn(&Request<'_>) -> Response> Transport for Liar<F> {
    fn send(&self, request: &Request<'_>) -> Result<Response, TransportError> {
        Ok(self.0(request))
    }
}

/// The answer that a test is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    Index,
    Catalogue,
    Evaluation,
    Range,
    Retrieval,
}

pub(super) fn about(request: &Request<'_>) -> About {
    match request.url.path() {
        "/v1/index" => About::Index,
        path if path.starts_with("/v1/generations/") => About::Catalogue,
        path if path.starts_with("/v1/ranges/") => About::Range,
        path if path.starts_with("/v1/retrieve/") => About::Retrieval,
        _ => About::Evaluation,
    }
}

pub(super) fn response(status: u16, body: Vec<u8>) -> Response {
    Response {
        status,
        retry_after: None,
        body,
    }
}

pub(super) fn json(document: &impl Serialize) -> Response {
    response(200, serde_json::to_vec(document).expect("JSON"))
}

pub(super) fn problem(kind: ProblemKind) -> Response {
    let body = serde_json::to_vec(&Problem::from(kind)).expect("JSON");
    response(kind.status(), body)
}
