//! How fast is it, and against what? Each figure is a ratio of two things measured in one run on one machine.

mod add;
mod analysis;
mod build;
mod ingest;
mod oprf;
mod process;
mod random_index;
mod serve;

pub use add::{AddFigures, measure_add};
pub use analysis::{AnalysisFigures, AnswerFigures, measure_analysis};
pub use build::{BuildFigures, measure_build};
pub use ingest::{IngestFigures, measure_ingest};
pub use oprf::{OprfFigures, measure_oprf};
pub use serve::{Bench, ServeFigures, measure_serve};
