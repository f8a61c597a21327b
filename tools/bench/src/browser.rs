use std::fmt;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};

use super::comparison::{Comparison, Figures};
use tekser_workspace::{check_node, npm};

/// Cost of a look-up for the website, in the JavaScript engine of Chromium.
#[derive(Clone, Debug, Serialize)]
pub struct BrowserFigures {
    /// The steps.
    pub steps: Vec<StepFigures>,
}

/// Times of one step on one core.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StepFigures {
    /// Name of the step.
    pub name: String,
    /// Median, in milliseconds.
    #[serde(alias = "median")]
    pub milliseconds: f64,
    /// Milliseconds that one in a hundred exceeds.
    #[serde(alias = "p99")]
    pub one_in_a_hundred: f64,
}

/// Output of vitest.
#[derive(Deserialize)]
struct BrowserReport {
    files: Vec<ToldFile>,
}

#[derive(Deserialize)]
struct ToldFile {
    groups: Vec<ToldGroup>,
}

#[derive(Deserialize)]
struct ToldGroup {
    benchmarks: Vec<StepFigures>,
}

/// Runs the website's own benchmark; installs its packages first if needed.
///
/// # Errors
/// Fails if there is no Node.js, or the benchmark fails.
pub fn measure_browser(root: &Path, folder: &Path) -> anyhow::Result<BrowserFigures> {
    check_node()?;
    fs::create_dir_all(folder)?;
    if !root.join("server/web/node_modules").exists() {
        ensure!(npm(root, ["ci"]).status()?.success(), "npm ci failed");
    }
    let written = folder.join("browser.json");
    let ran = npm(root, ["run", "bench", "--", "--outputJson"])
        .arg(&written)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    ensure!(ran.success(), "`npm run bench` in server/web failed");
    let report: BrowserReport =
        serde_json::from_slice(&fs::read(&written)?).context("vitest's figures")?;
    let groups = report.files.into_iter().flat_map(|file| file.groups);
    Ok(BrowserFigures {
        steps: groups.flat_map(|group| group.benchmarks).collect(),
    })
}

impl Figures for BrowserFigures {
    fn comparisons(&self) -> Vec<Comparison> {
        Vec::new()
    }
}

impl fmt::Display for BrowserFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| the website's side of a look-up, one core | median, ms | 99 of 100, ms |\n|---|--:|--:|"
        )?;
        for step in &self.steps {
            writeln!(
                f,
                "| {} | {:.2} | {:.2} |",
                step.name, step.milliseconds, step.one_in_a_hundred
            )?;
        }
        Ok(())
    }
}
