//! What a Python guest printed about an exception that it did not catch: its type, its text, and where it was raised.
//!
//! componentize-py prints the traceback and then panics with words of its own, which say nothing about the plugin.

use crate::text;

/// The words with which componentize-py panics.
const PANIC: &str = "Python function threw an unexpected exception";

const TRACEBACK: &str = "Traceback (most recent call last):";

/// The exception in one line: `KeyError: 'name' (fan_speeds.py:9 in describe)`. None where the guest did not end by one.
pub(super) fn exception(printed: &str, max_bytes: usize) -> Option<String> {
    uncaught(printed).or_else(|| unfit(printed)).map(|told| text::clean(&told, max_bytes))
}

/// What was raised because a value does not fit the contract. componentize-py prints it in Rust's words:
/// `PyErr { type: <class 'TypeError'>, value: TypeError("'int' object is not an instance of 'str'"), traceback: None }`.
fn unfit(printed: &str) -> Option<String> {
    let (_, error) = printed.rsplit_once("PyErr { type: <class '")?;
    let (value, _) = error.split_once(">, value: ")?.1.rsplit_once(", traceback: ")?;
    Some(format!("{value} for a value that does not fit the contract"))
}

fn uncaught(printed: &str) -> Option<String> {
    let (before, _) = printed.rsplit_once(PANIC)?;
    // Of exceptions that caused each other, the last is the one that nobody caught.
    let (_, traceback) = before.rsplit_once(TRACEBACK)?;
    let mut lines = traceback.lines().skip(1).peekable();
    let mut place = None;
    while let Some(line) = lines.next_if(|line| line.starts_with(' ')) {
        place = frame(line).or(place);
    }
    // The panic's own lines begin with the thread.
    let said: Vec<&str> = lines.take_while(|line| !is_panic(line)).flat_map(str::split_whitespace).collect();
    if said.is_empty() {
        return None;
    }
    let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
    Some(said.join(" ") + &place)
}

/// Reads `  File "/0/fan_speeds.py", line 9, in describe`: a place of the plugin, and not of Python's own library.
fn frame(line: &str) -> Option<String> {
    let (file, rest) = line.trim_start().strip_prefix("File \"")?.split_once("\", line ")?;
    let (number, function) = rest.split_once(", in ").unwrap_or((rest, ""));
    if file.starts_with("/python/") || file.starts_with('<') {
        return None;
    }
    // componentize-py shows the folders of its Python path as `/0`, `/1` and so on.
    let inner = file.strip_prefix('/').and_then(|file| file.split_once('/'));
    let file = match inner {
        Some((folder, file)) if folder.bytes().all(|octet| octet.is_ascii_digit()) => file,
        _ => file,
    };
    Some(if function.is_empty() { format!("{file}:{number}") } else { format!("{file}:{number} in {function}") })
}

fn is_panic(line: &str) -> bool {
    line.starts_with("thread '") && line.contains(" panicked at ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PANICKED: &str = "\nthread '<unnamed>' (1) panicked at runtime/src/lib.rs:1280:25:\n\
                            Python function threw an unexpected exception\nnote: run with `RUST_BACKTRACE=1`\n";

    #[track_caller]
    fn check(printed: &str, expected: Option<&str>) {
        assert_eq!(exception(printed, 1_000).as_deref(), expected);
    }

    #[test]
    fn an_exception_is_told_with_its_type_its_text_and_its_place_in_the_plugin() {
        let frames = "  File \"/0/fan_speeds.py\", line 9, in describe\n    return {}[\"name\"]\n           ~~^^^^^^^^\n  \
                      File \"/python/json/__init__.py\", line 1, in loads\n";
        let printed = format!("starting\n{TRACEBACK}\n{frames}KeyError: 'name'\n{PANICKED}");
        check(&printed, Some("KeyError: 'name' (fan_speeds.py:9 in describe)"));
        let lines = format!("{TRACEBACK}\n{frames}ValueError: first\n\n  second\n{PANICKED}");
        check(&lines, Some("ValueError: first second (fan_speeds.py:9 in describe)"));
        check(&format!("{TRACEBACK}\nMemoryError\n{PANICKED}"), Some("MemoryError"));
    }

    #[test]
    fn of_exceptions_that_caused_each_other_the_last_is_told() {
        let first = format!("{TRACEBACK}\n  File \"/0/a.py\", line 1, in f\nIndexError: list index out of range\n");
        let cause = "\nThe above exception was the direct cause of the following exception:\n\n";
        let second = format!("{TRACEBACK}\n  File \"/0/b/c.py\", line 2, in g\nRuntimeError: no fan\n");
        check(&format!("{first}{cause}{second}{PANICKED}"), Some("RuntimeError: no fan (b/c.py:2 in g)"));
    }

    #[test]
    fn a_value_that_does_not_fit_is_told_without_the_words_of_rust() {
        let printed = "\nthread '<unnamed>' (1) panicked at runtime/src/lib.rs:1494:89:\ncalled `Result::unwrap()` on an \
                       `Err` value: PyErr { type: <class 'TypeError'>, value: TypeError(\"'int' object\"), traceback: None }\n";
        check(printed, Some("TypeError(\"'int' object\") for a value that does not fit the contract"));
    }

    #[test]
    fn a_traceback_that_a_plugin_printed_by_itself_is_not_why_it_ended() {
        check(&format!("{TRACEBACK}\nKeyError: 1\n"), None);
        check(PANICKED, None);
        check(&format!("{TRACEBACK}\n{PANICKED}"), None);
        check("", None);
    }
}
