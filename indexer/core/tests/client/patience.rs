//! The client works and waits as asked, but not forever.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use altcha::{
    CreateChallengeOptions, Payload, VerifySolutionOptions, create_challenge, verify_solution,
};
use data_encoding::BASE64;
use exposure_index::client::{ClientError, Request, Response, TransportError};
use exposure_index::messages::{Problem, ProblemKind};

use super::look_up;
use super::site::{About, Liar, Site, about, exposures, input, problem, response};

const SECRET: &str = "secret of the test";

fn work_wanted() -> Response {
    let options = CreateChallengeOptions {
        cost: 10,
        hmac_signature_secret: Some(SECRET.to_owned()),
        ..CreateChallengeOptions::default()
    };
    let challenge = create_challenge(options).expect("a challenge");
    let document = Problem {
        challenge: Some(serde_json::to_value(challenge).expect("JSON")),
        ..ProblemKind::WorkRequired.into()
    };
    response(428, serde_json::to_vec(&document).expect("JSON"))
}

/// Whether a request shows work that was done for this site.
fn shows_work(request: &Request<'_>) -> bool {
    let header = request.headers.iter().find(|(name, _)| *name == "Altcha");
    header.is_some_and(|(_, value)| {
        let json = BASE64.decode(value.as_bytes()).expect("base64");
        let payload: Payload = serde_json::from_slice(&json).expect("a payload");
        let options = VerifySolutionOptions::new(&payload.challenge, &payload.solution, SECRET);
        verify_solution(options).expect("a verdict").verified
    })
}

fn after(seconds: &str, kind: ProblemKind) -> Response {
    Response {
        retry_after: Some(seconds.to_owned()),
        ..problem(kind)
    }
}

/// A look-up in which answers of a kind are replaced by `instead` while there are any, and the number of requests.
fn interrupted(kind: About, instead: Vec<Response>) -> (Result<usize, ClientError>, usize) {
    let site = Site::new(1);
    let (left, asked) = (RefCell::new(instead), Cell::new(0));
    let liar = Liar(|request: &Request<'_>| {
        if about(request) != kind {
            return site.answer(request);
        }
        asked.set(asked.get() + 1);
        left.borrow_mut()
            .pop()
            .unwrap_or_else(|| site.answer(request))
    });
    let found = look_up(liar, &input(6)).map(|answer| answer.exposures.len());
    (found, asked.get())
}

#[test]
fn work_is_done_for_the_same_request_and_shown_with_it() {
    let site = Site::new(1);
    let bodies = RefCell::new(Vec::new());
    let liar = Liar(|request: &Request<'_>| {
        if about(request) == About::Evaluation {
            bodies.borrow_mut().push(request.body.to_vec());
            if !shows_work(request) {
                return work_wanted();
            }
        }
        site.answer(request)
    });
    let answer = look_up(liar, &input(6)).expect("an answer");
    assert_eq!(answer.exposures.len(), exposures(6).len());
    let bodies = bodies.into_inner();
    assert_eq!(bodies.len(), 2);
    assert_eq!(bodies[0], bodies[1]);
}

#[test]
fn work_without_end_is_given_up() {
    let site = Site::new(1);
    let liar = Liar(|request: &Request<'_>| match about(request) {
        About::Evaluation => work_wanted(),
        _ => site.answer(request),
    });
    let refused = look_up(liar, &input(6)).err();
    let (kind, detail) = (ProblemKind::WorkRequired, None);
    assert_eq!(refused, Some(ClientError::Problem { kind, detail }));
}

#[test]
fn the_client_waits_as_long_as_it_is_asked_and_asks_again() {
    for kind in [ProblemKind::TooMany, ProblemKind::Unavailable] {
        let begun = Instant::now();
        let (found, asked) = interrupted(About::Range, vec![after("1", kind), after("0", kind)]);
        assert_eq!((found, asked), (Ok(exposures(6).len()), 3));
        assert!(begun.elapsed() >= Duration::from_secs(1));
    }
    let slow = interrupted(About::Evaluation, vec![problem(ProblemKind::Slow)]);
    assert_eq!(slow, (Ok(exposures(6).len()), 2));
}

#[test]
fn a_wait_that_is_too_long_or_too_often_is_an_error() {
    let (found, asked) = interrupted(About::Index, vec![after("3600", ProblemKind::Unavailable)]);
    let retry_after = Duration::from_secs(3600);
    assert_eq!((found, asked), (Err(ClientError::Busy { retry_after }), 1));
    let refusals = (0..9).map(|_| after("0", ProblemKind::TooMany)).collect();
    let (found, asked) = interrupted(About::Index, refusals);
    let (kind, detail) = (ProblemKind::TooMany, None);
    assert_eq!(
        (found, asked),
        (Err(ClientError::Problem { kind, detail }), 3)
    );
}

#[test]
fn what_the_server_says_is_passed_on_but_never_of_a_range() {
    let said = |kind: ProblemKind| {
        let document = Problem {
            detail: Some("prefix\u{1b}[31m 7".to_owned()),
            ..kind.into()
        };
        response(kind.status(), serde_json::to_vec(&document).expect("JSON"))
    };
    let kind = ProblemKind::Internal;
    let detail = Some("prefix[31m 7".to_owned());
    let (of_evaluation, _) = interrupted(About::Evaluation, vec![said(kind)]);
    assert_eq!(of_evaluation, Err(ClientError::Problem { kind, detail }));
    let (of_range, _) = interrupted(About::Range, vec![said(kind)]);
    assert_eq!(of_range, Err(ClientError::Problem { kind, detail: None }));
}

#[test]
fn a_status_without_a_fitting_problem_is_reported_as_such() {
    let not_found = response(502, problem(ProblemKind::NotFound).body);
    for (status, odd) in [
        (404, response(404, Vec::new())),
        (502, not_found),
        (307, response(307, Vec::new())),
    ] {
        let (found, _) = interrupted(About::Catalogue, vec![odd]);
        assert_eq!(found, Err(ClientError::Status { status }));
    }
}

#[test]
fn an_answer_longer_than_wanted_is_refused_even_if_the_transport_lets_it_through() {
    let (found, _) = interrupted(About::Range, vec![response(200, vec![0; 1 << 20])]);
    let most = 64 << 10;
    let error = TransportError::TooLong { most };
    assert_eq!(found, Err(ClientError::Transport(error)));
}
