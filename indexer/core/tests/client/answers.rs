//! Existing identifiers are found, with few requests.

use std::collections::HashSet;

use exposure_index::client::{Answer, Client, ClientError};
use exposure_index::index::Exposure;
use exposure_index::messages::EvaluateRequest;

use super::site::{CLAIMED_ROWS, ROWS, Site, exposures, input};
use super::{client, look_up};

fn expected(exposures: &[Exposure]) -> Vec<(String, Vec<String>)> {
    let classes = |exposure: &Exposure| {
        let places = exposure.classes.places();
        places.map(|place| format!("class-{place:03}")).collect()
    };
    let breach = |exposure: &Exposure| format!("breach-{:03}", exposure.breach.0);
    exposures
        .iter()
        .map(|one| (breach(one), classes(one)))
        .collect()
}

fn leaks(answer: &Answer) -> Vec<(String, Vec<String>)> {
    let leaks = answer.exposures.iter().map(|exposed| {
        let classes = exposed.classes.iter().map(ToString::to_string);
        (exposed.breach.to_string(), classes.collect())
    });
    leaks.collect()
}

#[test]
fn every_identifier_is_answered_in_order_with_one_evaluator_and_with_several() {
    for shares in 1..=3 {
        let site = Site::new(shares);
        let numbers: Vec<u64> = (0..20).chain(ROWS..ROWS + 20).collect();
        let inputs: Vec<Vec<u8>> = numbers.iter().map(|number| input(*number)).collect();
        let answers = client(&site).look_up_all(&inputs).expect("answers");
        assert_eq!(answers.len(), inputs.len());
        for (number, answer) in numbers.into_iter().zip(&answers) {
            let exposures = if number < ROWS {
                exposures(number)
            } else {
                Vec::new()
            };
            assert_eq!(
                leaks(answer),
                expected(&exposures),
                "number {number}, {shares} shares"
            );
        }
    }
}

#[test]
fn a_batch_asks_once_for_what_is_common_and_evaluates_sixteen_at_a_time() {
    let site = Site::new(2);
    let inputs: Vec<Vec<u8>> = (0..33).map(input).collect();
    client(&site).look_up_all(&inputs).expect("answers");
    let asked = site.asked.borrow();
    let count = |begin: &str| {
        asked
            .iter()
            .filter(|(path, _)| path.starts_with(begin))
            .count()
    };
    assert_eq!(count("/v1/index"), 1);
    assert_eq!(count("/v1/generations/"), 1);
    assert_eq!(count("/v1/shares/0/evaluate"), 3);
    assert_eq!(count("/v1/shares/1/evaluate"), 3);
    assert_eq!(count("/v1/ranges/"), 33);
}

#[test]
fn all_evaluators_see_the_same_elements_and_none_sees_an_element_twice() {
    let site = Site::new(2);
    for _ in 0..2 {
        look_up(&site, &input(0)).expect("an answer");
    }
    let asked = site.asked.borrow();
    let bodies: Vec<_> = asked
        .iter()
        .filter(|(path, _)| path.ends_with("evaluate"))
        .collect();
    let [first, second, third, fourth] = &bodies[..] else {
        panic!("{} evaluations", bodies.len());
    };
    assert_eq!((&first.1, &third.1), (&second.1, &fourth.1));
    assert_ne!(first.0, second.0);
    let distinct: HashSet<String> = bodies
        .iter()
        .flat_map(|(_, body)| {
            serde_json::from_slice::<EvaluateRequest>(body)
                .expect("a request")
                .blinded
        })
        .collect();
    assert_eq!(distinct.len(), 2);
}

#[test]
fn the_index_is_shown_as_it_is() {
    let site = Site::new(3);
    let view = client(&site).index().expect("an index");
    assert_eq!(view.rows, CLAIMED_ROWS);
    assert_eq!(view.evaluators.len(), 3);
    assert_eq!(
        view.evaluators[2].url.as_str(),
        "https://tekser.example.kz/v1/shares/2/evaluate"
    );
    assert_eq!(view.built_at.to_string(), "2026-01-02T03:04:05Z");
    assert_eq!(client(&site).catalogue(), Ok(site.catalogue()));
}

#[test]
fn a_server_may_stand_below_a_path() {
    for base in [
        "http://example.kz",
        "https://example.kz/tekser",
        "http://127.0.0.1:8080/a/b/",
    ] {
        assert!(Client::over_http(base).is_ok(), "{base}");
    }
    for base in ["", "example.kz", "ftp://example.kz/", "data:,x", "/v1"] {
        let refused = Client::over_http(base).err();
        assert_eq!(refused, Some(ClientError::BaseUrl), "{base}");
    }
}

#[test]
fn an_input_that_is_too_long_is_refused_before_it_is_sent() {
    let site = Site::new(1);
    assert!(matches!(
        look_up(&site, &[b'0'; 65_536]),
        Err(ClientError::Oprf(_))
    ));
    assert!(site.asked.borrow().iter().all(|(_, body)| body.is_empty()));
}
