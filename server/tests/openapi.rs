//! The committed description of the protocol is the one that the code makes, and one that OpenAPI 3.1 allows.

use std::collections::BTreeSet;

use serde_json::Value;

#[test]
fn the_committed_description_is_what_the_server_tells() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    let printed = tekser_server::openapi_text();
    if std::env::var_os("OVERWRITE").is_some() {
        std::fs::write(path, &printed).expect("a file that can be written");
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == printed,
        "server/openapi.json is not what the code makes; look at the difference after: OVERWRITE=1 cargo test -p tekser-server --test openapi"
    );
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let printed: Value =
        serde_json::from_str(&tekser_server::openapi_text()).expect("a description");
    let paths = printed["paths"].as_object().expect("paths").values();
    let mut seen = BTreeSet::new();
    for operation in paths
        .filter_map(Value::as_object)
        .flat_map(|it| it.values())
    {
        let name = operation["operationId"].as_str().expect("a name");
        assert!(seen.insert(name.to_owned()), "{name} is there twice");
    }
}
