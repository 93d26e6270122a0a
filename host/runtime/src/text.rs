//! Text from plugins, made fit for logs and messages: one line, bounded, nothing that moves a cursor.

use std::path::Path;

use plugin_folder::is_kebab_case;

/// Returns `text` as one line of at most `max_bytes` octets.
///
/// Control characters and those that change the direction of text are escaped. What is too long is cut at a character
/// and ends in `…`.
pub(crate) fn clean(text: &str, max_bytes: usize) -> String {
    let text = text.trim_end_matches(['\n', '\r']);
    let mut line = String::with_capacity(text.len().min(max_bytes));
    for sign in text.chars() {
        let before = line.len();
        if moves_a_cursor(sign) {
            line.extend(sign.escape_default());
        } else {
            line.push(sign);
        }
        if line.len() > max_bytes {
            line.truncate(before);
            return cut(line, max_bytes);
        }
    }
    line
}

/// An error of wasmtime as one line: it has several, and causes.
pub(crate) fn one_line(error: &wasmtime::Error) -> String {
    const OCTETS: usize = 1_000;
    let words = format!("{error:#}");
    clean(&words.split_whitespace().collect::<Vec<_>>().join(" "), OCTETS)
}

/// A path as one line, fit for logs and messages.
#[must_use]
pub fn shown_path(path: &Path) -> String {
    const OCTETS: usize = 4_096;
    clean(&path.display().to_string(), OCTETS)
}

/// Makes room for the `…` and puts it there.
fn cut(mut line: String, max_bytes: usize) -> String {
    const MARK: char = '…';
    while line.len() + MARK.len_utf8() > max_bytes {
        if line.pop().is_none() {
            return line;
        }
    }
    line.push(MARK);
    line
}

/// Whether a terminal or a log viewer might take the character for an order.
fn moves_a_cursor(sign: char) -> bool {
    let separates_lines = matches!(sign, '\u{2028}' | '\u{2029}');
    let turns_text_around = matches!(sign, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    (sign.is_control() && sign != '\t') || separates_lines || turns_text_around
}

/// Whether `name` is lower_snake_case, of at most 64 octets.
pub(crate) fn is_snake_case(name: &str) -> bool {
    !name.contains('-') && is_kebab_case(&name.replace('_', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_at_a_character() {
        assert_eq!(clean("abcdef", 6), "abcdef");
        assert_eq!(clean("abcdefg", 6), "abc…");
        assert_eq!(clean("ööööö", 6), "ö…");
        assert_eq!(clean("ab\u{1b}c", 6), "ab…");
        assert_eq!(clean("abc", 2), "");
        assert_eq!(clean("abc", 0), "");
    }

    #[test]
    fn what_moves_a_cursor_is_escaped() {
        assert_eq!(clean("a\r\nb\n", 100), "a\\r\\nb");
        assert_eq!(clean("\u{1b}[2J\u{202e}x\ty", 100), "\\u{1b}[2J\\u{202e}x\ty");
    }

    #[test]
    fn names_are_lower_case_words_with_one_joint_between_them() {
        assert!(is_snake_case("arp_table") && is_kebab_case("system-info") && is_kebab_case("a1"));
        for bad in ["", "_a", "a_", "a__b", "A", "1a", "a-b", "ä", &"a".repeat(65)] {
            assert!(!is_snake_case(bad), "{bad}");
        }
    }
}
