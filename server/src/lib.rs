//! The look-up server: it answers "which leaks is this in?" without learning what "this" is.
//!
//! | room | question |
//! |---|---|
//! | [`config`] | what is the server set to do? |
//! | [`run`] | how does it start? |
//! | [`serving`] | which index is served, and which were until now? |
//! | [`evaluation`] | what does the key make of these elements, and may this client have it made? |
//! | [`limits`] | who asks, and have they asked too much? |
//! | [`shared`] | what do the evaluators beside this one know? |
//! | [`work`] | has the one who asks paid for it with work? |
//! | [`content`] | what is the same for everybody? |
//! | [`site`] | which file of the website is this? |
//! | [`routes`] | what was asked? |
//! | [`http`] | how does an answer leave, and a request come in? |
//! | [`observe`] | what may the operator see, and is all as it should be? |
//! | `polling` | when is something on the disk looked at, and something that failed tried, again? |
#![doc = include_str!("../PROTOCOL.md")]

pub mod config;
pub mod content;
pub mod evaluation;
pub mod http;
pub mod limits;
pub mod observe;
mod polling;
pub mod routes;
pub mod run;
pub mod serving;
pub mod shared;
pub mod site;
pub mod work;
