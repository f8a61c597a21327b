use super::document::Document;

/// What a newcomer reads in three minutes, in bytes.
const SHORT: usize = 8 << 10;
/// Letters in a line of prose.
const WIDTH: usize = 120;
/// Documents whose lines are wrapped.
const WRAPPED: [&str; 14] = [
    ".github/ARCHITECTURE.md",
    ".github/CONTRIBUTING.md",
    ".github/SECURITY.md",
    "README.md",
    "indexer/INVESTIGATING.md",
    "indexer/README.md",
    "indexer/core/FORMAT.md",
    "server/OPERATING.md",
    "server/PROTOCOL.md",
    "server/README.md",
    "server/THREATS.md",
    "server/conformance/README.md",
    "tests/fuzz/README.md",
    "tools/figures/README.md",
];

#[test]
fn the_front_page_is_read_in_three_minutes() {
    let bytes = Document::read("README.md").text.len();
    assert!(bytes <= SHORT, "README.md has {bytes} bytes");
}

#[test]
fn lines_fit_a_screen_unless_they_are_a_table_a_picture_or_a_transcript() {
    for name in WRAPPED {
        let document = Document::read(name);
        let inside = |number: usize| {
            let mut blocks = document.blocks.iter();
            blocks.any(|block| (block.line..block.line + block.lines.len()).contains(&number))
        };
        for (number, line) in document.text.lines().enumerate() {
            let may_be_long = line.starts_with(['|', '<', '!']) || inside(number);
            assert!(
                may_be_long || line.chars().count() <= WIDTH,
                "{name}, line {}: {} letters",
                number + 1,
                line.chars().count()
            );
        }
    }
}

#[test]
fn a_newcomer_learns_of_every_document_by_following_links() {
    let mut seen = vec!["README.md".to_owned()];
    let mut next = 0;
    while let Some(name) = seen.get(next).cloned() {
        next += 1;
        for target in super::links::documents_linked_from(&name) {
            if !seen.contains(&target) {
                seen.push(target);
            }
        }
    }
    let all = Document::all();
    let unreachable: Vec<&String> = all.iter().filter(|name| !seen.contains(name)).collect();
    assert!(unreachable.is_empty(), "{unreachable:?}");
}
