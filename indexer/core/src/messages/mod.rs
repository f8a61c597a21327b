//! What goes over the wire? The JSON documents of the protocol, for the server and for clients.
//!
//! Binary values are base64url without padding (RFC 4648 §5). `server/PROTOCOL.md` is the norm.

mod binary;
mod catalogue;
mod evaluation;
mod index;
mod problem;
mod push;
mod retrieval;
mod urls;
mod version;

pub use binary::{decode, encode};
pub use catalogue::{BreachDocument, CatalogueDocument};
pub use evaluation::{EvaluateRequest, EvaluateResponse, MAX_ELEMENTS};
pub use index::{Evaluator, IndexDocument, MAX_EVALUATORS};
pub use problem::{Problem, ProblemKind};
pub use push::{MAX_ENDPOINT, PushDocument, PushKeys, PushRemoval, PushSubscription};
pub use retrieval::{
    MAX_QUERIES, RetrievableGeneration, Retrieval, RetrievalServer, RetrievalStatus,
};
pub(crate) use urls::is_compatible;
pub use urls::is_private;
pub use version::OtherVersion;
