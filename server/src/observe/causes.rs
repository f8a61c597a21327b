use std::error::Error;
use std::fmt::Write;

/// An error and everything behind it, in one line. A cause that the error before quotes at its end is not said again.
#[must_use]
pub fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            // Writing to a string cannot fail.
            let _ = write!(text, ": {cause_text}");
        }
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    enum Example {
        #[error("file: {0}")]
        Quoted(#[source] io::Error),
        #[error("file")]
        Bare(#[source] io::Error),
    }

    #[test]
    fn a_cause_is_said_once_whether_the_error_quotes_it_or_not() {
        let cause = || io::Error::other("no room");
        assert_eq!(causes(&Example::Quoted(cause())), "file: no room");
        assert_eq!(causes(&Example::Bare(cause())), "file: no room");
    }
}
