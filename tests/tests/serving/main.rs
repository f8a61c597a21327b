//! A server over a real index answers according to the truth, in one size, from the right generation, whatever happens.

mod documents;
mod exported;
mod log;
mod owners;
mod push;
mod reloads;
mod retrieval;
mod roles;
mod signatures;
mod sizes;
mod soak;
mod stored;
mod truth;

use tekser_tests::{Server, Workspace, leaks};

/// A server over an index of the small leaks, of the rows that parse: the truth was written for those.
fn leaks_served(arguments: &[&str]) -> (Workspace, Server) {
    let workspace = Workspace::new();
    workspace.build(&leaks().join("breaches"), &["--no-recover"]);
    let server = Server::start(&workspace, arguments);
    (workspace, server)
}
