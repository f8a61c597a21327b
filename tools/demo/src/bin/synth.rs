//! `cargo synth`: writes synthetic dumps of any size, and the truth about them.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context;
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use tekser_demo::synth::{self, Plan, Truth};

/// Writes synthetic dumps of any size to DIR/breaches, and the truth about them to DIR/truth
#[derive(Parser)]
#[command(name = "cargo synth", version)]
struct Args {
    /// Rows over all breaches
    #[arg(long, default_value_t = 100_000)]
    records: u64,

    /// Folder to write to; it must not hold dumps yet
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// The same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// Look-ups, with their answers, to write to DIR/truth/queries.jsonl
    #[arg(long, default_value_t = 2400)]
    queries: u64,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let plan = Plan {
        records: args.records,
        seed: args.seed,
        queries: args.queries,
    };
    let begun = Instant::now();
    let bar = progress_bar(args.records)?;
    let truth = synth::generate(plan, &args.out, |rows| bar.set_position(rows))
        .with_context(|| format!("no synthetic dumps in {}", args.out.display()))?;
    bar.finish_and_clear();
    summarise(&truth, begun.elapsed().as_secs_f64());
    Ok(())
}

fn progress_bar(records: u64) -> anyhow::Result<ProgressBar> {
    let style = ProgressStyle::with_template(
        "{wide_bar} {human_pos}/{human_len} rows, {per_sec}, {eta} left",
    )?;
    Ok(ProgressBar::new(records).with_style(style))
}

fn summarise(truth: &Truth, seconds: f64) {
    for (id, breach) in &truth.breaches {
        let identifiers: u64 = breach.identifiers.values().sum();
        eprintln!(
            "{id:<18} {:>10} rows, {:>7} of them spoilt, {identifiers:>10} identifiers",
            breach.rows, breach.rejected_rows
        );
    }
    eprintln!(
        "{} rows, {} different identifiers that stand there {} times, in {seconds:.1} s",
        truth.rows(),
        truth.unique(),
        truth.occurrences
    );
}
