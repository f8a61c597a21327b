use std::fs;
use std::time::Duration;

use tekser_tests::{Server, Workspace, agent, header, leaks, server_over, wait_until};

/// A workspace whose first generation is logged.
fn logged() -> Workspace {
    let workspace = Workspace::new();
    append(&workspace);
    workspace
}

/// Makes a generation and logs it.
fn append(workspace: &Workspace) {
    workspace.build(&leaks().join("breaches/school-2025"), &[]);
    let _ = workspace.run_ok(&["log", "--log", "public.log"]);
}

fn file(workspace: &Workspace) -> String {
    fs::read_to_string(workspace.path().join("public.log")).expect("a log")
}

fn serve(workspace: &Workspace) -> Server {
    let log = workspace.path().join("public.log");
    let log = log.to_str().expect("a path");
    Server::start(workspace, &["--public-log", log, "--admin", "127.0.0.1:0"])
}

fn served(server: &Server) -> String {
    let mut answer = agent()
        .get(format!("{}/v1/log", server.base()))
        .call()
        .expect("an answer");
    assert_eq!(answer.status().as_u16(), 200);
    answer.body_mut().read_to_string().expect("text")
}

#[test]
fn the_log_is_served_as_it_is_and_grows_without_a_restart() {
    let workspace = logged();
    let server = serve(&workspace);
    let first = served(&server);
    assert_eq!(first, file(&workspace));
    append(&workspace);
    wait_until("no line came", || served(&server) != first);
    assert_eq!(served(&server), file(&workspace));
    assert!(served(&server).starts_with(&first));
}

#[test]
fn a_client_that_has_the_log_learns_that_nothing_is_new() {
    let workspace = logged();
    let server = serve(&workspace);
    let url = format!("{}/v1/log", server.base());
    let get = |name: &str, value: &str| {
        let request = agent().get(&url).header(name, value);
        request.call().expect("an answer")
    };
    let answer = get("accept-encoding", "gzip");
    assert_eq!(header(&answer, "content-encoding"), "gzip");
    assert_eq!(header(&answer, "cache-control"), "no-cache");
    assert_eq!(header(&answer, "content-type"), "text/plain; charset=utf-8");
    let identity = get("accept-encoding", "identity");
    let tag = header(&identity, "etag");
    let again = agent().get(&url).header("accept-encoding", "identity");
    let again = again
        .header("if-none-match", tag)
        .call()
        .expect("an answer");
    assert_eq!(again.status().as_u16(), 304);
}

#[test]
fn a_line_that_was_served_does_not_go_away() {
    let workspace = logged();
    append(&workspace);
    let mut server = serve(&workspace);
    let whole = file(&workspace);
    let (first, _) = whole.split_once('\n').expect("a line");
    let path = workspace.path().join("public.log");
    for changed in [format!("{first}\n"), whole.replacen("rows", "news", 1)] {
        fs::write(&path, changed).expect("written");
        server.wait_for("the public log cannot be served, or not all of it");
        std::thread::sleep(Duration::from_millis(200));
        assert_eq!(served(&server), whole);
    }
    assert!(server.log().contains("lines were changed or removed"));
}

/// What `check-config` says of a log that cannot be served as it is.
fn refused(workspace: &Workspace) -> String {
    let output = server_over(workspace)
        .args(["check-config", "--public-log"])
        .arg(workspace.path().join("public.log"))
        .output()
        .expect("it runs");
    let printed = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(1), "{printed}");
    printed
}

#[test]
fn a_log_that_does_not_hold_is_not_served_and_everything_else_is() {
    let workspace = logged();
    let path = workspace.path().join("public.log");
    let whole = file(&workspace);
    fs::write(&path, whole.replacen("rows", "news", 1)).expect("written");
    assert!(refused(&workspace).contains("the public log cannot be served"));
    let server = &mut serve(&workspace);
    server.wait_for("the public log cannot be served");
    let log = agent().get(format!("{}/v1/log", server.base())).call();
    assert_eq!(log.expect("an answer").status(), 503);
    assert_eq!(server.generation(), workspace.current());
    assert!(!server.is_met("log"));
    fs::write(&path, &whole).expect("written");
    // It may be looked at while it is written, and empty.
    wait_until("the log is not served", || {
        server.is_met("log") && served(server) == whole
    });
}

#[test]
fn of_a_log_whose_last_line_is_torn_the_lines_before_are_served() {
    let workspace = logged();
    let first = file(&workspace);
    append(&workspace);
    let whole = file(&workspace);
    let path = workspace.path().join("public.log");
    fs::write(&path, &whole[..whole.len() - 20]).expect("written");
    assert!(refused(&workspace).contains("truncate --size"));
    let server = serve(&workspace);
    assert_eq!(served(&server), first);
    assert!(!server.is_met("log"));
    assert!(server.readiness().contains("truncate --size"));
    fs::write(&path, &whole).expect("written");
    wait_until("the log is not whole", || server.is_met("log"));
    assert_eq!(served(&server), whole);
}
