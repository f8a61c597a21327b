//! Does everything hold? The steps of the one test command, run one after the other until one fails.

mod requirements;
mod steps;

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::npm::NodeError;

pub use steps::{Program, STEPS, Step};

/// Why the checks did not come to their end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// A step found something.
    #[error("{step} failed; to see it alone: {command}")]
    Failed {
        /// The step's name.
        step: &'static str,
        /// Its command line.
        command: String,
    },
    /// A part of the toolchain is not installed.
    #[error("{component} is not installed; get it with: rustup component add {component}")]
    Component {
        /// The component's name.
        component: &'static str,
    },
    /// Node.js is not there or too old.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// A program that tests work with is not installed.
    #[error("{program} is needed for {tests}; get it with: apt-get install {package}")]
    Installation {
        /// Where it should be.
        program: &'static str,
        /// Which tests need it.
        tests: &'static str,
        /// The package of Debian that has it.
        package: &'static str,
    },
    /// The command cannot be run at all.
    #[error("cannot run cargo or npm: are they on the PATH?")]
    Program(#[from] io::Error),
}

/// Runs the steps in the workspace at `root`, and says on standard error which and how long each took.
///
/// # Errors
/// At the first step that fails, or if something that the steps need is missing.
pub fn run(steps: &[Step], root: &Path) -> Result<Duration, CheckError> {
    let begun = Instant::now();
    requirements::ensure(root)?;
    for (number, step) in (1..).zip(steps) {
        eprintln!(
            "── {number}/{} {}: {}",
            steps.len(),
            step.name,
            step.command_line()
        );
        let step_begun = Instant::now();
        if !step.run(root)?.success() {
            return Err(CheckError::Failed {
                step: step.name,
                command: step.command_line(),
            });
        }
        eprintln!(
            "── {} passed in {:.1} s",
            step.name,
            step_begun.elapsed().as_secs_f64()
        );
    }
    Ok(begun.elapsed())
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
    fn the_first_failure_ends_the_run_with_its_name_and_command() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(run(&[PASSES], root).is_ok());
        let error = run(&[PASSES, FAILS, PASSES], root).expect_err("the second step fails");
        assert_eq!(
            error.to_string(),
            "fails failed; to see it alone: RUSTDOCFLAGS='-D warnings' cargo no-such-command"
        );
    }
}
