use std::fmt::Display;
use std::io::{self, Write};

/// Prints data on standard output. Unlike `println!` it does not panic on a full disk or a closed pipe.
pub(super) fn data(data: impl Display) -> io::Result<()> {
    let mut output = io::stdout().lock();
    write!(output, "{data}")?;
    output.flush()
}

/// Prints a line of data on standard output.
pub(super) fn line(line: impl Display) -> io::Result<()> {
    data(format_args!("{line}\n"))
}

/// The text without control characters, which would command the terminal, and without those that change how others are
/// shown: names of files and columns come from whoever made the dump.
pub(super) fn visible(text: &str) -> String {
    let is_hidden = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let is_harmless = |c: char| c == '\n' || !c.is_control() && !is_hidden(c);
    text.chars()
        .map(|c| {
            if is_harmless(c) {
                c
            } else {
                char::REPLACEMENT_CHARACTER
            }
        })
        .collect()
}

/// Prints a line on standard error. Work goes on if nobody can read it: the terminal may be gone, the log's disk full.
pub(super) fn message(message: impl Display) {
    let _ = writeln!(io::stderr(), "{}", visible(&message.to_string()));
}
