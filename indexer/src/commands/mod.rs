//! What did the operator ask for? The command line: one file per subcommand; `options` and `output` are shared.

#[cfg(not(all(feature = "report", feature = "store")))]
mod absent;
mod add;
mod audit;
mod build;
mod catalogue;
mod compare;
mod completions;
mod diff;
mod digest;
mod erase;
mod explain;
mod export;
mod generations;
mod groups;
mod inspect;
mod key;
mod keygen;
mod log;
mod lookup;
mod man;
mod merge;
mod options;
mod output;
mod overlap;
mod passwords;
mod prune;
mod publish;
mod publishing;
#[cfg_attr(not(feature = "store"), path = "absent/push.rs")]
mod push;
mod query;
mod rekey;
mod release_keygen;
mod remove;
#[cfg_attr(not(feature = "report"), path = "absent/report.rs")]
mod report;
mod reshare;
mod rollback;
mod sign;
mod stats;
mod update;
mod verify;

use std::process::ExitCode;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use exposure_index::process::causes;
use exposure_index::progress::Cancelled;
use tracing::Level;

/// Build and query an index of leaked personal data.
///
/// An index says in which leaks an identifier (IIN, phone number, e-mail address, …) is, and what else leaked with it.
/// It holds no identifier, only tags made with a secret key: keep the key apart from the index.
#[derive(Parser)]
#[command(
    name = "tekser-indexer",
    version,
    propagate_version = true,
    max_term_width = 100
)]
#[command(after_help = "\
Examples:
  tekser-indexer keygen --key tekser.key
  tekser-indexer inspect breaches/residents-2025/part-1.csv
  tekser-indexer build --index index --key tekser.key breaches/
  echo 'phone:8 709 123 45 67' | tekser-indexer lookup --index index --key tekser.key

Data goes to standard output, progress and messages to standard error.
Exit status: 0 done, 1 refused or failed, 2 wrong usage, 130 and 143 stopped by Ctrl-C and SIGTERM.")]
pub struct CommandLine {
    #[command(flatten)]
    verbosity: Verbosity,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct Verbosity {
    /// Log more (twice for debugging). Values of dumps are never logged.
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    verbose: u8,
}

#[derive(Subcommand)]
enum Command {
    Keygen(keygen::Keygen),
    Key(key::Key),
    Reshare(reshare::Reshare),
    Inspect(inspect::Inspect),
    Build(build::Build),
    Add(add::Add),
    Remove(remove::Remove),
    Update(update::Update),
    Merge(merge::Merge),
    Erase(erase::Erase),
    Rekey(rekey::Rekey),
    Lookup(lookup::Lookup),
    Verify(verify::Verify),
    Stats(stats::Stats),
    Generations(generations::Generations),
    Diff(diff::Diff),
    Digest(digest::Digest),
    Compare(compare::Compare),
    Overlap(overlap::Overlap),
    Query(query::Query),
    Report(report::Report),
    Publish(publish::Publish),
    Rollback(rollback::Rollback),
    Prune(prune::Prune),
    Export(export::ExportCommand),
    Push(push::PushCommand),
    Catalogue(catalogue::Catalogue),
    Passwords(passwords::Passwords),
    ReleaseKeygen(release_keygen::ReleaseKeygen),
    Sign(sign::Sign),
    Log(log::Log),
    Audit(audit::AuditCommand),
    Completions(completions::Completions),
    Man(man::Man),
}

impl CommandLine {
    /// Parses the command line of this process. After printing help or an error, ends the process.
    #[must_use]
    pub fn of_this_process() -> Self {
        let matches = groups::grouped(Self::command()).get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }

    /// Runs the command.
    pub fn run(self) -> ExitCode {
        self.verbosity.start_log();
        match self.command.run() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
            Err(error) => {
                output::message(format_args!("tekser-indexer: {}", causes(error.as_ref())));
                if let Some(advice) = output::advice::advice(&error) {
                    output::message(advice);
                }
                exit_code(&error)
            }
        }
    }
}

impl Command {
    fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Keygen(command) => command.run(),
            Self::Key(command) => command.run(),
            Self::Reshare(command) => command.run(),
            Self::Inspect(command) => command.run(),
            Self::Build(command) => command.run(),
            Self::Add(command) => command.run(),
            Self::Remove(command) => command.run(),
            Self::Update(command) => command.run(),
            Self::Merge(command) => command.run(),
            Self::Erase(command) => command.run(),
            Self::Rekey(command) => command.run(),
            Self::Lookup(command) => command.run(),
            Self::Verify(command) => command.run(),
            Self::Stats(command) => command.run(),
            Self::Generations(command) => command.run(),
            Self::Diff(command) => command.run(),
            Self::Digest(command) => command.run(),
            Self::Compare(command) => command.run(),
            Self::Overlap(command) => command.run(),
            Self::Query(command) => command.run(),
            Self::Report(command) => command.run(),
            Self::Publish(command) => command.run(),
            Self::Rollback(command) => command.run(),
            Self::Prune(command) => command.run(),
            Self::Export(command) => command.run(),
            Self::Push(command) => command.run(),
            Self::Catalogue(command) => command.run(),
            Self::Passwords(command) => command.run(),
            Self::ReleaseKeygen(command) => command.run(),
            Self::Sign(command) => command.run(),
            Self::Log(command) => command.run(),
            Self::Audit(command) => command.run(),
            Self::Completions(command) => command.run(),
            Self::Man(command) => command.run(),
        }
    }
}

impl Verbosity {
    fn start_log(&self) {
        let level = match self.verbose {
            0 => Level::WARN,
            1 => Level::INFO,
            2 => Level::DEBUG,
            _ => Level::TRACE,
        };
        let log = tracing_subscriber::fmt()
            .with_max_level(level)
            .with_writer(std::io::stderr)
            .finish();
        // Not `init`: that may also print what libraries write to `log`, and some write the numbers that they parse.
        if tracing::subscriber::set_global_default(log).is_err() {
            output::message("tekser-indexer: warning: no log is written");
        }
    }
}

/// Returns 1, or the status for a signal.
fn exit_code(error: &anyhow::Error) -> ExitCode {
    let mut causes = error.chain();
    match causes.find_map(|cause| cause.downcast_ref::<Cancelled>()) {
        Some(Cancelled { stop }) => publishing::exit_status(*stop).into(),
        None => ExitCode::FAILURE,
    }
}

/// Returns whether the reader of our output has closed it, as `head` does.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
