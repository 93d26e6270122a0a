//! Words: what replaces a word has its length, its digits where it has digits, and its capitals where it has capitals.
//!
//! A name, a place, a serial number and a description are all replaced word by word, so a word is the same wherever it
//! stands: the host `core-sw1` within `core-sw1.example.net`, a serial number behind a name in brackets.

use crate::seed::Seed;

/// Words of more possible spellings than this are drawn letter by letter: no two of them will ever meet.
const COUNTED: u64 = 1 << 62;

/// The characters that one may be replaced by.
#[derive(Clone, Copy)]
struct CharRange {
    first: u32,
    count: u32,
}

impl CharRange {
    /// Those of a sign of a word; none where it is no sign of one. `latin1`: a text of one octet for each sign.
    fn of(letter: char, latin1: bool) -> Option<Self> {
        let range = |first: char, count: u32| Some(Self { first: first as u32, count });
        match letter {
            '0'..='9' => range('0', 10),
            'a'..='z' | 'A'..='Z' => range('a', 26),
            _ if letter.is_ascii() || !letter.is_alphanumeric() => None,
            // The letters of Latin-1 between à and ö.
            _ if latin1 => range('à', 23),
            // As many octets as before: Cyrillic, Han, and Han beyond 16 bits.
            _ => match letter.len_utf8() {
                2 => range('а', 32),
                3 => range('一', 256),
                _ => range('\u{20000}', 256),
            },
        }
    }

    fn place(self, letter: char) -> u32 {
        let place = (letter.to_ascii_lowercase() as u32).wrapping_sub(self.first);
        // A letter that is none of those that it is replaced by: where it is among all that there are.
        if place < self.count { place } else { letter as u32 % self.count }
    }

    fn at(self, place: u64) -> char {
        // The remainder is below `count`.
        let place = (place % u64::from(self.count)) as u32;
        char::from_u32(self.first + place).unwrap_or('x')
    }
}

/// Whether a sign belongs to a word.
pub(crate) fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric()
}

impl Seed {
    /// Replaces all words of a text.
    pub(crate) fn words(&self, text: &str, latin1: bool) -> String {
        let mut replaced = String::with_capacity(text.len());
        let mut word = String::new();
        for letter in text.chars() {
            if is_of_word(letter) {
                word.push(letter);
                continue;
            }
            replaced += &self.word(&std::mem::take(&mut word), latin1);
            replaced.push(letter);
        }
        replaced + &self.word(&word, latin1)
    }

    fn word(&self, word: &str, latin1: bool) -> String {
        let letters: Vec<(char, Option<CharRange>)> =
            word.chars().map(|letter| (letter, CharRange::of(letter, latin1))).collect();
        let is_counted = word.is_ascii();
        let count = letters
            .iter()
            .filter_map(|(_, range)| *range)
            .try_fold(1_u64, |count, range| count.checked_mul(range.count.into()).filter(|count| *count < COUNTED));
        let places: Vec<u64> = match count.filter(|_| is_counted) {
            Some(count) => self.counted(&letters, count),
            None => {
                let lower = word.to_lowercase();
                let place = |place: usize| self.number("word", format!("{place} {lower}").as_bytes());
                (0..letters.len()).map(place).collect()
            }
        };
        let replaced = letters.iter().zip(places).map(|((letter, range), place)| match range {
            Some(range) if letter.is_ascii_uppercase() => range.at(place).to_ascii_uppercase(),
            Some(range) => range.at(place),
            None => *letter,
        });
        replaced.collect()
    }

    /// The spelling is a number in which each sign is a digit of its own base: it is replaced by another one.
    fn counted(&self, letters: &[(char, Option<CharRange>)], count: u64) -> Vec<u64> {
        let base = |range: &Option<CharRange>| range.map_or(1, |range| u64::from(range.count));
        let number = letters.iter().fold(0, |number, (letter, range)| {
            number * base(range) + range.map_or(0, |range| u64::from(range.place(*letter)))
        });
        let shape: String = letters.iter().map(|(letter, _)| if letter.is_ascii_digit() { '9' } else { 'a' }).collect();
        let mut rest = self.replace(&format!("word {shape}"), number, count);
        let mut places: Vec<u64> = letters
            .iter()
            .rev()
            .map(|(_, range)| {
                let place = rest % base(range);
                rest /= base(range);
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
        let shape = |letter: char| match letter {
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
