//! Who asks, and have they asked too much?
//!
//! [`Proxies`] finds the client behind a request, a [`Ledger`] counts what it asks (in [`Quotas`] of this server's own,
//! or together with other evaluators), and [`Pseudonyms`] name it in the one log line that is written when a
//! limit trips. Nothing here knows of routes, and nothing here can print an address: [`ClientKey`] has no `Debug`.

mod client;
mod forwarded;
#[cfg_attr(not(feature = "redis"), path = "no_redis.rs")]
mod in_redis;
mod ledger;
mod proxies;
mod pseudonym;
mod quota;
mod rate;
mod rule;
mod store;

pub(crate) use client::ClientKey;
pub(crate) use client::SHARES;
pub(crate) use ledger::Ledger;
pub(crate) use proxies::{ForwardHeader, Proxies};
pub(crate) use pseudonym::Pseudonyms;
pub(crate) use quota::Quotas;
pub(crate) use rate::Rate;
pub(crate) use rule::{Policy, QuotaRefusal};
