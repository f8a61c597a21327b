//! How fast is it, and against what? Each figure is a ratio of two things measured in one run on one machine.

mod build;
mod oprf;
mod process;

pub use build::{BuildFigures, measure_build};
pub use oprf::{OprfFigures, measure_oprf};
