//! `tekser-server`: the look-up server.

use std::ffi::OsString;
use std::process::ExitCode;

use exposure_index::process::keep_memory_private;
use tekser_server::execute;

/// A request makes some forty small allocations; the system's allocator spends a tenth of the server's time on them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    keep_memory_private("tekser-server");
    let arguments: Vec<OsString> = std::env::args_os().collect();
    execute(&arguments)
}
