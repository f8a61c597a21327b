//! `cargo bench-all`: what the README claims, measured.

use std::num::NonZero;
use std::path::Path;
use std::thread::available_parallelism;
use std::time::Duration;

use anyhow::ensure;
use clap::{Parser, ValueEnum};
use tekser_tools::bench::{
    AddFigures, AnalysisFigures, Bench, BuildFigures, IngestFigures, OprfFigures, measure_add,
    measure_analysis, measure_build, measure_ingest, measure_oprf, measure_serve,
};
use tekser_tools::cargo::cargo;
use tekser_tools::workspace;

/// Measures the bulk OPRF against `voprf` and its floor, builds against the bulk OPRF, the reading of dumps against bare
/// parsers, questions of investigators against SQLite, and the server against nginx, a bare handler of its framework and bare cryptography
///
/// Dumps that are read are kept in target/bench-ingest. Builds of 16 million records take about half an hour on two cores. The server's part wants `wrk` and `nginx`
/// installed, builds an index of --served-records once, and takes some five minutes then.
#[derive(Parser)]
#[command(name = "cargo bench-all", version)]
struct Args {
    /// Measure this part alone
    #[arg(long)]
    only: Option<Part>,

    /// Rows of the dumps that are built; several times for several builds
    #[arg(long, default_values_t = [100_000, 1_000_000])]
    records: Vec<u64>,

    /// Megabytes (10⁶) of each dump that is read
    #[arg(long, default_value_t = 1_000)]
    ingest_megabytes: u64,

    /// Rows of the index that a dump is added to, and of the one that is asked what its leaks have in common
    #[arg(long, default_value_t = 48_000_000, value_parser = clap::value_parser!(u64).range(1_000..))]
    old_rows: u64,

    /// Records of the dump that is added
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    added_records: u64,

    /// Rows of the dumps behind the index that is served
    #[arg(long, default_value_t = 1_000_000)]
    served_records: u64,

    /// Rounds of each measurement; of the OPRF's the best counts, of the server's the median
    #[arg(long, default_value_t = 5)]
    rounds: u32,

    /// Seconds that each side of the server's measurement is asked in a round
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..))]
    turn: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The bulk OPRF, and builds.
    Build,
    /// The reading of dumps, without the OPRF.
    Ingest,
    /// Adding a dump to a large index.
    Add,
    /// What leaks have in common, beside SQLite.
    Analysis,
    /// The server.
    Serve,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let root = workspace::root()?;
    let target = workspace::target(&root);
    build_programs(&root, &["-p", "tekser-indexer"])?;
    let wanted = |part| args.only.is_none_or(|only| only == part);
    if wanted(Part::Build) {
        bench_build(&args, &target)?;
    }
    if wanted(Part::Ingest) {
        bench_ingest(&args, &target)?;
    }
    if wanted(Part::Add) {
        let indexer = target.join("release/tekser-indexer");
        let folder = target.join("bench-add");
        let figures = measure_add(&indexer, &folder, args.old_rows, args.added_records)?;
        print_add(&figures);
    }
    if wanted(Part::Analysis) {
        let indexer = target.join("release/tekser-indexer");
        let folder = target.join("bench-analysis");
        print_analysis(&measure_analysis(
            &indexer,
            &folder,
            args.old_rows,
            args.rounds,
        )?);
    }
    if wanted(Part::Serve) {
        build_programs(&root, &["-p", "tekser-server"])?;
        build_programs(&root, &["-p", "tekser-tools", "--bin", "bare-actix"])?;
        bench_serve(&args, &target)?;
    }
    Ok(())
}

/// One package at a time: built together, they would be built with features that none of them asks for alone.
fn build_programs(root: &Path, which: &[&str]) -> anyhow::Result<()> {
    let build = ["build", "--release", "--quiet"];
    let built = cargo(root, build.iter().chain(which)).status()?;
    ensure!(built.success(), "{} does not build", which.join(" "));
    Ok(())
}

fn bench_build(args: &Args, target: &Path) -> anyhow::Result<()> {
    let indexer = target.join("release/tekser-indexer");
    let cores = available_parallelism().map_or(1, NonZero::get);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(cores).build()?;
    for &records in &args.records {
        let oprf = measure_oprf(args.rounds, &pool)?;
        print_oprf(&oprf, cores);
        let build = measure_build(&indexer, &target.join("bench"), records)?;
        print_build(&build, &oprf, cores);
    }
    Ok(())
}

fn bench_ingest(args: &Args, target: &Path) -> anyhow::Result<()> {
    let figures = measure_ingest(
        &target.join("release/tekser-indexer"),
        &target.join("bench-ingest"),
        args.ingest_megabytes * 1_000_000,
        args.rounds,
    )?;
    println!(
        "\n| reading, one core | MB | MB/s | records/s | bare MB/s | bare records/s | ours ÷ bare time |\n\
         |---|--:|--:|--:|--:|--:|--:|"
    );
    figures.iter().for_each(print_ingest);
    Ok(())
}

fn print_ingest(figures: &IngestFigures) {
    let megabytes = figures.bytes as f64 / 1e6;
    let rows = figures.rows as f64;
    println!(
        "| {} | {megabytes:.0} | {:.0} | {:.0} | {:.0} | {:.0} | {:.2} |",
        figures.format.name(),
        megabytes / figures.ours,
        rows / figures.ours,
        megabytes / figures.bare,
        rows / figures.bare,
        figures.ours / figures.bare,
    );
}

fn bench_serve(args: &Args, target: &Path) -> anyhow::Result<()> {
    let program = |name| target.join("release").join(name);
    let figures = measure_serve(&Bench {
        indexer: program("tekser-indexer"),
        server: program("tekser-server"),
        bare: program("bare-actix"),
        folder: target.join("bench-serve"),
        records: args.served_records,
        rounds: args.rounds,
        turn: Duration::from_secs(args.turn),
    })?;
    print!("{figures}");
    Ok(())
}

fn print_add(figures: &AddFigures) {
    let megabytes = figures.index_bytes as f64 / 1e6;
    println!("\n| index of {} rows | |\n|---|--:|", figures.rows);
    println!("| index, MB | {megabytes:.0} |");
    println!(
        "| its rows read and written anew, seconds | {:.1} |",
        figures.rewrite_seconds
    );
    println!(
        "| that is, MB of index a second | {:.0} |",
        megabytes / figures.rewrite_seconds
    );
    println!("| records added | {} |", figures.records);
    println!(
        "| different identifiers in them | {} |",
        figures.identifiers
    );
    println!("| evaluations | {} |", figures.evaluated);
    println!("| seconds to add them | {:.1} |", figures.add_seconds);
}

fn print_analysis(figures: &AnalysisFigures) {
    println!(
        "\n| asked of {} identifiers in {} breaches | seconds | SQLite, seconds | SQLite ÷ ours |\n|---|--:|--:|--:|",
        figures.rows, figures.breaches
    );
    for answer in &figures.answers {
        println!(
            "| `{}` | {:.3} | {:.2} | {:.0} |",
            answer.command,
            answer.ours,
            answer.sqlite,
            answer.sqlite / answer.ours
        );
    }
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    println!(
        "| MB of the file | {:.0} | {:.0} | {:.1} |",
        megabytes(figures.index_bytes),
        megabytes(figures.sqlite_bytes),
        figures.sqlite_bytes as f64 / figures.index_bytes as f64
    );
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
