//! Does what is handed out name the licence of data that other licences came with?

use std::fs;

use super::document::root;

#[test]
fn packages_and_images_say_under_which_licence_the_list_of_public_suffixes_is() {
    let read = |name: &str| fs::read_to_string(root().join(name)).expect(name);
    let embeds = |name: &str, words: &str| assert!(read(name).contains(words), "{name}: {words}");
    // As long as both embed it.
    embeds("Cargo.lock", "name = \"psl\"");
    embeds("server/web/package.json", "\"tldts\"");
    for words in [
        "Public Suffix List",
        "the crate psl",
        "the npm package tldts",
        "MPL-2.0",
        "https://mozilla.org/MPL/2.0/",
        "https://publicsuffix.org/list/public_suffix_list.dat",
    ] {
        embeds("LICENSE", words);
    }
    for (program, folder) in [("tekser-server", "server"), ("tekser-indexer", "indexer")] {
        embeds(
            &format!("{folder}/Cargo.toml"),
            "license-file = [\"../LICENSE\", \"0\"]",
        );
        let copied = format!("COPY LICENSE /usr/share/doc/{program}/copyright");
        embeds("server/package/Dockerfile", &copied);
    }
}
