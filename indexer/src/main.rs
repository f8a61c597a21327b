//! `tekser-indexer`: the command line for ministry staff and investigators.

use std::process::ExitCode;

use exposure_index::process::keep_memory_private;
use tekser_indexer::commands::CommandLine;

fn main() -> ExitCode {
    keep_memory_private("tekser-indexer");
    CommandLine::of_this_process().run()
}
