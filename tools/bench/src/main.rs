//! `cargo bench-all`: what `tools/figures/README.md` claims, measured.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::ensure;
use clap::{Parser, ValueEnum};
use tekser_bench::{
    AddMeasurement, Bench, BuildFigures, BuildSeries, Record, ServeFigures, Sizing, measure_add,
    measure_analysis, measure_browser, measure_build, measure_formats, measure_ingest,
    measure_oprf, measure_retrieval, measure_serve, measure_table, measure_unknown,
};
use tekser_workspace::{cargo, root, target};

/// Measure everything, compared with alternatives, in one run on this machine
///
/// Prints tables, the last one with all comparisons and the factor by which ours is better; writes them as JSON and as
/// a picture. All of it took 37 minutes on two fast cores, which must be otherwise idle; it needs 16 GiB of memory
/// and 15 GB of disk in `target`. The server is measured with `wrk`, `nginx` and `oha`. With `cargo run --release
/// --package tekser-bench` instead of `cargo bench-all`, everything that is measured is built as `cargo demo` builds
/// it.
#[derive(Parser)]
#[command(name = "cargo bench-all", version)]
struct Args {
    /// Measure a little of everything, in a few minutes: to see that it works, with rough results
    #[arg(long)]
    quick: bool,

    /// Measure only this part; repeat it for several parts
    #[arg(long)]
    only: Vec<Part>,

    /// Rows of the dumps that are built, in ascending order; repeat it for several builds
    #[arg(long, default_values_t = [1_000_000, 4_000_000, 16_000_000], default_value_ifs = [("quick", "true", "100000")])]
    records: Vec<u64>,

    /// Tags in the tables that are compared; repeat it for several sizes
    #[arg(long, default_values_t = [1_000_000, 16_000_000, 64_000_000], default_value_ifs = [("quick", "true", "1000000")], value_parser = clap::value_parser!(u64).range(1_000..))]
    table_rows: Vec<u64>,

    /// Megabytes (10⁶) of each dump that is read
    #[arg(long, default_value_t = 1_000, default_value_ifs = [("quick", "true", "100")])]
    ingest_megabytes: u64,

    /// Megabytes (10⁶) of each file of another program that is read, and of one ten times smaller
    #[arg(long, default_value_t = 2_000, default_value_ifs = [("quick", "true", "20")], value_parser = clap::value_parser!(u64).range(1..))]
    format_megabytes: u64,

    /// Rows of the index that a dump is added to, of the one that is asked what its leaks have in common, and of those
    /// that ranges are retrieved from
    #[arg(long, default_value_t = 48_000_000, default_value_ifs = [("quick", "true", "4000000")], value_parser = clap::value_parser!(u64).range(1_000..))]
    old_rows: u64,

    /// Records of the dump that is added
    #[arg(long, default_value_t = 100_000, default_value_ifs = [("quick", "true", "10000")], value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    added_records: u64,

    /// Entries of each of the five warning lists that are added
    #[arg(long, default_value_t = 20_000, default_value_ifs = [("quick", "true", "2000")], value_parser = clap::value_parser!(u64).range(100..=1_000_000))]
    listed_entries: u64,

    /// Rows of the dumps of the index that is served
    #[arg(long, default_value_t = 1_000_000, default_value_ifs = [("quick", "true", "100000")])]
    served_records: u64,

    /// People in each unknown file
    #[arg(long, default_value_t = 100_000, default_value_ifs = [("quick", "true", "10000")], value_parser = clap::value_parser!(u64).range(100..=1_000_000))]
    unknown_rows: u64,

    /// Rounds of each measurement; of the server's the median counts, else the best
    #[arg(long, default_value_t = 5, default_value_ifs = [("quick", "true", "2")])]
    rounds: u32,

    /// Seconds per round for each side of the server's measurement
    #[arg(long, default_value_t = 3, default_value_ifs = [("quick", "true", "1")], value_parser = clap::value_parser!(u64).range(1..))]
    turn: u64,

    /// Folder for figures.json and comparisons.svg [default: target/bench-all]
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The bulk OPRF against `voprf` and bare multiplication, and builds against the bulk OPRF.
    Build,
    /// Reading dumps, without the OPRF, against bare parsers.
    Ingest,
    /// From an unknown file to a look-up, for thirteen kinds of files.
    Unknown,
    /// Reading DBF, SQLite and RAR, against bare readers, and its memory.
    Formats,
    /// The table of tags against LMDB, redb, SQLite, fst and tables in memory.
    Table,
    /// Adding a dump and the day's warning lists to a large index.
    Add,
    /// What leaks have in common, against SQLite.
    Analysis,
    /// The server against nginx, bare actix and bare cryptography.
    Serve,
    /// A pass of private retrieval against reading and copying the same memory.
    Retrieval,
    /// The website's side of a look-up.
    Browser,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let root = root()?;
    let session = Session {
        target: target(&root),
        root,
        args,
    };
    session.run()
}

impl Args {
    fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }
}

struct Session {
    args: Args,
    root: PathBuf,
    target: PathBuf,
}

impl Session {
    fn run(&self) -> anyhow::Result<()> {
        let output = self.args.output.clone();
        let mut record = Record::begin(output.unwrap_or_else(|| self.folder("bench-all")))?;
        let (mut build, mut server) = (None, None);
        for part in Part::value_variants() {
            match part {
                _ if !self.args.wants(*part) => (),
                Part::Build => build = self.measure_builds(&mut record)?,
                Part::Ingest => self.measure_ingest(&mut record)?,
                Part::Unknown => self.measure_unknown(&mut record)?,
                Part::Formats => self.measure_formats(&mut record)?,
                Part::Table => self.measure_tables(&mut record)?,
                Part::Add => self.measure_add(&mut record)?,
                Part::Analysis => self.measure_analysis(&mut record)?,
                Part::Serve => server = Some(self.measure_server(&mut record)?),
                Part::Retrieval => self.measure_retrieval(&mut record)?,
                Part::Browser => self.measure_browser(&mut record)?,
            }
        }
        if let Some((build, server)) = build.zip(server) {
            println!("\n{}", Sizing::of(&build, &server));
        }
        record.finish()
    }

    fn measure_ingest(&self, record: &mut Record) -> anyhow::Result<()> {
        let bytes = self.args.ingest_megabytes * 1_000_000;
        let folder = self.folder("bench-ingest");
        let figures = measure_ingest(&self.indexer()?, &folder, bytes, self.args.rounds)?;
        record.take("ingest", &figures)
    }

    fn measure_unknown(&self, record: &mut Record) -> anyhow::Result<()> {
        let (folder, rows) = (self.folder("bench-unknown"), self.args.unknown_rows);
        let figures = measure_unknown(&self.indexer()?, &folder, rows)?;
        record.take("unknown", &figures)
    }

    fn measure_formats(&self, record: &mut Record) -> anyhow::Result<()> {
        let bytes = self.args.format_megabytes * 1_000_000;
        let folder = self.folder("bench-formats");
        let figures = measure_formats(&self.indexer()?, &folder, bytes, self.args.rounds)?;
        record.take("formats", &figures)
    }

    fn measure_tables(&self, record: &mut Record) -> anyhow::Result<()> {
        self.args.table_rows.iter().try_for_each(|&rows| {
            let folder = self.folder("bench-table");
            record.take("table", &measure_table(&folder, rows, self.args.rounds)?)
        })
    }

    fn measure_add(&self, record: &mut Record) -> anyhow::Result<()> {
        let (folder, rows) = (self.folder("bench-add"), self.args.old_rows);
        let added = AddMeasurement {
            records: self.args.added_records,
            listed: self.args.listed_entries,
        };
        record.take("add", &measure_add(&self.indexer()?, &folder, rows, added)?)
    }

    fn measure_analysis(&self, record: &mut Record) -> anyhow::Result<()> {
        let (folder, rows) = (self.folder("bench-analysis"), self.args.old_rows);
        let figures = measure_analysis(&self.indexer()?, &folder, rows, self.args.rounds)?;
        record.take("analysis", &figures)
    }

    /// Measures ranges of the usual number of rows, and finer ones.
    fn measure_retrieval(&self, record: &mut Record) -> anyhow::Result<()> {
        for range_rows in [4096, 1024] {
            let (folder, rows) = (self.folder("bench-retrieval"), self.args.old_rows);
            let figures = measure_retrieval(&folder, rows, range_rows, self.args.rounds)?;
            record.take("retrieval", &figures)?;
        }
        Ok(())
    }

    fn measure_browser(&self, record: &mut Record) -> anyhow::Result<()> {
        let folder = self.folder("bench-browser");
        record.take("browser", &measure_browser(&self.root, &folder)?)
    }

    /// Measures each build right after the OPRF alone, since the machine's speed varies; returns the largest.
    fn measure_builds(&self, record: &mut Record) -> anyhow::Result<Option<BuildFigures>> {
        let pool = rayon::ThreadPoolBuilder::new().build()?;
        let mut builds = Vec::new();
        for &records in &self.args.records {
            let oprf = measure_oprf(self.args.rounds, &pool)?;
            if builds.is_empty() {
                record.take("oprf", &oprf)?;
            }
            let folder = self.folder("bench");
            builds.push(measure_build(&self.indexer()?, &folder, records, oprf)?);
        }
        let series = BuildSeries { builds };
        record.take("build", &series)?;
        Ok(series.builds.last().copied())
    }

    fn measure_server(&self, record: &mut Record) -> anyhow::Result<ServeFigures> {
        let figures = measure_serve(&Bench {
            indexer: self.indexer()?,
            server: self.program(
                "tekser-server",
                &["-p", "tekser-server", "--features", "full"],
            )?,
            bare: self.program("bare-actix", &["-p", "tekser-bench", "--bin", "bare-actix"])?,
            folder: self.folder("bench-serve"),
            records: self.args.served_records,
            rounds: self.args.rounds,
            turn: Duration::from_secs(self.args.turn),
        })?;
        record.take("serve", &figures)?;
        Ok(figures)
    }

    fn indexer(&self) -> anyhow::Result<PathBuf> {
        let package = ["-p", "tekser-indexer", "--features", "full"];
        self.program("tekser-indexer", &package)
    }

    /// Returns a program with all features of the packages, built first if needed; each by itself, since together they
    /// would be built with features that none of them enables alone.
    fn program(&self, name: &str, package: &[&str]) -> anyhow::Result<PathBuf> {
        let profile = profile()?;
        let build = ["build", "--profile", profile, "--quiet"];
        let built = cargo(&self.root, build.iter().chain(package)).status()?;
        ensure!(built.success(), "{name} does not build");
        Ok(self.target.join(profile).join(name))
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.target.join(name)
    }
}

/// Returns the profile of the measured programs: this program's own, if it is `release`, or else `dist`.
fn profile() -> anyhow::Result<&'static str> {
    let program = env::current_exe()?;
    let is_release = program
        .parent()
        .is_some_and(|folder| folder.ends_with("release"));
    Ok(if is_release { "release" } else { "dist" })
}
