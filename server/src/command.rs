//! What was the program asked to do? Its command line, from the arguments to the exit status.

use std::ffi::OsString;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use exposure_index::process::causes;

use crate::config::{
    Command, CommandLine, Config, ConfigError, Settings, completions, page, parse,
};
use crate::observe::start_log;
use crate::push::create_key;
use crate::run::{check, run};

const USAGE: u8 = 2;

/// Runs the command line `arguments`, which begins with the program's name, and returns the exit status: 0 on success,
/// 1 if something was refused or failed, 2 if the arguments or settings are wrong. Standard error says what to do.
#[must_use]
pub fn execute(arguments: &[OsString]) -> ExitCode {
    match parse(arguments) {
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

/// Prints to standard output. A reader that closes the pipe early, such as `head`, is not an error.
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
