//! What is the server set to do? Flags, environment and a TOML file, in that order.

mod check;
mod error;
mod file;
mod manual;
mod owners;
mod role;
mod settings;

pub(crate) use check::{
    Config, EvaluatorConfig, HttpConfig, IndexConfig, RetrievalConfig, SiteFolders, TlsConfig,
};
pub(crate) use error::ConfigError;
pub(crate) use file::parse;
pub(crate) use manual::{completions, page};
#[cfg(feature = "owners")]
pub(crate) use owners::ClaimMap;
pub(crate) use owners::{OwnersConfig, OwnersSettings, OwnersSettingsError};
pub(crate) use settings::{Command, CommandLine, Role, Settings};
