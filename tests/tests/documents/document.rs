use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Documents whose commands `operation/commands` checks, or that have none of ours.
const CHECKED_ELSEWHERE: [&str; 1] = ["server/OPERATING.md"];

/// A Markdown file of the project.
pub(super) struct Document {
    pub(super) path: PathBuf,
    pub(super) text: String,
    pub(super) blocks: Vec<Block>,
}

/// A fenced block.
pub(super) struct Block {
    /// `console` for a transcript, `sh` for commands that are not run, `toml` and so on for files.
    pub(super) language: String,
    /// The path of the file that the block is, if its first line names one: ```` ```toml breaches/x/breach.toml ````.
    pub(super) file: Option<String>,
    /// What is in `<!-- not run: … -->` above it.
    pub(super) reason_not_to_run: Option<String>,
    /// Its first line after the fence, counted from 0.
    pub(super) line: usize,
    pub(super) lines: Vec<String>,
}

/// The top folder of the project.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The names of the files that git has, by its patterns.
pub(super) fn files_in_git(patterns: &[&str]) -> Vec<String> {
    let mut list = Command::new("git");
    list.arg("ls-files").args(patterns).current_dir(root());
    let listed = list.output().expect("git");
    let names = String::from_utf8(listed.stdout).expect("UTF-8");
    names.lines().map(ToOwned::to_owned).collect()
}

impl Document {
    pub(super) fn read(name: &str) -> Self {
        let path = root().join(name);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        let blocks = blocks(&text);
        Self { path, text, blocks }
    }

    /// The names of all documents that git has, but for those that other tests check.
    pub(super) fn all() -> Vec<String> {
        let mut names = files_in_git(&["*.md"]);
        names.retain(|name| !CHECKED_ELSEWHERE.contains(&name.as_str()));
        assert!(names.iter().any(|name| name == "README.md"), "{names:?}");
        names
    }
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    let mut above = "";
    for (number, line) in text.lines().enumerate() {
        match (line.trim_start().strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(fence), None) => open = Some(opened(fence, above, number + 1)),
            (None, Some(block)) => block.lines.push(line.to_owned()),
            (None, None) => {}
        }
        if !line.is_empty() {
            above = line;
        }
    }
    assert!(open.is_none(), "a block that does not end");
    blocks
}

fn opened(fence: &str, above: &str, line: usize) -> Block {
    let (language, file) = match fence.split_once(' ') {
        Some((language, file)) => (language, Some(file.trim().to_owned())),
        None => (fence.trim(), None),
    };
    let reason = above.strip_prefix("<!-- not run: ");
    let reason = reason.and_then(|rest| rest.strip_suffix(" -->"));
    Block {
        language: language.to_owned(),
        file,
        reason_not_to_run: reason.map(ToOwned::to_owned),
        line,
        lines: Vec::new(),
    }
}
