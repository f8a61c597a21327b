//! What goes over the wire? The JSON documents of the protocol, for the server and for clients.
//!
//! Binary values are base64url without padding (RFC 4648 §5). `server/PROTOCOL.md` is the norm.

mod binary;
mod catalogue;
mod evaluation;
mod evaluators;
mod index;
mod problem;
mod retrieval;

pub use binary::{decode, encode};
pub use catalogue::{BreachDocument, CatalogueDocument};
pub use evaluation::{EvaluateRequest, EvaluateResponse, MAX_ELEMENTS};
pub(crate) use evaluators::is_compatible;
pub use evaluators::{BadEvaluator, Evaluators, RemoteEvaluator, is_private};
pub use index::{Evaluator, IndexDocument, MAX_EVALUATORS};
pub use problem::{Problem, ProblemKind};
pub use retrieval::{
    MAX_QUERIES, RetrievableGeneration, Retrieval, RetrievalServer, RetrievalStatus,
};
