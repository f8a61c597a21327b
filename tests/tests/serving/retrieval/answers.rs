//! Answers of private retrieval: right, of one length, and to queries that keep the rules alone.

use std::process::Command;

use exposure_index::client::ClientError;
use exposure_index::index::Prefix;
use exposure_index::retrieval::{combine, split, vector_bytes};
use serde_json::Value;
use tekser_tests::{Server, agent, public_exposures, queries, server, wait_until};

use super::Town;
use crate::truth::{input, shown};

/// Status, headers that matter, and body.
struct RetrievalAnswer {
    status: u16,
    caching: String,
    is_plain: bool,
    retry_after: Option<String>,
    body: Vec<u8>,
}

fn ask(server: &Server, generation: &str, content: &str, body: &[u8]) -> RetrievalAnswer {
    let url = format!("{}/v1/retrieve/{generation}", server.base());
    let mut answer = agent()
        .post(url)
        .content_type(content)
        .header("accept-encoding", "zstd, br, gzip")
        .send(body)
        .expect("an answer");
    let header = |name: &str| Some(answer.headers().get(name)?.to_str().ok()?.to_owned());
    RetrievalAnswer {
        status: answer.status().as_u16(),
        caching: header("cache-control").unwrap_or_default(),
        is_plain: header("content-encoding").is_none(),
        retry_after: header("retry-after"),
        body: answer.body_mut().read_to_vec().expect("a body"),
    }
}

const OCTETS: &str = "application/octet-stream";

#[test]
fn every_public_query_is_answered_right_and_no_range_is_named() {
    let town = Town::new(true, &["--log", "debug"]);
    let questions: Vec<Value> = queries().into_iter().step_by(7).collect();
    let inputs: Vec<Vec<u8>> = questions.iter().filter_map(input).collect();
    let answers = town.client().look_up_all(&inputs).expect("answers");
    let known = questions.iter().filter(|query| input(query).is_some());
    for (query, answer) in known.zip(&answers) {
        assert_eq!(shown(answer), public_exposures(query), "{query}");
    }
    assert_eq!(town.named(), 0);
    for server in [&town.ministry, &town.university] {
        let metrics = server.metrics();
        let line = format!("tekser_retrieved_queries_total {}\n", inputs.len());
        assert!(metrics.contains(&line), "{metrics}");
        assert!(metrics.contains("tekser_retrieve_gate_total{outcome=\"Passed\"}"));
    }
    let named = town.client().with_named_ranges().look_up(&inputs[0]);
    assert_eq!(named.err(), Some(ClientError::NamedForbidden));
}

#[test]
fn without_a_trusted_key_the_index_document_names_the_same_servers() {
    let town = Town::new(false, &[]);
    let index = town.front.index();
    assert_eq!(
        index["retrieval"]["servers"][1]["institution"]["en"],
        "University"
    );
    let client = exposure_index::client::Client::over_http(town.front.base()).expect("a URL");
    let question = queries()
        .into_iter()
        .find_map(|query| input(&query))
        .expect("a query");
    assert!(client.without_trust().look_up(&question).is_ok());
    assert_eq!(town.named(), 0);
    assert!(town.client().with_named_ranges().look_up(&question).is_ok());
    assert_eq!(town.named(), 1);
}

#[test]
fn what_two_servers_answer_adds_up_to_what_get_answers_and_is_as_long_whatever_is_asked() {
    let town = Town::new(false, &[]);
    let index = town.client().index().expect("an index");
    let (generation, bits) = (index.generation.as_str(), index.shape.prefix_bits());
    assert!(bits > 3, "{bits} prefix bits show too little");
    for prefix in 0..index.shape.ranges() {
        let asked = [Prefix(prefix), Prefix(0)];
        let queries = split(&asked, bits, 2).expect("vectors");
        let answers = [&town.ministry, &town.university]
            .into_iter()
            .zip(&queries)
            .map(|(server, query)| {
                let answer = ask(server, generation, OCTETS, query);
                assert_eq!(
                    (answer.status, answer.caching.as_str(), answer.is_plain),
                    (200, "no-store", true)
                );
                assert_eq!(answer.body.len(), 2 * index.range_bytes);
                answer.body
            });
        let answers: Vec<Vec<u8>> = answers.collect();
        let fetched = combine(&answers).expect("equally long");
        for (record, prefix) in fetched.chunks(index.range_bytes).zip(asked) {
            let url = format!(
                "{}/v1/ranges/{generation}/{}",
                town.front.base(),
                index.shape.spell(prefix)
            );
            let mut named = agent().get(url).call().expect("a range");
            assert_eq!(record, named.body_mut().read_to_vec().expect("a body"));
        }
    }
}

#[test]
fn what_is_not_a_query_is_refused_with_its_status() {
    let town = Town::new(false, &[]);
    let generation = town.front.generation();
    let bits = town.client().index().expect("an index").shape.prefix_bits();
    let vector = vec![0; vector_bytes(bits)];
    let status = |generation: &str, content: &str, body: &[u8]| {
        ask(&town.university, generation, content, body).status
    };
    let all = vec![0; 16 * vector.len()];
    for (body, expected) in [
        (&vector[..], 200),
        (&all, 200),
        (b"", 400),
        (&vector[1..], 400),
        (&all[1..], 400),
        (&[&all[..], &vector].concat(), 413),
    ] {
        assert_eq!(
            status(&generation, OCTETS, body),
            expected,
            "{} bytes",
            body.len()
        );
    }
    assert_eq!(status(&generation, "application/json", &vector), 415);
    assert_eq!(status("20000101-000000-00000000", OCTETS, &vector), 410);
    assert_eq!(status("not_a_name", OCTETS, &vector), 404);
    assert_eq!(
        ask(&town.front, &generation, OCTETS, &vector).status,
        404,
        "it answers no queries"
    );
    let url = format!("{}/v1/retrieve/{generation}", town.university.base());
    let got = agent().get(&url).call().expect("an answer");
    assert_eq!(
        (got.status().as_u16(), &got.headers()["allow"]),
        (405, &"POST".parse().expect("a value"))
    );
    let nothing = ask(&town.university, &generation, OCTETS, &vector).body;
    assert!(nothing.iter().all(|byte| *byte == 0), "no bit, no record");
}

#[test]
fn the_generation_before_is_answered_and_the_one_before_that_is_not() {
    let town = Town::new(false, &[]);
    let bits = town.client().index().expect("an index").shape.prefix_bits();
    let vector = vec![1; vector_bytes(bits)];
    let first = town.front.generation();
    let answer = ask(&town.university, &first, OCTETS, &vector).body;
    town.publish();
    let again = ask(&town.university, &first, OCTETS, &vector);
    assert!(
        again.status == 200 && again.body == answer,
        "within the grace time"
    );
    town.publish();
    assert_eq!(
        ask(&town.university, &first, OCTETS, &vector).status,
        410,
        "two copies at most"
    );
}

#[test]
fn who_asks_too_much_waits() {
    let town = Town::new(false, &["--retrieve-per-client", "16/h"]);
    let generation = town.front.generation();
    let bits = town.client().index().expect("an index").shape.prefix_bits();
    let body = vec![0; 16 * vector_bytes(bits)];
    assert_eq!(ask(&town.ministry, &generation, OCTETS, &body).status, 200);
    let refused = ask(&town.ministry, &generation, OCTETS, &body);
    assert_eq!(refused.status, 429);
    assert!(refused.retry_after.is_some());
}

#[test]
fn neither_a_vector_nor_a_prefix_is_logged() {
    let mut town = Town::new(false, &[]);
    let index = town.client().index().expect("an index");
    let length = 16 * vector_bytes(index.shape.prefix_bits());
    let vectors: Vec<u8> = (0..length).map(|place| 0xa5 ^ place as u8).collect();
    let refused = [&vectors[..], &vectors].concat();
    let generation = index.generation.as_str();
    // What the others log is among these lines.
    for level in ["info", "debug", "trace"] {
        // Each way that a body can take: answered, too long, of another generation, without work, over the quota.
        for (more, statuses) in [
            (&["--retrieve-per-client", "16/h"][..], [200, 413, 410, 429]),
            (&["--pow", "on"], [428, 413, 410, 428]),
        ] {
            let _ = town.university.stop();
            town.restart_university(&[&["--log", level], more].concat());
            let asked = [
                (generation, &vectors),
                (generation, &refused),
                ("20000101-000000-00000000", &vectors),
                (generation, &vectors),
            ];
            let status = |(generation, body): (&str, &Vec<u8>)| {
                ask(&town.university, generation, OCTETS, body).status
            };
            assert_eq!(asked.map(status), statuses, "{level}");
            let is_logged = || town.university.log().contains("/v1/retrieve/{generation}");
            if ["debug", "trace"].contains(&level) {
                wait_until("the request to be logged", is_logged);
            }
            let log = town.university.log();
            for form in forms(&vectors[..12]) {
                assert!(!log.contains(&form), "{level}: {log}");
            }
        }
    }
}

/// The ways in which bytes could be written in a log, as parts of more.
fn forms(bytes: &[u8]) -> [String; 7] {
    let listed = format!("{bytes:?}");
    let listed_in_hexadecimal = format!("{bytes:x?}");
    [
        data_encoding::HEXLOWER.encode(bytes),
        data_encoding::HEXUPPER.encode(bytes),
        data_encoding::BASE64.encode(bytes),
        data_encoding::BASE64URL_NOPAD.encode(bytes),
        listed.trim_matches(['[', ']']).to_owned(),
        listed_in_hexadecimal.trim_matches(['[', ']']).to_owned(),
        bytes.escape_ascii().to_string(),
    ]
}

#[test]
fn settings_that_clients_would_contradict_are_refused() {
    let town = Town::new(false, &[]);
    let key = town.workspace.argument("release.key.pub");
    let index = town.workspace.argument("index");
    let checked = |arguments: &[&str]| {
        let output = Command::new(server())
            .args(["check-config", "--index", &index])
            .args(arguments)
            .output()
            .expect("the server runs");
        let message = String::from_utf8(output.stderr).expect("text");
        (output.status.code(), message)
    };
    let ranges = ["--role", "ranges", "--retrieve"];
    assert_eq!(
        checked(&[&ranges[..], &["--trust", &key]].concat()).0,
        Some(0)
    );
    let cases: [(&[&str], i32, &str); 5] = [
        (&[], 2, "needs --trust"),
        (
            &[
                "--trust",
                &key,
                "--retrieval-server",
                "https://one.example.kz/v1/retrieve",
            ],
            2,
            "2 to 5 servers",
        ),
        (
            &[
                "--trust",
                &key,
                "--retrieval-server",
                "https://one.example.kz/v1/retrieve,http://two.example.kz/v1/retrieve",
            ],
            2,
            "this machine only",
        ),
        (
            &[
                "--trust",
                &key,
                "--retrieval-server",
                "https://one.example.kz/v1/retrieve,https://two.example.kz/v1/retrieve",
            ],
            1,
            "names retrieval servers that differ",
        ),
        (
            &["--trust", &key, "--retrieve-per-client", "15/s"],
            2,
            "at least 16",
        ),
    ];
    for (more, expected, why) in cases {
        let (code, message) = checked(&[&ranges[..], more].concat());
        assert_eq!(code, Some(expected), "{more:?}: {message}");
        assert!(message.contains(why), "{more:?}: {message}");
    }
    let own = town.workspace.argument("key");
    let (code, message) = checked(&["--retrieve", "--key", &own]);
    assert_eq!(code, Some(2), "{message}");
    assert!(message.contains("must not have --retrieve"), "{message}");
}
