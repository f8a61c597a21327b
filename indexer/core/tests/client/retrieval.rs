//! Where a service offers private retrieval, no server learns which range is fetched: neither from what it is asked,
//! nor from what a client does after any failure.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};

use exposure_index::client::{ClientError, Doubt, Request, Response, TransportError};
use exposure_index::messages::{IndexDocument, ProblemKind};
use exposure_index::statement::{
    ReleaseKey, ServiceRetrieval, ServiceRetrievalServer, Statement, Trust,
};

use super::site::{About, Liar, Site, about, exposures, input, json, problem, response, retrieval};
use super::{client, untold};

/// A request to a retrieval server: which one, and what it was sent.
type RetrievalRequest = (String, Vec<u8>);

/// A site with retrieval servers, what they were asked, and how many ranges were asked for by name.
struct WatchedSite {
    site: Site,
    servers: usize,
    asked: RefCell<Vec<RetrievalRequest>>,
    named: RefCell<usize>,
}

impl WatchedSite {
    fn new(servers: usize) -> Self {
        Self {
            site: Site::new(1),
            servers,
            asked: RefCell::default(),
            named: RefCell::default(),
        }
    }

    /// Answers, with those of retrieval servers changed by `change`.
    fn answer(&self, request: &Request<'_>, change: impl Fn(&str, &mut Response)) -> Response {
        let mut answer = match about(request) {
            About::Index => return json(&self.site.document_with_retrieval(self.servers)),
            About::Range => {
                *self.named.borrow_mut() += 1;
                return self.site.answer(request);
            }
            About::Retrieval => self.site.answer(request),
            _ => return self.site.answer(request),
        };
        let host = request.url.host_str().expect("a host");
        let query = (host.to_owned(), request.body.to_vec());
        self.asked.borrow_mut().push(query);
        change(host, &mut answer);
        answer
    }

    /// Returns the queries of each server, in order.
    fn queries(&self) -> BTreeMap<String, Vec<Vec<u8>>> {
        let mut queries = BTreeMap::<_, Vec<_>>::new();
        for (host, body) in self.asked.borrow().iter() {
            queries.entry(host.clone()).or_default().push(body.clone());
        }
        queries
    }
}

fn xor(one: &[u8], other: &[u8]) -> Vec<u8> {
    one.iter().zip(other).map(|(a, b)| a ^ b).collect()
}

#[test]
fn what_is_fetched_privately_is_what_is_found() {
    for servers in 2..=5 {
        let watched = WatchedSite::new(servers);
        let numbers = [4, 5, 13, 4, 4_000];
        let inputs: Vec<Vec<u8>> = numbers.into_iter().map(input).collect();
        let liar = Liar(|request: &Request<'_>| watched.answer(request, |_, _| ()));
        let answers = client(liar).look_up_all(&inputs).expect("answers");
        for (number, answer) in numbers.into_iter().zip(answers) {
            let expected = if number < 300 {
                exposures(number).len()
            } else {
                0
            };
            assert_eq!(answer.exposures.len(), expected, "identifier {number}");
        }
        assert_eq!(*watched.named.borrow(), 0);
        let queries = watched.queries();
        assert_eq!(queries.len(), servers, "each server is asked");
        let bodies: Vec<&Vec<u8>> = queries.values().map(|bodies| &bodies[0]).collect();
        assert!(queries.values().all(|bodies| bodies.len() == 1), "once");
        let sum = bodies[1..]
            .iter()
            .fold(bodies[0].clone(), |sum, body| xor(&sum, body));
        let units: Vec<u8> = numbers
            .iter()
            .flat_map(|number| (1_u16 << watched.site.prefix_of(*number)).to_le_bytes())
            .collect();
        assert_eq!(sum, units, "a vector for each element, equal prefixes too");
    }
}

#[test]
fn more_inputs_than_a_request_may_bring_are_asked_for_in_several() {
    let watched = WatchedSite::new(2);
    let inputs: Vec<Vec<u8>> = (0..18).map(input).collect();
    let liar = Liar(|request: &Request<'_>| watched.answer(request, |_, _| ()));
    assert_eq!(client(liar).look_up_all(&inputs).map(|it| it.len()), Ok(18));
    for bodies in watched.queries().values() {
        let lengths: Vec<usize> = bodies.iter().map(Vec::len).collect();
        assert_eq!(lengths, [32, 4]);
    }
}

#[test]
fn a_changed_bit_is_refused_alike_whichever_record_was_wanted() {
    let watched = WatchedSite::new(3);
    let length = watched.site.range_of(0).1.len();
    let mut left: HashSet<u32> = (0..16).collect();
    let mut numbers = Vec::new();
    for number in 0.. {
        if left.remove(&watched.site.prefix_of(number)) {
            numbers.push(number);
        }
        if left.is_empty() {
            break;
        }
    }
    for bit in [0, 8, 24, 100, 8 * length / 2, 8 * length - 1] {
        for number in &numbers {
            let change = |host: &str, answer: &mut Response| {
                if host == "1.example.kz" {
                    answer.body[bit / 8] ^= 1 << (bit % 8);
                }
            };
            let liar = Liar(|request: &Request<'_>| watched.answer(request, change));
            let refused = client(liar).look_up(&input(*number)).err();
            assert_eq!(
                refused,
                Some(ClientError::Doubted(Doubt::Retrieved)),
                "bit {bit}"
            );
        }
    }
    let queries = watched.queries();
    let asked = 6 * numbers.len();
    assert!(
        queries.values().all(|bodies| bodies.len() == asked),
        "every server, each time"
    );
    assert_eq!(*watched.named.borrow(), 0);
}

/// Returns the result of a look-up when the server `1.example.kz` gives this answer, and the requests.
fn failing(answer: impl Fn() -> Response) -> (ClientError, WatchedSite) {
    let watched = WatchedSite::new(2);
    let change = |host: &str, real: &mut Response| {
        if host == "1.example.kz" {
            *real = answer();
        }
    };
    let liar = Liar(|request: &Request<'_>| watched.answer(request, change));
    let error = client(liar).look_up(&input(4)).expect_err("no answer");
    (error, watched)
}

#[test]
fn no_failure_makes_a_client_name_a_range() {
    let kinds = [
        ProblemKind::Malformed,
        ProblemKind::NotFound,
        ProblemKind::Retired,
        ProblemKind::TooLarge,
        ProblemKind::TooMany,
        ProblemKind::Internal,
        ProblemKind::Unavailable,
    ];
    let soon = |kind| {
        let mut answer = problem(kind);
        answer.retry_after = Some("0".to_owned());
        answer
    };
    let mut answers: Vec<Response> = kinds.into_iter().map(soon).collect();
    answers.extend([
        response(302, Vec::new()),
        response(200, Vec::new()),
        response(200, vec![0; 7]),
    ]);
    for answer in answers {
        let (error, watched) = failing(|| answer.clone());
        assert_eq!(*watched.named.borrow(), 0, "{error}");
        assert!(!error.to_string().contains("example.kz"));
    }
}

#[test]
fn a_server_that_cannot_be_reached_ends_the_look_up() {
    struct Unreachable<'a>(&'a WatchedSite);
    impl exposure_index::client::Transport for Unreachable<'_> {
        fn send(&self, request: &Request<'_>) -> Result<Response, TransportError> {
            match request.url.host_str() {
                Some("0.example.kz") => Err(TransportError::Timeout),
                _ => Ok(self.0.answer(request, |_, _| ())),
            }
        }
    }
    let watched = WatchedSite::new(2);
    let refused = client(Unreachable(&watched)).look_up(&input(4)).err();
    assert_eq!(
        refused,
        Some(ClientError::Transport(TransportError::Timeout))
    );
    assert_eq!(*watched.named.borrow(), 0);
}

#[test]
fn what_is_sent_again_goes_to_the_same_server_as_it_was() {
    let watched = WatchedSite::new(2);
    let busy = RefCell::new(2);
    let change = |host: &str, real: &mut Response| {
        if host == "1.example.kz" && *busy.borrow() > 0 {
            *busy.borrow_mut() -= 1;
            *real = problem(ProblemKind::Unavailable);
            real.retry_after = Some("0".to_owned());
        }
    };
    let liar = Liar(|request: &Request<'_>| watched.answer(request, change));
    assert!(client(liar).look_up(&input(4)).is_ok());
    let queries = watched.queries();
    let [zero, one] = [&queries["0.example.kz"], &queries["1.example.kz"]];
    assert_eq!((zero.len(), one.len()), (1, 3));
    assert!(one.iter().all(|body| *body == one[0] && *body != zero[0]));
}

#[test]
fn after_a_publication_all_servers_are_asked_with_new_vectors_three_times_at_most() {
    let (error, watched) = failing(|| problem(ProblemKind::Retired));
    assert_eq!(error, ClientError::Replaced);
    let queries = watched.queries();
    for bodies in queries.values() {
        assert_eq!(bodies.len(), 3);
    }
    let mut vectors: Vec<&Vec<u8>> = queries.values().flatten().collect();
    vectors.sort_unstable();
    vectors.dedup();
    // Two of six random vectors of 16 bits are equal once in four thousand look-ups; a client that repeats one makes
    // three.
    assert!(vectors.len() >= 5);
}

/// Looks up with a client that trusts the key, with this signed about retrieval and that stated in addition.
fn signed(
    watched: &WatchedSite,
    required: Option<bool>,
    also: Option<usize>,
    is_naming_ranges: bool,
) -> Result<usize, ClientError> {
    let key = ReleaseKey::generate().expect("a key");
    let mut statement: Statement = watched.site.statement();
    let servers = retrieval(watched.servers).servers.into_iter();
    let servers = servers.map(|server| ServiceRetrievalServer {
        institution: server.institution,
        url: server.url,
        later: BTreeMap::new(),
    });
    let service = statement.service.as_mut().expect("a service");
    service.retrieval = required.map(|required| ServiceRetrieval {
        servers: servers.collect(),
        required,
        later: BTreeMap::new(),
    });
    let text = statement.to_text().expect("a text");
    let document = IndexDocument {
        signature: Some(key.sign(&text, "")),
        statement: Some(text),
        retrieval: also.map(retrieval),
        ..watched.site.document()
    };
    let liar = Liar(|request: &Request<'_>| match about(request) {
        About::Index => json(&document),
        _ => watched.answer(request, |_, _| ()),
    });
    let trust = Trust::load(&[key.public_key()]).expect("a key");
    let mut client = untold(liar).with_trust(trust);
    if is_naming_ranges {
        client = client.with_named_ranges();
    }
    let answer = client.look_up(&input(4))?;
    Ok(answer.exposures.len())
}

#[test]
fn only_servers_that_were_signed_are_asked_by_a_client_that_trusts_a_key() {
    let watched = WatchedSite::new(3);
    let found = signed(&watched, Some(false), Some(5), false);
    assert_eq!(found, Ok(exposures(4).len()));
    assert_eq!(watched.queries().len(), 3, "three were signed");
    let watched = WatchedSite::new(2);
    let found = signed(&watched, None, Some(2), false);
    assert_eq!(found, Ok(exposures(4).len()));
    assert!(watched.queries().is_empty(), "none was signed");
    assert_eq!(*watched.named.borrow(), 1);
}

#[test]
fn a_range_is_named_only_where_the_caller_asked_for_it_and_the_statement_allows_it() {
    let watched = WatchedSite::new(2);
    let found = signed(&watched, Some(false), None, true);
    assert_eq!(found, Ok(exposures(4).len()));
    assert_eq!((*watched.named.borrow(), watched.queries().len()), (1, 0));
    let watched = WatchedSite::new(2);
    let found = signed(&watched, Some(true), None, true);
    assert_eq!(found, Err(ClientError::NamedForbidden));
    assert_eq!((*watched.named.borrow(), watched.queries().len()), (0, 0));
    assert!(
        watched.site.asked.borrow().is_empty(),
        "nothing was evaluated either"
    );
}
