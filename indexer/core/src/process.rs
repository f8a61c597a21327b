//! What may leave this process? Neither its memory nor what a panic quotes; foreign texts only with control characters
//! made visible; and each cause of an error once.

use std::error::Error;
use std::io::Write;

/// Turns core dumps off and reduces the message of a panic to its place.
///
/// Values of dumps, keys and addresses are in this process's memory, and the message of a panic may quote a text that
/// was cut wrongly.
pub fn keep_memory_private(program: &'static str) {
    use rustix::process::{Resource, Rlimit, setrlimit};

    std::panic::set_hook(Box::new(move |panic| {
        let place = panic
            .location()
            .map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        // A second panic, about an unwritable log, would end the process before it has cleaned up.
        let _ = writeln!(
            std::io::stderr(),
            "{program}: internal error{place}; please report it"
        );
    }));
    // The limit prevents files; a system that pipes core dumps to a program respects only the other.
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let limited = setrlimit(Resource::Core, none);
    #[cfg(target_os = "linux")]
    let limited = limited.and(rustix::process::set_dumpable_behavior(
        rustix::process::DumpableBehavior::NotDumpable,
    ));
    if limited.is_err() {
        let _ = writeln!(
            std::io::stderr(),
            "{program}: warning: core dumps could not be turned off; a crash may write values to the disk"
        );
    }
}

/// The text without control characters, which could control a terminal, and without those that change how others are
/// shown: names of files and columns come from the maker of the dump.
#[must_use]
pub fn visible(text: &str) -> String {
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

/// An error and its causes, in one line. A cause that the text before it quotes is not repeated.
#[must_use]
pub fn causes(error: &dyn Error) -> String {
    let behind = std::iter::successors(error.source(), |&cause| cause.source());
    behind.fold(error.to_string(), |text, cause| {
        let cause = cause.to_string();
        match text.contains(&cause) {
            true => text,
            false => format!("{text}: {cause}"),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    enum Example {
        #[error("file: {0}")]
        Quoted(#[source] io::Error),
        #[error("file: {0}. Copy it again")]
        QuotedWithin(#[source] io::Error),
        #[error("file")]
        Bare(#[source] io::Error),
        #[error("the start")]
        Outer(#[source] Box<Self>),
    }

    #[test]
    fn a_cause_is_printed_once_wherever_the_error_quotes_it() {
        let cause = || io::Error::other("no room");
        for (error, expected) in [
            (Example::Quoted(cause()), "file: no room"),
            (
                Example::QuotedWithin(cause()),
                "file: no room. Copy it again",
            ),
            (Example::Bare(cause()), "file: no room"),
        ] {
            assert_eq!(causes(&error), expected);
            let outer = Example::Outer(Box::new(error));
            assert_eq!(causes(&outer), format!("the start: {expected}"));
        }
    }
}
