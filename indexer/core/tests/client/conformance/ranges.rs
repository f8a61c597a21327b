//! Answers for a prefix, with their proofs.

use data_encoding::HEXLOWER;
use exposure_index::client::{Answer, ClientError, Request, Response};
use exposure_index::messages::encode;
use exposure_index::oprf::{SecretKey, evaluate};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::super::look_up;
use super::super::site::{About, Liar, Site, about, input, json as answer, response};
use super::{cases, changed, compare, read, reason};

const FILE: &str = "ranges.json";
/// Identifiers that the index holds, in different ranges.
const FOUND: [u64; 3] = [4, 5, 13];
const ABSENT: u64 = 4_000;
const PATH: usize = 4 * 32;

/// The server's answer for an identifier, and its parts.
struct RangeAnswer {
    number: u64,
    /// Length of the range without padding and path.
    length: usize,
    body: Vec<u8>,
}

impl RangeAnswer {
    fn new(site: &Site, number: u64) -> Self {
        let (length, body) = site.range_of(number);
        Self {
            number,
            length,
            body,
        }
    }

    fn case(&self, name: &str) -> Value {
        let input = input(self.number);
        let tag = evaluate(&key(), &input).expect("an output").tag().0;
        json!({
            "name": name,
            "input": String::from_utf8(input).expect("text"),
            "tag": format!("{tag:016x}"),
            "prefix": format!("{:x}", tag >> 60),
            "body": encode(&self.body),
        })
    }

    fn accepted(&self, name: &str, exposures: Value) -> Value {
        let mut case = self.case(name);
        case["expect"] = "accept".into();
        case["exposures"] = exposures;
        case
    }

    fn refused(&self, name: &str, reason: &str, change: impl Fn(&mut Vec<u8>)) -> Value {
        let mut body = self.body.clone();
        change(&mut body);
        let set = json!({ "body": encode(&body), "expect": "refuse", "reason": reason });
        changed(&self.case(name), &set)
    }

    /// A range that breaks a rule, under a root that proves it.
    fn broken(&self, name: &str, change: impl Fn(&mut [u8])) -> Value {
        let mut case = self.refused(name, "range", |body| change(body));
        let body = decode_all(&case["body"]);
        let prefix = usize::from_str_radix(case["prefix"].as_str().expect("digits"), 16);
        let root = root(&body, self.length, prefix.expect("digits"));
        case["set"] = json!({ "root": encode(&root) });
        case
    }
}

/// The key that the index is made with; it is public.
fn key() -> SecretKey {
    SecretKey::derive(&[7; 32], b"site").expect("a key")
}

/// Bytes of any length; the protocol itself knows none such.
fn decode_all(text: &Value) -> Vec<u8> {
    let text = text.as_str().expect("text");
    data_encoding::BASE64URL_NOPAD
        .decode(text.as_bytes())
        .expect("base64url")
}

/// The root that a path leads to.
fn root(body: &[u8], length: usize, prefix: usize) -> [u8; 32] {
    let leaf = Sha256::new_with_prefix([0])
        .chain_update(&body[..length])
        .finalize();
    let path = body[body.len() - PATH..].chunks(32).enumerate();
    path.fold(leaf.into(), |hash: [u8; 32], (level, sibling)| {
        let (left, right) = if prefix >> level & 1 == 1 {
            (sibling, &hash[..])
        } else {
            (&hash[..], sibling)
        };
        Sha256::new_with_prefix([1])
            .chain_update(left)
            .chain_update(right)
            .finalize()
            .into()
    })
}

fn accepted_cases(site: &Site) -> Vec<Value> {
    let found = FOUND.map(|number| {
        let answer = look_up(
            Liar(|request: &Request<'_>| site.answer(request)),
            &input(number),
        );
        RangeAnswer::new(site, number).accepted(
            &format!("found, identifier {number}"),
            exposures(&answer.expect("an answer")),
        )
    });
    let absent = RangeAnswer::new(site, ABSENT).accepted("not found", json!([]));
    found.into_iter().chain([absent]).collect()
}

fn tampered_cases(site: &Site) -> Vec<Value> {
    let it = RangeAnswer::new(site, FOUND[0]);
    let other = RangeAnswer::new(site, FOUND[1]).body;
    assert!(
        it.length + PATH < it.body.len() && it.body != other,
        "choose other numbers"
    );
    let path = it.body.len() - PATH;
    let length = |length: usize| {
        move |body: &mut Vec<u8>| body[..4].copy_from_slice(&(length as u32).to_le_bytes())
    };
    vec![
        it.refused("a bit of the range changed", "path", |body| {
            body[it.length - 1] ^= 1;
        }),
        it.refused("a bit of the padding changed", "path", |body| {
            body[it.length] ^= 1;
        }),
        it.refused("a bit of the path's first hash changed", "path", |body| {
            body[path] ^= 1;
        }),
        it.refused("a bit of the path's last hash changed", "path", |body| {
            body[path + PATH - 1] ^= 1;
        }),
        it.refused(
            "the hashes of the path in the other order",
            "path",
            |body| {
                let hashes: Vec<u8> = body[path..].chunks(32).rev().flatten().copied().collect();
                body[path..].copy_from_slice(&hashes);
            },
        ),
        it.refused("the range of another prefix", "path", |body| {
            body.clone_from(&other);
        }),
        it.refused("a byte less", "path", |body| body.truncate(body.len() - 1)),
        it.refused("a byte more", "path", |body| body.push(0)),
        it.refused("nothing", "path", Vec::clear),
        it.refused("a length below a head's", "path", length(15)),
        it.refused(
            "a length that reaches into the path",
            "path",
            length(path + 1),
        ),
    ]
}

fn broken_cases(site: &Site) -> Vec<Value> {
    let it = RangeAnswer::new(site, FOUND[0]);
    vec![
        it.broken("proven, but of another number of prefix bits", |range| {
            range[10] ^= 1;
        }),
        it.broken("proven, but of another number of bucket bits", |range| {
            range[11] ^= 1;
        }),
        it.broken("proven, but bucket ends lie beyond the rows", |range| {
            range[16..20].fill(0xff);
        }),
        it.broken("proven, but the sets begin beyond the range", |range| {
            range[12..16].fill(0xff);
        }),
        it.broken(
            "proven, but exposures are of breaches that the catalogue lacks",
            |range| {
                for place in breaches(range) {
                    range[place] = 0x7f;
                }
            },
        ),
    ]
}

/// Places of the breaches of the exposures: each is a varint of one byte, and one of its classes follows.
fn breaches(range: &[u8]) -> Vec<usize> {
    let u16_at = |place: usize| usize::from(u16::from_le_bytes([range[place], range[place + 1]]));
    let (rows, sets, exposures) = (u16_at(4), u16_at(6), u16_at(8));
    let rest = 64 - usize::from(range[10] + range[11]);
    let row_bits = rest + sets.next_power_of_two().ilog2() as usize;
    let mut place = 16 + (2 << range[11]) + (rows * row_bits).div_ceil(8);
    let mut places = Vec::new();
    for _ in 0..exposures {
        places.push(place);
        place += 1;
        while range[place] >= 0x80 {
            place += 1;
        }
        place += 1;
    }
    places
}

fn made() -> Value {
    let site = Site::new(1);
    let cases = [
        accepted_cases(&site),
        tampered_cases(&site),
        broken_cases(&site),
    ]
    .concat();
    json!({
        "version": 1,
        "key": HEXLOWER.encode(&*key().to_bytes()),
        "index": site.document(),
        "catalogue": site.catalogue(),
        "cases": cases,
    })
}

/// The answer as in the file.
fn exposures(answer: &Answer) -> Value {
    let exposures = answer.exposures.iter();
    exposures
        .map(|one| json!({ "breach": one.breach.to_string(), "classes": one.classes }))
        .collect()
}

/// Returns a client's result if this is the answer for the prefix.
fn outcome(file: &Value, case: &Value) -> Result<Answer, ClientError> {
    let site = Site::new(1);
    let index = changed(&file["index"], &case["set"]);
    let liar = Liar(|request: &Request<'_>| -> Response {
        match about(request) {
            About::Index => answer(&index),
            About::Catalogue => answer(&file["catalogue"]),
            About::Evaluation => site.answer(request),
            About::Range | About::Retrieval => {
                let prefix = case["prefix"].as_str().expect("digits");
                assert!(request.url.path().ends_with(&format!("/{prefix}")));
                response(200, decode_all(&case["body"]))
            }
        }
    });
    look_up(liar, case["input"].as_str().expect("an input").as_bytes())
}

#[test]
fn the_published_ranges_are_those_that_are_made_here() {
    compare(FILE, &made());
}

#[test]
fn every_published_range_has_its_verdict() {
    let file = read(FILE);
    let key = decode_key(&file["key"]);
    for case in cases(&file, "cases") {
        let input = case["input"].as_str().expect("an input");
        let tag = evaluate(&key, input.as_bytes()).expect("an output").tag().0;
        assert_eq!(format!("{tag:016x}"), case["tag"], "{}", case["name"]);
        match outcome(&file, case) {
            Ok(answer) => {
                assert_eq!(case["expect"], "accept", "{}", case["name"]);
                assert_eq!(exposures(&answer), case["exposures"], "{}", case["name"]);
            }
            Err(error) => assert_eq!(reason(&error), case["reason"], "{}", case["name"]),
        }
    }
}

fn decode_key(hex: &Value) -> SecretKey {
    let bytes = HEXLOWER
        .decode(hex.as_str().expect("hex").as_bytes())
        .expect("hex");
    SecretKey::from_bytes(&bytes.try_into().expect("32 bytes")).expect("a key")
}
