//! Words and digits that records, logs and errors are written with.

use std::{error::Error, fmt::Write as _};

/// An error with its causes on one line, `what: why: why`. A cause whose words are there already is not said again, as
/// some errors repeat their source.
pub fn error_chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let said = cause.to_string();
        if !text.contains(&said) {
            // Writing to a String cannot fail.
            let _ = write!(text, ": {said}");
        }
        source = cause.source();
    }
    text
}

/// A text from outside without control characters: receivers split at line ends, and terminals obey the others.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect()
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{what}")]
    struct Layer {
        what: &'static str,
        source: io::Error,
    }

    #[test]
    fn causes_are_said_once_and_in_order() {
        let check = |what, expected: &str| {
            let error = Layer { what, source: io::Error::other("the disk is full") };
            assert_eq!(error_chain(&error), expected);
        };
        check("cannot write", "cannot write: the disk is full");
        check("cannot write: the disk is full", "cannot write: the disk is full");
    }

    #[test]
    fn a_text_is_one_line_of_as_many_signs() {
        assert_eq!(one_line("a\r\n\x1b[1mü\u{85}"), "a   [1mü ");
    }
}
