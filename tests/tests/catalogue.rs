//! What is known about breaches goes to Have I Been Pwned's words and comes from them.

use std::fs;

use serde_json::{Value, json};
use tekser_tests::{Workspace, leaks};

/// A list as that API gives it, of a breach with everything and of one as in older lists.
fn list(workspace: &Workspace) {
    let list = json!([
        {
            "Name": "Adobe", "Title": "Adobe", "Domain": "adobe.com", "BreachDate": "2013-10-04",
            "AddedDate": "2013-12-04T00:00:00Z", "PwnCount": 152_445_165, "Description": "In <b>2013</b>",
            "DataClasses": ["Email addresses"], "IsVerified": true, "IsFabricated": false, "IsSensitive": false,
        },
        { "Title": "000webhost", "BreachDate": "2015-03-01", "PwnCount": 14_936_670 },
    ]);
    fs::write(workspace.path().join("list.json"), list.to_string()).expect("written");
}

#[test]
fn a_breach_of_a_list_becomes_a_draft_that_waits_for_what_only_a_person_knows() {
    let workspace = Workspace::new();
    list(&workspace);
    let import = ["catalogue", "import", "list.json", "--output", "drafts"];
    let printed = workspace.run_ok(&[&import[..], &["adobe"]].concat());
    assert_eq!(printed, "drafts/adobe-2013/breach.toml\n");
    let path = workspace.path().join("drafts/adobe-2013/breach.toml");
    let draft = fs::read_to_string(&path).expect("a draft");
    assert!(draft.contains("records = 152445165") && draft.contains("status = \"confirmed\""));
    let printed = workspace.refused(&["build", "drafts"], b"");
    assert!(printed.contains("still to be filled in"), "{printed}");
    fs::write(&path, "mine").expect("written");
    let printed = workspace.run_ok(&import);
    assert_eq!(printed, "drafts/000webhost-2015/breach.toml\n");
    assert_eq!(fs::read_to_string(&path).expect("a file"), "mine");
}

#[test]
fn a_malformed_list_and_an_unknown_name_are_reported_and_nothing_is_written() {
    let workspace = Workspace::without_key();
    list(&workspace);
    let import = ["catalogue", "import", "list.json", "--output", "drafts"];
    let printed = workspace.refused(&[&import[..], &["Adobe", "Nobody"]].concat(), b"");
    assert!(printed.contains("no breach of the list"), "{printed}");
    fs::write(workspace.path().join("list.json"), "{}").expect("written");
    let printed = workspace.refused(&import, b"");
    assert!(printed.contains("list of breaches"), "{printed}");
    assert!(!workspace.path().join("drafts").exists());
}

#[test]
fn the_export_has_every_public_breach_and_no_sealed_one() {
    let workspace = Workspace::new();
    workspace.build(&leaks().join("breaches"), &["--no-recover"]);
    let exported = workspace.run_ok(&["catalogue", "export"]);
    let exported: Value = serde_json::from_str(&exported).expect("JSON");
    let stats = workspace.run_ok(&["stats", "--json", "--public"]);
    let stats: Value = serde_json::from_str(&stats).expect("JSON");
    let breaches = stats["breaches"].as_object().expect("breaches");
    let exported = exported.as_array().expect("a list");
    assert_eq!(exported.len(), breaches.len());
    for breach in exported {
        let counts = &breaches[breach["Name"].as_str().expect("a name")]["identifiers"];
        let counts = counts.as_object().expect("counts").values();
        let sum: u64 = counts.filter_map(Value::as_u64).sum();
        assert_eq!(breach["PwnCount"], sum, "{breach}");
        assert_eq!(breach["IsSensitive"], false);
    }
}
