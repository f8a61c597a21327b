//! The look-up server: it answers "which leaks is this in?" without learning what "this" is.
//!
//! | room | question |
//! |---|---|
//! | `config` | what is the server set to do? |
//! | `command` | what was the program asked to do? |
//! | `run` | how does it start? |
//! | `app` | what does it answer from, and where? |
//! | `serving` | which index is served, and which were until now? |
//! | `evaluation` | what does the key make of these elements? |
//! | `retrieval` | what do the records add up to that these bits select? |
//! | `gate` | may this client be answered now, or must it work or wait first? |
//! | `limits` | who asks, and have they asked too much? |
//! | `redis` | what do the evaluators beside this one know? |
//! | `work` | has the one who asks paid for it with work? |
//! | `push` | who wants to hear of a new list, without saying who they are? |
//! | `owners` | which sensitive leaks is the person in who signed in? |
//! | `content` | what is the same for everybody? |
//! | `site` | which file of the website is this? |
//! | `routes` | what was asked? |
//! | `http` | how does an answer leave, and a request come in? |
//! | `problem` | what is said in place of an answer? |
//! | `observe` | what may the operator see, and is all as it should be? |
//! | `polling` | when is something on the disk looked at, and something that failed tried, again? |
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
