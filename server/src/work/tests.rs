//! Does a solution count once, for one body and one client?

use std::time::Duration;

use altcha::{Challenge, Payload, SolveChallengeOptions, solve_challenge};
use data_encoding::{BASE64, HEXLOWER};
use futures_util::FutureExt;
use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use serde_json::json;
use sha2::Sha256;

use super::*;

/// Little enough effort for tests to solve at once.
const SETTINGS: Settings = Settings {
    base: Effort::new(4000),
    lifetime_seconds: 300,
    capacity: 1000.0,
    spent_kept: 1000,
};

fn work(mode: Mode) -> Work {
    Work::with_settings(mode, &SETTINGS, None).unwrap()
}

fn challenge(work: &Work, elements: usize) -> Challenge {
    serde_json::from_value(work.challenge(elements).unwrap()).unwrap()
}

fn solved(work: &Work, elements: usize) -> Payload {
    let challenge = challenge(work, elements);
    let solution = solve_challenge(SolveChallengeOptions::new(&challenge))
        .unwrap()
        .unwrap();
    Payload {
        challenge,
        solution,
    }
}

fn encoded(payload: &impl serde::Serialize) -> Vec<u8> {
    BASE64
        .encode(&serde_json::to_vec(payload).unwrap())
        .into_bytes()
}

/// Checks the work of one server alone, which waits for nothing.
fn asked(
    work: &Work,
    header: Option<&[u8]>,
    elements: usize,
    body: &[u8],
) -> Result<(), WorkFault> {
    let checked = work.check(header, elements, body).now_or_never();
    checked.expect("nothing to wait for")
}

fn check(work: &Work, payload: &impl serde::Serialize) -> Result<(), WorkFault> {
    asked(work, Some(&encoded(payload)), 2, b"body")
}

#[test]
fn a_solution_counts_for_one_body_which_may_come_again() {
    let work = work(Mode::Auto);
    let header = encoded(&solved(&work, 2));
    for _ in 0..3 {
        assert_eq!(asked(&work, Some(&header), 2, b"one"), Ok(()));
        assert_eq!(
            asked(&work, Some(&header), 2, b"other"),
            Err(WorkFault::Spent)
        );
    }
    assert_eq!(work.spent(), 1);
}

#[test]
fn a_solution_written_otherwise_is_the_same_solution() {
    let work = work(Mode::On);
    let payload = solved(&work, 2);
    assert_eq!(check(&work, &payload), Ok(()));
    let mut other = serde_json::to_value(&payload).unwrap();
    other["solution"]["time"] = json!(12.5);
    other["solution"]["counter"] = json!(0);
    other["unknown"] = json!({});
    let spaced = BASE64.encode(serde_json::to_string_pretty(&other).unwrap().as_bytes());
    assert_eq!(asked(&work, Some(spaced.as_bytes()), 2, b"body"), Ok(()));
    assert_eq!(
        asked(&work, Some(spaced.as_bytes()), 2, b"other"),
        Err(WorkFault::Spent)
    );
}

#[test]
fn a_solution_for_fewer_elements_does_not_count_and_is_not_spent() {
    let work = work(Mode::On);
    let header = encoded(&solved(&work, 2));
    assert_eq!(
        asked(&work, Some(&header), 3, b"three"),
        Err(WorkFault::TooFew)
    );
    assert_eq!(work.spent(), 0);
    assert_eq!(asked(&work, Some(&header), 1, b"one"), Ok(()));
}

#[test]
fn an_expired_challenge_does_not_count() {
    let work = Work::with_settings(
        Mode::On,
        &Settings {
            lifetime_seconds: 0,
            ..SETTINGS
        },
        None,
    )
    .unwrap();
    let payload = solved(&work, 2);
    assert_eq!(check(&work, &payload), Err(WorkFault::Expired));
}

#[test]
fn another_processes_challenge_does_not_count() {
    assert_eq!(
        check(&work(Mode::On), &solved(&work(Mode::On), 2)),
        Err(WorkFault::Forged)
    );
}

#[test]
fn no_signed_field_can_be_changed() {
    let work = work(Mode::On);
    let payload = serde_json::to_value(solved(&work, 2)).unwrap();
    for (pointer, value) in [
        ("/challenge/parameters/algorithm", json!("SHA-256")),
        ("/challenge/parameters/cost", json!(1)),
        ("/challenge/parameters/data", Value::Null),
        ("/challenge/parameters/data/elements", json!(16)),
        ("/challenge/parameters/expiresAt", json!(4_000_000_000_u32)),
        ("/challenge/parameters/expiresAt", json!(0)),
        ("/challenge/parameters/expiresAt", Value::Null),
        ("/challenge/parameters/keyLength", json!(16)),
        ("/challenge/parameters/keyPrefix", json!("0")),
        ("/challenge/parameters/keyPrefix", json!("")),
        ("/challenge/parameters/nonce", json!("00")),
        ("/challenge/parameters/salt", json!("00")),
        ("/challenge/signature", json!("00")),
        ("/challenge/signature", json!("")),
        ("/challenge/signature", Value::Null),
    ] {
        let mut forged = payload.clone();
        *forged.pointer_mut(pointer).unwrap() = value;
        assert_eq!(check(&work, &forged), Err(WorkFault::Forged), "{pointer}");
    }
    for added in ["keySignature", "memoryCost", "parallelism"] {
        let mut forged = payload.clone();
        let value = if added == "keySignature" {
            json!("00")
        } else {
            json!(1)
        };
        forged["challenge"]["parameters"][added] = value;
        assert_eq!(check(&work, &forged), Err(WorkFault::Forged), "{added}");
    }
    let mut forged = payload.clone();
    forged["challenge"]["signature"] = json!(
        payload["challenge"]["signature"]
            .as_str()
            .unwrap()
            .to_uppercase()
    );
    assert_eq!(
        check(&work, &forged),
        Err(WorkFault::Forged),
        "a signature has one spelling"
    );
}

#[test]
fn a_wrong_solution_does_not_count_and_uses_its_challenge_up() {
    let work = work(Mode::On);
    let wrong: [fn(&mut Value); 5] = [
        |solution| solution["derivedKey"] = json!(""),
        |solution| solution["derivedKey"] = json!("zz"),
        |solution| solution["derivedKey"] = json!("0".repeat(64)),
        |solution| solution["derivedKey"] = json!("00"),
        |solution| solution["counter"] = json!(u32::MAX),
    ];
    for change in wrong {
        let payload = serde_json::to_value(solved(&work, 2)).unwrap();
        let mut changed = payload.clone();
        change(&mut changed["solution"]);
        assert_eq!(check(&work, &changed), Err(WorkFault::Wrong));
        assert_eq!(check(&work, &changed), Err(WorkFault::Spent));
        assert_eq!(check(&work, &payload), Err(WorkFault::Spent));
    }
}

#[test]
fn one_challenges_key_does_not_open_another() {
    let work = work(Mode::On);
    let (one, other) = (solved(&work, 2), solved(&work, 2));
    assert_eq!(
        check(
            &work,
            &Payload {
                challenge: one.challenge,
                solution: other.solution
            }
        ),
        Err(WorkFault::Wrong)
    );
}

#[test]
fn what_cannot_be_read_is_distinguished_from_what_is_missing() {
    let work = work(Mode::Auto);
    assert_eq!(asked(&work, None, 1, b""), Err(WorkFault::Missing));
    let long = encoded(
        &json!({ "challenge": {}, "solution": {}, "padding": "x".repeat(header::HEADER_BYTES) }),
    );
    let nested = BASE64.encode("[".repeat(3000).as_bytes()).into_bytes();
    for header in [
        &b""[..],
        b"{}",
        b"e30",
        b"e30=",
        b"\xff\xff",
        &long,
        &nested,
    ] {
        assert_eq!(
            asked(&work, Some(header), 1, b""),
            Err(WorkFault::Malformed)
        );
    }
}

#[test]
fn off_asks_for_nothing() {
    let work = work(Mode::Off);
    assert_eq!(work.demand(), None);
    assert_eq!(asked(&work, None, 16, b"body"), Ok(()));
}

#[test]
fn auto_asks_for_more_under_load_and_on_for_the_most() {
    let (auto, on) = (work(Mode::Auto), work(Mode::On));
    let now = Instant::now();
    assert_eq!(auto.demand_at(now), Some(SETTINGS.base));
    auto.load.record(1_000_000, now);
    assert_eq!(auto.demand_at(now), on.demand());
    assert_eq!(
        auto.demand_at(now + Duration::from_secs(300)),
        Some(SETTINGS.base)
    );
}

/// Computes PBKDF2 as in RFC 8018 §5.2, for one block, with another version of the hash than the library under test
/// uses.
fn derive(password: &[u8], salt: &[u8], iterations: u32) -> [u8; 32] {
    let mac = Hmac::<Sha256>::new_from_slice(password).unwrap();
    let mut block: [u8; 32] = mac
        .clone()
        .chain_update(salt)
        .chain_update(1_u32.to_be_bytes())
        .finalize()
        .into_bytes()
        .into();
    let mut key = block;
    for _ in 1..iterations {
        block = mac
            .clone()
            .chain_update(block)
            .finalize()
            .into_bytes()
            .into();
        key.iter_mut()
            .zip(block)
            .for_each(|(key, byte)| *key ^= byte);
    }
    key
}

#[test]
fn a_client_written_from_the_protocol_is_accepted() {
    let work = work(Mode::On);
    let challenge = work.challenge(2).unwrap();
    let parameters = &challenge["parameters"];
    let bytes = |name: &str| {
        HEXLOWER
            .decode(parameters[name].as_str().unwrap().as_bytes())
            .unwrap()
    };
    let (nonce, salt) = (bytes("nonce"), bytes("salt"));
    let prefix = parameters["keyPrefix"].as_str().unwrap();
    let cost = parameters["cost"].as_u64().unwrap() as u32;
    let keys = (0..u32::MAX).map(|counter| {
        let password = [&nonce[..], &counter.to_be_bytes()].concat();
        (counter, derive(&password, &salt, cost))
    });
    let (counter, key) = keys
        .into_iter()
        .find(|(_, key)| HEXLOWER.encode(key).starts_with(prefix))
        .unwrap();
    let payload = json!({ "solution": { "derivedKey": HEXLOWER.encode(&key), "counter": counter }, "challenge": challenge });
    assert_eq!(check(&work, &payload), Ok(()));
}

/// Prints the figures that the documentation states; a release build prints those of production.
#[test]
#[ignore = "a measurement"]
fn what_work_costs() {
    let settings = Settings {
        base: Effort::BASE,
        ..SETTINGS
    };
    let work = Work::with_settings(Mode::Auto, &settings, None).unwrap();
    let clock = Instant::now();
    let challenges: Vec<_> = (0..20).map(|_| challenge(&work, 1)).collect();
    println!("issuing a challenge: {:?}", clock.elapsed() / 20);
    let clock = Instant::now();
    let solve = |challenge: &Challenge| {
        solve_challenge(SolveChallengeOptions::new(challenge))
            .unwrap()
            .unwrap()
    };
    let solutions: Vec<_> = challenges.iter().map(solve).collect();
    let iterations = challenges.iter().zip(&solutions);
    let iterations: u32 = iterations
        .map(|(challenge, solution)| (solution.counter + 1) * challenge.parameters.cost)
        .sum();
    println!(
        "2000 iterations: {:?}; an element: {:?}",
        clock.elapsed() / (iterations / 2000),
        clock.elapsed() / 20
    );
    let clock = Instant::now();
    for (challenge, solution) in challenges.into_iter().zip(solutions) {
        assert_eq!(
            asked(
                &work,
                Some(&encoded(&Payload {
                    challenge,
                    solution
                })),
                1,
                b"body"
            ),
            Ok(())
        );
    }
    println!("checking a solution: {:?}", clock.elapsed() / 20);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_header_makes_the_check_panic_or_pass(header in proptest::collection::vec(any::<u8>(), 0..600), json in "[\\[\\]{}\":,0-9a-z\\\\ ]{0,80}") {
        let work = work(Mode::On);
        prop_assert_eq!(asked(&work, Some(&header), 1, b""), Err(WorkFault::Malformed));
        prop_assert_eq!(asked(&work, Some(BASE64.encode(json.as_bytes()).as_bytes()), 1, b""), Err(WorkFault::Malformed));
    }

    #[test]
    fn a_payload_with_one_byte_changed_passes_only_if_it_means_the_same(at in 0..4096_usize, byte: u8) {
        let work = work(Mode::Auto);
        let payload = solved(&work, 2);
        let mut json = serde_json::to_vec(&payload).unwrap();
        let at = at % json.len();
        json[at] = byte;
        if asked(&work, Some(BASE64.encode(&json).as_bytes()), 2, b"body").is_ok() {
            let read: Payload = serde_json::from_slice(&json).unwrap();
            prop_assert_eq!(read.challenge.signature, payload.challenge.signature);
            prop_assert_eq!(read.solution.derived_key.to_lowercase(), payload.solution.derived_key);
        }
    }
}
