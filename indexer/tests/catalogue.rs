//! The catalogue of known leaks is fit to begin a breach.toml with.

use std::fs;
use std::path::Path;

use tekser_indexer::ingest::description_of;

const FILE: &str = "\n[[file]]\npath = \"a.csv\"\n[file.columns]\niin = { identifier = \"iin\" }\n";

#[test]
fn every_known_leak_has_its_texts_in_all_languages_and_a_public_source() {
    let catalogue = Path::new(env!("CARGO_MANIFEST_DIR")).join("catalogue");
    let mut ids = Vec::new();
    for entry in fs::read_dir(catalogue).expect("the catalogue") {
        let path = entry.expect("an entry").path();
        let head = fs::read_to_string(&path).expect("a head");
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("breach.toml"), head + FILE).expect("written");
        let printed = description_of(folder.path()).expect("a description");
        let name = path.file_stem().and_then(|name| name.to_str());
        assert_eq!(name, Some(printed.id.as_str()));
        assert!(printed.source.starts_with("https://"), "{}", printed.id);
        for text in [&printed.title, &printed.summary] {
            let texts = [&text.kk, &text.ru, &text.en];
            assert!(texts.iter().all(|text| text.len() > 10), "{}", printed.id);
            assert!(text.kk != text.ru && text.ru != text.en, "{}", printed.id);
        }
        ids.push(printed.id);
    }
    assert_eq!(ids.len(), 6);
}
