//! What do the evaluators beside this one know? A Redis that all of them ask, and what is in it.
//!
//! Evaluators with the same key (or share) and the same Redis count together: each client's quota, the total, and
//! which solved challenges were used. What is counted, and by which rule, is the matter of [`limits`](crate::limits)
//! and [`work`](crate::work); here is the way to Redis (`link.rs`), and the names under which things are there
//! (`names.rs`), by which nobody who reads them knows an address again.
//!
//! Nothing here is needed for an answer: where Redis is gone or slow, [`RedisClient::ask`] says so within
//! `DEADLINE`, and the evaluator decides by what it has counted itself.

#[cfg(feature = "redis")]
mod address;
#[cfg(feature = "redis")]
mod client;
#[cfg(feature = "redis")]
mod error;
#[cfg(feature = "redis")]
mod link;
#[cfg(feature = "redis")]
mod names;
#[cfg(feature = "redis")]
mod probe;
#[cfg(feature = "redis")]
pub(crate) mod scripts;

#[cfg(not(feature = "redis"))]
mod no_redis;

use std::path::PathBuf;

#[cfg(feature = "redis")]
pub(crate) use self::address::{Address, AddressError};
#[cfg(feature = "redis")]
pub(crate) use self::client::RedisClient;
#[cfg(feature = "redis")]
pub(crate) use self::error::RedisClientError;

#[cfg(not(feature = "redis"))]
pub(crate) use no_redis::{Address, AddressError, RedisClient};

/// Which Redis, and how to get in.
#[cfg_attr(
    not(feature = "redis"),
    expect(
        dead_code,
        reason = "a server without `redis` only refuses the settings"
    )
)]
pub(crate) struct RedisConfig {
    /// Where it is.
    pub(crate) address: Address,
    /// The file whose first line is the password, if it wants one.
    pub(crate) password: Option<PathBuf>,
}
