//! `cargo bench-all`: what the README claims, measured.

use std::num::NonZero;
use std::thread::available_parallelism;

use anyhow::ensure;
use clap::Parser;
use tekser_tools::bench::{BuildFigures, OprfFigures, measure_build, measure_oprf};
use tekser_tools::cargo::cargo;
use tekser_tools::workspace;

/// Measures the bulk OPRF against `voprf` and its floor, and builds against the bulk OPRF
///
/// Builds of 16 million records take about half an hour on two cores.
#[derive(Parser)]
#[command(name = "cargo bench-all", version)]
struct Args {
    /// Rows of the dumps that are built; several times for several builds
    #[arg(long, default_values_t = [100_000, 1_000_000])]
    records: Vec<u64>,

    /// Rounds of the OPRF's measurement, of which the best counts
    #[arg(long, default_value_t = 5)]
    rounds: u32,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let root = workspace::root()?;
    let target = workspace::target(&root);
    let built = cargo(
        &root,
        ["build", "--release", "--quiet", "-p", "tekser-indexer"],
    )
    .status()?;
    ensure!(built.success(), "the indexer does not build");
    let indexer = target.join("release/tekser-indexer");
    let cores = available_parallelism().map_or(1, NonZero::get);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(cores).build()?;

    for records in args.records {
        let oprf = measure_oprf(args.rounds, &pool)?;
        print_oprf(&oprf, cores);
        let build = measure_build(&indexer, &target.join("bench"), records)?;
        print_build(&build, &oprf, cores);
    }
    Ok(())
}

fn print_oprf(figures: &OprfFigures, cores: usize) {
    let line = |what: &str, rate: f64| {
        println!(
            "| {what} | {rate:.0} | {:.2} | {:.2} |",
            rate / figures.voprf,
            rate / figures.multiplication
        );
    };
    println!("\n| OPRF | a second | × voprf | × bare multiplication |\n|---|--:|--:|--:|");
    line("`voprf` `evaluate` in a loop, one core", figures.voprf);
    line("bulk, one core", figures.bulk);
    line(&format!("bulk, {cores} cores"), figures.bulk_all_cores);
    line(
        "bare scalar multiplication, one core",
        figures.multiplication,
    );
}

fn print_build(figures: &BuildFigures, oprf: &OprfFigures, cores: usize) {
    let rate = figures.identifiers as f64 / figures.seconds;
    let mebibytes = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    println!("\n| build of {} records | |\n|---|--:|", figures.records);
    println!("| dumps, MiB | {:.0} |", mebibytes(figures.dump_bytes));
    println!("| identifiers, different | {} |", figures.identifiers);
    println!("| identifiers, met | {} |", figures.met);
    println!("| evaluations | {} |", figures.evaluated);
    println!("| seconds | {:.1} |", figures.seconds);
    println!("| different identifiers a second | {rate:.0} |");
    println!(
        "| ÷ ({cores} × bulk OPRF on one core) | {:.3} |",
        rate / (cores as f64 * oprf.bulk)
    );
    println!(
        "| ÷ bulk OPRF on {cores} cores | {:.3} |",
        rate / oprf.bulk_all_cores
    );
    let peak = figures
        .peak_memory
        .map_or("not told by this system".to_owned(), |peak| {
            format!("{:.0}", mebibytes(peak))
        });
    println!("| resident memory at most, MiB | {peak} |");
    println!(
        "| temporary files, MiB | {:.0} |",
        mebibytes(figures.temporary_bytes)
    );
    println!("| index, MiB | {:.1} |", mebibytes(figures.index_bytes));
    println!(
        "| index, bytes an identifier | {:.2} |",
        figures.index_bytes as f64 / figures.identifiers as f64
    );
}
