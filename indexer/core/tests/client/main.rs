//! The client finds existing identifiers, and believes only what is proven.

#![allow(clippy::cast_possible_truncation)]

mod answers;
mod attack;
mod conformance;
mod example;
mod noise;
mod patience;
mod retirement;
mod retrieval;
#[allow(dead_code, reason = "the index file's tests use more of it")]
#[path = "../index_file/sample.rs"]
mod sample;
mod signatures;
mod singled_out;
mod site;
mod tampering;
mod versions;

use std::time::Duration;

use exposure_index::client::{Answer, Client, ClientError, Patience, Transport};

const BASE: &str = "https://tekser.example.kz/";

/// A client that trusts nobody yet.
fn untold<T: Transport>(transport: T) -> Client<T> {
    let patience = Patience {
        attempts: 3,
        wait: Duration::from_secs(1),
        work: Duration::from_secs(30),
    };
    Client::new(BASE, transport)
        .expect("a good address")
        .with_patience(patience)
}

/// A client that believes what the server says of itself.
fn client<T: Transport>(transport: T) -> Client<T> {
    untold(transport).without_trust()
}

fn look_up<T: Transport>(transport: T, input: &[u8]) -> Result<Answer, ClientError> {
    client(transport).look_up(input)
}
