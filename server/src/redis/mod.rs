//! What do the other evaluators with this key know? A Redis that all of them ask, and what is in it.
//!
//! Evaluators with the same key (or share) and the same Redis count together: each client's quota, the total, and
//! which solved challenges were used. What is counted, and by which rule, is the matter of [`limits`](crate::limits)
//! and [`work`](crate::work); here are the connection to Redis (`link.rs`) and the names of what is kept there
//! (`names.rs`), which reveal no address to a reader.
//!
//! No answer depends on it: if Redis is gone or slow, [`RedisClient::ask`] says so within
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

/// Address and password of a Redis.
#[cfg_attr(
    not(feature = "redis"),
    expect(
        dead_code,
        reason = "a server without `redis` only refuses the settings"
    )
)]
pub(crate) struct RedisConfig {
    /// Address.
    pub(crate) address: Address,
    /// File whose first line is the password, if there is one.
    pub(crate) password: Option<PathBuf>,
}
