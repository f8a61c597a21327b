use std::collections::BTreeSet;

use exposure_index::client::Client;
use exposure_index::index::Prefix;
use tekser_tests::evaluation_of;

use crate::leaks_served;

#[test]
fn every_range_has_one_length_and_nobody_compresses_it() {
    let (workspace, mut server) = leaks_served(&[]);
    let finer = ["--range-rows", "1024"];
    workspace.build(&tekser_tests::leaks().join("breaches"), &finer);
    server.wait_for("a new generation is served");
    let client = Client::over_http(server.base())
        .expect("a URL")
        .without_trust();
    let index = client.index().expect("an index");
    let mut lengths = BTreeSet::new();
    let bits = index.shape.prefix_bits();
    assert!(bits > 3, "{bits} prefix bits show too little");
    for prefix in 0..1_u32 << bits {
        let url = format!(
            "{}/v1/ranges/{}/{}",
            server.base(),
            index.generation,
            index.shape.spell(Prefix(prefix))
        );
        let mut answer = ureq::get(url)
            .header("accept-encoding", "zstd, br, gzip")
            .call()
            .expect("a range");
        assert_eq!(answer.headers().get("content-encoding"), None);
        let printed = answer.headers()["content-length"].clone();
        let body = answer.body_mut().read_to_vec().expect("a body");
        assert_eq!(printed, body.len().to_string().as_str());
        lengths.insert(body.len());
    }
    assert_eq!(lengths, BTreeSet::from([index.range_bytes]));
}

#[test]
fn evaluations_of_as_many_elements_are_as_long() {
    let (_workspace, server) = leaks_served(&[]);
    for elements in [1, 2, 16] {
        let lengths: BTreeSet<usize> = (0..8)
            .map(|attempt| evaluation(server.base(), elements, attempt).len())
            .collect();
        assert_eq!(lengths.len(), 1, "{elements} elements: {lengths:?}");
    }
}

fn evaluation(base: &str, elements: usize, attempt: usize) -> String {
    let logins = (0..elements).map(|place| "x".repeat(3 + place + 7 * attempt));
    let body = evaluation_of(logins);
    let mut answer = ureq::post(format!("{base}/v1/evaluate"))
        .content_type("application/json")
        .send(body)
        .expect("an evaluation");
    answer.body_mut().read_to_string().expect("text")
}
