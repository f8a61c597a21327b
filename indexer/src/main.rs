//! `tekser-indexer`: the command line for ministry staff and investigators.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use exposure_index::commands::CommandLine;

fn main() -> ExitCode {
    keep_memory_private();
    CommandLine::parse().run()
}

/// Values of dumps are in this process's memory. Neither a core dump nor a message of a panic, which may quote a text
/// that was cut wrongly, shall show them.
fn keep_memory_private() {
    use rustix::process::{Resource, Rlimit, setrlimit};

    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        // A second panic, about a log that cannot be written, would end the process before it has tidied up.
        let _ = writeln!(
            std::io::stderr(),
            "tekser-indexer: internal error{place}; please report it"
        );
    }));
    // The limit keeps files from being written; a system that pipes core dumps to a program heeds only the other.
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let limited = setrlimit(Resource::Core, none);
    #[cfg(target_os = "linux")]
    let limited = limited.and(rustix::process::set_dumpable_behavior(
        rustix::process::DumpableBehavior::NotDumpable,
    ));
    if limited.is_err() {
        let _ = writeln!(
            std::io::stderr(),
            "tekser-indexer: warning: core dumps could not be turned off; a crash may write values to the disk"
        );
    }
}
