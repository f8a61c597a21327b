//! What does the whole project do? Dumps, a key, an index, look-ups and the website, from nothing, in one folder.

mod institution;
mod site;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use exposure_index::client::ClientError;
use exposure_index::statement::StatementError;
use serde_json::{Value, json};
use tekser_workspace::WebsiteError;

use crate::synth::{self, ALLOW_LIST, Plan, SynthError, Truth, WarningPlan};

pub use institution::Institution;
pub use site::Site;

/// Name of the files of the release key. They outlive a run: the website is built to believe this key, and need
/// not be built again for the next run.
const RELEASE_KEY: &str = "release.key";
/// Number of rows with which a few spoilt ones are a small share of the smallest breach.
const MANY_RECORDS: u64 = 20_000;
/// Seed of everything that is invented.
const SEED: u64 = 1;
/// Entries of each warning list.
const LISTED: u64 = 400;

/// The demo's files and the programs that it shows.
pub struct Demo {
    folder: PathBuf,
    programs: PathBuf,
    indexer: PathBuf,
    institutions: [Institution; 2],
}

/// A look-up of the demo and the answer expected by the truth.
#[derive(Clone)]
pub struct Question {
    /// The kind of identifier.
    pub kind: String,
    /// The value as a person types it, invented.
    pub value: String,
    /// The expected answer.
    pub expected: ExpectedAnswer,
}

/// The truth about a value, in leaks or in warning lists.
#[derive(Clone)]
pub enum ExpectedAnswer {
    /// `breach` and `classes` of each leak that it is in, sorted.
    Exposures(Vec<Value>),
    /// `list`, `since` and `reasons` of each warning list that it is on, sorted.
    Warnings(Vec<Value>),
}

impl Question {
    /// Returns whether it is about leaks, not about warning lists.
    #[must_use]
    pub const fn is_of_leaks(&self) -> bool {
        matches!(self.expected, ExpectedAnswer::Exposures(_))
    }

    /// Returns the leaks or lists to be found; empty if the value is in none.
    #[must_use]
    pub fn found(&self) -> &[Value] {
        match &self.expected {
            ExpectedAnswer::Exposures(found) | ExpectedAnswer::Warnings(found) => found,
        }
    }
}

/// Why the demo stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DemoError {
    /// A file of the demo's own folder is in the way or unreadable.
    #[error("cannot use {path}: remove it and start again")]
    Folder {
        /// Path of the file or folder.
        path: PathBuf,
        /// The OS error.
        source: io::Error,
    },
    /// The dumps could not be generated.
    #[error("cannot make the dumps")]
    Synth(#[from] SynthError),
    /// A program cannot be run.
    #[error("cannot run {program}: is it built, and may it be run?")]
    Program {
        /// Path of the program.
        program: PathBuf,
        /// The OS error.
        source: io::Error,
    },
    /// The website does not build.
    #[error("{0}\nto do without the website: `cargo demo --indexer-only`")]
    Website(#[from] WebsiteError),
    /// The release key's public half cannot be read.
    #[error("the demo's release key cannot be read")]
    Trust(#[from] StatementError),
    /// The server does not serve.
    #[error("the server did not start; see its message above")]
    Server,
    /// A look-up over HTTP failed.
    #[error("the server does not answer as it should")]
    Client(#[from] ClientError),
    /// A command of the indexer failed.
    #[error("`tekser-indexer {command}` failed; see its message above")]
    Command {
        /// The subcommand.
        command: &'static str,
    },
    /// The indexer's answer is not the truth.
    #[error("{wrong} of {asked} look-ups were answered wrongly: please report it")]
    WrongAnswers {
        /// Number of wrong answers.
        wrong: usize,
        /// Number of all answers.
        asked: usize,
    },
    /// The indexer's answer or the truth is malformed.
    #[error("{what} cannot be understood")]
    Form {
        /// Which of the two.
        what: &'static str,
    },
}

impl Demo {
    /// Empties the demo's folder in `target`, which already contains the programs.
    ///
    /// # Errors
    /// Fails if the folder cannot be emptied.
    pub fn prepare(target: &Path) -> Result<Self, DemoError> {
        let folder = target.join("demo");
        empty(&folder).map_err(|source| DemoError::Folder {
            path: folder.clone(),
            source,
        })?;
        let programs = target.join("release");
        Ok(Self {
            indexer: programs.join("tekser-indexer"),
            programs,
            institutions: Institution::both()?,
            folder,
        })
    }

    /// Returns the folder of the demo.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the institutions that answer private retrievals.
    #[must_use]
    pub const fn institutions(&self) -> &[Institution; 2] {
        &self.institutions
    }

    /// Returns the indexer's program.
    #[must_use]
    pub fn indexer(&self) -> &Path {
        &self.indexer
    }

    /// Returns the folder of the dumps.
    #[must_use]
    pub fn breaches(&self) -> PathBuf {
        self.folder.join("breaches")
    }

    /// Returns the index directory.
    #[must_use]
    pub fn index(&self) -> PathBuf {
        self.folder.join("index")
    }

    /// Returns the key file.
    #[must_use]
    pub fn key(&self) -> PathBuf {
        self.folder.join("demo.key")
    }

    /// Returns the file of the offline key.
    #[must_use]
    pub fn offline_key(&self) -> PathBuf {
        self.folder.join("demo-offline.key")
    }

    /// Generates dumps of `records` rows, and warning lists.
    ///
    /// # Errors
    /// Fails if they cannot be written.
    pub fn make_dumps(&self, records: u64) -> Result<Truth, DemoError> {
        let plan = Plan {
            records,
            seed: SEED,
            queries: 2400,
        };
        let truth = synth::generate(plan, &self.folder, |_| ())?;
        synth::generate_warnings(WarningPlan::today(LISTED, SEED), &self.folder)?;
        Ok(truth)
    }

    /// Returns the file of the public half of the release key.
    #[must_use]
    pub fn release_key(&self) -> PathBuf {
        self.folder.join(format!("{RELEASE_KEY}.pub"))
    }

    /// Returns the file in which look-ups in the sealed file are recorded.
    #[must_use]
    pub fn audit(&self) -> PathBuf {
        self.folder.join("audit.log")
    }

    /// Makes the key of the tags, the offline key, and the release key unless an earlier run left one.
    ///
    /// # Errors
    /// Fails if the indexer fails.
    pub fn make_keys(&self) -> Result<(), DemoError> {
        self.run("keygen", |command| self.with_both_keys(command))?;
        if self.release_key().exists() {
            return Ok(());
        }
        self.run("release-keygen", |command| {
            // A demo asks for no passphrase; a real release key has one.
            self.with_release_key(command.arg("--no-passphrase"))
        })
    }

    /// Returns the public half of the release key, as the website expects it: `RW…`.
    ///
    /// # Errors
    /// Fails if its file cannot be read.
    pub fn public_key(&self) -> Result<String, DemoError> {
        let path = self.release_key();
        let text = fs::read_to_string(&path);
        let text = text.map_err(|source| DemoError::Folder { path, source })?;
        Ok(text.lines().last().unwrap_or_default().trim().to_owned())
    }

    /// Builds the index of the dumps of `records` rows.
    ///
    /// # Errors
    /// Fails if the indexer fails.
    pub fn build_index(&self, records: u64) -> Result<(), DemoError> {
        self.run("build", |command| {
            if records < MANY_RECORDS {
                // The generator spoils some rows on purpose, which are many of a breach that has few.
                command.args(["--max-rejects", "100%"]);
            }
            // The generator's truth is about the rows that parse.
            let command = self.with_both_keys(self.with_index(command));
            command.arg("--allow").arg(self.folder.join(ALLOW_LIST));
            command.arg("--no-recover").arg(self.breaches())
        })
    }

    /// Signs the index, that the server that is about to be started evaluates as well, and from whom clients fetch
    /// ranges without naming them.
    ///
    /// # Errors
    /// Fails if the indexer fails.
    pub fn sign(&self) -> Result<(), DemoError> {
        let service = self.folder.join("service.toml");
        let institutions = self.institutions.each_ref().map(Institution::signed);
        let text = format!(
            "ranges = \"Demo\"\n[[evaluators]]\ninstitution = \"Demo\"\nurl = \"/v1/evaluate\"\npublic_key = \"{}\"\n\
             [retrieval]\nrequired = true\n{}",
            self.evaluators_key()?,
            institutions.concat()
        );
        fs::write(&service, text).map_err(|source| DemoError::Folder {
            path: service.clone(),
            source,
        })?;
        self.run("sign", |command| {
            let command = command.arg("--index").arg(self.index());
            self.with_release_key(command.arg("--service").arg(&service))
        })
    }

    /// Returns the public key of the key of the tags.
    fn evaluators_key(&self) -> Result<String, DemoError> {
        let mut command = Command::new(&self.indexer);
        let output = command.args(["key", "show", "--json"]).arg(self.key());
        let output = output.output().map_err(|source| self.not_run(source))?;
        let printed: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let key = printed["public_key"].as_str().map(str::to_owned);
        key.ok_or(DemoError::Command {
            command: "key show",
        })
    }

    /// Returns the look-ups of the truth, those of warning lists last.
    ///
    /// # Errors
    /// Fails if a file cannot be read.
    pub fn questions(&self) -> Result<Vec<Question>, DemoError> {
        let mut questions = Vec::new();
        for name in ["queries.jsonl", "warnings.jsonl"] {
            let path = self.folder.join("truth").join(name);
            let lines = fs::read_to_string(&path);
            let lines = lines.map_err(|source| DemoError::Folder { path, source })?;
            for line in lines.lines() {
                questions.push(question(line)?);
            }
        }
        Ok(questions)
    }

    /// Looks up the questions and compares the answers with the truth.
    ///
    /// # Errors
    /// Fails if the indexer fails, or an answer is wrong.
    pub fn look_up(&self, questions: &[Question]) -> Result<(), DemoError> {
        let answers = self.answers(questions)?;
        let wrong = questions
            .iter()
            .zip(&answers)
            .filter(|(asked, answer)| !is_right(asked, answer))
            .count();
        if answers.len() != questions.len() {
            return Err(DemoError::Form {
                what: "the number of the indexer's answers",
            });
        }
        match wrong {
            0 => Ok(()),
            wrong => Err(DemoError::WrongAnswers {
                wrong,
                asked: questions.len(),
            }),
        }
    }

    /// Asks the indexer, which reads identifiers only from standard input: everybody can see arguments.
    fn answers(&self, questions: &[Question]) -> Result<Vec<Value>, DemoError> {
        let mut command = Command::new(&self.indexer);
        let command_line = self.with_index(command.arg("lookup").arg("--json"));
        let command_line = self.with_both_keys(command_line);
        command_line.arg("--trust").arg(self.release_key());
        command_line.arg("--audit").arg(self.audit());
        command_line.args(["--reason", "the questions of the demo"]);
        let lines: String = questions
            .iter()
            .map(|asked| format!("{}:{}\n", asked.kind, asked.value))
            .collect();
        let output = output_for(command, lines).map_err(|source| self.not_run(source))?;
        if !output.status.success() {
            return Err(DemoError::Command { command: "lookup" });
        }
        let answers = serde_json::Deserializer::from_slice(&output.stdout).into_iter();
        answers
            .collect::<Result<_, _>>()
            .map_err(|_| DemoError::Form {
                what: "the indexer's answer",
            })
    }

    fn run(
        &self,
        subcommand: &'static str,
        arguments: impl FnOnce(&mut Command) -> &mut Command,
    ) -> Result<(), DemoError> {
        let mut command = Command::new(&self.indexer);
        let status = arguments(command.arg(subcommand))
            .stdin(Stdio::null())
            .status();
        if status.map_err(|source| self.not_run(source))?.success() {
            Ok(())
        } else {
            Err(DemoError::Command {
                command: subcommand,
            })
        }
    }

    /// Returns the server's arguments: it never gets the offline key.
    fn with_index_and_key<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        self.with_index(command).arg("--key").arg(self.key())
    }

    fn with_index<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.arg("--index").arg(self.index())
    }

    fn with_both_keys<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        let command = command.arg("--key").arg(self.key());
        command.arg("--offline-key").arg(self.offline_key())
    }

    fn with_release_key<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        let key = self.folder.join(RELEASE_KEY);
        command.arg("--release-key").arg(key)
    }

    fn not_run(&self, source: io::Error) -> DemoError {
        DemoError::Program {
            program: self.indexer.clone(),
            source,
        }
    }
}

/// Empties a folder except for the release key; creates it if needed.
fn empty(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is_kept = entry.file_name().to_string_lossy().starts_with(RELEASE_KEY);
        match entry.file_type()?.is_dir() {
            _ if is_kept => (),
            true => fs::remove_dir_all(entry.path())?,
            false => fs::remove_file(entry.path())?,
        }
    }
    Ok(())
}

/// Runs a command with this standard input; written by a thread, or both sides could wait for each other.
fn output_for(mut command: Command, input: String) -> io::Result<Output> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let stdin = child.stdin.take();
    // If the program ends before it has read everything, its exit status says more than this error.
    let writer = thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(input.as_bytes())));
    let output = child.wait_with_output();
    drop(writer.join());
    output
}

fn question(line: &str) -> Result<Question, DemoError> {
    let malformed = || DemoError::Form {
        what: "a query of the truth",
    };
    let mut query: Value = serde_json::from_str(line).map_err(|_| malformed())?;
    let text = |name: &str| {
        query[name]
            .as_str()
            .map(str::to_owned)
            .ok_or_else(malformed)
    };
    let (kind, value) = (text("kind")?, text("value")?);
    let expected = match (query["exposures"].take(), query["warnings"].take()) {
        (Value::Array(exposures), Value::Null) => ExpectedAnswer::Exposures(exposures),
        (Value::Null, Value::Array(warnings)) => ExpectedAnswer::Warnings(warnings),
        _ => return Err(malformed()),
    };
    Ok(Question {
        kind,
        value,
        expected,
    })
}

fn is_right(asked: &Question, answer: &Value) -> bool {
    match &asked.expected {
        ExpectedAnswer::Exposures(expected) => {
            let exposures = answer["exposures"].as_array();
            answer["found"] == !expected.is_empty()
                && (expected.is_empty() || exposures == Some(expected))
        }
        ExpectedAnswer::Warnings(expected) => {
            let listed = answer["warnings"].as_array().into_iter().flatten();
            let said = |one: &Value| json!({ "list": one["list"], "since": one["since"], "reasons": one["reasons"] });
            answer["found"].is_boolean() && listed.map(said).eq(expected.iter().cloned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(exposures: &Value) -> Question {
        let line = json!({ "kind": "login", "value": "qyran123", "exposures": exposures });
        question(&line.to_string()).expect("a question")
    }

    #[test]
    fn an_answer_is_right_if_it_names_the_same_exposures() {
        let exposures = json!([{ "breach": "combo-2021", "classes": ["names"] }]);
        let answer = json!({ "kind": "login", "found": true, "exposures": exposures });
        assert!(is_right(&asked(&exposures), &answer));
        assert!(!is_right(&asked(&json!([])), &answer));
        assert!(!is_right(
            &asked(&exposures),
            &json!({ "kind": "login", "error": "length" })
        ));
        assert!(is_right(
            &asked(&json!([])),
            &json!({ "kind": "login", "found": false, "exposures": [] })
        ));
        assert!(is_right(
            &asked(&json!([])),
            &json!({ "kind": "login", "found": false })
        ));
    }

    #[test]
    fn an_answer_is_right_if_it_names_the_same_lists() {
        let line = r#"{"kind":"site","value":"a.example","warnings":[{"list":"sites-2026","since":"2026-10","reasons":["phishing-site"]}]}"#;
        let asked = question(line).expect("a question");
        let listed = |since: &str| {
            json!({ "kind": "site", "found": false, "exposures": [], "warnings": [{ "list": "sites-2026",
                "since": since, "reasons": ["phishing-site"], "publisher": "x", "appeal": "https://example.org" }] })
        };
        assert!(is_right(&asked, &listed("2026-10")));
        assert!(!is_right(&asked, &listed("2026-11")));
        let unlisted = json!({ "kind": "site", "found": false, "exposures": [] });
        assert!(!is_right(&asked, &unlisted));
        let refused = json!({ "kind": "site", "error": "characters" });
        let absent = question(r#"{"kind":"site","value":"a.example","warnings":[]}"#);
        let absent = absent.expect("a question");
        assert!(is_right(&absent, &unlisted) && !is_right(&absent, &refused));
    }

    #[test]
    fn a_program_that_does_not_read_its_input_is_waited_for() {
        let lines = "login:qyran123\n".repeat(100_000);
        let mut command = Command::new("rustc");
        command.arg("--version");
        let output = output_for(command, lines).expect("rustc runs");
        assert!(output.status.success() && !output.stdout.is_empty());
    }
}
