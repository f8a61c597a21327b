//! What a hostile world throws at the server does not break it, stop it or make it talk.

mod life;
mod limits;
mod malformed;
mod openapi;
mod privacy;
mod settings;
mod shared;
mod slow;
mod tls;
mod wire;
mod work;

use exposure_index::client::{Client, HttpTransport};
use serde_json::Value;
use tekser_tests::{Server, Workspace, agent, evaluation_of, write_breach};
use ureq::Body;
use ureq::http::Response;

const COLUMNS: &str = "path = \"people.csv\"\nformat = \"csv\"\nheader = true\n\
    [file.columns]\niin = { identifier = \"iin\" }\nphone = { identifier = \"phone\" }\n";
const PEOPLE: &str = "iin,phone\n850101100002,+77091234567\n";
/// A person of the dump.
const PHONE: &[u8] = b"tekser:1:phone:+77091234567";

/// An index of one person.
fn small_index() -> Workspace {
    let workspace = Workspace::new();
    let dumps = workspace.path().join("dumps");
    let files = [("people.csv", PEOPLE.as_bytes())];
    write_breach(&dumps, "people-2020", COLUMNS, &files);
    workspace.build(&dumps, &[]);
    let _ = workspace.run_ok(&["log", "--log", "public.log"]);
    workspace
}

/// A server over an index of one person.
fn serve(arguments: &[&str]) -> (Workspace, Server) {
    let workspace = small_index();
    let log = workspace.path().join("public.log");
    let log = ["--public-log", log.to_str().expect("a path")];
    let passwords = passwords(&workspace);
    let passwords = ["--passwords", &passwords];
    let server = Server::start(&workspace, &[&log, &passwords, arguments].concat());
    (workspace, server)
}

/// A file of one password.
fn passwords(workspace: &Workspace) -> String {
    let entry = "path = \"list.txt\"\nformat = \"combo\"\ndelimiter = \":\"";
    let files = [("list.txt", &b"somebody:a password\n".repeat(10)[..])];
    let breach = write_breach(&workspace.path().join("lists"), "list-2020", entry, &files);
    let output = workspace.path().join("passwords.bin");
    let [breach, output] = [breach, output].map(|path| path.to_str().expect("a path").to_owned());
    let _ = workspace.run_ok(&["passwords", "build", "--output", &output, &breach]);
    output
}

fn client(server: &Server) -> Client<HttpTransport> {
    Client::over_http(server.base())
        .expect("a URL")
        .without_trust()
}

/// A good look-up is still answered, and rightly.
fn assert_answers(server: &Server) {
    let answer = client(server).look_up(PHONE).expect("an answer");
    assert_eq!(answer.exposures.len(), 1);
}

/// The text of a good request for this many evaluations.
fn evaluation(elements: usize) -> String {
    evaluation_of((0..elements).map(|place| format!("user{place}")))
}

fn post(server: &Server, body: &str, headers: &[(&str, &str)]) -> Response<Body> {
    let request = agent().post(format!("{}/v1/evaluate", server.base()));
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    let sent = request.content_type("application/json").send(body);
    sent.expect("an answer")
}

fn document(answer: &mut Response<Body>) -> Value {
    let body = answer.body_mut().read_to_string().expect("text");
    serde_json::from_str(&body).expect("JSON")
}
