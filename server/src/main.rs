//! `tekser-server`: the look-up server.

use std::ffi::OsString;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use exposure_index::process::keep_memory_private;
use tekser_server::config::{
    Command, CommandLine, Config, ConfigError, Settings, completions, page, parse,
};
use tekser_server::observe::{causes, start_log};
use tekser_server::push::create_key;
use tekser_server::run::{check, run};

/// A request takes some forty small pieces of memory; the system's allocator spends a tenth of the server's time on them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: u8 = 2;

fn main() -> ExitCode {
    keep_memory_private("tekser-server");
    let arguments: Vec<OsString> = std::env::args_os().collect();
    match parse(&arguments) {
        Ok(line) => report(start(line)),
        Err(ConfigError::Usage(error)) => error.exit(),
        Err(error) => refuse(&error.into(), USAGE),
    }
}

fn start(line: CommandLine) -> anyhow::Result<()> {
    match line.command {
        None => run(&checked(line.settings)?),
        Some(Command::CheckConfig(settings)) => {
            check(&checked(*settings)?)?;
            print("The settings fit together, and everything that they name can be opened.\n")
        }
        Some(Command::PushKeygen { file }) => print(&format!("{}\n", create_key(&file)?)),
        Some(Command::Completions { shell }) => print(&completions(shell)),
        Some(Command::Man(request)) => print(&page(&request)?),
    }
}

fn checked(settings: Settings) -> anyhow::Result<Config> {
    start_log(settings.log)?;
    Ok(settings.check()?)
}

/// To standard output. The reader may have read enough, as `head` does.
fn print(text: &str) -> anyhow::Result<()> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

fn report(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<ConfigError>() => refuse(&error, USAGE),
        Err(error) => refuse(&error, 1),
    }
}

fn refuse(error: &anyhow::Error, code: u8) -> ExitCode {
    eprintln!("tekser-server: {}", causes(error.as_ref()));
    ExitCode::from(code)
}
