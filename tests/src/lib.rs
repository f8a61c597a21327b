//! What do the tests across the crates share? A folder with a key and an index, the program that works on them, dumps
//! to give it, and a search for what must not exist.

mod disk;
mod dumps;
mod help;
mod http;
mod listening;
mod memory;
mod nginx;
mod nobody;
mod owners;
mod planted;
mod redis;
mod server;
mod skipping;
mod waiting;

pub use disk::SmallDisk;
pub use dumps::{copies_of_the_leaks, write_breach};
pub use help::commands_in_help;
pub use http::{agent, evaluation_of, header};
pub use listening::free_port;
pub use memory::peak_memory;
pub use nginx::Nginx;
pub use nobody::is_root;
pub use owners::{IdentityProvider, OwnersBrowser, Unanswered, owners_table, write_owners_site};
pub use planted::{PlantedValues, files_below, forms};
pub use redis::Redis;
pub use server::{Server, server, server_over};
pub use skipping::skip;
pub use waiting::wait_until;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

/// Returns the folder of the small leaks and their truth.
#[must_use]
pub fn leaks() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("leaks")
}

/// Returns the queries of the small leaks' truth.
///
/// # Panics
/// Panics if they cannot be read.
#[must_use]
pub fn queries() -> Vec<Value> {
    let queries = std::fs::read_to_string(leaks().join("truth/queries.jsonl"));
    let queries = queries.expect("the queries");
    queries
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

/// Returns the exposures of a query that a citizen is shown: the truth has those of the sealed file as well.
///
/// # Panics
/// Panics if the query has no list of them.
#[must_use]
pub fn public_exposures(query: &Value) -> Value {
    const SEALED: &str = "clinic-2023";
    let exposures = query["exposures"].as_array().expect("a list");
    let shown = exposures
        .iter()
        .filter(|exposure| exposure["breach"] != SEALED);
    Value::Array(shown.cloned().collect())
}

/// A temporary folder in which an index is built and asked.
pub struct Workspace {
    folder: TempDir,
}

impl Workspace {
    /// Makes a new folder with a new key and a new offline key.
    ///
    /// # Panics
    /// Panics if it cannot be made.
    #[must_use]
    #[expect(
        clippy::new_without_default,
        reason = "making a workspace writes files"
    )]
    pub fn new() -> Self {
        let workspace = Self::without_key();
        let message = workspace.run_ok(&["keygen", "--json"]);
        let message: Value = serde_json::from_str(&message).expect("JSON");
        let public_key = message["public_keys"][0].as_str().expect("a key");
        workspace.say_who_serves(&[("/v1/evaluate", public_key)]);
        workspace
    }

    /// Writes who runs the service, in the form for `sign`, with these evaluators: URLs and public keys.
    ///
    /// # Panics
    /// Panics if it cannot be written.
    pub fn say_who_serves(&self, evaluators: &[(&str, &str)]) {
        let evaluator = |(url, key): &(&str, &str)| {
            let of = "[[evaluators]]\ninstitution = \"Institute\"";
            format!("{of}\nurl = \"{url}\"\npublic_key = \"{key}\"\n")
        };
        let evaluators: String = evaluators.iter().map(evaluator).collect();
        let text = format!("ranges = \"Ministry\"\n{evaluators}");
        std::fs::write(self.service(), text).expect("a file");
    }

    fn service(&self) -> PathBuf {
        self.path().join("service.toml")
    }

    /// Makes a new, empty folder.
    ///
    /// # Panics
    /// Panics if it cannot be made.
    #[must_use]
    pub fn without_key() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    /// Returns the folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the path of a name in the folder, as an argument of a command.
    ///
    /// # Panics
    /// Panics if it is not text.
    #[must_use]
    pub fn argument(&self, name: &str) -> String {
        let path = self.path().join(name);
        path.to_str().expect("a path").to_owned()
    }

    /// Returns the index directory.
    #[must_use]
    pub fn index(&self) -> PathBuf {
        self.path().join("index")
    }

    /// Returns the indexer with this folder's key and index.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Command::new(indexer());
        command
            .current_dir(self.path())
            .env("TEKSER_INDEX", self.index())
            .env("TEKSER_KEY", self.path().join("key"))
            .env("TEKSER_OFFLINE_KEY", self.path().join("offline.key"))
            .env("TEKSER_AUDIT", self.audit());
        if self.service().exists() {
            command.env("TEKSER_SERVICE", self.service());
        }
        command
    }

    /// Returns the file in which look-ups in the sealed file are recorded.
    #[must_use]
    pub fn audit(&self) -> PathBuf {
        self.path().join("audit.log")
    }

    /// Runs the indexer with `input` on its standard input. Look-ups have a reason.
    ///
    /// # Panics
    /// Panics if it cannot be started.
    #[must_use]
    pub fn run(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut command = self.command();
        if arguments.first() == Some(&"lookup") && !arguments.contains(&"--public") {
            command.args(["lookup", "--reason", "a test"]);
            command.args(&arguments[1..]);
        } else {
            command.args(arguments);
        }
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the indexer starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        std::thread::scope(|scope| {
            // A program that refuses its arguments does not read its input.
            scope.spawn(move || stdin.write_all(input).ok());
            child.wait_with_output().expect("the indexer ends")
        })
    }

    /// Runs the indexer, which must succeed, and returns its standard output.
    ///
    /// # Panics
    /// Panics if it fails.
    #[must_use]
    pub fn run_ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments, b"");
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).expect("text")
    }

    /// Runs the indexer, which must refuse or fail with status 1, and returns its standard error.
    ///
    /// # Panics
    /// Panics if it does anything else, or prints data.
    #[must_use]
    pub fn refused(&self, arguments: &[&str], input: &[u8]) -> String {
        let output = self.run(arguments, input);
        let message = String::from_utf8(output.stderr).expect("text");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {message}");
        assert!(output.stdout.is_empty(), "{arguments:?} printed data");
        message
    }

    /// Starts the indexer with pipes from its outputs.
    ///
    /// # Panics
    /// Panics if it cannot be started.
    #[must_use]
    pub fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command();
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().expect("the indexer starts")
    }

    /// Returns the current generation, by `CURRENT`.
    ///
    /// # Panics
    /// Panics if there is no `CURRENT`.
    #[must_use]
    pub fn current(&self) -> String {
        let current = std::fs::read_to_string(self.index().join("CURRENT"));
        current.expect("a current generation").trim().to_owned()
    }

    /// Returns the names of everything in the index directory, sorted.
    ///
    /// # Panics
    /// Panics if it cannot be read.
    #[must_use]
    pub fn index_entries(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.index()).expect("an index directory");
        let name = |entry: std::io::Result<std::fs::DirEntry>| {
            let name = entry.expect("an entry").file_name();
            name.into_string().expect("a name in UTF-8")
        };
        let mut names: Vec<String> = entries.map(name).collect();
        names.sort_unstable();
        names
    }

    /// Builds an index of the breaches in a folder.
    ///
    /// # Panics
    /// Panics if the build fails.
    pub fn build(&self, breaches: &Path, arguments: &[&str]) -> String {
        let breaches = breaches.to_str().expect("a path in UTF-8");
        self.run_ok(&[&["build", breaches], arguments].concat())
    }

    /// Returns the answers to queries that have a `kind` and a `value`.
    ///
    /// # Panics
    /// Panics if a look-up fails.
    #[must_use]
    pub fn lookup(&self, queries: &[Value], arguments: &[&str]) -> Vec<Value> {
        let line = |query: &Value| {
            let text = |field: &str| query[field].as_str().expect("text").to_owned();
            format!("{}:{}\n", text("kind"), text("value"))
        };
        let input: String = queries.iter().map(line).collect();
        let output = self.run(
            &[&["lookup", "--json"], arguments].concat(),
            input.as_bytes(),
        );
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let answers = String::from_utf8(output.stdout).expect("text");
        answers
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    }
}

/// Returns the indexer under test.
#[must_use]
pub fn indexer() -> &'static Path {
    static INDEXER: OnceLock<PathBuf> = OnceLock::new();
    INDEXER.get_or_init(|| program("tekser-indexer"))
}

/// Returns a program of this workspace. Cargo builds the programs of other packages only when asked, so it is asked
/// once. Asked for the whole workspace, and as if there were examples, it takes the features that `cargo test
/// --workspace` takes: with others it would build the dependencies again.
fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    let folder = test
        .parent()
        .and_then(Path::parent)
        .expect("tests lie in deps/ next to the programs");
    let mut build = Command::new(env!("CARGO"));
    build
        .args(["build", "--quiet", "--workspace", "--examples"])
        .args(["--bin", "tekser-indexer", "--bin", "tekser-server"])
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    // Set by the cargo that runs the tests. To ring they are a reason to be built again, and everything that needs it
    // with it: here, and then in the next build outside a test, which does not have them.
    for (variable, _) in std::env::vars_os() {
        let name = variable.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            build.env_remove(&variable);
        }
    }
    let built = build.status();
    assert!(
        built.is_ok_and(|status| status.success()),
        "{name} must build"
    );
    folder.join(name)
}
