use std::path::{Component, Path, PathBuf};

use super::document::{Document, root};

/// What a document refers to: files in links and pictures, with the heading after `#`.
fn references(document: &Document) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut is_code = false;
    for (number, line) in document.text.lines().enumerate() {
        is_code ^= line.trim_start().starts_with("```");
        if is_code {
            continue;
        }
        let ends = [("](", ')'), ("src=\"", '"'), ("href=\"", '"')];
        for (begin, end) in ends {
            let pieces = line.split(begin).skip(1);
            let targets = pieces.filter_map(|piece| piece.split(end).next());
            found.extend(targets.map(|target| (number + 1, target.to_owned())));
        }
    }
    found
}

fn is_elsewhere(target: &str) -> bool {
    ["http://", "https://", "mailto:"]
        .iter()
        .any(|scheme| target.starts_with(scheme))
}

/// The path from the top folder of what a document in `name` calls `target`.
fn resolved(name: &str, target: &str) -> PathBuf {
    let mut path = PathBuf::new();
    let folder = Path::new(name).parent().unwrap_or(Path::new(""));
    for part in folder.join(target).components() {
        match part {
            Component::ParentDir => assert!(path.pop(), "{name}: {target} leads out"),
            Component::Normal(part) => path.push(part),
            _ => {}
        }
    }
    path
}

/// The documents that a document links to, by their paths from the top folder.
pub(super) fn documents_linked_from(name: &str) -> Vec<String> {
    let references = references(&Document::read(name)).into_iter();
    let targets = references.filter(|(_, target)| !is_elsewhere(target));
    let paths = targets.filter_map(|(_, target)| {
        let file = target.split('#').next().unwrap_or_default().to_owned();
        let path = resolved(name, &file);
        path.extension()
            .is_some_and(|end| end == "md")
            .then_some(path)
    });
    paths
        .map(|path| path.to_str().expect("UTF-8").to_owned())
        .collect()
}

/// Headings as links name them.
fn anchors(document: &Document) -> Vec<String> {
    let headings = document.text.lines().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| -> String {
        let text = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = text
            .chars()
            .filter(|letter| letter.is_alphanumeric() || "-_ ".contains(*letter));
        kept.map(|letter| if letter == ' ' { '-' } else { letter })
            .collect()
    };
    headings.map(anchor).collect()
}

#[test]
fn links_and_pictures_lead_to_what_exists() {
    let mut checked = 0;
    for name in Document::all() {
        let document = Document::read(&name);
        for (line, target) in references(&document) {
            if is_elsewhere(&target) {
                continue;
            }
            checked += 1;
            let (file, heading) = match target.split_once('#') {
                Some((file, heading)) => (file, Some(heading)),
                None => (target.as_str(), None),
            };
            let path = match file {
                "" => PathBuf::from(&name),
                file => resolved(&name, file),
            };
            assert!(root().join(&path).exists(), "{name}, line {line}: {target}");
            if let Some(heading) = heading {
                let there = anchors(&Document::read(path.to_str().expect("UTF-8")));
                assert!(
                    there.iter().any(|one| one == heading),
                    "{name}, line {line}: {target}"
                );
            }
        }
    }
    assert!(checked > 20, "only {checked} links");
}
