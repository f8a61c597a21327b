//! What is the server set to do? Flags, environment and a TOML file, in that order.

mod check;
mod error;
mod file;
mod manual;
mod owners;
mod settings;

pub use check::{
    Config, EvaluatorConfig, HttpConfig, IndexConfig, RetrievalConfig, SiteFolders, TlsConfig,
};
pub use error::ConfigError;
pub use file::parse;
pub use manual::{completions, page};
pub use owners::{ClaimMap, OwnersConfig, OwnersSettings, OwnersSettingsError};
pub use settings::{Command, CommandLine, Role, Settings};
