//! A generation in an object store: what comes there, and what a server makes of what it finds there.

mod fetching;
mod hostile;
mod large;
mod object_server;
mod objects;
mod pushing;
mod repairing;
mod resuming;

use std::fs;
use std::process::{Child, Command, Stdio};

use rustix::process::Signal;
use serde_json::Value;
use tekser_tests::{Server, Workspace, leaks, server_over, wait_until};

use object_server::{BUCKET, ObjectServer};

pub(crate) const PREFIX: &str = "index";

/// An index, and a store that it is pushed to.
pub(crate) struct Scene {
    pub(crate) workspace: Workspace,
    pub(crate) store: ObjectServer,
}

impl Scene {
    /// With a generation of one small leak.
    pub(crate) fn new() -> Self {
        let scene = Self {
            workspace: Workspace::new(),
            store: ObjectServer::start(),
        };
        scene.build("school-2025");
        scene
    }

    pub(crate) fn build(&self, leak: &str) {
        let breaches = leaks().join("breaches").join(leak);
        self.workspace.build(&breaches, &["--no-recover"]);
    }

    fn address() -> String {
        format!("s3://{BUCKET}/{PREFIX}")
    }

    /// A push to be run by the test that wants to see how it ends.
    fn push_command(&self, arguments: &[&str]) -> Command {
        let mut command = self.workspace.command();
        command
            .args(["push", "--json", "--to", &Self::address()])
            .args(arguments)
            .envs(self.store.environment());
        command
    }

    /// What a push that must succeed prints.
    pub(crate) fn push(&self, arguments: &[&str]) -> Value {
        let output = self.push_command(arguments).output().expect("the indexer");
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{printed}");
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// What a push that must be refused says.
    fn push_refused(&self, arguments: &[&str]) -> String {
        let output = self.push_command(arguments).output().expect("the indexer");
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).expect("text")
    }

    /// The key of an object of the current generation in the index directory.
    pub(crate) fn key(&self, name: &str) -> String {
        format!("{PREFIX}/{}/{name}", self.workspace.current())
    }

    fn current_in_store(&self) -> Option<String> {
        let bytes = self.store.bytes(&format!("{PREFIX}/CURRENT"))?;
        Some(String::from_utf8(bytes).expect("text").trim().to_owned())
    }

    pub(crate) fn serving_arguments(&self, more: &[&str]) -> Vec<String> {
        let cache = self.workspace.argument("cache");
        let own = ["--index", &Self::address(), "--index-cache", &cache];
        own.iter()
            .chain(more)
            .map(|one| (*one).to_owned())
            .collect()
    }

    /// A server over the store.
    fn serve(&self, more: &[&str]) -> Server {
        let environment = self.store.environment();
        let environment: Vec<_> = environment
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let arguments = self.serving_arguments(more);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let folder = self.workspace.path();
        Server::start_in(&self.workspace, folder, &environment, &arguments)
    }

    /// Starts a server over the store, without waiting for it.
    fn spawn(&self, variables: &[(&str, String)]) -> Child {
        server_over(&self.workspace)
            .args(["--listen", "127.0.0.1:0"])
            .args(self.serving_arguments(&[]))
            .envs(self.store.environment())
            .envs(variables.iter().cloned())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts")
    }

    /// What a server says that does not start, or a check that fails.
    fn serve_refused(&self, before: &[&str], more: &[&str]) -> String {
        let output = server_over(&self.workspace)
            .args(before)
            .args(self.serving_arguments(more))
            .envs(self.store.environment())
            .output()
            .expect("the server runs");
        let printed = String::from_utf8(output.stderr).expect("text");
        assert_eq!(output.status.code(), Some(1), "{printed}");
        printed
    }

    /// The generations in the cache, and whatever else is there.
    fn cached(&self) -> Vec<String> {
        let entries = fs::read_dir(self.workspace.path().join("cache")).expect("a cache");
        let names = entries.map(|entry| entry.expect("an entry").file_name());
        let mut names: Vec<String> = names
            .map(|name| name.into_string().expect("a name"))
            .filter(|name| name != "CURRENT" && name != "LOCK")
            .collect();
        names.sort();
        names
    }
}

/// Lets a server look at once, and waits until it serves a generation.
fn wait_until_served(server: &Server, generation: &str) {
    server.signal(Signal::HUP);
    wait_until("the generation is not served", || {
        server.generation() == generation
    });
}
