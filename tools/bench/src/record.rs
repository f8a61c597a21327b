use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde::Serialize;
use serde_json::Value;

use super::chart::chart;
use super::comparison::{Comparison, Figures};
use super::machine::Machine;

/// Everything that one run measured: printed and written as it comes, so that an interrupted run leaves the parts that
/// it finished.
#[derive(Serialize)]
pub struct Record {
    #[serde(skip)]
    folder: PathBuf,
    machine: Machine,
    parts: BTreeMap<&'static str, Vec<Value>>,
    comparisons: Vec<Comparison>,
}

impl Record {
    /// Starts an empty record in a folder; notes the machine.
    ///
    /// # Errors
    /// Fails if nothing can be written there.
    pub fn begin(folder: PathBuf) -> anyhow::Result<Self> {
        let record = Self {
            folder,
            machine: Machine::look(),
            parts: BTreeMap::new(),
            comparisons: Vec::new(),
        };
        println!("{}", record.machine);
        record.write()?;
        Ok(record)
    }

    /// Prints figures of a part and writes them into `figures.json`, with those of earlier parts.
    ///
    /// # Errors
    /// Fails if they cannot be written.
    pub fn take(&mut self, part: &'static str, figures: &impl Figures) -> anyhow::Result<()> {
        println!("\n{figures}");
        let value = serde_json::to_value(figures)?;
        self.parts.entry(part).or_default().push(value);
        self.comparisons.extend(figures.comparisons());
        self.write()
    }

    /// Prints all comparisons as one table, and draws them as `comparisons.svg`.
    ///
    /// # Errors
    /// Fails if they cannot be drawn or written.
    pub fn finish(&self) -> anyhow::Result<()> {
        println!(
            "\n| | ours | beside | theirs | times better | to reach |\n|---|--:|---|--:|--:|---|"
        );
        for comparison in &self.comparisons {
            println!("{comparison}");
        }
        let chart = chart(&self.comparisons)?;
        fs::write(self.folder.join("comparisons.svg"), chart)?;
        println!("\nwritten to {}", self.folder.display());
        Ok(())
    }

    fn write(&self) -> anyhow::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let mut json = serde_json::to_vec_pretty(self)?;
        json.push(b'\n');
        Ok(fs::write(self.folder.join("figures.json"), json)?)
    }
}
