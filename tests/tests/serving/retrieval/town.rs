//! A town with an evaluator and two servers of private retrieval, which serve the small leaks.

use std::fs;
use std::path::Path;

use exposure_index::client::{Client, HttpTransport};
use exposure_index::statement::Trust;
use serde_json::Value;
use tekser_tests::{Server, Workspace, free_port, leaks, wait_until};

/// Ranges of so few rows that the small leaks have several.
pub(super) const FINER: [&str; 3] = ["--range-rows", "1024", "--no-recover"];

/// The index directory of the server of the index document.
const FRONT: &str = "front";

/// An index, an evaluator that also serves it, and two institutions that answer retrievals.
pub(crate) struct Town {
    pub(crate) workspace: Workspace,
    /// Serves the index document, and evaluates.
    pub(crate) front: Server,
    /// Holds the index directory.
    pub(crate) ministry: Server,
    /// Holds an index directory of its own, a settings file without a secret, and the public key to trust.
    pub(crate) university: Server,
    ports: [u16; 2],
}

impl Town {
    /// Signed; with `required` clients must not name a range. The institutions take `more` arguments.
    pub(crate) fn new(required: bool, more: &[&str]) -> Self {
        Self::with_front(required, &[], more)
    }

    /// Does the same, with arguments for the server of the index document.
    pub(crate) fn with_front(required: bool, front: &[&str], more: &[&str]) -> Self {
        let workspace = Workspace::new();
        let _ = workspace.run_ok(&[
            "release-keygen",
            "--no-passphrase",
            "--release-key",
            "release.key",
        ]);
        let ports = [free_port(), free_port()];
        say_who_retrieves(&workspace, ports, required);
        make_generation(&workspace);
        hand_to_front(&workspace);
        let key = workspace.argument("release.key.pub");
        let (ministry, university) = (
            retrieving(&workspace, ports[0], more),
            retrieving(&workspace, ports[1], more),
        );
        let servers = ports.map(url).join(",");
        let index = workspace.argument(FRONT);
        let arguments = [
            "--index",
            &index,
            "--retrieval-server",
            &servers,
            "--trust",
            &key,
        ];
        let front = Server::start(
            &workspace,
            &[&arguments[..], &["--admin", "127.0.0.1:0"], front].concat(),
        );
        Self {
            workspace,
            front,
            ministry,
            university,
            ports,
        }
    }

    /// A client that trusts the release key.
    pub(crate) fn client(&self) -> Client<HttpTransport> {
        let trust = Trust::load(&[self.workspace.argument("release.key.pub")]).expect("a key");
        let client = Client::over_http(self.front.base()).expect("a URL");
        client.with_trust(trust)
    }

    /// Starts the second institution again where it was.
    pub(super) fn restart_university(&mut self, more: &[&str]) {
        self.university = retrieving(&self.workspace, self.ports[1], more);
    }

    /// Publishes a new generation as in PROTOCOL §10: the index document names it once both institutions have it.
    pub(super) fn publish(&self) {
        make_generation(&self.workspace);
        let current = self.workspace.current();
        wait_until("an institution does not have the new generation", || {
            let all = [&self.ministry, &self.university];
            all.iter().all(|one| newest(one) == current)
        });
        hand_to_front(&self.workspace);
        wait_until("the new generation is not served", || {
            self.front.generation() == current
        });
    }

    /// Returns how many ranges were asked for by name.
    pub(super) fn named(&self) -> u64 {
        let servers = [&self.front, &self.ministry, &self.university];
        let asked = servers.iter().map(|server| {
            let metrics = server.metrics();
            let lines = metrics.lines().filter(|line| {
                line.starts_with("tekser_requests_total") && line.contains("/v1/ranges")
            });
            let counts = lines.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok());
            counts.sum::<u64>()
        });
        asked.sum()
    }
}

fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}/v1/retrieve")
}

/// A new generation, signed, in the index directory of the institutions.
fn make_generation(workspace: &Workspace) {
    workspace.build(&leaks().join("breaches"), &FINER);
    let _ = workspace.run_ok(&["sign", "--release-key", "release.key"]);
}

/// Copies the current generation to the directory that the index document is served from.
fn hand_to_front(workspace: &Workspace) {
    let (from, to) = (workspace.index(), workspace.path().join(FRONT));
    let current = workspace.current();
    fs::create_dir_all(to.join(&current)).expect("a folder");
    for entry in fs::read_dir(from.join(&current)).expect("a generation") {
        let entry = entry.expect("a file");
        fs::copy(entry.path(), to.join(&current).join(entry.file_name())).expect("a copy");
    }
    fs::write(to.join("next"), format!("{current}\n")).expect("a file");
    fs::rename(to.join("next"), to.join("CURRENT")).expect("a swap");
}

/// Adds the retrieval servers to who serves.
fn say_who_retrieves(workspace: &Workspace, ports: [u16; 2], required: bool) {
    let file = workspace.path().join("service.toml");
    let said = fs::read_to_string(&file).expect("a file");
    let server = |(port, name): (u16, &str)| {
        let names = format!("kk = \"{name} kk\", ru = \"{name} ru\", en = \"{name}\"");
        format!(
            "[[retrieval.servers]]\ninstitution = {{ {names} }}\nurl = \"{}\"\n",
            url(port)
        )
    };
    let servers = [(ports[0], "Ministry"), (ports[1], "University")]
        .map(server)
        .concat();
    let text = format!("{said}[retrieval]\nrequired = {required}\n{servers}");
    fs::write(file, text).expect("a file");
}

/// A server that answers retrievals over the index, with nothing but the public key to trust.
fn retrieving(workspace: &Workspace, port: u16, more: &[&str]) -> Server {
    let index = workspace.index();
    let index = Path::to_str(&index).expect("a path");
    let (listen, key) = (
        format!("127.0.0.1:{port}"),
        workspace.argument("release.key.pub"),
    );
    let arguments = [
        "--role",
        "ranges",
        "--retrieve",
        "--index",
        index,
        "--trust",
        &key,
        "--listen",
        &listen,
        "--admin",
        "127.0.0.1:0",
    ];
    Server::start_bare(&[&arguments[..], more].concat())
}

/// The newest generation that a retrieval server answers for.
pub(super) fn newest(server: &Server) -> String {
    let mut answer = ureq::get(format!("{}/v1/retrieve", server.base()))
        .call()
        .expect("an answer");
    let text = answer.body_mut().read_to_string().expect("text");
    let status: Value = serde_json::from_str(&text).expect("JSON");
    status["generations"][0]["generation"]
        .as_str()
        .expect("a name")
        .to_owned()
}
