//! The committed description of the protocol is the one that the code makes, and one that OpenAPI 3.1 allows.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

#[test]
fn the_committed_description_is_what_the_server_says() {
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

/// Routes that no program of another is meant to call: the website's and the operator's.
const NOT_DESCRIBED: [&str; 2] = ["site.rs", "metrics.rs"];

#[test]
fn every_route_that_is_mounted_is_described() {
    let printed: Value =
        serde_json::from_str(&tekser_server::openapi_text()).expect("a description");
    let paths = printed["paths"].as_object().expect("paths");
    let described: BTreeSet<&str> = paths.keys().map(String::as_str).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/routes");
    let mut mounted = BTreeSet::new();
    for file in fs::read_dir(folder).expect("the routes") {
        let file = file.expect("a file");
        if NOT_DESCRIBED.iter().any(|name| file.file_name() == *name) {
            continue;
        }
        let text = fs::read_to_string(file.path()).expect("a source");
        mounted.extend(templates(&text));
    }
    let mounted: BTreeSet<&str> = mounted.iter().map(String::as_str).collect();
    assert_eq!(described, mounted);
}

/// The templates that a source mounts.
fn templates(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let mounts = ["readable(", " resource(", "TEMPLATE: Template = Template("];
    let arguments = mounts.iter().flat_map(|mount| code.split(mount).skip(1));
    let texts = arguments.filter_map(|argument| argument.trim_start().strip_prefix('"'));
    let templates = texts.filter_map(|text| text.split('"').next());
    templates.map(ToOwned::to_owned).collect()
}
