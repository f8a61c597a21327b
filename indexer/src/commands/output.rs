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

/// Prints a line on standard error. Work goes on if nobody can read it: the terminal may be gone, the log's disk full.
pub(super) fn message(message: impl Display) {
    let _ = writeln!(io::stderr(), "{message}");
}
