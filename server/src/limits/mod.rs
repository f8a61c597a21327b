//! Who asks, and have they asked too much?
//!
//! [`Proxies`] finds the client behind a request, a [`Ledger`] counts what it asks (in [`Quotas`] of this server's own,
//! or together with the evaluators beside it), and [`Pseudonyms`] name it in the one log line that is written where a
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

pub use client::ClientKey;
pub(crate) use client::SHARES;
pub use ledger::Ledger;
pub use proxies::{ForwardHeader, Proxies, ProxiesError};
pub use pseudonym::Pseudonyms;
pub use quota::{CLIENTS_KEPT, Quotas};
pub use rate::{Rate, RateError};
pub use rule::{Policy, QuotaRefusal};
