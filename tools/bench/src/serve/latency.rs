//! How long does a request wait under a steady load?

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};

use super::index::BenchIndex;
use super::load::bodies_for_evaluation;
use super::side::{Files, Side};
use super::{Bench, scratch};
use crate::quiet::Quiet;

/// Connections that ask at the same time.
const CONNECTIONS: [u16; 4] = [1, 16, 64, 256];
/// Share of a server's maximum rate that is requested.
const SHARE: f64 = 0.5;
/// Different ranges that are asked for.
const RANGES: u32 = 1024;

/// How long answers take under a steady load that a server can bear: requests are sent when they are due, whether or
/// not others were answered, and what one waits for its turn counts.
#[derive(Serialize)]
pub(super) struct LatencyFigures {
    waits: Vec<Wait>,
}

#[derive(Serialize)]
struct Wait {
    what: &'static str,
    connections: u16,
    /// Requests per second that were answered when each connection asked again as soon as it had an answer.
    most: f64,
    /// Requests per second that were sent.
    asked: f64,
    /// Milliseconds.
    median: f64,
    one_in_a_hundred: f64,
    one_in_a_thousand: f64,
}

/// A request that `oha` sends.
struct OhaRequest {
    what: &'static str,
    /// The server, which runs as long as this lives.
    _side: Side,
    arguments: Vec<String>,
}

/// Report of `oha`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OhaReport {
    summary: Summary,
    latency_percentiles: BTreeMap<String, Option<f64>>,
    status_code_distribution: BTreeMap<String, u64>,
    error_distribution: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    requests_per_sec: f64,
}

/// Measures ours, a bare handler of the same framework, and nginx; private retrieval over a large index, of which each
/// query reads everything; nothing without `oha`.
pub(super) fn measure(
    bench: &Bench,
    [index, large]: [&BenchIndex; 2],
    quiet: &mut Quiet,
) -> anyhow::Result<Option<LatencyFigures>> {
    if Command::new("oha").arg("--version").output().is_err() {
        eprintln!("oha is not installed (cargo install --locked oha): latency is left out");
        return Ok(None);
    }
    let folder = scratch(&bench.folder, "latency")?;
    let mut waits = Vec::new();
    let asked = asked(bench, index, &folder)?;
    for asked in asked.into_iter().chain([retrieval(bench, large, &folder)?]) {
        for connections in CONNECTIONS {
            quiet.wait();
            let most = asked
                .run(bench, connections, None)?
                .summary
                .requests_per_sec;
            let report = asked.run(bench, connections, Some(SHARE * most))?;
            waits.push(Wait {
                what: asked.what,
                connections,
                most,
                asked: SHARE * most,
                median: report.milliseconds("p50")?,
                one_in_a_hundred: report.milliseconds("p99")?,
                one_in_a_thousand: report.milliseconds("p99.9")?,
            });
        }
    }
    Ok(Some(LatencyFigures { waits }))
}

fn asked(bench: &Bench, index: &BenchIndex, folder: &Path) -> anyhow::Result<Vec<OhaRequest>> {
    let ours = || Side::tekser("tekser-server", bench, index, "warn");
    let bodies = folder.join("bodies");
    fs::write(&bodies, bodies_for_evaluation()?)?;
    let ranges = |what, side: Side| -> anyhow::Result<OhaRequest> {
        let list = write_urls(folder, &side, index)?;
        let list = list.display().to_string();
        Ok(OhaRequest {
            what,
            _side: side,
            arguments: vec!["--urls-from-file".to_owned(), list],
        })
    };
    let evaluate = ours()?;
    let url = format!("{}/v1/evaluate", evaluate.url());
    let post = ["-m", "POST", "-T", "application/json", "-Z"].map(str::to_owned);
    let mut all = vec![
        ranges("`GET` of a range", ours()?)?,
        OhaRequest {
            what: "`POST` evaluate",
            _side: evaluate,
            arguments: [post.to_vec(), vec![bodies.display().to_string(), url]].concat(),
        },
    ];
    let bare = Side::bare_actix(bench, index.range_bytes, Some(&index.file))?;
    all.push(ranges(bare.name, bare)?);
    if let Some(nginx) = Side::nginx(bench, index.range_bytes, Files::OpenedEachTime)? {
        all.push(ranges("nginx, one file of that size", nginx)?);
    }
    Ok(all)
}

/// Sends one random vector repeatedly: a pass costs the same whichever ranges it selects.
fn retrieval(bench: &Bench, index: &BenchIndex, folder: &Path) -> anyhow::Result<OhaRequest> {
    let side = Side::retrieving(bench, index)?;
    let vector = folder.join("vector");
    fs::write(&vector, index.random_vector())?;
    let post = ["-m", "POST", "-T", "application/octet-stream", "-D"].map(str::to_owned);
    let target = [
        vector.display().to_string(),
        index.retrieval_url(&side.url()),
    ];
    Ok(OhaRequest {
        what: "`POST` of a query of private retrieval, index of 500 MB",
        _side: side,
        arguments: [post.to_vec(), target.to_vec()].concat(),
    })
}

/// A file of addresses of ranges from all over the index.
fn write_urls(folder: &Path, side: &Side, index: &BenchIndex) -> anyhow::Result<PathBuf> {
    let urls: String = index
        .some(RANGES)
        .map(|path| format!("{}{path}\n", side.url()))
        .collect();
    let list = folder.join(format!("urls-{}", side.pid()));
    fs::write(&list, urls)?;
    Ok(list)
}

impl OhaRequest {
    /// Sends it `rate` times per second, or as often as it is answered.
    fn run(&self, bench: &Bench, connections: u16, rate: Option<f64>) -> anyhow::Result<OhaReport> {
        let mut command = Command::new("oha");
        command
            .args(["--no-tui", "--output-format", "json"])
            .args(["-z", &format!("{}s", bench.turn.as_secs().max(1))])
            .args(["-c", &connections.to_string()]);
        if let Some(rate) = rate {
            command.args(["-q", &format!("{rate:.0}"), "--latency-correction"]);
        }
        let output = command
            .args(&self.arguments)
            .stdin(Stdio::null())
            .output()
            .context("oha cannot be run")?;
        let report: OhaReport = serde_json::from_slice(&output.stdout).with_context(|| {
            let complaint = String::from_utf8_lossy(&output.stderr);
            format!("oha reports something else: {complaint}")
        })?;
        report.check(self.what)?;
        Ok(report)
    }
}

impl OhaReport {
    /// Checks that everything was answered, except requests under way at the end.
    fn check(&self, what: &str) -> anyhow::Result<()> {
        let right = self
            .status_code_distribution
            .keys()
            .all(|status| status == "200");
        let errors = self.error_distribution.keys();
        let errors: Vec<&String> = errors
            .filter(|error| *error != "aborted due to deadline")
            .collect();
        ensure!(
            right && errors.is_empty(),
            "{what}: not all requests were answered: {errors:?}"
        );
        Ok(())
    }

    fn milliseconds(&self, percentile: &str) -> anyhow::Result<f64> {
        let seconds = self.latency_percentiles.get(percentile).copied().flatten();
        Ok(1e3 * seconds.with_context(|| format!("oha reports no {percentile}"))?)
    }
}

impl fmt::Display for LatencyFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| steady load of half of what is answered at most | connections | at most, a second | asked, a second | median, ms | 99 of 100, ms | 999 of 1000, ms |\n|---|--:|--:|--:|--:|--:|--:|"
        )?;
        for wait in &self.waits {
            writeln!(
                f,
                "| {} | {} | {:.0} | {:.0} | {:.2} | {:.2} | {:.2} |",
                wait.what,
                wait.connections,
                wait.most,
                wait.asked,
                wait.median,
                wait.one_in_a_hundred,
                wait.one_in_a_thousand
            )?;
        }
        Ok(())
    }
}
