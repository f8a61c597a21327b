//! Does everything hold? The steps of the one test command, run one after the other until one fails.

use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::cargo::cargo;

/// One check: a command line of cargo's and what it needs in its environment.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// What it makes sure of, in a few words.
    pub name: &'static str,
    /// Arguments of cargo.
    pub cargo: &'static [&'static str],
    /// Variables set for it alone.
    pub environment: &'static [(&'static str, &'static str)],
}

/// What a fresh toolchain may lack, and the cargo command that shows whether it does.
const COMPONENTS: [(&str, &str); 2] = [("rustfmt", "fmt"), ("clippy", "clippy")];

/// Every check of the project; the tests come last, so that their summary ends the output.
pub const STEPS: [Step; 7] = [
    Step {
        name: "formatting",
        cargo: &["fmt", "--all", "--check"],
        environment: &[],
    },
    Step {
        name: "lints",
        cargo: &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ],
        environment: &[],
    },
    Step {
        name: "lints of the library as the server builds it",
        cargo: &[
            "clippy",
            "-p",
            "tekser-indexer",
            "--no-default-features",
            "--lib",
            "--",
            "-D",
            "warnings",
        ],
        environment: &[],
    },
    Step {
        name: "lints of the library as a client builds it",
        cargo: &[
            "clippy",
            "-p",
            "tekser-indexer",
            "--no-default-features",
            "--features",
            "client",
            "--lib",
            "--",
            "-D",
            "warnings",
        ],
        environment: &[],
    },
    Step {
        name: "documentation",
        cargo: &["doc", "--workspace", "--no-deps"],
        environment: &[("RUSTDOCFLAGS", "-D warnings")],
    },
    Step {
        name: "the indexer's binary",
        cargo: &["build", "-p", "tekser-indexer"],
        environment: &[],
    },
    Step {
        name: "tests",
        cargo: &["test", "--workspace"],
        environment: &[],
    },
];

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
    Missing {
        /// The component's name.
        component: &'static str,
    },
    /// The command cannot be run at all.
    #[error("cannot run cargo: is it on the PATH?")]
    Cargo(#[from] io::Error),
}

/// Runs the steps in the workspace at `root`, and says on standard error which and how long each took.
///
/// # Errors
/// At the first step that fails, or if a component of the toolchain is missing.
pub fn run(steps: &[Step], root: &Path) -> Result<Duration, CheckError> {
    let begun = Instant::now();
    components_are_there(root)?;
    for (number, step) in (1..).zip(steps) {
        eprintln!(
            "── {number}/{} {}: {}",
            steps.len(),
            step.name,
            command_line(step)
        );
        let step_begun = Instant::now();
        if !status_of(step, root)?.success() {
            return Err(CheckError::Failed {
                step: step.name,
                command: command_line(step),
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

fn components_are_there(root: &Path) -> Result<(), CheckError> {
    for (component, subcommand) in COMPONENTS {
        let mut command = cargo(root, [subcommand, "--version"]);
        let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
        if !quiet.status()?.success() {
            return Err(CheckError::Missing { component });
        }
    }
    Ok(())
}

fn status_of(step: &Step, root: &Path) -> io::Result<ExitStatus> {
    cargo(root, step.cargo)
        .envs(step.environment.iter().copied())
        .status()
}

/// The step as it is typed in a shell.
fn command_line(step: &Step) -> String {
    let mut words: Vec<String> = step
        .environment
        .iter()
        .map(|(name, value)| format!("{name}='{value}'"))
        .collect();
    words.push("cargo".to_owned());
    words.extend(step.cargo.iter().map(|word| (*word).to_owned()));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSES: Step = Step {
        name: "passes",
        cargo: &["--version"],
        environment: &[],
    };
    const FAILS: Step = Step {
        name: "fails",
        cargo: &["no-such-command"],
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

    #[test]
    fn the_tests_are_the_last_step() {
        assert_eq!(STEPS.map(|step| step.name).last(), Some(&"tests"));
    }
}
