//! Where do the manual's commands run? A folder that plays the offline machine.

use std::env;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tekser_tests::{Server, Workspace, indexer, leaks};

use super::blocks::{Manual, Place};

/// The generation of the manual's examples.
pub(super) const EXAMPLE: &str = "20261123-113000-3f9a1c2b";

/// A folder that stands for the offline machine, with the folders of a server below it. Commands of the manual run in it,
/// and the paths that they name are mapped into it.
pub(super) struct Machine {
    pub(super) workspace: Workspace,
    manual: Manual,
    evaluators: Vec<String>,
}

impl Machine {
    /// A machine with a key in two shares, a release key and the operator's details; all without passphrases.
    pub(super) fn new() -> Self {
        let workspace = Workspace::without_key();
        let keygen = ["keygen", "--shares", "2", "--json", "--key", "tekser.key"];
        let keys: Value = serde_json::from_str(&workspace.run_ok(&keygen)).expect("JSON");
        let released = ["release-keygen", "--no-passphrase", "--release-key"];
        let _ = workspace.run_ok(&[&released[..], &["release.key"]].concat());
        let key = |place: usize| keys["public_keys"][place].as_str().expect("a key");
        let urls = [1, 2].map(|one| format!("https://evaluator-{one}.example.kz/v1/evaluate"));
        workspace.say_who_serves(&[(&urls[0], key(0)), (&urls[1], key(1))]);
        let evaluators = [0, 1].map(|place| format!("{}={}", urls[place], key(place)));
        for folder in [
            "breaches",
            "etc/tekser",
            "etc/systemd/system",
            "run",
            "srv",
            "store",
            "var/lib/tekser/index",
        ] {
            fs::create_dir_all(workspace.path().join(folder)).expect("a folder");
        }
        Self {
            workspace,
            manual: Manual::read(),
            evaluators: evaluators.into(),
        }
    }

    /// The place in it of a path that the manual names.
    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.workspace.path().join(path.trim_start_matches('/'))
    }

    /// Adds one of the small leaks to those that the index is built from.
    pub(super) fn add_leak(&self, leak: &str, name: &str) {
        let folder = self.path("breaches").join(name);
        fs::create_dir_all(&folder).expect("a folder");
        for file in fs::read_dir(leaks().join("breaches").join(leak)).expect("a leak") {
            let file = file.expect("a file");
            fs::copy(file.path(), folder.join(file.file_name())).expect("a copy");
        }
    }

    /// Runs a block of the manual, which must succeed, and returns what it printed.
    pub(super) fn run(&self, block: Place) -> String {
        self.run_with(block, &[])
    }

    /// Like [`run`](Self::run), with texts of the manual replaced.
    pub(super) fn run_with(&self, block: Place, meant: &[(&str, &str)]) -> String {
        let lines = self.manual.lines(block).join("\n");
        succeeded(&self.shell(&self.led(&lines, meant)))
    }

    /// Runs some lines of a block.
    pub(super) fn run_lines(
        &self,
        block: Place,
        lines: Range<usize>,
        meant: &[(&str, &str)],
    ) -> String {
        let lines = self.manual.lines(block)[lines].join("\n");
        succeeded(&self.shell(&self.led(&lines, meant)))
    }

    /// Runs a command within a sentence of the manual.
    pub(super) fn run_inline(&self, command: &str, meant: &[(&str, &str)]) -> String {
        succeeded(&self.try_inline(command, meant))
    }

    pub(super) fn try_inline(&self, command: &str, meant: &[(&str, &str)]) -> Output {
        self.shell(&self.led(self.manual.inline(command), meant))
    }

    /// Runs a command that a program advised.
    pub(super) fn run_advised(&self, command: &str) -> String {
        succeeded(&self.shell(command))
    }

    /// Runs commands in one shell, until one fails.
    fn shell(&self, commands: &str) -> Output {
        assert!(!commands.is_empty(), "nothing to run");
        let mut command = Command::new("bash");
        command
            .args(["-euo", "pipefail", "-c", commands])
            .current_dir(self.workspace.path())
            .env("PATH", path());
        for (name, _) in env::vars_os().filter(|(name, _)| is_setting(name.to_str())) {
            command.env_remove(name);
        }
        let passphrase = self.path("passphrase");
        if passphrase.exists() {
            command.env("TEKSER_PASSPHRASE_FILE", passphrase);
        }
        command.output().expect("bash")
    }

    /// The text with all its paths mapped into this machine's folder, in one pass.
    pub(super) fn led(&self, text: &str, meant: &[(&str, &str)]) -> String {
        let root = self.workspace.path().display();
        let below = ["/etc/", "/run/", "/srv/", "/var/"].map(|top| (top, format!("{root}{top}")));
        let store = format!("file://{root}/store/index");
        let current = fs::read_to_string(self.path("index/CURRENT"));
        let current = current.unwrap_or_default().trim().to_owned();
        let own = below.iter().map(|(from, to)| (*from, to.as_str())).chain([
            ("s3://tekser-public/index", store.as_str()),
            (EXAMPLE, &current),
        ]);
        let places: Vec<(&str, &str)> = meant.iter().copied().chain(own).collect();
        let (mut led, mut rest) = (String::new(), text);
        while let Some(next) = rest.chars().next() {
            let place = places.iter().find(|(from, _)| rest.starts_with(from));
            let (from, to) = place.copied().unwrap_or(("", ""));
            led.push_str(to);
            rest = &rest[from.len()..];
            if from.is_empty() {
                led.push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
        led
    }

    /// The range server over what was put below `/var/lib/tekser`.
    pub(super) fn serve(&self, more: &[&str]) -> Server {
        let trusted = self.workspace.argument("release.key.pub");
        self.serve_untrusting(&[&["--trust", &trusted][..], more].concat())
    }

    /// Like [`serve`](Self::serve), but without `--trust`.
    pub(super) fn serve_untrusting(&self, more: &[&str]) -> Server {
        let index = self.path("/var/lib/tekser/index").display().to_string();
        self.serve_over(&index, more)
    }

    /// The range server over what was pushed.
    pub(super) fn serve_from_store(&self) -> Server {
        let cache = self.workspace.argument("cache");
        let address = self.led("s3://tekser-public/index", &[]);
        self.serve_over(&address, &["--index-cache", &cache])
    }

    fn serve_over(&self, index: &str, more: &[&str]) -> Server {
        let own = [
            "--role",
            "ranges",
            "--admin",
            "127.0.0.1:0",
            "--index",
            index,
        ];
        let evaluators = self.evaluators.iter();
        let evaluators = evaluators.flat_map(|one| ["--evaluator", one.as_str()]);
        let arguments = own
            .into_iter()
            .chain(more.iter().copied())
            .chain(evaluators);
        Server::start_bare(&arguments.collect::<Vec<_>>())
    }

    /// The setting that names the evaluators, in a file of settings.
    pub(super) fn evaluators(&self) -> String {
        format!("evaluator = {:?}", self.evaluators)
    }

    /// The same setting on a command line.
    pub(super) fn evaluator_arguments(&self) -> String {
        let arguments = self
            .evaluators
            .iter()
            .map(|one| format!("--evaluator {one}"));
        arguments.collect::<Vec<_>>().join(" ")
    }

    /// The newest generation on the offline machine, published or not.
    pub(super) fn newest(&self) -> String {
        let entries = self.workspace.index_entries();
        let newest = entries.iter().rfind(|name| name.starts_with("20"));
        newest.expect("a generation").clone()
    }
}

/// A search path with the folder of the programs first.
fn path() -> String {
    let own = indexer().parent().and_then(Path::to_str).expect("a folder");
    format!("{own}:{}", env::var("PATH").expect("a path"))
}

fn is_setting(name: Option<&str>) -> bool {
    name.is_some_and(|name| name.starts_with("TEKSER_"))
}

fn succeeded(output: &Output) -> String {
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{printed}{complaint}");
    printed
}
