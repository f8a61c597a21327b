//! Vectors for retrieval servers, the servers' answers, and a client's reading of them.

use data_encoding::HEXLOWER;
use exposure_index::client::{Answer, ClientError, Request, Response};
use exposure_index::index::{Index, Prefix};
use exposure_index::messages::encode;
use exposure_index::oprf::{SecretKey, evaluate};
use exposure_index::retrieval::{
    MAX_SERVERS, MIN_SERVERS, Records, Vectors, combine, split_by, vector_bytes,
};
use serde_json::{Value, json};
use tekser_test_kit::Dice;

use super::super::look_up;
use super::super::site::{About, Liar, Site, about, input, json as answer, response};
use super::{cases, changed, compare, read, reason};

const FILE: &str = "retrieval.json";
/// Identifiers that the index holds, in different ranges.
const FOUND: [u64; 3] = [4, 5, 13];
const ABSENT: u64 = 4_000;
const PREFIX_BITS: u8 = 4;

/// A query with the bytes that a client drew.
fn share_case(dice: &mut Dice, prefix_bits: u8, prefixes: &[u32], servers: usize) -> Value {
    let length = prefixes.len() * vector_bytes(prefix_bits);
    let drawn: Vec<Vec<u8>> = (1..servers).map(|_| dice.bytes(length)).collect();
    json!({
        "name": format!("{} of 2^{prefix_bits} records from {servers} servers", prefixes.len()),
        "prefix_bits": prefix_bits,
        "prefixes": prefixes,
        "drawn": drawn.iter().map(|bytes| encode_any(bytes)).collect::<Vec<_>>(),
        "queries": queries(prefix_bits, prefixes, &drawn).iter().map(|query| encode_any(query)).collect::<Vec<_>>(),
    })
}

/// The queries that follow from what was drawn.
fn queries(prefix_bits: u8, prefixes: &[u32], drawn: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let prefixes: Vec<Prefix> = prefixes.iter().copied().map(Prefix).collect();
    let mut drawn_for = drawn.iter();
    let queries = split_by(&prefixes, prefix_bits, drawn.len() + 1, |bytes| {
        bytes.copy_from_slice(drawn_for.next().expect("one for each server but the last"));
        Ok(())
    });
    let queries = queries.expect("vectors").into_iter();
    queries.map(|query| query.to_vec()).collect()
}

fn share_cases() -> Vec<Value> {
    let mut dice = Dice::new(1_836);
    [
        (0, vec![0], 2),
        (1, vec![1, 0], 3),
        (2, vec![3], 2),
        (3, vec![0], 2),
        (3, vec![7, 7], 2),
        (4, vec![9], 2),
        (4, vec![0, 15, 9, 9], 5),
        (10, vec![1_023], 3),
        (13, vec![4_321], 2),
    ]
    .map(|(prefix_bits, prefixes, servers)| share_case(&mut dice, prefix_bits, &prefixes, servers))
    .to_vec()
}

/// Base64url of any number of bytes.
fn encode_any(bytes: &[u8]) -> String {
    encode(bytes)
}

fn decode_any(text: &Value) -> Vec<u8> {
    let text = text.as_str().expect("text");
    data_encoding::BASE64URL_NOPAD
        .decode(text.as_bytes())
        .expect("base64url")
}

fn decode_all(list: &Value) -> Vec<Vec<u8>> {
    list.as_array()
        .expect("a list")
        .iter()
        .map(decode_any)
        .collect()
}

/// The key that the index is made with; it is public.
fn key() -> SecretKey {
    SecretKey::derive(&[7; 32], b"site").expect("a key")
}

fn records() -> Records {
    let index: Index<&[u8]> = Site::file();
    Records::copy(&index).expect("a copy")
}

/// The answers of honest servers to queries for an identifier's record.
struct RetrievalAnswers {
    number: u64,
    queries: Vec<Vec<u8>>,
    answers: Vec<Vec<u8>>,
}

impl RetrievalAnswers {
    fn new(number: u64, servers: usize) -> Self {
        let records = records();
        let prefix = Site::new(1).prefix_of(number);
        let mut dice = Dice::new(number << 8 | servers as u64);
        let drawn: Vec<_> = (1..servers)
            .map(|_| dice.bytes(vector_bytes(PREFIX_BITS)))
            .collect();
        let queries = queries(PREFIX_BITS, &[prefix], &drawn);
        let answers = queries.iter().map(|query| {
            let vectors = Vectors::read(PREFIX_BITS, &[query]).expect("a vector");
            records.answer(&vectors, 1).expect("an answer").concat()
        });
        Self {
            number,
            answers: answers.collect(),
            queries,
        }
    }

    fn case(&self, name: &str) -> Value {
        let input = input(self.number);
        let tag = evaluate(&key(), &input).expect("an output").tag().0;
        let all = |list: &[Vec<u8>]| list.iter().map(|it| encode_any(it)).collect::<Vec<_>>();
        json!({
            "name": name,
            "input": String::from_utf8(input).expect("text"),
            "tag": format!("{tag:016x}"),
            "prefix": tag >> 60,
            "queries": all(&self.queries),
            "answers": all(&self.answers),
        })
    }

    fn accepted(&self, name: &str) -> Value {
        let mut case = self.case(name);
        case["expect"] = "accept".into();
        case["exposures"] = exposures(&outcome(&case).expect("an answer"));
        case
    }

    fn refused(&self, name: &str, change: impl Fn(&mut Vec<Vec<u8>>)) -> Value {
        let mut answers = self.answers.clone();
        change(&mut answers);
        let answers: Vec<String> = answers.iter().map(|it| encode_any(it)).collect();
        let set = json!({ "answers": answers, "expect": "refuse", "reason": "path" });
        changed(&self.case(name), &set)
    }
}

fn answer_cases() -> Vec<Value> {
    let mut cases: Vec<Value> = (MIN_SERVERS..=MAX_SERVERS)
        .zip(FOUND.into_iter().cycle())
        .map(|(servers, number)| {
            RetrievalAnswers::new(number, servers)
                .accepted(&format!("found, with {servers} servers"))
        })
        .collect();
    cases.push(RetrievalAnswers::new(ABSENT, 2).accepted("not found"));
    let it = RetrievalAnswers::new(FOUND[0], 3);
    let flip = |answer: usize, bit: usize| {
        move |answers: &mut Vec<Vec<u8>>| answers[answer][bit / 8] ^= 1 << (bit % 8)
    };
    let bits = 8 * it.answers[0].len();
    cases.extend([
        it.refused("a bit of the length changed by one server", flip(0, 0)),
        it.refused("a bit of the range changed by one server", flip(1, 200)),
        it.refused(
            "a bit of the padding or the path changed by one server",
            flip(2, bits - 33 * 32),
        ),
        it.refused("the last bit changed by one server", flip(2, bits - 1)),
        it.refused("one server answers a byte less", |answers| {
            let _ = answers[1].pop();
        }),
        it.refused("one server answers a byte more", |answers| {
            answers[1].push(0);
        }),
        it.refused("one server answers nothing", |answers| answers[1].clear()),
        it.refused("all servers answer a byte less", |answers| {
            answers
                .iter_mut()
                .for_each(|answer| answer.truncate(answer.len() - 1));
        }),
        it.refused("one server answers zeros", |answers| answers[0].fill(0)),
        it.refused("all servers answer zeros", |answers| {
            answers.iter_mut().for_each(|answer| answer.fill(0));
        }),
        it.refused("one server answers with the record itself", |answers| {
            let record = combine(answers).expect("a record");
            answers[0] = record;
        }),
        it.refused("the record of another prefix", |answers| {
            answers.clone_from(&RetrievalAnswers::new(FOUND[1], 3).answers);
        }),
    ]);
    cases
}

fn made() -> Value {
    let site = Site::new(1);
    json!({
        "version": 1,
        "key": HEXLOWER.encode(&*key().to_bytes()),
        "index": site.document(),
        "catalogue": site.catalogue(),
        "records": (0..1 << PREFIX_BITS).map(|prefix| encode_any(&records().record(Prefix(prefix)).expect("a record"))).collect::<Vec<_>>(),
        "queries": share_cases(),
        "cases": answer_cases(),
    })
}

fn exposures(answer: &Answer) -> Value {
    let exposures = answer.exposures.iter();
    exposures
        .map(|one| json!({ "breach": one.breach.to_string(), "classes": one.classes }))
        .collect()
}

/// Returns a client's result if the servers give these answers to any query.
fn outcome(case: &Value) -> Result<Answer, ClientError> {
    let site = Site::new(1);
    let answers = decode_all(&case["answers"]);
    let liar = Liar(|request: &Request<'_>| -> Response {
        match about(request) {
            About::Index => answer(&site.document_with_retrieval(answers.len())),
            About::Retrieval => {
                let host = request.url.host_str().expect("a host");
                let place: usize = host[..1].parse().expect("a number");
                response(200, answers[place].clone())
            }
            _ => site.answer(request),
        }
    });
    look_up(liar, case["input"].as_str().expect("an input").as_bytes())
}

#[test]
fn the_published_retrievals_are_those_that_are_made_here() {
    compare(FILE, &made());
}

#[test]
fn every_published_query_follows_from_what_was_drawn() {
    for case in cases(&read(FILE), "queries") {
        let prefix_bits = case["prefix_bits"].as_u64().expect("a number") as u8;
        let prefixes: Vec<u32> = serde_json::from_value(case["prefixes"].clone()).expect("numbers");
        let made = queries(prefix_bits, &prefixes, &decode_all(&case["drawn"]));
        assert_eq!(made, decode_all(&case["queries"]), "{}", case["name"]);
    }
}

#[test]
fn every_published_retrieval_has_its_verdict() {
    let file = read(FILE);
    let records = decode_all(&file["records"]);
    for case in cases(&file, "cases") {
        match outcome(case) {
            Ok(answer) => {
                assert_eq!(case["expect"], "accept", "{}", case["name"]);
                assert_eq!(exposures(&answer), case["exposures"], "{}", case["name"]);
                let prefix = case["prefix"].as_u64().expect("a number") as usize;
                assert_eq!(
                    combine(&decode_all(&case["answers"])).as_ref(),
                    records.get(prefix)
                );
            }
            Err(error) => assert_eq!(reason(&error), case["reason"], "{}", case["name"]),
        }
    }
}
