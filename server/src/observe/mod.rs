//! What may the operator see? Counts and times; nothing by which a request or a client is known again.

mod condition;
mod log;
mod metrics;
mod push;
mod supervise;

pub use condition::{Condition, Conditions};
pub use exposure_index::process::causes;
pub use log::start as start_log;
pub use metrics::{GatedCalls, InForce, Metrics, Outcome};
pub use push::PushMetrics;
pub use supervise::supervise;
