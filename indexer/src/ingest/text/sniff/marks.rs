//! Which delimiters of several marks, or of marks beyond ASCII, may this text have?

use std::collections::BTreeMap;

use crate::ingest::text::separators::Delimiter;

/// Number of lines that are inspected.
const LINES: usize = 40;

/// Bytes of a line that are inspected.
const LINE: usize = 4096;

/// Longest run of marks, in characters.
const LONGEST: usize = 4;

/// Maximum number of delimiters tried.
const TRIED: usize = 6;

/// Marks that people combine to delimiters.
const MARKS: &str = "|~;:,^#$%&*<>=!+-_@/\\";

/// Other marks that are in texts: quotation marks, dashes and the like.
const OF_TEXTS: &str = "№«»“”„‘’–—…°•·×\u{fffd}\u{feff}\u{ad}";

/// Runs of marks that nine in ten lines have, the longest first.
pub(super) fn delimiters_of_marks(head: &[u8]) -> Vec<Delimiter> {
    let lines = head.split(|byte| matches!(byte, b'\n' | b'\r'));
    let lines = lines.filter(|line| !line.is_empty()).take(LINES);
    let lines: Vec<_> = lines
        .map(|line| String::from_utf8_lossy(&line[..line.len().min(LINE)]))
        .collect();
    let mut runs: BTreeMap<&str, usize> = BTreeMap::new();
    for line in &lines {
        for run in runs_of(line) {
            *runs.entry(run).or_default() += 1;
        }
    }
    let is_in_most = |run: &&str| {
        let holding = lines.iter().filter(|line| line.contains(run)).count();
        holding * 10 >= lines.len() * 9
    };
    let mut runs: Vec<(&str, usize)> = runs
        .into_iter()
        .filter(|(run, _)| may_delimit(run))
        .collect();
    runs.sort_by_key(|(run, count)| (std::cmp::Reverse(*count), *run));
    let runs = runs.into_iter().map(|(run, _)| run).take(4 * TRIED);
    let mut runs: Vec<&str> = runs.filter(is_in_most).take(TRIED).collect();
    runs.sort_by_key(|run| std::cmp::Reverse(run.len()));
    runs.into_iter().filter_map(Delimiter::of).collect()
}

/// The runs of marks in a line.
fn runs_of(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !is_mark(c))
        .filter(|run| !run.is_empty())
}

fn is_mark(c: char) -> bool {
    match c.is_ascii() {
        true => MARKS.contains(c),
        false => !c.is_alphanumeric() && !c.is_whitespace() && !OF_TEXTS.contains(c),
    }
}

/// Whether a run of marks may be a delimiter: a single ASCII character is among those that are always tried; `;;` is an
/// empty value, `--` and `//` are parts of texts.
fn may_delimit(run: &str) -> bool {
    let first = run.chars().next().unwrap_or_default();
    let is_repeated = run.chars().all(|c| c == first);
    let fewest = match first {
        '-' | '_' | '=' if is_repeated => 4,
        ';' | ',' | '/' | '\\' | '+' | '!' if is_repeated => 3,
        _ if run.contains('/') => return false,
        c if c.is_ascii() => 2,
        _ => 1,
    };
    (fewest..=LONGEST).contains(&run.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks_in(text: &str) -> Vec<String> {
        let delimiters = delimiters_of_marks(text.as_bytes());
        delimiters.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn runs_that_most_lines_have_may_be_delimiters() {
        assert_eq!(marks_in("a~|~b\nc~|~+7\n"), ["~|~"]);
        assert_eq!(marks_in("a¦b\nc¦d\n"), ["¦"]);
        assert_eq!(marks_in("a----b\nc----d\n"), ["----"]);
        assert_eq!(marks_in("a;;b\nc;;d\n"), [""; 0]);
        assert_eq!(marks_in("https://a--b\nhttps://c--d\n"), [""; 0]);
        assert_eq!(marks_in("a::b\nc\nd\n"), [""; 0]);
    }
}
