//! Octets in the source code of programs: arrays of numbers, and strings with escapes, as C, Go, Python and JavaScript
//! have them and Wireshark copies them.

/// The packets in code: one for each array of numbers below 256, else one for each string of octets. Empty where there is
/// nothing of the kind. Whether they are packets is for the caller to find out.
pub(super) fn packets(text: &str) -> Vec<Vec<u8>> {
    let text = without_comments(text);
    let arrays = arrays(&text);
    if arrays.is_empty() { strings(&text) } else { arrays }
}

/// Code without `/* ... */`: tools write there how long an array is, and the octets as characters.
fn without_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        code.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, behind)| behind);
    }
    code + rest
}

/// What stands in brackets and is numbers of octets, and nothing else.
fn arrays(text: &str) -> Vec<Vec<u8>> {
    let pieces = text.split(['{', '[']).filter_map(|piece| piece.split(['}', ']']).next());
    pieces.filter_map(array).filter(|octets| octets.len() > 1).collect()
}

fn array(piece: &str) -> Option<Vec<u8>> {
    let numbers = piece.split(',').map(str::trim).filter(|number| !number.is_empty());
    let octet = |number: &str| match number.strip_prefix("0x").or_else(|| number.strip_prefix("0X")) {
        Some(digits) => u8::from_str_radix(digits, 16).ok(),
        None => number.parse().ok(),
    };
    numbers.map(octet).collect()
}

/// Strings in quotes, those that follow each other with nothing but blanks between them taken together.
fn strings(text: &str) -> Vec<Vec<u8>> {
    let mut packets: Vec<Vec<u8>> = Vec::new();
    let mut rest = text;
    let mut goes_on = false;
    while let Some((at, quote)) = rest.char_indices().find(|(_, c)| matches!(c, '"' | '\'')) {
        let (before, behind) = (rest.get(..at).unwrap_or_default(), rest.get(at + 1..).unwrap_or_default());
        goes_on &= before.trim_matches(|c: char| c.is_whitespace() || c == '\\').is_empty();
        let (content, end) = string(behind, quote);
        match (packets.last_mut(), string_octets(content)) {
            (Some(last), Some(octets)) if goes_on => last.extend(octets),
            (_, Some(octets)) => packets.push(octets),
            (_, None) => {}
        }
        goes_on = true;
        rest = behind.get(end..).unwrap_or_default();
    }
    packets.retain(|octets| octets.len() > 1);
    packets
}

/// The content of a string up to its quote, and where the text goes on.
fn string(text: &str, quote: char) -> (&str, usize) {
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            c if c == quote => return (text.get(..at).unwrap_or_default(), at + 1),
            _ => {}
        }
    }
    (text, text.len())
}

/// The octets of a string: hexadecimal digits alone, or characters and escapes. Nothing where it has other characters.
fn string_octets(content: &str) -> Option<Vec<u8>> {
    let is_hex = content.len() > 2 && content.len().is_multiple_of(2) && content.bytes().all(|c| c.is_ascii_hexdigit());
    if is_hex {
        let digits = content.as_bytes().as_chunks::<2>().0;
        let octet = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        return digits.iter().map(octet).collect();
    }
    let mut octets = Vec::new();
    let mut rest = content.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            octets.push(u8::try_from(c).ok().filter(u8::is_ascii)?);
            continue;
        }
        let octet = match rest.next()? {
            'x' => {
                let digits: String = rest.by_ref().take(2).collect();
                u8::from_str_radix(&digits, 16).ok()?
            }
            'n' => b'\n',
            'r' => b'\r',
            't' => b'\t',
            'a' => 7,
            'b' => 8,
            'v' => 11,
            'f' => 12,
            // As C has it: up to three octal digits.
            digit @ '0'..='7' => {
                let mut digits = digit.to_string();
                let ahead = rest.clone().take(2).take_while(|c| c.is_digit(8));
                digits.extend(ahead);
                rest.by_ref().take(digits.len() - 1).for_each(drop);
                u8::from_str_radix(&digits, 8).ok()?
            }
            c @ ('\\' | '"' | '\'') => u8::try_from(c).ok()?,
            _ => return None,
        };
        octets.push(octet);
    }
    Some(octets)
}
