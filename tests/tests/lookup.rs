//! Look-ups accept values as people write them, and every refusal says what is wrong.

use std::fs;

use exposure_index::audit::{self, Requester};
use serde_json::Value;
use tekser_tests::{Workspace, is_root, leaks};

/// An index of one small leak, which has an IIN and telephone numbers of the same person.
fn school() -> Workspace {
    let workspace = Workspace::new();
    workspace.build(&leaks().join("breaches/school-2025"), &[]);
    workspace
}

/// Standard output and exit status.
fn asked(workspace: &Workspace, arguments: &[&str], input: &str) -> (String, Option<i32>) {
    let output = workspace.run(&[&["lookup"], arguments].concat(), input.as_bytes());
    let printed = String::from_utf8(output.stdout).expect("text");
    (printed, output.status.code())
}

fn answers(workspace: &Workspace, arguments: &[&str], input: &str) -> Vec<Value> {
    let (printed, _) = asked(workspace, &[&["--json"], arguments].concat(), input);
    let lines = printed.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[test]
fn a_kind_is_recognised_as_on_the_page_and_labels_are_not_part_of_a_value() {
    let input = "470316119230\nИИН 470316 119230\nmy IIN: 470316119230\n+7 709 248 36 97\nтел. 8 709 248 36 97\n\
                 iin:470316119230\n";
    let workspace = school();
    for answer in answers(&workspace, &[], input) {
        assert_eq!(answer["found"], true, "{answer}");
        assert_eq!(answer["exposures"][0]["breach"], "school-2025");
        assert_eq!(answer.get("doubts"), None, "{answer}");
    }
    let kinds = |input: &str| {
        let answers = answers(&workspace, &[], input);
        let kind = |answer: &Value| answer["kind"].as_str().expect("a kind").to_owned();
        answers.iter().map(kind).collect::<Vec<_>>()
    };
    let input = "@login\nuser@example.kz\nN16809641\n123 ABC 02\n012 345 678\n";
    assert_eq!(
        kinds(input),
        ["login", "email", "passport", "plate", "id_card"]
    );
}

#[test]
fn one_kind_may_be_named_for_all_values() {
    let workspace = school();
    let (printed, status) = asked(
        &workspace,
        &["--kind", "phone"],
        "7092483697\n470316119230\n",
    );
    assert!(
        printed.starts_with("1. phone: in 1 of the leaks"),
        "{printed}"
    );
    assert!(
        printed.contains("2. phone: refused: no country has telephone numbers of this length"),
        "{printed}"
    );
    assert_eq!(status, Some(1));
}

#[test]
fn a_value_that_may_be_a_slip_is_marked_as_doubtful() {
    let workspace = school();
    let answers = answers(&workspace, &[], "Н16809641\nname@gmial.com\nnurlan\n");
    let doubts: Vec<&Value> = answers.iter().map(|answer| &answer["doubts"][0]).collect();
    assert_eq!(doubts, ["passport", "domain", "login"]);
    assert_eq!(answers[0]["or"], serde_json::json!(["login"]));
    let (printed, status) = asked(&workspace, &[], "Н16809641\n");
    assert!(
        printed.contains("doubtful: passports of Kazakhstan are a Latin N and eight digits"),
        "{printed}"
    );
    assert!(printed.contains("it may be a login, too"), "{printed}");
    assert_eq!(status, Some(0));
}

#[test]
fn a_refusal_names_the_rule_and_ends_with_status_1() {
    let workspace = school();
    let input = "iin:47031611923\niban:DE89370400440532013000\nИванов Иван\nБИН 000140100019\n470316119231\n";
    let (printed, status) = asked(&workspace, &[], input);
    for rule in [
        "1. iin: refused: an IIN has 12 digits",
        "2. iban: refused: an IBAN of Kazakhstan begins with KZ",
        "3. refused: a name;",
        "4. company: in no leak of this index",
        "5. iin: refused: the last digit of an IIN is computed from the others",
    ] {
        assert!(printed.contains(rule), "{rule}: {printed}");
    }
    assert_eq!(status, Some(1));
    let output = workspace.run(&["lookup"], input.as_bytes());
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(message.contains("4 of 5 lines were refused"), "{message}");
    for value in ["4703161", "DE89", "Иван", "000140100019"] {
        assert!(
            !printed.contains(value) && !message.contains(value),
            "{printed}{message}"
        );
    }
    let answers = answers(&workspace, &[], input);
    assert_eq!(answers[0]["error"], "length");
    assert_eq!(answers[0]["rule"], "an IIN has 12 digits");
}

#[test]
fn a_column_of_csv_is_looked_up_and_answered_as_csv() {
    let workspace = school();
    let csv = "\u{feff}№;ФИО;Телефон\r\n1;\"Айша; А.\";8 (709) 248-36-97\r\n2;Афина;12345\r\n3;Айша;+7 709 000 00 01\r\n";
    let arguments = ["--column", "телефон", "--kind", "phone", "--csv"];
    let (printed, status) = asked(&workspace, &arguments, csv);
    let rows: Vec<&str> = printed.lines().collect();
    assert_eq!(
        rows[0],
        "line,kind,found,leaks,breaches,classes,doubts,refused,warnings"
    );
    assert_eq!(
        rows[1],
        "2,phone,true,1,school-2025,government-issued-ids names phone-numbers,,,"
    );
    assert_eq!(
        rows[2],
        "3,phone,,,,,,the code of the city or operator is missing,"
    );
    assert_eq!(rows[3], "4,phone,false,0,,,,,");
    assert_eq!(status, Some(1));
    for value in ["Айша", "709", "12345"] {
        assert!(!printed.contains(value), "{printed}");
    }
    let without_header = answers(
        &workspace,
        &["--column", "1"],
        "a,470316119230\nb,+77092483697\n",
    );
    assert!(
        without_header.iter().all(|answer| answer["found"] == true),
        "{without_header:?}"
    );
    let message = workspace.refused(&["lookup", "--column", "phone"], csv.as_bytes());
    assert!(
        message.contains("none of the 3 columns is called \"phone\""),
        "{message}"
    );
}

/// An index with a sealed file.
fn clinic() -> Workspace {
    let workspace = Workspace::new();
    workspace.build(&leaks().join("breaches/clinic-2023"), &[]);
    workspace
}

const IN_CLINIC: &[u8] = b"iin:470316119230\n";

/// Runs a look-up as it is typed, without the reason that workspaces add.
fn typed(workspace: &Workspace, arguments: &[&str]) -> (String, String) {
    let input = workspace.path().join("input");
    fs::write(&input, IN_CLINIC).expect("written");
    let mut command = workspace.command();
    command.arg("lookup").args(arguments);
    command.stdin(fs::File::open(input).expect("a file"));
    let output = command.output().expect("ended");
    let [printed, message] =
        [output.stdout, output.stderr].map(|text| String::from_utf8(text).expect("text"));
    (printed, message)
}

#[test]
fn no_sealed_row_is_looked_up_without_an_audit_and_a_reason() {
    let workspace = clinic();
    let audited = ["--audit", "audit.log"];
    for arguments in [
        &[][..],
        &["--json"],
        &audited,
        &["--reason", "470316119230"],
        &["--reason", " "],
        &["--reason", "a test", "--audit", "no/folder/audit.log"],
    ] {
        let (printed, message) = typed(&workspace, arguments);
        assert!(printed.is_empty(), "{arguments:?}: {printed}");
        assert!(
            message.contains("recorded") || message.contains("--reason"),
            "{message}"
        );
        assert!(!message.contains("470316119230"), "{message}");
    }
    assert!(!workspace.audit().exists());
    let (printed, _) = typed(&workspace, &["--public"]);
    assert!(printed.contains("in no leak"), "{printed}");
    assert!(!workspace.audit().exists());
}

#[test]
fn the_audit_says_who_asked_for_how_many_and_why_before_the_answer_and_never_for_what() {
    let workspace = clinic();
    let many: String = (0..2500).map(|_| "iin:470316119230\n").collect();
    let output = workspace.run(&["lookup", "--json"], many.as_bytes());
    assert!(output.status.success());
    let (printed, _) = typed(&workspace, &["--reason", "application 17"]);
    assert!(printed.contains("clinic-2023"), "{printed}");
    let mut lines = Vec::new();
    audit::each_line(&workspace.audit(), |line| lines.push(line)).expect("a valid audit");
    let asked: Vec<u64> = lines.iter().map(|line| line.asked).collect();
    assert_eq!(asked, [1000, 1000, 500, 1]);
    let reasons = lines.iter().map(|line| match &line.by {
        Requester::Staff { reason, .. } => reason.as_str(),
        Requester::Owner { .. } => "",
    });
    let reasons: Vec<&str> = reasons.collect();
    assert_eq!(reasons, ["a test", "a test", "a test", "application 17"]);
    assert!(
        lines
            .iter()
            .all(|line| line.generation == workspace.current())
    );
    let text = fs::read_to_string(workspace.audit()).expect("text");
    assert!(!text.contains("470316"), "{text}");
}

#[test]
fn nothing_is_answered_once_the_audit_was_changed() {
    let workspace = clinic();
    let output = workspace.run(&["lookup"], IN_CLINIC);
    assert!(output.status.success());
    let text = fs::read_to_string(workspace.audit()).expect("text");
    let changed = text.replace("a test", "a quest");
    fs::write(workspace.audit(), format!("{changed}{text}")).expect("written");
    let message = workspace.refused(&["lookup"], IN_CLINIC);
    assert!(message.contains("line 2: its number"), "{message}");
}

#[test]
fn another_user_is_sent_to_the_public_file() {
    // Only root can become another user.
    if !is_root() {
        return;
    }
    let workspace = Workspace::new();
    workspace.build(&leaks().join("breaches"), &["--pairs"]);
    let output = workspace.run_as_nobody(&["stats"]);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(
        message.contains("--public opens only the public file"),
        "{message}"
    );
    assert!(
        workspace
            .run_as_nobody(&["stats", "--public"])
            .status
            .success()
    );
}
