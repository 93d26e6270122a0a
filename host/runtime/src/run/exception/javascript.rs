//! What a guest in JavaScript printed about an exception that it did not catch, as QuickJS prints it.

use crate::text;

/// How QuickJS's runtime in components prints an exception: Rust's `Debug` of a message and a stack.
const MESSAGE: &str = "Exception { message: Some(\"";
const STACK: &str = "stack: Some(\"";

/// Folders in which the SDK for JavaScript lies; places in them are not the author's.
const OF_THE_SDK: [&str; 2] = ["/snmp-proxy-sdk/", "/sdk/"];

/// The exception that a guest in JavaScript ended with, e.g. `TypeError: cannot read property 'x' of null at rowOf
/// (/plugin.js:12:5)`.
pub(super) fn exception(printed: &str, max_bytes: usize) -> Option<String> {
    // Lines of the report are broken where Rust's `{:#?}` breaks them.
    let (_before, report) = printed.rsplit_once(MESSAGE)?;
    let (message, rest) = debug_text(report)?;
    let place = rest.split_once(STACK).and_then(|(_, stack)| debug_text(stack)).and_then(|(stack, _)| place(&stack));
    let line = match place {
        Some(place) => format!("{message} at {place}"),
        None => message,
    };
    Some(text::clean(&line.split_whitespace().collect::<Vec<_>>().join(" "), max_bytes))
}

/// The innermost place of a stack: none where that is in the SDK, which has put the author's into the text.
fn place(stack: &str) -> Option<String> {
    let innermost = stack.lines().find_map(|line| line.trim().strip_prefix("at "))?;
    let is_of_the_sdk = OF_THE_SDK.iter().any(|folder| innermost.contains(folder));
    (!is_of_the_sdk).then(|| innermost.to_owned())
}

/// A text as Rust's `Debug` writes it, up to its closing quote, and what stands behind that.
fn debug_text(written: &str) -> Option<(String, &str)> {
    let mut read = String::new();
    let mut signs = written.char_indices();
    while let Some((position, sign)) = signs.next() {
        match sign {
            '"' => return Some((read, written.get(position + 1..)?)),
            '\\' => read.push(match signs.next()?.1 {
                'n' | 'r' | 't' => '\n',
                // `\u{1b}` stays as it is written: it is for people.
                other => other,
            }),
            sign => read.push(sign),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(printed: &str, expected: Option<&str>) {
        assert_eq!(exception(printed, 1_000).as_deref(), expected);
    }

    #[test]
    fn an_exception_is_told_with_its_text_and_its_innermost_place() {
        check(
            "thread '<unnamed>' (1) panicked at crates/runtime/src/interpreter.rs:51:31:\nFailed to call 'collect': \
             Value(Exception(\nException { message: Some(\"cannot read property \\\"x\\\" of null\"), stack: Some(\"    at \
             deep (/lib.js:3:26)\\n    at collect (/probe.js:12:25)\\n\") })\n)\nnote: run with `RUST_BACKTRACE=1`\n",
            Some("cannot read property \"x\" of null at deep (/lib.js:3:26)"),
        );
    }

    #[test]
    fn the_sdk_has_told_the_place_already() {
        check(
            "Exception { message: Some(\"TypeError: no\\nsections at plugin.js:3:1\"), stack: Some(\"    at describe \
             (/node_modules/snmp-proxy-sdk/component.js:20:15)\\n\") }",
            Some("TypeError: no sections at plugin.js:3:1"),
        );
    }

    #[test]
    fn other_panics_and_cut_ones_are_none() {
        check("thread 'main' (1) panicked at src/lib.rs:1:1:\nno such row\n", None);
        check("Exception { message: Some(\"cut", None);
        check("Exception { message: Some(\"no stack\"), stack: None }", Some("no stack"));
        check("Exception { message: Some(\"cut\"), stack: Some(\"    at f", Some("cut"));
    }
}
