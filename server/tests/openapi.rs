//! The committed description of the protocol is the one that the code makes.

#[test]
fn the_committed_description_is_what_the_server_tells() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    let told = tekser_server::routes::openapi_text();
    if std::env::var_os("OVERWRITE").is_some() {
        std::fs::write(path, &told).expect("a file that can be written");
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == told,
        "server/openapi.json is not what the code makes; look at the difference after: OVERWRITE=1 cargo test -p tekser-server --test openapi"
    );
}
