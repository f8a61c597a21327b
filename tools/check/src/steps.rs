//! Which checks does `cargo check-all` run, in which order?

use std::path::Path;
use std::process::Command;

use tekser_workspace::{cargo, npm};

use crate::CheckError;

/// One check: a command line and what it needs in its environment.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// What it checks, in a few words.
    pub name: &'static str,
    /// What is run.
    pub program: Program,
    /// Its arguments.
    pub arguments: &'static [&'static str],
    /// Variables set for it alone.
    pub environment: &'static [(&'static str, &'static str)],
}

/// Program that runs a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// Cargo, for everything in Rust.
    Cargo,
    /// npm, for the website.
    Npm,
}

/// Checks by the compiler, and what tests need: everything is compiled with all features, so that most of what one step
/// has checked or compiled of other packages serves the next.
pub const COMPILED: [Step; 8] = [
    cargo_step("formatting", &["fmt", "--all", "--check"]),
    cargo_step(
        "the lock file",
        &["tree", "--locked", "--workspace", "--depth", "0"],
    ),
    // That workspace is compiled by cargo-fuzz alone, so that nothing else would find its lock file out of date.
    cargo_step(
        "the lock file of the fuzz targets",
        &[
            "tree",
            "--locked",
            "--manifest-path",
            "tests/fuzz/Cargo.toml",
            "--depth",
            "0",
        ],
    ),
    cargo_step(
        "lints",
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ],
    ),
    Step {
        name: "documentation",
        program: Program::Cargo,
        // With `--examples` cargo takes the features that tests have, which are checked already.
        arguments: &["doc", "--workspace", "--no-deps", "--lib", "--examples"],
        environment: &[("RUSTDOCFLAGS", "-D warnings")],
    },
    cargo_step(
        "lints of the programs as `cargo demo` builds them",
        &[
            "clippy",
            "-p",
            "tekser-demo",
            "-p",
            "tekser-indexer",
            "-p",
            "tekser-server",
            "--",
            "-D",
            "warnings",
        ],
    ),
    cargo_step(
        "lints of the library as a client builds it",
        &[
            "clippy",
            "-p",
            "exposure_index",
            "--features",
            "client",
            "--lib",
            "--",
            "-D",
            "warnings",
        ],
    ),
    cargo_step(
        "the tests and the programs",
        &["test", "--workspace", "--no-run"],
    ),
];

/// Returns the checks of the website that run meanwhile.
pub(crate) const WEBSITE: [Step; 2] = [
    npm_step("the website", &["run", "build"]),
    npm_step("the website's tests", &["test"]),
];

/// What then runs alone: the machine must not keep a page or a server waiting. The tests of Rust come last, so that
/// their summary ends the output.
pub const TESTS: [Step; 2] = [
    npm_step("the website in a browser", &["run", "e2e"]),
    Step {
        name: "tests",
        program: Program::Cargo,
        arguments: &["test", "--workspace"],
        environment: &[("TEKSER_EVERY_TEST", "1")],
    },
];

const fn cargo_step(name: &'static str, arguments: &'static [&'static str]) -> Step {
    Step {
        name,
        program: Program::Cargo,
        arguments,
        environment: &[],
    }
}

const fn npm_step(name: &'static str, arguments: &'static [&'static str]) -> Step {
    Step {
        name,
        program: Program::Npm,
        arguments,
        environment: &[],
    }
}

impl Step {
    /// Returns the command that runs it in the workspace at `root`.
    pub(crate) fn command(&self, root: &Path) -> Command {
        let mut command = match self.program {
            Program::Cargo => cargo(root, self.arguments),
            Program::Npm => npm(root, self.arguments),
        };
        command.envs(self.environment.iter().copied());
        command
    }

    /// Returns the error of a failed step.
    pub(crate) fn failed(&self) -> CheckError {
        CheckError::Failed {
            step: self.name,
            command: self.command_line(),
        }
    }

    /// Returns the command as typed in a shell in the workspace's folder.
    pub(crate) fn command_line(&self) -> String {
        let variables = self
            .environment
            .iter()
            .map(|(name, value)| format!("{name}='{value}'"));
        let program: &[&str] = match self.program {
            Program::Cargo => &["cargo"],
            Program::Npm => &["npm", "--prefix", "server/web"],
        };
        let words = program
            .iter()
            .chain(self.arguments)
            .map(|word| (*word).to_owned());
        variables.chain(words).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tests_of_rust_are_the_last_step() {
        assert_eq!(TESTS.map(|step| step.name).last(), Some(&"tests"));
    }
}
