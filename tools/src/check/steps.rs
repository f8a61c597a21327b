use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus};

use crate::cargo::cargo;
use crate::npm::npm;

/// One check: a command line and what it needs in its environment.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// What it makes sure of, in a few words.
    pub name: &'static str,
    /// What is run.
    pub program: Program,
    /// What it is told to do.
    pub arguments: &'static [&'static str],
    /// Variables set for it alone.
    pub environment: &'static [(&'static str, &'static str)],
}

/// What runs a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// Cargo, for everything in Rust.
    Cargo,
    /// npm, for the website.
    Npm,
}

/// Every check of the project; the tests come last, so that their summary ends the output.
pub const STEPS: [Step; 11] = [
    cargo_step("formatting", &["fmt", "--all", "--check"]),
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
    cargo_step(
        "lints of the server by itself, with a library that has no parsers in it",
        &[
            "clippy",
            "-p",
            "tekser-server",
            "--lib",
            "--bins",
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
            "tekser-indexer",
            "--no-default-features",
            "--features",
            "client",
            "--lib",
            "--",
            "-D",
            "warnings",
        ],
    ),
    Step {
        name: "documentation",
        program: Program::Cargo,
        arguments: &["doc", "--workspace", "--no-deps"],
        environment: &[("RUSTDOCFLAGS", "-D warnings")],
    },
    cargo_step("the programs", &["build", "--workspace", "--bins"]),
    npm_step("the website's packages", &["ci", "--no-audit", "--no-fund"]),
    npm_step("the website", &["run", "build"]),
    npm_step("the website's tests", &["test"]),
    npm_step("the website in a browser", &["run", "e2e"]),
    cargo_step("tests", &["test", "--workspace"]),
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
    /// Runs it in the workspace at `root`.
    pub(super) fn run(&self, root: &Path) -> io::Result<ExitStatus> {
        let mut command: Command = match self.program {
            Program::Cargo => cargo(root, self.arguments),
            Program::Npm => npm(root, self.arguments),
        };
        command.envs(self.environment.iter().copied()).status()
    }

    /// It, as it is typed in a shell in the workspace's folder.
    pub(super) fn command_line(&self) -> String {
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
    fn the_tests_are_the_last_step() {
        assert_eq!(STEPS.map(|step| step.name).last(), Some(&"tests"));
    }
}
