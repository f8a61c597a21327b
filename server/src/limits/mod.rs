//! Who asks, and have they asked too much?
//!
//! [`Proxies`] finds the client behind a request, [`Quotas`] count what it asks, and [`Pseudonyms`] name it in the one
//! log line that is written where a limit trips. Nothing here knows of routes, and nothing here can print an address:
//! [`ClientKey`] has no `Debug`.

mod client;
mod forwarded;
mod proxies;
mod pseudonym;
mod quota;
mod rate;
mod store;

pub use client::ClientKey;
pub use proxies::{Proxies, ProxiesError};
pub use pseudonym::Pseudonyms;
pub use quota::{Allowance, CLIENTS_KEPT, Policy, Quotas, Refusal, Standing};
pub use rate::{Rate, RateError};
