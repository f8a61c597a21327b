//! How do requests come in and answers leave? Listening, time-outs, headers, problem documents.

mod access;
mod body;
mod connections;
mod cross_origin;
mod descriptors;
mod listen;
mod security;
mod stopping;
#[cfg_attr(not(feature = "tls"), path = "no_tls.rs")]
mod tls;
#[cfg(feature = "tls")]
mod validity;

pub(crate) use access::{Template, watch_requests};
pub(crate) use body::{BodyTimeout, read_body};
pub(crate) use connections::Connection;
pub(crate) use cross_origin::Origins;
pub(crate) use listen::{serve, serve_admin};
pub(crate) use stopping::StopSignals;
pub(crate) use tls::Certificate;
