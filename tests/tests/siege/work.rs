use altcha::{Challenge, Payload, SolveChallengeOptions, solve_challenge};
use data_encoding::BASE64;
use serde_json::Value;
use tekser_tests::Server;

use tekser_tests::agent;

use crate::{assert_answers, document, evaluation, post, serve};

pub(crate) fn challenge(server: &Server) -> Challenge {
    let url = format!("{}/v1/challenge?elements=1", server.base());
    let mut answer = agent().get(url).call().expect("an answer");
    assert_eq!(answer.status().as_u16(), 200);
    serde_json::from_value(document(&mut answer)).expect("a challenge")
}

pub(crate) fn solved(challenge: Challenge) -> Payload {
    let solution = solve_challenge(SolveChallengeOptions::new(&challenge));
    let solution = solution.expect("a solution").expect("in time");
    Payload {
        challenge,
        solution,
    }
}

/// Asks with this work shown; the status, and what is said of it.
pub(crate) fn ask(server: &Server, body: &str, work: &Payload) -> (u16, Value) {
    let json = serde_json::to_vec(work).expect("JSON");
    let mut answer = post(server, body, &[("altcha", &BASE64.encode(&json))]);
    (answer.status().as_u16(), document(&mut answer))
}

pub(crate) fn refused(server: &Server, body: &str, work: &Payload, because: &str) {
    let (status, problem) = ask(server, body, work);
    assert_eq!(status, 428, "{because}: {problem}");
    let printed = problem["detail"].as_str().unwrap_or_default();
    assert!(printed.contains(because), "{because}: {problem}");
    assert!(problem["challenge"]["signature"].is_string(), "{problem}");
}

#[test]
fn a_client_that_is_asked_for_work_does_it_and_is_answered() {
    let (_workspace, server) = serve(&["--pow", "auto"]);
    let demanded = post(&server, &evaluation(1), &[]);
    assert_eq!(demanded.status().as_u16(), 428);
    assert_answers(&server);
}

#[test]
fn work_counts_for_one_body_and_again_for_the_same() {
    let (_workspace, server) = serve(&["--pow", "auto"]);
    let (body, other) = (evaluation(1), evaluation(1));
    let work = solved(challenge(&server));
    refused(&server, &evaluation(2), &work, "fewer elements");
    assert_eq!(ask(&server, &body, &work).0, 200);
    assert_eq!(ask(&server, &body, &work).0, 200);
    refused(&server, &other, &work, "another request body");
    assert_eq!(ask(&server, &body, &work).0, 200);
}

#[test]
fn work_that_was_not_done_or_not_asked_for_is_refused() {
    let (_workspace, server) = serve(&["--pow", "auto"]);
    let body = evaluation(1);
    let work = solved(challenge(&server));
    let changed = |change: fn(&mut Payload)| {
        let mut changed = work.clone();
        change(&mut changed);
        changed
    };
    let easier = changed(|work| work.challenge.parameters.cost = 1);
    refused(&server, &body, &easier, "was changed");
    let larger = changed(|work| {
        let data = work.challenge.parameters.data.iter_mut();
        data.for_each(|data| drop(data.insert("elements".to_owned(), 16.into())));
    });
    refused(&server, &body, &larger, "was changed");
    let longer = changed(|work| work.challenge.parameters.expires_at = Some(9_999_999_999));
    refused(&server, &body, &longer, "was changed");
    let expired = changed(|work| work.challenge.parameters.expires_at = Some(1));
    refused(&server, &body, &expired, "has expired");
    let (_workspace, elsewhere) = serve(&["--pow", "auto"]);
    refused(&elsewhere, &body, &work, "not issued by this server");
    assert_eq!(
        ask(&server, &body, &work).0,
        200,
        "nothing was spent by all that"
    );
}

#[test]
fn a_wrong_solution_is_checked_once_and_uses_its_challenge_up() {
    let (_workspace, server) = serve(&["--pow", "auto"]);
    let (body, work) = (evaluation(1), solved(challenge(&server)));
    let mut wrong = work.clone();
    wrong.solution.derived_key = "00".repeat(32);
    refused(&server, &body, &wrong, "the solution is wrong");
    for again in [&wrong, &work] {
        refused(&server, &body, again, "solve a new challenge");
    }
}

#[test]
fn no_challenge_is_given_where_no_work_is_wanted() {
    let (_workspace, server) = serve(&["--pow", "off"]);
    let url = format!("{}/v1/challenge", server.base());
    let answer = agent().get(url).call().expect("an answer");
    assert_eq!(answer.status().as_u16(), 204);
}
