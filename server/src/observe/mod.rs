//! What may the operator see? Counts and times; nothing that identifies a request or a client.

mod condition;
mod log;
mod metrics;
mod push;
mod supervise;

pub(crate) use condition::{Condition, Conditions};
pub(crate) use exposure_index::process::causes;
pub(crate) use log::start as start_log;
pub(crate) use metrics::{GatedCalls, GenerationGauges, Metrics, Outcome};
pub(crate) use push::PushMetrics;
pub(crate) use supervise::supervise;
