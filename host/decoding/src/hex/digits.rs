//! Digits with anything usual between them, line by line or all together.

use super::reading::{Reading, not_a_digit, text_place};
use crate::{code, packet::PacketProblem};

/// Digits with anything usual between them.
pub(super) fn plain(text: &str, fits: impl Fn(&[u8]) -> bool) -> Reading {
    // Each line or paragraph may be a packet of its own. If they all look like one, they are.
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let paragraphs = paragraphs(text);
    for pieces in [lines, paragraphs.iter().map(String::as_str).collect()] {
        let packets: Option<Vec<Vec<u8>>> =
            pieces.iter().map(|piece| digits(piece, &fits).ok().filter(|octets| fits(octets))).collect();
        if let Some(packets) = packets.filter(|packets| packets.len() > 1) {
            return Reading { packets, wrong: Vec::new() };
        }
    }
    let code = code::packets(text);
    if !code.is_empty() && code.iter().all(|octets| fits(octets)) {
        return Reading { packets: code, wrong: Vec::new() };
    }
    match digits(text, &fits) {
        Ok(octets) if octets.is_empty() => Reading::default(),
        Ok(octets) => Reading { packets: vec![octets], wrong: Vec::new() },
        Err((octets, wrong)) => {
            let packets = if octets.is_empty() { Vec::new() } else { vec![octets] };
            Reading { packets, wrong: vec![*wrong] }
        }
    }
}

fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    for line in text.lines() {
        if line.trim().is_empty() {
            paragraphs.push(String::new());
        } else if let Some(last) = paragraphs.last_mut() {
            last.push_str(line);
            last.push('\n');
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs
}

/// What may stand between digits: blanks, what C, Python and Wireshark put there, and what separates addresses.
const SEPARATORS: &str = ",;:-._|\"'{}[]()\\";

/// Reads digits; otherwise what came before the place where it breaks, and the place.
fn digits(text: &str, fits: impl Fn(&[u8]) -> bool) -> Result<Vec<u8>, (Vec<u8>, Box<PacketProblem>)> {
    // The digits of each token.
    let mut tokens: Vec<Vec<u8>> = Vec::new();
    let mut is_open = false;
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let is_prefix = matches!(c, '0' | '\\') && matches!(rest.peek(), Some((_, 'x' | 'X')));
        if is_prefix {
            rest.next();
            tokens.push(Vec::new());
            is_open = true;
        } else if let Some(digit) = c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()) {
            if !is_open {
                tokens.push(Vec::new());
            }
            is_open = true;
            tokens.iter_mut().next_back().into_iter().for_each(|token| token.push(digit));
        } else if c.is_whitespace() || SEPARATORS.contains(c) {
            is_open = false;
        } else {
            let wrong =
                PacketProblem::in_text(text_place(text, 0, at), not_a_digit(text.get(at..).unwrap_or_default()));
            return Err((joined(&tokens).0, Box::new(wrong)));
        }
    }
    let (octets, is_whole) = joined(&tokens);
    // Some tools leave the leading zero of an octet out, and then each octet stands for itself.
    let is_short = |token: &Vec<u8>| token.len() == 1;
    if tokens.iter().any(is_short) && tokens.iter().all(|token| token.len() <= 2) {
        let single: Vec<u8> =
            tokens.iter().map(|token| token.iter().fold(0, |octet, digit| octet << 4 | digit)).collect();
        if fits(&single) && !(is_whole && fits(&octets)) {
            return Ok(single);
        }
    }
    if is_whole {
        return Ok(octets);
    }
    let count: usize = tokens.iter().map(Vec::len).sum();
    let text_of_it = format!("a hexadecimal digit is missing: there are {count}, and two make an octet");
    let wrong = PacketProblem::in_text(text_place(text, 0, text.trim_end().len()), text_of_it);
    Err((octets, Box::new(wrong)))
}

/// The octets of all digits, wherever the blanks are, and whether none is left over.
fn joined(tokens: &[Vec<u8>]) -> (Vec<u8>, bool) {
    let digits = tokens.concat();
    let octets = digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |octet, digit| octet << 4 | digit)).collect();
    (octets, digits.len() % 2 == 0)
}
