//! How does an answer leave, and a request come in? Listening, time-outs, headers, problem documents.

mod app;
mod body;
mod connections;
mod cross_origin;
mod descriptors;
mod listen;
mod refusal;
mod security;
mod stopping;
#[cfg_attr(not(feature = "tls"), path = "no_tls.rs")]
mod tls;
#[cfg(feature = "tls")]
mod validity;

pub use app::{App, BodyTimeout, configure};
pub use body::read_body;
pub use connections::Connection;
pub use listen::{ListenError, serve, serve_admin};
pub use refusal::Refusal;
pub use security::secure_headers;
pub use stopping::StopSignals;
pub use tls::{Certificate, ServerConfig, TlsError};
