//! An exported index, served by nginx as in PROTOCOL.md, with an evaluator.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tekser_tests::{Nginx, Server, Workspace, agent, header, indexer, leaks};

use super::truth::assert_answered;

/// An index, its evaluator, and the folder that it is exported to.
struct Scene {
    workspace: Workspace,
    evaluator: Server,
    public_key: String,
}

/// Makes a key in a file of this name and returns its public key.
fn generate_key(workspace: &Workspace, name: &str) -> String {
    let printed = workspace.run_ok(&["keygen", "--json", "--key", name]);
    let printed: Value = serde_json::from_str(&printed).expect("JSON");
    printed["public_keys"][0]
        .as_str()
        .expect("a key")
        .to_owned()
}

impl Scene {
    fn new() -> Self {
        let workspace = Workspace::without_key();
        let public_key = generate_key(&workspace, "key");
        let path = workspace.argument("key");
        let evaluator = Server::start_bare(&["--role", "evaluator", "--key", &path]);
        Self {
            workspace,
            evaluator,
            public_key,
        }
    }

    fn folder(&self) -> PathBuf {
        self.workspace.path().join("exported")
    }

    fn evaluator(&self) -> String {
        format!("{}/v1/evaluate={}", self.evaluator.base(), self.public_key)
    }

    fn build(&self, leak: &str) {
        let options = ["--no-recover", "--range-rows", "1024"];
        self.workspace
            .build(&leaks().join("breaches").join(leak), &options);
    }

    fn export(&self) -> Value {
        let printed = self.workspace.run_ok(&[
            "export",
            "--json",
            "--static",
            "exported",
            "--evaluator",
            &self.evaluator(),
        ]);
        serde_json::from_str(&printed).expect("JSON")
    }

    /// nginx with the lines of PROTOCOL.md.
    fn served(&self) -> Option<Nginx> {
        let protocol = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/PROTOCOL.md");
        let protocol = fs::read_to_string(protocol).expect("the protocol");
        let (_, rest) = protocol.split_once("```nginx\n").expect("lines for nginx");
        let (lines, _) = rest.split_once("```").expect("their end");
        let folder = self.folder();
        let lines = lines.replace("/srv/tekser", folder.to_str().expect("a path"));
        Nginx::start(&self.workspace.path().join("nginx"), &lines)
    }

    /// The generations of which something is in this folder.
    fn generations(&self, folder: &str) -> Vec<String> {
        let folder = self.folder().join("v1").join(folder);
        let folder = fs::read_dir(folder).expect("a folder");
        let names = folder.map(|entry| entry.expect("an entry").file_name());
        let mut names: Vec<String> = names
            .map(|name| name.into_string().expect("a name"))
            .collect();
        names.sort();
        names
    }
}

#[test]
fn files_behind_nginx_and_an_evaluator_answer_as_in_the_truth() {
    let scene = Scene::new();
    scene.build("");
    assert_eq!(scene.export()["already"], false);
    let Some(nginx) = scene.served() else {
        return;
    };
    assert_answered(nginx.base(), 12);
    let log = fs::read_to_string(scene.workspace.path().join("nginx/access.log")).expect("a log");
    assert!(
        log.contains("/v1/index") && !log.contains("/v1/ranges"),
        "{log}"
    );
}

#[test]
fn what_files_answer_is_what_the_server_answers() {
    let scene = Scene::new();
    scene.build("subscribers-2022");
    let _ = scene.export();
    let Some(nginx) = scene.served() else {
        return;
    };
    let index = scene.workspace.argument("index");
    let server = Server::start_bare(&[
        "--role",
        "ranges",
        "--index",
        &index,
        "--evaluator",
        &scene.evaluator(),
    ]);
    let generation = scene.workspace.current();
    let catalogue = format!("/v1/generations/{generation}/breaches");
    let paths = [
        "/v1/index",
        "/v1/breaches",
        "/v1/breaches/subscribers-2022",
        &catalogue,
    ];
    let paths = paths.map(str::to_owned);
    let ranges = fs::read_dir(scene.folder().join("v1/ranges").join(&generation)).expect("ranges");
    let ranges = ranges.map(|entry| {
        let prefix = entry
            .expect("an entry")
            .file_name()
            .into_string()
            .expect("a name");
        format!("/v1/ranges/{generation}/{prefix}")
    });
    let all: Vec<String> = paths.into_iter().chain(ranges).collect();
    assert!(all.len() > 6, "{}", all.len());
    for path in &all {
        let mut answers = [nginx.base(), server.base()].map(|base| {
            let answer = agent()
                .get(format!("{base}{path}"))
                .header("accept-encoding", "identity")
                .call();
            answer.expect("an answer")
        });
        for name in ["content-type", "cache-control"] {
            let [ours, theirs] = [0, 1].map(|place: usize| header(&answers[place], name));
            assert_eq!(ours, theirs, "{name}");
        }
        let [ours, theirs] = answers
            .each_mut()
            .map(|answer| answer.body_mut().read_to_vec().expect("a body"));
        assert!(ours == theirs, "another body");
    }
    let packed = agent()
        .get(format!("{}/v1/index", nginx.base()))
        .header("accept-encoding", "gzip")
        .call();
    assert_eq!(
        header(&packed.expect("an answer"), "content-encoding"),
        "gzip"
    );
    for retired in [
        "ranges/20200101-000000-00000000/0",
        "generations/20200101-000000-00000000/breaches",
    ] {
        let answer = agent().get(format!("{}/v1/{retired}", nginx.base())).call();
        assert_eq!(answer.expect("an answer").status(), 410);
    }
}

#[test]
fn an_older_generation_stays_for_those_who_began_with_it_and_goes_with_the_next_but_one() {
    let scene = Scene::new();
    let mut generations = Vec::new();
    for leak in ["school-2025", "combo-2021", "subscribers-2022"] {
        scene.build(leak);
        let printed = scene.export();
        generations.push(scene.workspace.current());
        assert_eq!(printed["generation"], *generations.last().expect("one"));
        let there = generations.len().saturating_sub(2);
        assert_eq!(scene.generations("ranges"), generations[there..]);
        assert_eq!(scene.generations("generations"), generations[there..]);
    }
    assert_eq!(scene.export()["already"], true);
    // The breaches of older generations have nothing to say any more.
    let breaches = fs::read_dir(scene.folder().join("v1/breaches")).expect("breaches");
    assert_eq!(
        breaches.count(),
        3,
        "one breach, as it is and in two encodings"
    );
}

#[test]
fn an_export_that_is_killed_at_any_step_leaves_what_is_whole_and_is_made_again() {
    let scene = Scene::new();
    scene.build("school-2025");
    let _ = scene.export();
    scene.build("combo-2021");
    let mut kills = 0;
    for step in (0..).step_by(3) {
        let mut command = scene.workspace.command();
        let arguments = [
            "export",
            "--static",
            "exported",
            "--evaluator",
            &scene.evaluator(),
        ];
        let status = command
            .args(arguments)
            .env("TEKSER_DIE_AT_STEP", step.to_string())
            .output();
        assert_whole(&scene);
        if status.expect("the indexer starts").status.success() {
            break;
        }
        kills += 1;
    }
    assert!(kills > 10, "{kills}");
    assert_eq!(scene.generations("ranges").len(), 2);
    assert_eq!(scene.generations("generations").len(), 2);
    assert_eq!(scene.export()["generation"], scene.workspace.current());
}

/// The document names a generation all of whose ranges are there.
fn assert_whole(scene: &Scene) {
    let folder = scene.folder().join("v1");
    let document = fs::read(folder.join("index.json")).expect("a document");
    let document: Value = serde_json::from_slice(&document).expect("JSON");
    let generation = document["generation"].as_str().expect("a name");
    let catalogue = folder.join("generations").join(generation);
    assert!(catalogue.join("breaches.json").exists());
    let ranges = folder.join("ranges").join(generation);
    let ranges = fs::read_dir(ranges).expect("its ranges");
    let sizes = ranges.map(|entry| entry.expect("an entry").metadata().expect("a file").len());
    let sizes: Vec<u64> = sizes.collect();
    let bits = document["prefix_bits"].as_u64().expect("bits");
    assert_eq!(sizes.len(), 1 << bits);
    assert!(sizes.iter().all(|size| document["range_bytes"] == *size));
}

#[test]
fn an_export_for_another_key_or_into_another_folder_is_refused() {
    let scene = Scene::new();
    scene.build("school-2025");
    let other = generate_key(&scene.workspace, "other");
    let other = format!("https://example.kz/v1/evaluate={other}");
    let own = scene.evaluator();
    let folder = scene.workspace.path().join("taken");
    fs::create_dir(&folder).expect("a folder");
    fs::write(folder.join("letter"), "mine").expect("a file");
    for (folder, evaluator, expected) in [
        ("exported", &other, "was made with the key"),
        ("taken", &own, "holds something that is not an export"),
    ] {
        let printed = scene.workspace.refused(
            &["export", "--static", folder, "--evaluator", evaluator],
            b"",
        );
        assert!(printed.contains(expected), "{printed}");
    }
    assert!(!scene.folder().exists(), "something was written");
}

/// The modes of a folder and of everything in it.
fn modes(folder: &Path, modes: &mut Vec<(PathBuf, u32)>) {
    let mode = fs::metadata(folder)
        .expect("it is there")
        .permissions()
        .mode();
    modes.push((folder.to_owned(), mode & 0o777));
    if folder.is_dir() {
        for entry in fs::read_dir(folder).expect("a folder") {
            self::modes(&entry.expect("an entry").path(), modes);
        }
    }
}

#[test]
fn an_export_can_be_read_by_its_server_under_any_umask() {
    let scene = Scene::new();
    scene.build("school-2025");
    let exported = Command::new("sh")
        .args(["-c", "umask 077; exec \"$@\"", "sh"])
        .arg(indexer())
        .args([
            "export",
            "--static",
            "served/below",
            "--evaluator",
            &scene.evaluator(),
        ])
        .env("TEKSER_INDEX", scene.workspace.index())
        .current_dir(scene.workspace.path())
        .output()
        .expect("ended");
    assert!(
        exported.status.success(),
        "{}",
        String::from_utf8_lossy(&exported.stderr)
    );
    let mut found = Vec::new();
    modes(&scene.workspace.path().join("served"), &mut found);
    assert!(found.len() > 10, "{found:?}");
    for (path, mode) in found {
        let expected = if path.is_dir() { 0o755 } else { 0o644 };
        assert_eq!(mode, expected, "{}", path.display());
    }
}
