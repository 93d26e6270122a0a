//! Rust's source as words and signs: enough to find modules, imports and paths. Comments and literals are left out.

/// A word or a sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Word(String),
    Sign(char),
}

impl Token {
    pub(super) fn is(&self, sign: char) -> bool {
        *self == Self::Sign(sign)
    }

    pub(super) fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            Self::Sign(_) => None,
        }
    }
}

/// The tokens of a file, without what is there for tests only: the items behind `#[cfg(test)]`.
pub(super) fn tokens(source: &str) -> Vec<Token> {
    without_tests(&all_tokens(source))
}

fn all_tokens(source: &str) -> Vec<Token> {
    let signs: Vec<char> = source.chars().collect();
    let (mut tokens, mut at) = (Vec::new(), 0);
    let ahead =
        |at: usize, text: &str| text.chars().enumerate().all(|(place, sign)| signs.get(at + place) == Some(&sign));
    while let Some(&sign) = signs.get(at) {
        if ahead(at, "//") {
            at += signs[at..].iter().take_while(|sign| **sign != '\n').count();
        } else if ahead(at, "/*") {
            at = behind_comment(&signs, at);
        } else if let Some(end) = behind_string(&signs, at) {
            at = end;
        } else if sign == '\'' {
            at = behind_quote(&signs, at);
        } else if sign.is_alphanumeric() || sign == '_' {
            let word: String = signs[at..].iter().take_while(|sign| sign.is_alphanumeric() || **sign == '_').collect();
            at += word.chars().count();
            tokens.push(Token::Word(word));
        } else {
            at += 1;
            if !sign.is_whitespace() {
                tokens.push(Token::Sign(sign));
            }
        }
    }
    tokens
}

/// Comments in comments count.
fn behind_comment(signs: &[char], mut at: usize) -> usize {
    let mut depth = 0;
    while at < signs.len() {
        match (signs[at], signs.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// Where a string ends that begins here: `"…"`, `b"…"`, `c"…"`, `r"…"`, `r#"…"#`.
fn behind_string(signs: &[char], start: usize) -> Option<usize> {
    let is_within_word =
        start.checked_sub(1).is_some_and(|before| signs[before].is_alphanumeric() || signs[before] == '_');
    let mut at = start;
    while !is_within_word && at < start + 2 && signs.get(at).is_some_and(|sign| "bcr".contains(*sign)) {
        at += 1;
    }
    let is_raw = signs[start..at].contains(&'r');
    let fences = if is_raw { signs[at..].iter().take_while(|sign| **sign == '#').count() } else { 0 };
    at += fences;
    if signs.get(at) != Some(&'"') {
        return None;
    }
    at += 1;
    while at < signs.len() {
        match signs[at] {
            '\\' if !is_raw => at += 2,
            '"' if signs[at + 1..].iter().take(fences).filter(|sign| **sign == '#').count() == fences => {
                return Some(at + 1 + fences);
            }
            _ => at += 1,
        }
    }
    Some(at)
}

/// A character, or else a lifetime, of which the tick alone is skipped.
fn behind_quote(signs: &[char], at: usize) -> usize {
    if signs.get(at + 1) == Some(&'\\') {
        let end = signs[at + 3..].iter().position(|sign| *sign == '\'');
        return end.map_or(signs.len(), |end| at + 3 + end + 1);
    }
    if signs.get(at + 2) == Some(&'\'') { at + 3 } else { at + 1 }
}

fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let attribute = all_tokens("#[cfg(test)]");
    let (mut kept, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        if tokens[at..].starts_with(&attribute) {
            at = behind_item(tokens, at + attribute.len());
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

/// An item ends with its block, or with a semicolon or comma outside of all brackets.
fn behind_item(tokens: &[Token], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            Token::Sign('{' | '(' | '[') => depth += 1,
            Token::Sign('}') if depth == 1 => {
                // `use a::{b, c};` has its end still before it.
                return if tokens.get(at).is_some_and(|next| next.is(';')) { at + 1 } else { at };
            }
            // The block that the item stands in ends: it was the last, without a comma.
            Token::Sign('}' | ')' | ']') if depth == 0 => return at - 1,
            Token::Sign('}' | ')' | ']') => depth -= 1,
            Token::Sign(';' | ',') if depth == 0 => return at,
            _ => {}
        }
    }
    at
}

#[test]
fn comments_literals_and_tests_are_left_out() {
    let source = r##"
        use a::b; // use c;
        /* use d; /* use e; */ use f; */
        const G: &str = "use h; \" use i;"; const J: &str = r#"use "k";"#; const L: char = '"'; const M: char = '\'';
        fn n<'o>() {}
        #[cfg(test)]
        mod tests { use p; }
        #[cfg(test)]
        use q::{r, s};
        use t;
    "##;
    let words: Vec<String> = tokens(source).iter().filter_map(|token| token.word().map(str::to_owned)).collect();
    assert_eq!(words.join(" "), "use a b const G str const J str const L char const M char fn n o use t");
}
