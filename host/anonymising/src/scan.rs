//! What a text holds: addresses, names and serial numbers within it.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::{
    identifiers::Identifiers,
    ipv4,
    report::IdentifierKind,
    text::{in_form_of, mac_of},
    words::is_of_word,
};

/// What is found within a text, and to be replaced.
pub(crate) trait Replace {
    fn ipv4(&mut self, address: [u8; 4]) -> [u8; 4];
    fn ipv6(&mut self, address: [u8; 16]) -> [u8; 16];
    fn mac(&mut self, mac: [u8; 6]) -> [u8; 6];
    fn words(&mut self, what: IdentifierKind, words: &str) -> String;
}

/// Replaces within a text what identifies somebody.
pub(crate) fn scan(text: &str, identifiers: &Identifiers, replace: &mut impl Replace) -> String {
    let mut replaced = String::with_capacity(text.len());
    // Where what is still to be searched for names begins.
    let mut from = 0;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let before = text.get(..at).unwrap_or_default();
        let begins = !before.ends_with(|sign: char| is_of_word(sign) || sign == '.' || sign == ':');
        let found = if begins { mail(rest).or_else(|| address(before, rest, identifiers)) } else { None };
        match found {
            Some(found) => {
                replaced += &names(text.get(from..at).unwrap_or_default(), identifiers, replace);
                let (token, _) = rest.split_at(found.length);
                replaced += &found.replaced(token, replace);
                at += found.length;
                from = at;
            }
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    replaced + &names(text.get(from..).unwrap_or_default(), identifiers, replace)
}

/// Something at the start of a text.
struct FoundText {
    length: usize,
    what: Token,
}

enum Token {
    Ipv4([u8; 4]),
    Ipv6([u8; 16]),
    Mac([u8; 6]),
    Mail,
}

impl FoundText {
    fn replaced(&self, token: &str, replace: &mut impl Replace) -> String {
        match self.what {
            Token::Ipv4(address) => Ipv4Addr::from(replace.ipv4(address)).to_string(),
            Token::Ipv6(address) => Ipv6Addr::from(replace.ipv6(address)).to_string(),
            Token::Mac(mac) => in_form_of(token, replace.mac(mac)),
            Token::Mail => replace.words(IdentifierKind::Contact, token),
        }
    }
}

fn address(before: &str, text: &str, identifiers: &Identifiers) -> Option<FoundText> {
    let length = text.find(|sign: char| !(sign.is_ascii_hexdigit() || ":.-".contains(sign))).unwrap_or(text.len());
    let run = text.get(..length)?;
    if !text.starts_with(|sign: char| sign.is_ascii_hexdigit() || sign == ':') {
        return None;
    }
    let ends_there = |length: usize| !text.get(length..).is_some_and(|rest| rest.starts_with(is_of_word));
    let end = run.trim_end_matches(['.', ':', '-']).len();
    for end in [length, end] {
        let candidate = run.get(..end)?;
        if candidate.matches(':').count() >= 2
            && ends_there(end)
            && let Ok(address) = candidate.parse::<Ipv6Addr>()
        {
            return Some(FoundText { length: end, what: Token::Ipv6(address.octets()) });
        }
    }
    if let Some(mac) = run.get(..end).and_then(mac_of)
        && ends_there(end)
        && (run.contains([':', '-', '.']) || identifiers.has_mac(&mac))
    {
        return Some(FoundText { length: end, what: Token::Mac(mac) });
    }
    let dotted = text.find(|sign: char| !(sign.is_ascii_digit() || sign == '.')).unwrap_or(text.len());
    let dotted = text.get(..dotted)?.trim_end_matches('.');
    let address = dotted.parse::<Ipv4Addr>().ok().filter(|_| ends_there(dotted.len()))?.octets();
    let is_meant = identifiers.has_ipv4(&address) || !is_version(before, address);
    is_meant.then_some(FoundText { length: dotted.len(), what: Token::Ipv4(address) })
}

/// Whether four numbers are rather those of a version: nobody has such an address, or the word before says so.
fn is_version(before: &str, address: [u8; 4]) -> bool {
    const WORDS: [&str; 14] = [
        "v", "ver", "version", "rel", "release", "rev", "revision", "firmware", "fw", "software", "sw", "build", "rom",
        "os",
    ];
    let before = before.trim_end_matches(|sign: char| !is_of_word(sign));
    let word = before.rsplit(|sign: char| !is_of_word(sign)).next().unwrap_or_default();
    !ipv4::is_of_somebody(address) || WORDS.contains(&word.to_ascii_lowercase().as_str())
}

/// Finds an e-mail address.
fn mail(text: &str) -> Option<FoundText> {
    let is_of_mail = |sign: char| is_of_word(sign) || "._%+-@".contains(sign);
    let length = text.find(|sign: char| !is_of_mail(sign)).unwrap_or(text.len());
    let (user, domain) = text.get(..length)?.split_once('@')?;
    let is_mail = user.contains(is_of_word) && domain.contains(is_of_word);
    is_mail.then_some(FoundText { length, what: Token::Mail })
}

/// Replaces the names and serial numbers that are known, and what the words before call a serial number.
fn names(text: &str, identifiers: &Identifiers, replace: &mut impl Replace) -> String {
    let starts = text.char_indices().zip(std::iter::once(None).chain(text.chars().map(Some)));
    let starts: Vec<usize> = starts
        .filter(|((_, sign), before)| is_of_word(*sign) && !before.is_some_and(is_of_word))
        .map(|((at, _), _)| at)
        .collect();
    let end_of = |start: usize| {
        let rest = text.get(start..).unwrap_or_default();
        start + rest.find(|sign: char| !is_of_word(sign)).unwrap_or(rest.len())
    };
    let mut replaced = String::with_capacity(text.len());
    let (mut from, mut place) = (0, 0);
    while let Some(start) = starts.get(place) {
        let longest = starts.len().min(place + identifiers.max_words());
        let phrase = (place..longest).rev().find_map(|last| {
            let phrase = text.get(*start..end_of(*starts.get(last)?))?;
            Some((phrase, last, identifiers.what(&phrase.to_lowercase())?))
        });
        let phrase = phrase.or_else(|| {
            let word = text.get(*start..end_of(*start))?;
            is_serial_number(text.get(..*start)?, word).then_some((word, place, IdentifierKind::Serial))
        });
        if let Some((phrase, last, what)) = phrase {
            replaced += text.get(from..*start).unwrap_or_default();
            replaced += &replace.words(what, phrase);
            from = start + phrase.len();
            place = last;
        }
        place += 1;
    }
    replaced + text.get(from..).unwrap_or_default()
}

/// Whether the words before call a word a serial number: `S/N`, `SN`, `serial`, `serial number`, `service tag`.
fn is_serial_number(before: &str, word: &str) -> bool {
    let before = before.trim_end_matches(|sign: char| !is_of_word(sign) && sign != '\n').to_lowercase();
    let is_named = ["s/n", "serial", "serial number", "serial no", "serialnumber", "service tag", "serial num"]
        .iter()
        .any(|end| before.strip_suffix(end).is_some_and(|rest| !rest.ends_with(is_of_word)))
        || before == "sn"
        || before.ends_with(" sn");
    is_named && word.len() >= 5 && word.contains(|sign: char| sign.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::identifiers_of;

    struct Marks;

    impl Replace for Marks {
        fn ipv4(&mut self, _: [u8; 4]) -> [u8; 4] {
            [9; 4]
        }

        fn ipv6(&mut self, _: [u8; 16]) -> [u8; 16] {
            [0x99; 16]
        }

        fn mac(&mut self, _: [u8; 6]) -> [u8; 6] {
            [0xab; 6]
        }

        fn words(&mut self, what: IdentifierKind, _: &str) -> String {
            format!("<{}>", what.noun())
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let identifiers =
            identifiers_of("1.3.6.1.2.1.1.5.0|4|core-sw1.example.net\n1.3.6.1.2.1.47.1.1.1.1.11.1|4|FOC1234X0YZ\n");
        assert_eq!(scan(text, &identifiers, &mut Marks), expected, "{text}");
    }

    #[test]
    fn addresses_within_a_text_are_found_and_versions_are_not() {
        check("to 192.0.2.1, via 10.0.0.1:161/udp", "to 9.9.9.9, via 9.9.9.9:161/udp");
        check("Version 12.2.33.1, build 7.1.4.2 (1.2.3.4.5)", "Version 12.2.33.1, build 7.1.4.2 (1.2.3.4.5)");
        check("mask 255.255.255.0 on 127.0.0.1", "mask 255.255.255.0 on 127.0.0.1");
        check(
            "fe80::1%eth0 [2001:db8::1]:161",
            "9999:9999:9999:9999:9999:9999:9999:9999%eth0 \
               [9999:9999:9999:9999:9999:9999:9999:9999]:161",
        );
        check("at 12:34:56, std::string", "at 12:34:56, std::string");
        check(
            "00:11:22:33:44:55 00-11-22-AA-44-55 0011.2233.4455",
            "ab:ab:ab:ab:ab:ab AB-AB-AB-AB-AB-AB abab.abab.abab",
        );
        check("mail noc@example.org.", "mail <contact>");
    }

    #[test]
    fn names_and_serial_numbers_within_a_text_are_found() {
        check("Linux core-sw1 5.10", "Linux <name> 5.10");
        check("CORE-SW1.example.net", "<name>");
        check("core-sw11 core-sw1x", "core-sw11 core-sw1x");
        check("chassis foc1234x0yz", "chassis <serial number>");
        check(
            "S/N: ABC12345, Serial Number ABC12345, SN ABC12345",
            "S/N: <serial number>, Serial Number <serial number>, SN \
               <serial number>",
        );
        check("serial port 12345678 SNABC12345", "serial port 12345678 SNABC12345");
    }
}
