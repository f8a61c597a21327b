//! Identifiers as they come on standard input, one a line, as kind:value.

use std::ffi::OsString;
use std::io::{self, BufRead, IsTerminal, Read};

use exposure_index::identifier::{Identifier, IdentifierError, Kind, normalise};

use super::output;

/// Longest line that is read, in bytes.
const MAX_LINE: u64 = 4096;

/// A line: the kind it names, if it names one, and its identifier or why it has none.
pub(super) type Line = (Option<Kind>, Result<Identifier, Refusal>);

/// Why a line holds no identifier.
pub(super) struct Refusal {
    /// For machines: the rule in a word or two.
    pub(super) error: String,
    /// For people: the rule of the kind.
    pub(super) rule: String,
}

impl Refusal {
    fn of(kind: Kind, error: IdentifierError) -> Self {
        Self {
            error: error.to_string(),
            rule: error.rule(kind).to_owned(),
        }
    }

    /// Of a line that names no kind.
    fn without_kind(error: impl Into<String>) -> Self {
        let error = error.into();
        Self {
            rule: error.clone(),
            error,
        }
    }
}

/// Reads all of standard input and hands on each line with its number, from 1.
pub(super) fn each_line(
    mut take: impl FnMut(u64, Line) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut input = io::stdin().lock();
    if input.is_terminal() {
        output::message("type kind:value, one a line; Ctrl-D ends");
    }
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        if !read_line(&mut input, &mut line)? {
            break;
        }
        take(number, parse(&line))?;
    }
    Ok(())
}

/// Ends the program if an identifier was given as an argument.
pub(super) fn refuse_arguments(arguments: &[OsString], command: &str) {
    if !arguments.is_empty() {
        let message = format!(
            "identifiers come on standard input, never as arguments, which every user of the machine can see; \
             see: tekser-indexer {command} --help\n"
        );
        clap::Error::raw(clap::error::ErrorKind::TooManyValues, message).exit();
    }
}

/// Reads a line, of a longer one no more than [`MAX_LINE`] bytes; false at the end.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    let length = Read::by_ref(input).take(MAX_LINE).read_until(b'\n', line)?;
    if length as u64 == MAX_LINE && !line.ends_with(b"\n") {
        input.skip_until(b'\n')?;
    }
    Ok(length > 0)
}

fn parse(line: &[u8]) -> Line {
    if line.len() as u64 == MAX_LINE {
        return (None, Err(Refusal::without_kind("too long")));
    }
    let Ok(line) = str::from_utf8(line) else {
        return (None, Err(Refusal::without_kind("not UTF-8")));
    };
    let Some((kind, value)) = line.trim_end_matches(['\n', '\r']).split_once(':') else {
        return (None, Err(Refusal::without_kind("expected kind:value")));
    };
    match kind.trim().parse::<Kind>() {
        Ok(kind) => (
            Some(kind),
            normalise(kind, value).map_err(|error| Refusal::of(kind, error)),
        ),
        Err(error) => (None, Err(Refusal::without_kind(error.to_string()))),
    }
}
