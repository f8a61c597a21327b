//! How does a test start a server, ask it, and wait for its log?

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use ureq::Agent;

use crate::waiting::PATIENCE;
use crate::{Workspace, agent, program};

/// The server under test.
#[must_use]
pub fn server() -> &'static Path {
    static SERVER: OnceLock<PathBuf> = OnceLock::new();
    SERVER.get_or_init(|| program("tekser-server"))
}

/// A running server on a port of its own; killed when dropped.
pub struct Server {
    child: Child,
    base: String,
    admin: Option<String>,
    agent: Agent,
    log: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server over the workspace's index with its key, and waits until it listens. No work is asked of
    /// clients and no limit is set unless `arguments` say so.
    ///
    /// # Panics
    /// Panics if it does not start.
    #[must_use]
    pub fn start(workspace: &Workspace, arguments: &[&str]) -> Self {
        Self::run(&mut server_over(workspace), arguments)
    }

    /// Does the same as [`start`](Server::start), in a folder and with environment variables of its own.
    ///
    /// # Panics
    /// Panics if it does not start.
    #[must_use]
    pub fn start_in(
        workspace: &Workspace,
        folder: &Path,
        environment: &[(&str, &str)],
        arguments: &[&str],
    ) -> Self {
        let mut command = server_over(workspace);
        command
            .current_dir(folder)
            .envs(environment.iter().copied());
        Self::run(&mut command, arguments)
    }

    /// Does the same as [`start`](Server::start), with no index or key except those that `arguments` name.
    ///
    /// # Panics
    /// Panics if it does not start.
    #[must_use]
    pub fn start_bare(arguments: &[&str]) -> Self {
        Self::run(&mut Command::new(server()), arguments)
    }

    fn run(command: &mut Command, arguments: &[&str]) -> Self {
        command
            .env("TEKSER_POW", "off")
            .env("TEKSER_RATE_PER_CLIENT", "off")
            .env("TEKSER_RATE_TOTAL", "off")
            .env("TEKSER_RETRIEVE_PER_CLIENT", "off")
            .env("TEKSER_RETRIEVE_TOTAL", "off")
            .env("TEKSER_LISTEN", "127.0.0.1:0")
            .env("TEKSER_RELOAD_INTERVAL", "50ms")
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the server starts");
        let stderr = child.stderr.take().expect("a pipe");
        let log = Arc::default();
        let mut server = Self {
            child,
            base: String::new(),
            admin: None,
            agent: agent(),
            reader: Some(collect(stderr, Arc::clone(&log))),
            log,
        };
        server.wait_for("listening on ");
        server.base = server.after("listening on ").expect("an address");
        server.admin = server.after("metrics on ");
        server
    }

    /// Returns its URL: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Returns its current index document.
    ///
    /// # Panics
    /// Panics if it has none.
    #[must_use]
    pub fn index(&self) -> Value {
        let document = self.get(&format!("{}/v1/index", self.base));
        serde_json::from_str(&document).expect("JSON")
    }

    /// Returns the generation that it serves at the moment.
    ///
    /// # Panics
    /// Panics if it has none.
    #[must_use]
    pub fn generation(&self) -> String {
        let index = self.index();
        index["generation"].as_str().expect("a name").to_owned()
    }

    /// Returns the address of its metrics.
    ///
    /// # Panics
    /// Panics if it has no `--admin` address.
    #[must_use]
    pub fn admin(&self) -> &str {
        self.admin.as_deref().expect("an admin address")
    }

    /// Returns the text of its metrics.
    ///
    /// # Panics
    /// Panics if it does not have an `--admin` address.
    #[must_use]
    pub fn metrics(&self) -> String {
        self.get(self.admin())
    }

    /// Returns whether its metrics say that a condition of this name holds.
    ///
    /// # Panics
    /// Panics if it does not have an `--admin` address.
    #[must_use]
    pub fn is_met(&self, condition: &str) -> bool {
        let metrics = self.metrics();
        metrics.contains(&format!(
            "tekser_condition_met{{condition=\"{condition}\"}} 1\n"
        ))
    }

    /// Returns what it reports to the operator: whether it is ready, and which conditions fail and why.
    ///
    /// # Panics
    /// Panics if it does not have an `--admin` address.
    #[must_use]
    pub fn readiness(&self) -> String {
        let metrics = self.admin();
        self.get(&metrics.replace("/metrics", "/readyz"))
    }

    fn get(&self, url: &str) -> String {
        let mut answer = self.agent.get(url).call().expect("an answer");
        assert_eq!(answer.status(), 200);
        answer.body_mut().read_to_string().expect("text")
    }

    /// Returns the number of the process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Returns what it has logged.
    ///
    /// # Panics
    /// Panics if reading the log failed.
    #[must_use]
    pub fn log(&self) -> String {
        self.log.lock().expect("a log").clone()
    }

    /// Waits until it has logged `text`.
    ///
    /// # Panics
    /// Panics if it does not within half a minute, or ends.
    pub fn wait_for(&mut self, text: &str) {
        let begun = Instant::now();
        while !self.log().contains(text) {
            let ended = self.child.try_wait().expect("a child");
            assert!(
                ended.is_none() && begun.elapsed() < PATIENCE,
                "the server did not say “{text}”: {}",
                self.log()
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Sends it a signal.
    ///
    /// # Panics
    /// Panics if it has ended.
    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.pid()).expect("a small number");
        let pid = Pid::from_raw(pid).expect("a process");
        kill_process(pid, signal).expect("a living server");
    }

    /// Stops it, and waits until it has.
    ///
    /// # Panics
    /// Panics if it cannot be waited for.
    pub fn stop(&mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.wait()
    }

    /// Waits until it has ended.
    ///
    /// # Panics
    /// Panics if it cannot be waited for.
    pub fn wait(&mut self) -> ExitStatus {
        let status = self.child.wait().expect("a child");
        if let Some(reader) = self.reader.take() {
            reader.join().expect("the log is read");
        }
        status
    }

    /// Returns the first word after `text` in the log.
    fn after(&self, text: &str) -> Option<String> {
        let log = self.log();
        let (_, rest) = log.split_once(text)?;
        rest.split_whitespace().next().map(ToOwned::to_owned)
    }
}

/// The server with a workspace's index and key, to be started by the test that wants to see how it ends.
#[must_use]
pub fn server_over(workspace: &Workspace) -> Command {
    let mut command = Command::new(server());
    command
        .env("TEKSER_INDEX", workspace.index())
        .env("TEKSER_KEY", workspace.path().join("key"));
    command
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn collect(stderr: ChildStderr, log: Arc<Mutex<String>>) -> JoinHandle<()> {
    thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            let mut log = log.lock().expect("a log");
            log.push_str(&line);
            log.push('\n');
        }
    })
}
