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

/// The longest time that a setting may have. Longer ones would overflow when added.
pub(super) const LONGEST: Duration = Duration::from_secs(366 * 86_400);

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ConfigError {
    /// The command line is wrong; the message is clap's.
    #[error(transparent)]
    Usage(#[from] clap::Error),
    /// The settings file cannot be read.
    #[error("cannot read the settings in {path}")]
    File {
        /// Path of the file.
        path: PathBuf,
        /// The OS error.
        source: io::Error,
    },
    /// The settings file is not TOML.
    #[error("{path} is not TOML")]
    Toml {
        /// Path of the file.
        path: PathBuf,
        /// Position and reason.
        source: Box<toml::de::Error>,
    },
    /// The settings file has an unknown key, or a value of the wrong type.
    #[error(
        "{path}: `{key}` is not a setting, or its value has the wrong type; `tekser-server --help` lists the settings"
    )]
    Key {
        /// Path of the file.
        path: PathBuf,
        /// The key.
        key: String,
    },
    /// The table `[operator]` is invalid.
    #[error("{path} does not say who runs the website")]
    Operator {
        /// Path of the file.
        path: PathBuf,
        /// The setting, and what it expects.
        source: OperatorError,
    },
    /// The table `[owners]` is invalid.
    #[error("{path} does not say how people see sensitive leaks of their own")]
    Owners {
        /// Path of the file.
        path: PathBuf,
        /// The setting, and what it expects.
        source: OwnersSettingsError,
    },
    /// Another role has the table `[owners]`.
    #[error(
        "[owners] is for --role owners alone, on a machine of its own: set role = \"owners\", or leave the table out"
    )]
    OwnersWithoutRole,
    /// The role `owners` has a setting of a public service.
    #[error(
        "--role owners must not have {what}: it shows sealed leaks, and serves nothing public. Unset {variable} if it is in the environment"
    )]
    PublicOwners {
        /// The setting that it must not have.
        what: &'static str,
        /// The environment variable that may have set it.
        variable: &'static str,
    },
    /// The table `[operator]` is set, but no website shows it.
    #[error(
        "[operator] is shown on the website: name its folder with --site, or leave the table out"
    )]
    OperatorWithoutSite,
    /// The role lacks a setting.
    #[error("--role {role} needs {what}")]
    Lacking {
        /// The role.
        role: &'static str,
        /// The missing setting.
        what: &'static str,
    },
    /// The role has a setting that it must not have.
    #[error(
        "--role {role} must not have {what}: keep key and index apart, and unset {variable} if it is in the environment"
    )]
    Forbidden {
        /// The role.
        role: &'static str,
        /// The setting that it must not have.
        what: &'static str,
        /// The environment variable that may have set it.
        variable: &'static str,
    },
    /// A key is trusted, but the role has no index that could be signed.
    #[error(
        "--role evaluator has no index that could be signed: leave out --trust, and unset TEKSER_TRUST if it is in the environment"
    )]
    TrustWithoutIndex,
    /// The website has no trusted key.
    #[error(
        "--site needs --trust PUBLIC_KEY, the key that the index is signed with; without it the website refuses to look anything \
         up. --without-trust lets it accept an unsigned index"
    )]
    SiteWithoutTrust,
    /// A key is trusted, and so is an unsigned index.
    #[error("--trust and --without-trust exclude each other: leave one out")]
    TrustAndNot,
    /// The address of the store is malformed.
    #[error("--index: {0}")]
    Store(#[from] StoreError),
    /// The index is in a store, but there is no folder for fetched generations.
    #[error(
        "--index in a store needs --index-cache DIR, a folder of its own for fetched generations"
    )]
    StoreWithoutCache,
    /// A cache is set, but the index is not in a store.
    #[error(
        "--index-cache is for an --index that is in a store: leave it out, and unset TEKSER_INDEX_CACHE if it is in the environment"
    )]
    CacheWithoutStore,
    /// One of the two files of TLS is missing.
    #[error("--tls-cert and --tls-key go together: give both or neither")]
    HalfTls,
    /// Some of the settings that notices need are missing.
    #[error(
        "notices of new lists need --push-key, --push-store and --push-contact: give all three or none, and unset TEKSER_PUSH_KEY, TEKSER_PUSH_STORE and TEKSER_PUSH_CONTACT if they are in the environment"
    )]
    HalfPush,
    /// The contact is not one that push services accept.
    #[error(
        "--push-contact expects mailto:NAME@HOST or https://HOST/… with a public host: push services refuse others"
    )]
    PushContact,
    /// A time is zero that must not be.
    #[error("--{setting} must be longer than zero")]
    Zero {
        /// The setting.
        setting: &'static str,
    },
    /// A time is longer than makes sense.
    #[error("--{setting} must be at most {} days", LONGEST.as_secs() / 86_400)]
    TooLong {
        /// The setting.
        setting: &'static str,
    },
    /// There is no address to listen on.
    #[error("there is no address to listen on: name one with --listen, such as 127.0.0.1:8080")]
    NoAddress,
    /// The URL of the Redis is malformed.
    #[error(transparent)]
    Limits(#[from] AddressError),
    /// A user of Redis is named without a password.
    #[error("--limits names a user of Redis: name the file of its password with --limits-password")]
    UserWithoutPassword,
    /// A password is set, but no Redis.
    #[error("--limits-password has no effect without --limits")]
    PasswordWithoutLimits,
    /// A quota is smaller than the largest request.
    #[error(
        "--{setting} must be at least 16, since one request may carry 16 elements; use 16/s, or a longer period such as 60/min"
    )]
    SmallRate {
        /// The setting.
        setting: &'static str,
    },
    /// There are more evaluators than a client asks.
    #[error("at most {MAX_EVALUATORS} evaluators, this server among them if it has a key")]
    TooManyEvaluators,
    /// Clients would not ask these retrieval servers.
    #[error(
        "--retrieval-server expects the URLs of {MIN_SERVERS} to {MAX_SERVERS} servers, such as \
         https://university.example.kz/v1/retrieve; http is for servers on this machine only"
    )]
    RetrievalServers,
    /// The origin is not one that a browser sends.
    #[error("--allow-origin expects * or an origin such as https://tekser.example, without a path")]
    Origin,
}
