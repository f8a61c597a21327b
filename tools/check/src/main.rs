//! `cargo check-all`: every check and every test of the project, stopping at the first failure.

use std::process::ExitCode;

use tekser_check::run;
use tekser_workspace::root;

fn main() -> ExitCode {
    let checked = root().map_err(Into::into).and_then(|root| run(&root));
    match checked {
        Ok(taken) => {
            eprintln!("── everything passed in {:.1} s", taken.as_secs_f64());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("check-all: {error}");
            ExitCode::FAILURE
        }
    }
}
