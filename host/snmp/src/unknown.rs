//! Values that are not of their type: what is wrong with each, in words, and which of them a walk or a GET has met.
//!
//! They cost nothing but themselves, so they are warnings. An agent may send any number of them: the first few are
//! named, the others counted.

use crate::{Oid, Value, Varbind, counted, tag};

/// The values that are [`Value::Unknown`] among those that were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnknownValues {
    named: Vec<(Oid, String)>,
    count: u64,
}

/// How many of them are named.
const MAX_NAMED: usize = 8;

/// How many octets of what is no element are shown.
const MAX_SHOWN: usize = 16;

impl UnknownValues {
    /// Those among `varbinds`.
    #[must_use]
    pub fn among(varbinds: &[Varbind]) -> Self {
        let mut found = Self::default();
        varbinds.iter().for_each(|varbind| found.look(varbind));
        found
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// A line for people for each that is named, and one for the others.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.named.iter().map(|(name, what)| format!("{name}: {what}")).collect();
        let others = self.count - self.named.len() as u64;
        match others {
            0 => {}
            1 => lines.push("1 more value is invalid for its type".to_owned()),
            _ => lines.push(format!("{others} more values are invalid for their types")),
        }
        lines
    }

    /// Takes note of a varbind, if its value is unknown.
    pub fn look(&mut self, varbind: &Varbind) {
        let Value::Unknown { tag, octets } = &varbind.value else { return };
        self.count += 1;
        if self.named.len() < MAX_NAMED {
            self.named.push((varbind.name.clone(), what(*tag, octets, varbind.value.number())));
        }
    }
}

/// What is wrong with a value.
fn what(tag: u8, octets: &[u8], number: Option<i128>) -> String {
    let count = |octets: usize| counted(octets, "octet");
    let integer = |name: &str| match (number, octets) {
        (_, []) => format!("invalid {name} without octets"),
        (Some(number), _) => format!("invalid {name} of {} ({number})", count(octets.len())),
        (None, _) => format!("invalid {name} of {}", count(octets.len())),
    };
    match tag {
        tag::NO_ELEMENT if octets.is_empty() => "unreadable value".to_owned(),
        tag::NO_ELEMENT => {
            let more = if octets.len() > MAX_SHOWN { "..." } else { "" };
            let shown = octets.get(..MAX_SHOWN).unwrap_or(octets);
            format!("unreadable value, 0x{}{more}", const_hex::encode(shown))
        }
        tag::INTEGER => integer("INTEGER"),
        tag::COUNTER32 => integer("Counter32"),
        tag::GAUGE32 => integer("Gauge32"),
        tag::TIME_TICKS => integer("TimeTicks"),
        tag::COUNTER64 => integer("Counter64"),
        tag::UINTEGER32 => integer("UInteger32"),
        tag::NULL => format!("invalid NULL of {}", count(octets.len())),
        tag::OBJECT_IDENTIFIER => format!("invalid OBJECT IDENTIFIER of {}", count(octets.len())),
        tag::IP_ADDRESS => format!("invalid IpAddress of {}", count(octets.len())),
        _ => {
            let identifier = octets.get(..tag::high_octets(octets).filter(|_| tag::is_high(tag)).unwrap_or(0));
            let identifier = identifier.filter(|identifier| !identifier.is_empty());
            let contents = octets.len() - identifier.map_or(0, <[u8]>::len);
            format!("unknown tag 0x{}, {}", const_hex::encode(identifier.unwrap_or(&[tag])), count(contents))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(tag: u8, octets: &[u8], expected: &str) {
        let varbind = Varbind { name: Oid::from([1, 3, 7]), value: Value::Unknown { tag, octets: octets.to_vec() } };
        assert_eq!(UnknownValues::among(&[varbind]).warnings(), [format!("1.3.7: {expected}")]);
    }

    #[test]
    fn the_words_say_what_came() {
        check(0x9f, &[0x9f, 0x78, 0x40, 0x20, 0, 0], "unknown tag 0x9f78, 4 octets");
        check(0x9f, &[], "unknown tag 0x9f, 0 octets");
        check(0x48, &[1], "unknown tag 0x48, 1 octet");
        check(0x02, &[], "invalid INTEGER without octets");
        check(0x02, &[1, 0, 0, 0, 0], "invalid INTEGER of 5 octets (4294967296)");
        check(0x41, &[1; 9], "invalid Counter32 of 9 octets");
        check(0x46, &[1; 9], "invalid Counter64 of 9 octets");
        check(0x40, &[0; 16], "invalid IpAddress of 16 octets");
        check(0x06, &[0x2b, 0x86], "invalid OBJECT IDENTIFIER of 2 octets");
        check(0x05, &[0], "invalid NULL of 1 octet");
        check(0, &[], "unreadable value");
        check(0, &[4, 0x80, 0, 0], "unreadable value, 0x04800000");
        check(0, &[4; 17], "unreadable value, 0x04040404040404040404040404040404...");
    }

    #[test]
    fn the_first_few_are_named_and_the_others_counted() {
        let varbinds: Vec<Varbind> = (0..20)
            .map(|number| Varbind { name: Oid::from([1, 3, number]), value: Value::UNREADABLE })
            .chain([Varbind { name: Oid::from([1, 3]), value: Value::Null }])
            .collect();
        let found = UnknownValues::among(&varbinds);
        assert_eq!((found.count(), found.warnings().len()), (20, MAX_NAMED + 1));
        assert_eq!(found.warnings().last().map(String::as_str), Some("12 more values are invalid for their types"));
    }
}
