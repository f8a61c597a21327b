//! Does everything hold? The steps of the one test command, which stops at the first failure.
//!
//! Rust is compiled and checked step by step, in the order in which one step leaves the most for the next. The website
//! is built and its own tests run meanwhile. What works in a browser or with clocks comes last, when nothing else runs.

mod error;
mod requirements;
mod steps;
mod website;

use std::path::Path;
use std::time::{Duration, Instant};

pub use error::CheckError;
pub use steps::{COMPILED, Program, Step, TESTS};

use website::Website;

/// Runs every check of the workspace at `root`, and says on standard error which and how long each took.
///
/// # Errors
/// Fails at the first step that fails, or if something that the steps need is missing.
pub fn run(root: &Path) -> Result<Duration, CheckError> {
    let begun = Instant::now();
    requirements::ensure(root)?;
    let website = Website::begin(root);
    for step in COMPILED.iter().take_while(|_| !website.has_failed()) {
        run_step(step, root)?;
    }
    website.finish()?;
    TESTS.iter().try_for_each(|step| run_step(step, root))?;
    Ok(begun.elapsed())
}

fn run_step(step: &Step, root: &Path) -> Result<(), CheckError> {
    eprintln!("── {}: {}", step.name, step.command_line());
    let begun = Instant::now();
    if !step.command(root).status()?.success() {
        return Err(step.failed());
    }
    passed(step.name, begun);
    Ok(())
}

fn passed(name: &str, begun: Instant) {
    eprintln!("── {name} passed in {:.1} s", begun.elapsed().as_secs_f64());
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSES: Step = Step {
        name: "passes",
        program: Program::Cargo,
        arguments: &["--version"],
        environment: &[],
    };
    const FAILS: Step = Step {
        name: "fails",
        program: Program::Cargo,
        arguments: &["no-such-command"],
        environment: &[("RUSTDOCFLAGS", "-D warnings")],
    };

    #[test]
    fn a_failure_is_reported_with_its_name_and_command() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(run_step(&PASSES, root).is_ok());
        let error = run_step(&FAILS, root).expect_err("the step fails");
        assert_eq!(
            error.to_string(),
            "fails failed; to see it alone: RUSTDOCFLAGS='-D warnings' cargo no-such-command"
        );
    }
}
