//! The look-up server: it answers "which leaks is this in?" without learning what "this" is.
//!
//! | room | question |
//! |---|---|
//! | [`config`] | what is the server set to do? |
//! | [`run`] | how does it start? |
//! | [`app`] | what does it answer from, and where? |
//! | [`serving`] | which index is served, and which were until now? |
//! | [`evaluation`] | what does the key make of these elements? |
//! | [`retrieval`] | what do the records add up to that these bits select? |
//! | [`gate`] | may this client be answered now, or must it work or wait first? |
//! | [`limits`] | who asks, and have they asked too much? |
//! | [`redis`] | what do the evaluators beside this one know? |
//! | [`work`] | has the one who asks paid for it with work? |
//! | [`push`] | who wants to hear of a new list, without saying who they are? |
//! | [`owners`] | which sensitive leaks is the person in who signed in? |
//! | [`content`] | what is the same for everybody? |
//! | [`site`] | which file of the website is this? |
//! | [`routes`] | what was asked? |
//! | [`http`] | how does an answer leave, and a request come in? |
//! | [`problem`] | what is said in place of an answer? |
//! | [`observe`] | what may the operator see, and is all as it should be? |
//! | `polling` | when is something on the disk looked at, and something that failed tried, again? |
#![doc = include_str!("../PROTOCOL.md")]

pub mod app;
pub mod config;
pub mod content;
pub mod evaluation;
pub mod gate;
pub mod http;
mod keyed_hash;
pub mod limits;
pub mod observe;
#[cfg_attr(not(feature = "owners"), path = "no_owners.rs")]
pub mod owners;
mod polling;
pub mod problem;
pub mod push;
pub mod redis;
pub mod retrieval;
pub mod routes;
pub mod run;
pub mod serving;
pub mod site;
pub mod work;
