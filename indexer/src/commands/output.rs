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

/// The text without control characters, which would command the terminal: names of files come from whoever made the
/// dump.
pub(super) fn visible(text: &str) -> String {
    let is_harmless = |c: char| c == '\n' || !c.is_control();
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
