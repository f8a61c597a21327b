//! Why do the settings not fit together?

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use exposure_index::messages::MAX_EVALUATORS;
use exposure_index::retrieval::{MAX_SERVERS, MIN_SERVERS};

use super::OwnersSettingsError;
use crate::redis::AddressError;
use crate::serving::StoreError;
use crate::site::OperatorError;

/// The longest time that a setting may have. With a longer one, sums of times would overflow.
pub(super) const LONGEST: Duration = Duration::from_secs(366 * 86_400);

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ConfigError {
    /// As clap says.
    #[error(transparent)]
    Usage(#[from] clap::Error),
    /// The file of settings cannot be read.
    #[error("cannot read the settings in {path}")]
    File {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// It is no TOML.
    #[error("{path} is not TOML")]
    Toml {
        /// The file.
        path: PathBuf,
        /// Where it breaks.
        source: Box<toml::de::Error>,
    },
    /// It has a key that is no setting, or a value that none can have.
    #[error(
        "{path}: `{key}` is not a setting, or its value has the wrong type; `tekser-server --help` lists the settings"
    )]
    Key {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
    },
    /// The table that says who runs the website does not.
    #[error("{path} does not say who runs the website")]
    Operator {
        /// The file.
        path: PathBuf,
        /// Which setting, and what it wants.
        source: OperatorError,
    },
    /// The table that says who signs owners in does not.
    #[error("{path} does not say how people see sensitive leaks of their own")]
    Owners {
        /// The file.
        path: PathBuf,
        /// Which setting, and what it wants.
        source: OwnersSettingsError,
    },
    /// The service for owners is never a public one.
    #[error(
        "[owners] is for --role owners alone, on a machine of its own: set role = \"owners\", or leave the table out"
    )]
    OwnersWithoutRole,
    /// The service for owners was given something public.
    #[error(
        "--role owners must not have {what}: it shows sealed leaks, and nothing public is beside them. Unset {variable} if it is in the environment"
    )]
    PublicOwners {
        /// What it was given.
        what: &'static str,
        /// The environment variable that may have given it.
        variable: &'static str,
    },
    /// Nobody would see it.
    #[error(
        "[operator] is shown on the website: name its folder with --site, or leave the table out"
    )]
    OperatorWithoutSite,
    /// A role lacks what it serves from.
    #[error("--role {role} needs {what}")]
    Lacking {
        /// The role.
        role: &'static str,
        /// What is missing.
        what: &'static str,
    },
    /// A role was given what it must not have.
    #[error(
        "--role {role} must not have {what}: keep key and index apart, and unset {variable} if it is in the environment"
    )]
    Forbidden {
        /// The role.
        role: &'static str,
        /// What it was given.
        what: &'static str,
        /// The environment variable that may have given it.
        variable: &'static str,
    },
    /// Nothing is there that could be signed.
    #[error(
        "--role evaluator has no index that could be signed: leave out --trust, and unset TEKSER_TRUST if it is in the environment"
    )]
    TrustWithoutIndex,
    /// The website would believe nobody.
    #[error(
        "--site needs --trust PUBLIC_KEY, the key that the index is signed with; without it the website refuses to look anything \
         up. --without-trust lets it accept an unsigned index"
    )]
    SiteWithoutTrust,
    /// Trusting a key and everybody.
    #[error("--trust and --without-trust exclude each other: leave one out")]
    TrustAndNot,
    /// The address of the store is malformed.
    #[error("--index: {0}")]
    Store(#[from] StoreError),
    /// What comes from a store must be kept somewhere.
    #[error(
        "--index in a store needs --index-cache DIR, a folder of its own for fetched generations"
    )]
    StoreWithoutCache,
    /// Nothing is fetched that could be kept.
    #[error(
        "--index-cache is for an --index that is in a store: leave it out, and unset TEKSER_INDEX_CACHE if it is in the environment"
    )]
    CacheWithoutStore,
    /// One of the two files of TLS is missing.
    #[error("--tls-cert and --tls-key go together: give both or neither")]
    HalfTls,
    /// Some of what notices need is missing.
    #[error(
        "notices of new lists need --push-key, --push-store and --push-contact: give all three or none, and unset TEKSER_PUSH_KEY, TEKSER_PUSH_STORE and TEKSER_PUSH_CONTACT if they are in the environment"
    )]
    HalfPush,
    /// Push services would not accept it.
    #[error(
        "--push-contact wants mailto:NAME@HOST or https://HOST/… with a public host: push services refuse others"
    )]
    PushContact,
    /// A time that would switch the server off.
    #[error("--{setting} must be longer than zero")]
    Zero {
        /// The setting.
        setting: &'static str,
    },
    /// A time longer than any that makes sense.
    #[error("--{setting} must be at most {} days", LONGEST.as_secs() / 86_400)]
    TooLong {
        /// The setting.
        setting: &'static str,
    },
    /// No address to listen on.
    #[error("there is no address to listen on: name one with --listen, such as 127.0.0.1:8080")]
    NoAddress,
    /// A malformed URL of a Redis.
    #[error(transparent)]
    Limits(#[from] AddressError),
    /// A user of Redis and no password.
    #[error("--limits names a user of Redis: name the file of its password with --limits-password")]
    UserWithoutPassword,
    /// A password and no Redis that wants it.
    #[error("--limits-password has no effect without --limits")]
    PasswordWithoutLimits,
    /// A quota that holds less than one request may bring.
    #[error(
        "--{setting} must be at least 16, since one request may carry 16 elements; use 16/s, or a longer period such as 60/min"
    )]
    SmallRate {
        /// The setting.
        setting: &'static str,
    },
    /// More evaluators than a client would ask.
    #[error("at most {MAX_EVALUATORS} evaluators, this server among them if it has a key")]
    TooManyEvaluators,
    /// Retrieval servers that clients would not ask.
    #[error(
        "--retrieval-server expects the URLs of {MIN_SERVERS} to {MAX_SERVERS} servers, such as \
         https://university.example.kz/v1/retrieve; http is for servers on this machine only"
    )]
    RetrievalServers,
    /// An origin that no browser sends.
    #[error("--allow-origin expects * or an origin such as https://tekser.example, without a path")]
    Origin,
}
