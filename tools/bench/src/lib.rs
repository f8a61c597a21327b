//! How fast is it, and against what? Each figure is a ratio of two things measured in one run on one machine.

mod add;
mod analysis;
mod browser;
mod build;
mod chart;
mod comparison;
mod files;
mod formats;
mod ingest;
mod machine;
mod oprf;
mod proc;
mod process;
mod quiet;
mod random_index;
mod record;
mod retrieval;
mod serve;
mod sizing;
mod table;
mod unknown;

pub use add::{AddFigures, AddMeasurement, DailyFigures, measure_add};
pub use analysis::{AnalysisFigures, AnswerFigures, measure_analysis};
pub use browser::{BrowserFigures, measure_browser};
pub use build::{BuildFigures, BuildSeries, measure_build};
pub use comparison::{Comparison, Figures};
pub use formats::{FormatFigures, FormatsFigures, measure_formats};
pub use ingest::{FileFigures, IngestFigures, measure_ingest};
pub use machine::Machine;
pub use oprf::{OprfFigures, measure_oprf};
pub use record::Record;
pub use retrieval::{PassFigures, RetrievalFigures, measure_retrieval};
pub use serve::{Bench, ServeFigures, measure_serve};
pub use sizing::Sizing;
pub use table::{StoreContent, StoreFigures, TableFigures, measure_table};
pub use unknown::{UnknownFigures, UnknownFileFigures, measure_unknown};

/// Returns the median.
fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
