//! Are settings refused that do not fit together?

use std::fs;
use std::process::{Command, Output};

use tekser_tests::{Workspace, server};

use crate::small_index;

/// Runs `check-config` with a file of settings.
fn check(
    workspace: &Workspace,
    file: &str,
    environment: &[(&str, &str)],
    flags: &[&str],
) -> Output {
    fs::write(workspace.path().join("server.toml"), file).expect("a file");
    let checked = Command::new(server())
        .current_dir(workspace.path())
        .args(["check-config", "--config", "server.toml"])
        .args(flags)
        .envs(environment.iter().copied())
        .output();
    checked.expect("it runs")
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

const GOOD: &str = "index = \"index\"\nkey = \"key\"\n";

#[test]
fn valid_settings_are_confirmed() {
    let workspace = small_index();
    let file =
        format!("{GOOD}listen = [\"127.0.0.1:0\", \"[::1]:0\"]\nworkers = 2\ngrace = \"90s\"\n");
    let output = check(&workspace, &file, &[], &[]);
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    assert_eq!(
        output.stdout,
        b"The settings fit together, and everything that they name can be opened.\n"
    );
}

#[test]
fn the_environment_is_stronger_than_the_file_and_flags_are_than_both() {
    let workspace = small_index();
    let wrong = "index = \"from-file\"\nkey = \"key\"\n";
    let output = check(&workspace, wrong, &[], &[]);
    assert!(
        printed(&output).contains("from-file"),
        "{}",
        printed(&output)
    );
    let environment = [("TEKSER_INDEX", "from-environment")];
    let output = check(&workspace, wrong, &environment, &[]);
    assert!(
        printed(&output).contains("from-environment"),
        "{}",
        printed(&output)
    );
    let output = check(&workspace, wrong, &environment, &["--index", "index"]);
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
}

#[test]
fn the_file_may_be_named_by_the_environment() {
    let workspace = small_index();
    fs::write(workspace.path().join("named.toml"), GOOD).expect("a file");
    let checked = Command::new(server())
        .current_dir(workspace.path())
        .arg("check-config")
        .env("TEKSER_CONFIG", "named.toml")
        .output();
    let checked = checked.expect("it runs");
    assert_eq!(checked.status.code(), Some(0), "{}", printed(&checked));
}

#[test]
fn what_is_wrong_in_the_file_is_reported_with_what_to_do() {
    let workspace = small_index();
    let cases = [
        (
            "indx = \"index\"\n",
            "server.toml: `indx` is not a setting, or its value has the wrong type; `tekser-server --help` lists the settings",
        ),
        ("help = true\n", "`help` is not a setting"),
        ("config = \"other.toml\"\n", "`config` is not a setting"),
        ("[listen]\nport = 1\n", "`listen` is not a setting"),
        ("index = 1.5\n", "`index` is not a setting"),
        (
            "workers = \"many\"\n",
            "invalid value 'many' for '--workers",
        ),
        ("workers = 0\n", "0 is not in 1..=1024"),
        ("listen = 8080\n", "invalid value '8080' for '--listen"),
        ("grace = 5\n", "expected a time such as 90s, 5m or 1h"),
        (
            "role = \"both\"\n",
            "possible values: all, evaluator, ranges",
        ),
        (
            "rate-per-client = \"many\"\n",
            "a rate is a number and a unit such as 20/s",
        ),
        (
            "rate-per-client = \"5/s\"\n",
            "--rate-per-client must be at least 16",
        ),
        (
            "trusted-proxy = \"everybody\"\n",
            "neither an address nor a network",
        ),
        ("allow-origin = \"https://a.example/\"\n", "without a path"),
        (
            "tls-key = \"key\"\n",
            "--tls-cert and --tls-key go together",
        ),
        (
            "header-timeout = \"0s\"\n",
            "--header-timeout must be longer than zero",
        ),
        ("grace = \n", "server.toml is not TOML"),
    ];
    for (lines, expected) in cases {
        let file = if lines.starts_with("[listen]") {
            format!("{GOOD}{lines}")
        } else {
            format!("{lines}{}", without_twice(lines))
        };
        let output = check(&workspace, &file, &[], &[]);
        assert_eq!(
            output.status.code(),
            Some(2),
            "{lines}: {}",
            printed(&output)
        );
        assert!(
            printed(&output).contains(expected),
            "{lines}: {}",
            printed(&output)
        );
    }
}

/// The good settings, but for one that was given already.
fn without_twice(lines: &str) -> String {
    let given = lines.split(' ').next().unwrap_or_default();
    let kept = GOOD
        .lines()
        .filter(|line| !line.starts_with(&format!("{given} ")));
    kept.map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_file_that_cannot_be_read_is_reported() {
    let workspace = small_index();
    let run = |name: &str| {
        let mut command = Command::new(server());
        let run = command
            .current_dir(workspace.path())
            .args(["--config", name]);
        run.output().expect("it runs")
    };
    fs::write(workspace.path().join("bytes.toml"), [0xff, 0xfe]).expect("a file");
    for name in ["missing.toml", "bytes.toml", "index"] {
        let output = run(name);
        assert_eq!(output.status.code(), Some(2), "{}", printed(&output));
        let expected = format!("cannot read the settings in {name}: ");
        assert!(printed(&output).contains(&expected), "{}", printed(&output));
    }
}
