use clap_mangen::roff::{Roff, roman};

/// The text after a command's help, as its paragraphs are meant: a heading with lines below it that are kept as
/// typed, or prose.
pub(super) struct Remarks<'a> {
    paragraphs: Vec<Vec<&'a str>>,
}

impl<'a> Remarks<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        let paragraphs = lines
            .split(|line| line.trim().is_empty())
            .filter(|paragraph| !paragraph.is_empty())
            .map(<[&str]>::to_vec)
            .collect();
        Self { paragraphs }
    }

    /// Sections of their own for the headings except "Examples", then "NOTES" with the prose, then "EXAMPLES".
    pub(super) fn write(&self, roff: &mut Roff) {
        let (examples, rest): (Vec<_>, Vec<_>) = self.paragraphs.iter().partition(is_example);
        let (tables, prose): (Vec<_>, Vec<_>) = rest
            .into_iter()
            .partition(|paragraph| heading(paragraph).is_some());
        for table in tables {
            roff.control("SH", [heading(table).unwrap_or_default().as_str()]);
            write_lines(roff, &table[1..]);
        }
        write_section(roff, "NOTES", prose.into_iter().map(Vec::as_slice));
        let examples = examples.into_iter().map(|paragraph| &paragraph[1..]);
        write_section(roff, "EXAMPLES", examples);
    }
}

fn is_example(paragraph: &&Vec<&str>) -> bool {
    heading(paragraph).is_some_and(|heading| heading.starts_with("EXAMPLE"))
}

/// The heading of a paragraph that has one: a word or two with a colon, over indented lines.
fn heading(paragraph: &[&str]) -> Option<String> {
    let (first, lines) = paragraph.split_first()?;
    let heading = first.strip_suffix(':')?;
    let is_heading = heading.split(' ').count() <= 2 && lines.iter().all(|line| is_set_in(line));
    (is_heading && !lines.is_empty()).then(|| heading.to_uppercase())
}

fn is_set_in(line: &str) -> bool {
    line.starts_with("  ")
}

fn write_section<'a>(
    roff: &mut Roff,
    title: &str,
    paragraphs: impl Iterator<Item = &'a [&'a str]>,
) {
    for (number, paragraph) in paragraphs.enumerate() {
        match number {
            0 => roff.control("SH", [title]),
            _ => roff.control("PP", []),
        };
        write_lines(roff, paragraph);
    }
}

/// Prose is filled; indented lines are kept.
fn write_lines(roff: &mut Roff, lines: &[&str]) {
    for block in lines.chunk_by(|a, b| is_set_in(a) == is_set_in(b)) {
        if is_set_in(block[0]) {
            write_as_typed(roff, block);
        } else {
            block.iter().for_each(|line| {
                roff.text([roman(*line)]);
            });
        }
    }
}

fn write_as_typed(roff: &mut Roff, lines: &[&str]) {
    roff.control("RS", ["4"]).control("nf", []);
    for line in lines {
        roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
    }
    roff.control("fi", []).control("RE", []);
}
