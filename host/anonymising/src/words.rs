//! Words: what replaces a word has its length, its digits where it has digits, and its capitals where it has capitals.
//!
//! A name, a place, a serial number and a description are all replaced word by word, so a word is the same wherever it
//! stands: the host `core-sw1` within `core-sw1.example.net`, a serial number behind a name in brackets.

use crate::seed::Seed;

/// Words of more possible spellings than this are drawn sign by sign: no two of them will ever meet.
const COUNTED: u64 = 1 << 62;

/// The signs that one may be replaced by.
#[derive(Clone, Copy)]
struct Signs {
    first: u32,
    count: u32,
}

impl Signs {
    /// Those of a sign of a word; none where it is no sign of one. `latin1`: a text of one octet for each sign.
    fn of(sign: char, latin1: bool) -> Option<Self> {
        let signs = |first: char, count: u32| Some(Self { first: first as u32, count });
        match sign {
            '0'..='9' => signs('0', 10),
            'a'..='z' | 'A'..='Z' => signs('a', 26),
            _ if sign.is_ascii() || !sign.is_alphanumeric() => None,
            // The letters of Latin-1 between à and ö.
            _ if latin1 => signs('à', 23),
            // As many octets as before: Cyrillic, Han, and Han beyond 16 bits.
            _ => match sign.len_utf8() {
                2 => signs('а', 32),
                3 => signs('一', 256),
                _ => signs('\u{20000}', 256),
            },
        }
    }

    fn place(self, sign: char) -> u32 {
        let place = (sign.to_ascii_lowercase() as u32).wrapping_sub(self.first);
        // A letter that is none of those that it is replaced by: where it is among all that there are.
        if place < self.count { place } else { sign as u32 % self.count }
    }

    fn at(self, place: u64) -> char {
        // The remainder is below `count`.
        let place = (place % u64::from(self.count)) as u32;
        char::from_u32(self.first + place).unwrap_or('x')
    }
}

/// Whether a sign belongs to a word.
pub(crate) fn is_of_word(sign: char) -> bool {
    sign.is_alphanumeric()
}

impl Seed {
    /// Replaces all words of a text.
    pub(crate) fn words(&self, text: &str, latin1: bool) -> String {
        let mut replaced = String::with_capacity(text.len());
        let mut word = String::new();
        for sign in text.chars() {
            if is_of_word(sign) {
                word.push(sign);
                continue;
            }
            replaced += &self.word(&std::mem::take(&mut word), latin1);
            replaced.push(sign);
        }
        replaced + &self.word(&word, latin1)
    }

    fn word(&self, word: &str, latin1: bool) -> String {
        let signs: Vec<(char, Option<Signs>)> = word.chars().map(|sign| (sign, Signs::of(sign, latin1))).collect();
        let is_counted = word.is_ascii();
        let count = signs
            .iter()
            .filter_map(|(_, signs)| *signs)
            .try_fold(1_u64, |count, signs| count.checked_mul(signs.count.into()).filter(|count| *count < COUNTED));
        let places: Vec<u64> = match count.filter(|_| is_counted) {
            Some(count) => self.counted(&signs, count),
            None => {
                let lower = word.to_lowercase();
                let place = |place: usize| self.number("word", format!("{place} {lower}").as_bytes());
                (0..signs.len()).map(place).collect()
            }
        };
        let replaced = signs.iter().zip(places).map(|((sign, signs), place)| match signs {
            Some(signs) if sign.is_ascii_uppercase() => signs.at(place).to_ascii_uppercase(),
            Some(signs) => signs.at(place),
            None => *sign,
        });
        replaced.collect()
    }

    /// The spelling is a number in which each sign is a digit of its own base: it is replaced by another one.
    fn counted(&self, signs: &[(char, Option<Signs>)], count: u64) -> Vec<u64> {
        let base = |signs: &Option<Signs>| signs.map_or(1, |signs| u64::from(signs.count));
        let number = signs.iter().fold(0, |number, (sign, signs)| {
            number * base(signs) + signs.map_or(0, |signs| u64::from(signs.place(*sign)))
        });
        let shape: String = signs.iter().map(|(sign, _)| if sign.is_ascii_digit() { '9' } else { 'a' }).collect();
        let mut rest = self.replace(&format!("word {shape}"), number, count);
        let mut places: Vec<u64> = signs
            .iter()
            .rev()
            .map(|(_, signs)| {
                let place = rest % base(signs);
                rest /= base(signs);
                place
            })
            .collect();
        places.reverse();
        places
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn shape(text: &str) -> String {
        let shape = |sign: char| match sign {
            '0'..='9' => '9',
            'a'..='z' => 'a',
            'A'..='Z' => 'A',
            other if other.is_alphanumeric() => 'x',
            other => other,
        };
        text.chars().map(shape).collect()
    }

    #[test]
    fn a_word_is_the_same_wherever_it_stands_and_in_any_case() {
        let seed = Seed::of_text("a");
        let whole = seed.words("core-sw1.example.net", false);
        assert!(whole.starts_with(&format!("{}.", seed.words("core-sw1", false))), "{whole}");
        assert_eq!(seed.words("CORE-SW1", false), seed.words("core-sw1", false).to_uppercase());
        assert!(seed.words("sw1(FOC1234X0YZ)", false).contains(&seed.words("FOC1234X0YZ", false)));
    }

    #[test]
    fn no_two_words_become_one() {
        let seed = Seed::of_text("a");
        let words: BTreeSet<String> = (0..1_000).map(|number| format!("sw{number:03}")).collect();
        let replaced: BTreeSet<String> = words.iter().map(|word| seed.words(word, false)).collect();
        assert_eq!(words.len(), replaced.len());
        let digits: BTreeSet<String> = (0..10).map(|number| seed.words(&number.to_string(), false)).collect();
        assert_eq!(digits.len(), 10);
    }

    proptest! {
        #[test]
        fn a_text_keeps_its_shape_and_its_octets(text in "[A-Za-z0-9 .,äßяÉ漢-]{0,40}") {
            let replaced = Seed::of_text("a").words(&text, false);
            prop_assert_eq!(text.len(), replaced.len());
            prop_assert_eq!(shape(&text), shape(&replaced));
            if text.is_ascii() && text.chars().any(is_of_word) {
                prop_assert_ne!(text, replaced);
            }
        }
    }
}
