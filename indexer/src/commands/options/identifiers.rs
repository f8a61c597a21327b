//! How are identifiers read from standard input? One per line.

use std::ffi::OsString;
use std::fmt;
use std::io::{self, BufRead, IsTerminal, Read};

use exposure_index::identifier::Kind;

use crate::commands::output;

/// Longest line that is read, in bytes.
const MAX_LINE: u64 = 4096;

/// Why a line or cell cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commands) enum Unreadable {
    TooLong,
    NotUtf8,
    /// The row ends before the column.
    NoCell,
}

impl Unreadable {
    /// Returns the rule that the line breaks, as a sentence.
    pub(in crate::commands) const fn rule(self) -> &'static str {
        match self {
            Self::TooLong => "a line has at most 4,096 bytes",
            Self::NotUtf8 => "the text is UTF-8",
            Self::NoCell => "the row has no such column",
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "too long",
            Self::NotUtf8 => "not UTF-8",
            Self::NoCell => "no cell",
        })
    }
}

/// Reads all of standard input and passes on each line with its number, from 1. At a terminal, prompts for
/// `what`.
pub(in crate::commands) fn each_line(
    what: &str,
    mut take: impl FnMut(u64, Result<&str, Unreadable>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut input = io::stdin().lock();
    if input.is_terminal() {
        output::message(format_args!("type {what}, one per line; Ctrl-D ends"));
    }
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        if !read_line(&mut input, &mut line)? {
            break;
        }
        take(number, text(&line))?;
    }
    Ok(())
}

/// Ends the program if an identifier was given as an argument.
pub(in crate::commands) fn refuse_arguments(arguments: &[OsString], command: &str) {
    if !arguments.is_empty() {
        let message = format!(
            "identifiers come on standard input, never as arguments, which every user of the machine can see; \
             see: tekser-indexer {command} --help\n"
        );
        clap::Error::raw(clap::error::ErrorKind::TooManyValues, message).exit();
    }
}

/// Splits a text of the form kind:value into kind and value.
pub(in crate::commands) fn named(text: &str) -> Option<(Kind, &str)> {
    let (kind, value) = text.split_once(':')?;
    Some((kind.trim().parse().ok()?, value))
}

/// Reads at most [`MAX_LINE`] bytes of a line; false at the end.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    let length = Read::by_ref(input).take(MAX_LINE).read_until(b'\n', line)?;
    if length as u64 == MAX_LINE && !line.ends_with(b"\n") {
        input.skip_until(b'\n')?;
    }
    Ok(length > 0)
}

fn text(line: &[u8]) -> Result<&str, Unreadable> {
    if line.len() as u64 == MAX_LINE {
        return Err(Unreadable::TooLong);
    }
    let line = str::from_utf8(line).map_err(|_| Unreadable::NotUtf8)?;
    Ok(line.trim_end_matches(['\n', '\r']))
}
