//! While a service changes from one version to another, a client finds the index of its own, and only where that was
//! signed.

use std::cell::RefCell;

use exposure_index::client::{Answer, ClientError, Doubt, Request, Response};
use exposure_index::messages::{IndexDocument, OtherVersion, ProblemKind};
use exposure_index::statement::{ReleaseKey, Service, ServiceVersion, Statement, Trust};
use jiff::Timestamp;
use url::Url;

use super::site::{Liar, Site, exposures, input, json, problem};
use super::{client, untold};

const NUMBER: u64 = 4;
/// Place of version 1 while the server's address has version 2.
const BEFORE: &str = "before/v1/index";
const PAST: &str = "2026-01-02T03:04:05Z";
const FUTURE: &str = "2999-01-02T03:04:05Z";

/// A gateway with one index at the server's address, and the site of version 1 behind `/v1/before`.
struct Gateway {
    site: Site,
    key: ReleaseKey,
    /// Documents at the address, one per request; the last one stays.
    documents: RefCell<Vec<IndexDocument>>,
    /// The site behind it.
    behind: IndexDocument,
    asked: RefCell<Vec<String>>,
    is_range_gone: bool,
}

impl Gateway {
    fn new() -> Self {
        let mut gateway = Self {
            site: Site::new(1),
            key: ReleaseKey::generate().expect("a key"),
            documents: RefCell::default(),
            behind: Site::new(1).document(),
            asked: RefCell::default(),
            is_range_gone: false,
        };
        gateway.behind = gateway.signed(gateway.site.statement());
        gateway
    }

    /// Has these documents at the address, one after the other.
    fn put<const N: usize>(&self, documents: [IndexDocument; N]) {
        *self.documents.borrow_mut() = documents.into_iter().rev().collect();
    }

    /// The document of what is stated, signed.
    fn signed(&self, statement: Statement) -> IndexDocument {
        self.signed_by(statement, &self.key)
    }

    fn signed_by(&self, statement: Statement, key: &ReleaseKey) -> IndexDocument {
        let text = statement.to_text().expect("a text");
        IndexDocument {
            normalisation: statement.normalisation,
            built_at: statement.built_at,
            signature: Some(key.sign(&text, "")),
            statement: Some(text),
            ..self.site.document()
        }
    }

    /// What is stated of version 2, with this list of others.
    fn second(&self, also: Option<Vec<ServiceVersion>>) -> Statement {
        Statement {
            normalisation: 2,
            ..self.serving(|service| service.also = also)
        }
    }

    /// What is stated of version 1 if `change` is made to who serves.
    fn serving(&self, change: impl FnOnce(&mut Service)) -> Statement {
        let mut statement = self.site.statement();
        change(statement.service.as_mut().expect("a service"));
        statement
    }

    fn answer(&self, request: &Request<'_>) -> Response {
        let path = request.url.path().to_owned();
        self.asked.borrow_mut().push(path.clone());
        let inner = path.replace("/v1/before/v1/", "/v1/");
        if path == "/v1/index" {
            let mut documents = self.documents.borrow_mut();
            let next = match documents.len() {
                1 => documents.last().cloned(),
                _ => documents.pop(),
            };
            return json(&next.expect("a document"));
        }
        if inner == "/v1/index" {
            return json(&self.behind);
        }
        if self.is_range_gone && inner.starts_with("/v1/ranges/") {
            return problem(ProblemKind::Retired);
        }
        let mut url = request.url.clone();
        url.set_path(&inner);
        self.site.answer(&Request {
            url: &url,
            ..*request
        })
    }

    /// A look-up by a client that trusts the key.
    fn look_up(&self) -> Result<Answer, ClientError> {
        self.look_up_times(1)
    }

    /// The last of `times` look-ups by one client.
    fn look_up_times(&self, times: usize) -> Result<Answer, ClientError> {
        let trust = Trust::load(&[self.key.public_key()]).expect("a key");
        let client = untold(Liar(|request: &Request<'_>| self.answer(request))).with_trust(trust);
        for _ in 1..times {
            client.look_up(&input(NUMBER)).expect("an answer");
        }
        client.look_up(&input(NUMBER))
    }

    fn doubt(&self) -> Doubt {
        match self.look_up() {
            Err(ClientError::Doubted(doubt)) => doubt,
            other => panic!("not doubted: {other:?}"),
        }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.take()
    }
}

/// A version that is said to be at this URL.
fn version(normalisation: u32, url: &str) -> ServiceVersion {
    ServiceVersion {
        normalisation,
        format: 1,
        url: url.to_owned(),
        sunset: Some(FUTURE.to_owned()),
        later: [("later".to_owned(), true.into())].into(),
    }
}

fn first() -> Vec<ServiceVersion> {
    vec![version(3, "third/v1/index"), version(1, BEFORE)]
}

#[test]
fn the_index_of_the_version_that_is_spoken_is_asked_where_it_was_signed_to_be() {
    let gateway = Gateway::new();
    let document = gateway.signed(gateway.second(Some(first())));
    gateway.put([document]);
    let answer = gateway.look_up().expect("an answer");
    assert_eq!(answer.exposures.len(), exposures(NUMBER).len());
    assert_eq!(answer.outdated_since, None);
    let asked = gateway.asked();
    assert_eq!(asked[0], "/v1/index");
    assert!(
        asked[1..]
            .iter()
            .all(|path| path.starts_with("/v1/before/v1/")),
        "{asked:?}"
    );
}

#[test]
fn a_server_that_does_not_offer_that_version_in_a_signed_list_is_asked_for_nothing() {
    let gateway = Gateway::new();
    let unknown = Doubt::Unknown {
        field: "normalisation",
    };
    let none = gateway.signed(gateway.second(None));
    let listed: OtherVersion = version(1, BEFORE).listed();
    let unsigned = IndexDocument {
        also: Some(vec![listed]),
        ..none.clone()
    };
    let stranger = ReleaseKey::generate().expect("a key");
    let expired = Statement {
        expires: Some(PAST.to_owned()),
        ..gateway.second(Some(first()))
    };
    let of_another = IndexDocument {
        normalisation: 2,
        ..gateway.signed(gateway.serving(|service| service.also = Some(first())))
    };
    let elsewhere = vec![version(1, "https://elsewhere.example.org/v1/index")];
    let no_url = vec![version(1, "https://")];
    let many = vec![version(1, BEFORE); 5];
    let cases = [
        (none, unknown),
        (unsigned, unknown),
        (
            gateway.signed(gateway.second(Some(vec![version(3, BEFORE)]))),
            unknown,
        ),
        (gateway.site.document_of(2), Doubt::Unsigned),
        (
            gateway.signed_by(gateway.second(Some(first())), &stranger),
            Doubt::Signature,
        ),
        (gateway.signed(expired), Doubt::Expired),
        (
            of_another,
            Doubt::Statement {
                member: "normalisation",
            },
        ),
        (
            gateway.signed(gateway.second(Some(elsewhere))),
            Doubt::Field { field: "also" },
        ),
        (
            gateway.signed(gateway.second(Some(no_url))),
            Doubt::Field { field: "also" },
        ),
        (
            gateway.signed(gateway.second(Some(many))),
            Doubt::Field { field: "also" },
        ),
    ];
    for (document, doubt) in cases {
        gateway.put([document]);
        assert_eq!(gateway.doubt(), doubt);
        assert_eq!(gateway.asked(), ["/v1/index"], "{doubt:?}");
    }
}

#[test]
fn who_believes_everybody_needs_no_signature_to_find_it() {
    let gateway = Gateway::new();
    let document = IndexDocument {
        also: Some(vec![version(1, BEFORE).listed()]),
        ..gateway.site.document_of(2)
    };
    gateway.put([document]);
    let found =
        client(Liar(|request: &Request<'_>| gateway.answer(request))).look_up(&input(NUMBER));
    assert_eq!(
        found.expect("an answer").exposures.len(),
        exposures(NUMBER).len()
    );
    gateway.put([IndexDocument {
        also: Some(vec![version(1, BEFORE).listed(); 5]),
        ..gateway.site.document_of(2)
    }]);
    let refused =
        client(Liar(|request: &Request<'_>| gateway.answer(request))).look_up(&input(NUMBER));
    let many = ClientError::Doubted(Doubt::Field { field: "also" });
    assert_eq!(refused.err(), Some(many));
}

#[test]
fn a_client_is_not_sent_from_one_place_to_the_next() {
    let mut gateway = Gateway::new();
    gateway.behind = gateway.signed(gateway.second(Some(vec![version(1, "/v1/index")])));
    gateway.put([gateway_second(&gateway)]);
    assert_eq!(
        gateway.doubt(),
        Doubt::Unknown {
            field: "normalisation"
        }
    );
    assert_eq!(gateway.asked(), ["/v1/index", "/v1/before/v1/index"]);
}

fn gateway_second(gateway: &Gateway) -> IndexDocument {
    gateway.signed(gateway.second(Some(first())))
}

#[test]
fn an_older_index_behind_the_address_is_refused_like_one_at_it() {
    let mut gateway = Gateway::new();
    let older = Statement {
        built_at: "2026-01-01T03:04:05Z".to_owned(),
        ..gateway.site.statement()
    };
    let newest = gateway.signed(gateway.site.statement());
    gateway.behind = gateway.signed(older);
    gateway.put([newest, gateway_second(&gateway)]);
    let refused = gateway.look_up_times(2).err();
    assert_eq!(refused, Some(ClientError::Doubted(Doubt::Older)));
}

/// Under another key, or in another version, an identifier has another prefix: two reveal much more about it than one.
#[test]
fn a_change_of_version_within_a_look_up_reveals_no_second_prefix() {
    let mut gateway = Gateway::new();
    let other = Site::under_another_key();
    gateway.is_range_gone = true;
    let text = other.statement().to_text().expect("a text");
    gateway.behind = IndexDocument {
        signature: Some(gateway.key.sign(&text, "")),
        statement: Some(text),
        ..other.document()
    };
    let newest = gateway.signed(gateway.site.statement());
    gateway.put([newest, gateway_second(&gateway)]);
    assert_eq!(gateway.doubt(), Doubt::OtherKey);
    let asked = gateway.asked();
    let ranges = asked.iter().filter(|path| path.contains("/ranges/"));
    assert_eq!(ranges.count(), 1, "{asked:?}");
}

#[test]
fn an_answer_of_a_version_that_was_to_end_says_so_if_that_was_signed() {
    let gateway = Gateway::new();
    let past: Timestamp = PAST.parse().expect("a time");
    let cases = [
        (None, None, None),
        (Some(FUTURE), Some(PAST), None),
        (None, Some(PAST), None),
        (Some(PAST), None, Some(past)),
        (Some("some day"), None, Some(Timestamp::MIN)),
    ];
    for (signed, unsigned, expected) in cases {
        let text = |sunset: Option<&str>| sunset.map(str::to_owned);
        let document = gateway.signed(gateway.serving(|it| it.sunset = text(signed)));
        gateway.put([IndexDocument {
            sunset: text(unsigned),
            ..document
        }]);
        let answer = gateway.look_up().expect("an answer");
        assert_eq!(answer.outdated_since, expected, "{signed:?}");
    }
}

#[test]
fn what_clients_would_not_follow_is_not_signed() {
    let site = Site::new(1);
    let service = site.statement().service.expect("a service");
    let key_id = site.statement().key().expect("a key");
    let fault = |change: &dyn Fn(&mut Service)| {
        let mut service = service.clone();
        change(&mut service);
        service.check(key_id).err().map(|error| error.to_string())
    };
    let listing = |also: Vec<ServiceVersion>| fault(&|it| it.also = Some(also.clone()));
    assert_eq!(listing(vec![version(2, "/next/v1/index")]), None);
    assert_eq!(fault(&|it| it.sunset = Some(FUTURE.to_owned())), None);
    let endless = |text: &str| fault(&|it| it.sunset = Some(text.to_owned()));
    let absolute = Url::parse("https://tekser.example.kz/v1/index").expect("a URL");
    let cases = [
        (listing(vec![version(1, "/v1/index")]), "itself"),
        (listing(vec![version(2, absolute.as_str())]), "not relative"),
        (
            listing(vec![version(2, "//elsewhere.example.org/v1/index")]),
            "not relative",
        ),
        (listing(vec![version(2, "/a>; rel=\"next")]), "not relative"),
        (listing(vec![version(2, "/next/v1/index"); 5]), "at most 4"),
        (endless("2027-06-30"), "not a time"),
        (endless("2027-06-30T00:00:00.5Z"), "not a time"),
        (endless("some day"), "not a time"),
    ];
    for (found, expected) in cases {
        let found = found.unwrap_or_default();
        assert!(found.contains(expected), "{expected}: {found}");
    }
}
