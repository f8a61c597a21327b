//! The look-up server: it answers "which leaks is this in?" without learning what "this" is.
//!
//! | room | question |
//! |---|---|
//! | `config` | what is the server configured to do? |
//! | `command` | what was the program asked to do? |
//! | `run` | how does it start? |
//! | `app` | what does it answer from, and where? |
//! | `serving` | which index is served, and which were until now? |
//! | `evaluation` | what does the key make of these elements? |
//! | `retrieval` | what is the sum of the records that these bits select? |
//! | `gate` | may this client be answered now, or must it work or wait first? |
//! | `limits` | who asks, and have they asked too much? |
//! | `redis` | what do the other evaluators with this key know? |
//! | `work` | has the client paid with work? |
//! | `push` | which browsers get notice of a new list, without saying whose they are? |
//! | `owners` | which sensitive leaks is the signed-in person in? |
//! | `content` | what is the same for everybody? |
//! | `site` | which file of the website is this? |
//! | `routes` | what was asked? |
//! | `http` | how do requests come in and answers leave? |
//! | `problem` | what is sent instead of an answer? |
//! | `observe` | what may the operator see, and is everything as it should be? |
//! | `polling` | when is a file on the disk checked again, and a failed attempt repeated? |
#![doc = include_str!("../PROTOCOL.md")]

mod app;
mod command;
mod config;
mod content;
mod evaluation;
mod gate;
mod http;
mod keyed_hash;
mod limits;
mod observe;
#[cfg_attr(not(feature = "owners"), path = "no_owners.rs")]
mod owners;
mod polling;
mod problem;
mod push;
mod redis;
mod retrieval;
mod routes;
mod run;
mod serving;
mod site;
mod work;

pub use command::execute;
#[cfg(feature = "openapi")]
pub use routes::openapi_text;
