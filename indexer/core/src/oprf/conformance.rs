//! `server/conformance/oprf.json`: blinding, evaluation and a client's reading of the answers, with fixed blinds and
//! nonces. It is made here, and run here like in any other implementation.

use std::ops::Add;

use curve25519_dalek::Scalar;
use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::protocol::blind_with;
use super::{
    Blinding, Element, Output, Proof, PublicKey, SecretKey, VerifiedElement, blind_evaluate,
    finalize, verify,
};
use crate::messages::{EvaluateResponse, decode, encode};

const FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../server/conformance/oprf.json"
);
const INPUTS: [&str; 2] = [
    "tekser:1:phone:+77091234567",
    "tekser:1:email:user@example.kz",
];

fn key(seed: u8) -> SecretKey {
    SecretKey::derive(&[seed; 32], b"conformance").expect("a key")
}

fn blinding(place: usize) -> Blinding {
    Blinding(Scalar::from(0x7465_6b73_6572 + place as u64))
}

/// Returns an evaluator's answer, with a fixed nonce.
fn answer(key: &SecretKey, blinded: &[Element]) -> Value {
    let (evaluated, _) = blind_evaluate(key, blinded).expect("evaluated");
    let nonce = |_: &[Scalar]| Zeroizing::new(Scalar::from(0x006e_6f6e_6365_u64));
    let proof = Proof::with_nonce(key, blinded, &evaluated, nonce).expect("a proof");
    let evaluated = evaluated.iter().map(|it| encode(&it.to_bytes()));
    json!({ "evaluated": evaluated.collect::<Vec<_>>(), "proof": encode(&proof.to_bytes()) })
}

/// A case of inputs sent to the holders of these keys, and its result.
fn honest(name: &str, inputs: &[&str], keys: &[SecretKey]) -> Value {
    let blindings = (0..inputs.len()).map(blinding);
    let blinds = blindings.map(|it| HEXLOWER.encode(it.0.as_bytes()));
    let blinded: Vec<Element> = inputs
        .iter()
        .enumerate()
        .map(|(place, input)| blind_with(input.as_bytes(), &blinding(place)).expect("blinded"))
        .collect();
    let evaluators = keys.iter().map(
        |key| json!({ "public_key": encode(&key.public_key().to_bytes()), "answer": answer(key, &blinded) }),
    );
    let mut case = json!({
        "name": name,
        "inputs": inputs,
        "blinds": blinds.collect::<Vec<_>>(),
        "blinded": blinded.iter().map(|it| encode(&it.to_bytes())).collect::<Vec<_>>(),
        "evaluators": evaluators.collect::<Vec<_>>(),
        "expect": "accept",
    });
    let outputs = outputs(&case).expect("an honest case");
    let hex = outputs.iter().map(|it| HEXLOWER.encode(it.as_bytes()));
    case["outputs"] = hex.collect();
    case["tags"] = outputs
        .iter()
        .map(|it| format!("{:016x}", it.tag().0))
        .collect();
    case
}

/// A case with one change, for which it must be refused with this reason.
fn refused(name: &str, reason: &str, mut case: Value, change: impl Fn(&mut Value)) -> Value {
    change(&mut case["evaluators"]);
    let members = case.as_object_mut().expect("an object");
    members.retain(|member, _| member != "outputs" && member != "tags");
    case["name"] = name.into();
    case["expect"] = "refuse".into();
    case["reason"] = reason.into();
    case
}

/// Changes the lowest bit of one byte of a proof.
fn flip(proof: &mut Value, place: usize) {
    let mut bytes: [u8; 64] = decode(proof.as_str().expect("a string")).expect("64 bytes");
    bytes[place] ^= 1;
    *proof = encode(&bytes).into();
}

fn accepted_cases() -> Vec<Value> {
    let mut unknown = honest(
        "an answer with a member that is not known",
        &INPUTS[..1],
        &[key(1)],
    );
    unknown["evaluators"][0]["answer"]["later"] = json!({"version": 2});
    vec![
        honest("one input, one evaluator", &INPUTS[..1], &[key(1)]),
        honest("two inputs, one evaluator", &INPUTS, &[key(1)]),
        honest(
            "one input, two evaluators whose elements are added",
            &INPUTS[..1],
            &[key(1), key(2)],
        ),
        honest(
            "two inputs, three evaluators",
            &INPUTS,
            &[key(1), key(2), key(3)],
        ),
        unknown,
    ]
}

fn proof_cases() -> Vec<Value> {
    let one = || honest("", &INPUTS[..1], &[key(1)]);
    let two = || honest("", &INPUTS, &[key(1)]);
    let shared = || honest("", &INPUTS[..1], &[key(1), key(2)]);
    let other = encode(&key(9).public_key().to_bytes());
    vec![
        refused("evaluated with another key", "proof", one(), |it| {
            it[0]["public_key"] = other.clone().into();
        }),
        refused("a changed challenge in the proof", "proof", one(), |it| {
            flip(&mut it[0]["answer"]["proof"], 0);
        }),
        refused("a changed response in the proof", "proof", one(), |it| {
            flip(&mut it[0]["answer"]["proof"], 32);
        }),
        refused("a scalar that is not canonical", "proof", one(), |it| {
            it[0]["answer"]["proof"] = encode(&[0xff; 64]).into();
        }),
        refused("elements in another order", "proof", two(), |it| {
            it[0]["answer"]["evaluated"]
                .as_array_mut()
                .expect("a list")
                .reverse();
        }),
        refused("the identity as an element", "proof", one(), |it| {
            it[0]["answer"]["evaluated"][0] = encode(&[0; 32]).into();
        }),
        refused("what encodes no element", "proof", one(), |it| {
            it[0]["answer"]["evaluated"][0] = encode(&[0xff; 32]).into();
        }),
        refused("the second evaluator cheats", "proof", shared(), |it| {
            flip(&mut it[1]["answer"]["proof"], 32);
        }),
        refused("two evaluators' answers swapped", "proof", shared(), |it| {
            let first = it[0]["answer"].take();
            it[0]["answer"] = it[1]["answer"].take();
            it[1]["answer"] = first;
        }),
    ]
}

fn malformed_cases() -> Vec<Value> {
    let two = || honest("", &INPUTS, &[key(1)]);
    let element = |bytes: &[u8]| json!([encode(bytes), encode(bytes)]);
    vec![
        refused("fewer elements than were sent", "malformed", two(), |it| {
            it[0]["answer"]["evaluated"]
                .as_array_mut()
                .expect("a list")
                .pop();
        }),
        refused("elements of 31 bytes", "malformed", two(), |it| {
            it[0]["answer"]["evaluated"] = element(&[1; 31]);
        }),
        refused("a proof of 63 bytes", "malformed", two(), |it| {
            it[0]["answer"]["proof"] = encode(&[1; 63]).into();
        }),
        refused("a proof with padding", "malformed", two(), |it| {
            let proof = it[0]["answer"]["proof"].as_str().expect("a string");
            it[0]["answer"]["proof"] = format!("{proof}==").into();
        }),
    ]
}

fn made() -> String {
    let cases = [accepted_cases(), proof_cases(), malformed_cases()].concat();
    let file = json!({ "version": 1, "cases": cases });
    serde_json::to_string_pretty(&file).expect("JSON") + "\n"
}

fn texts(list: &Value) -> Vec<&str> {
    let list = list.as_array().expect("a list");
    list.iter().map(|it| it.as_str().expect("text")).collect()
}

/// The blinds of a case, and the elements that they make of its inputs.
fn blinded(case: &Value) -> (Vec<Blinding>, Vec<Element>) {
    let blind = |hex: &str| {
        let bytes = HEXLOWER.decode(hex.as_bytes()).expect("hex");
        let scalar = Scalar::from_canonical_bytes(bytes.try_into().expect("32 bytes"));
        Blinding(scalar.expect("a scalar"))
    };
    let pairs = texts(&case["inputs"])
        .into_iter()
        .zip(texts(&case["blinds"]));
    pairs
        .map(|(input, hex)| {
            let blinding = blind(hex);
            let element = blind_with(input.as_bytes(), &blinding).expect("blinded");
            (blinding, element)
        })
        .unzip()
}

/// Returns what one evaluator's answer proves, or why it is refused.
fn verified(evaluator: &Value, blinded: &[Element]) -> Result<Vec<VerifiedElement>, &'static str> {
    let answer: EvaluateResponse =
        serde_json::from_value(evaluator["answer"].clone()).map_err(|_| "malformed")?;
    if answer.evaluated.len() != blinded.len() {
        return Err("malformed");
    }
    let key = decode::<32>(evaluator["public_key"].as_str().expect("text")).expect("32 bytes");
    let key = PublicKey::from_bytes(&key).expect("a key");
    let read = |text: &String| {
        let bytes = decode::<32>(text).ok_or("malformed")?;
        Element::from_bytes(&bytes).map_err(|_| "proof")
    };
    let evaluated: Vec<Element> = answer
        .evaluated
        .iter()
        .map(read)
        .collect::<Result<_, _>>()?;
    let proof = decode::<64>(&answer.proof).ok_or("malformed")?;
    let proof = Proof::from_bytes(&proof).map_err(|_| "proof")?;
    verify(&key, blinded, &evaluated, &proof).map_err(|_| "proof")
}

fn outputs(case: &Value) -> Result<Vec<Output>, &'static str> {
    let (blindings, blinded) = blinded(case);
    let evaluators = case["evaluators"].as_array().expect("a list");
    let answers: Vec<Vec<VerifiedElement>> = evaluators
        .iter()
        .map(|it| verified(it, &blinded))
        .collect::<Result<_, _>>()?;
    let sum = |place: usize| {
        let parts = answers.iter().map(|answer| answer[place].clone());
        parts.reduce(Add::add).expect("an evaluator")
    };
    let inputs = texts(&case["inputs"]);
    let places = blindings.iter().zip(inputs).enumerate();
    Ok(places
        .map(|(place, (blinding, input))| finalize(input.as_bytes(), blinding, &sum(place)))
        .collect())
}

#[test]
fn the_published_cases_are_those_that_the_code_makes() {
    let made = made();
    if std::env::var_os("OVERWRITE").is_some() {
        std::fs::write(FILE, &made).expect("a file that can be written");
    }
    let published = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(
        published == made,
        "look at the difference after: OVERWRITE=1 cargo test -p exposure_index --lib conformance"
    );
}

#[test]
fn every_published_case_has_its_verdict() {
    let file = std::fs::read_to_string(FILE).expect("the cases");
    let file: Value = serde_json::from_str(&file).expect("JSON");
    for case in file["cases"].as_array().expect("a list") {
        let (_, blinded) = blinded(case);
        let encoded: Vec<String> = blinded.iter().map(|it| encode(&it.to_bytes())).collect();
        assert_eq!(encoded, texts(&case["blinded"]), "{}", case["name"]);
        match outputs(case) {
            Ok(outputs) => {
                assert_eq!(case["expect"], "accept", "{}", case["name"]);
                let hex = outputs.iter().map(|it| HEXLOWER.encode(it.as_bytes()));
                assert_eq!(hex.collect::<Vec<_>>(), texts(&case["outputs"]));
                let tags = outputs.iter().map(|it| format!("{:016x}", it.tag().0));
                assert_eq!(tags.collect::<Vec<_>>(), texts(&case["tags"]));
            }
            Err(reason) => {
                let expected = (&case["expect"], &case["reason"]);
                assert_eq!(
                    expected,
                    (&"refuse".into(), &reason.into()),
                    "{}",
                    case["name"]
                );
            }
        }
    }
}
