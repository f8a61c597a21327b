//! Who answers for this generation? A statement of what it holds, signed with the ministry's release key.
//!
//! The server of an index could swap it for another. A [`Statement`] ties root, shape, counts and catalogue to the name
//! of a generation, and its signature ties them to a key that no server has. Signatures are [minisign]'s, so that
//! anyone can check them with `minisign -Vm statement.json -p release.pub`, without a line of this project.
//!
//! A signed statement also has a time of expiry and names [who runs the service](Service), so clients need to believe
//! nobody else.
//!
//! Checking needs only the features of a server; signing needs the feature `write`.
//!
//! [minisign]: https://jedisct1.github.io/minisign/

mod canonical;
mod document;
mod error;
#[cfg(feature = "write")]
mod release_key;
mod retrieval;
mod service;
mod trust;
mod version;

pub(crate) use canonical::canonical;
pub use document::Statement;
pub use error::StatementError;
#[cfg(feature = "write")]
pub use release_key::{ReleaseKey, ReleaseKeyError};
pub use retrieval::{ServiceRetrieval, ServiceRetrievalServer};
pub use service::{Service, ServiceEvaluator};
pub use trust::{CheckedStatement, ReleaseKeyId, Trust, check, check_attested};
pub(crate) use version::MAX_VERSIONS;
pub use version::ServiceVersion;
