//! What enrichers say that a notification means: a member for each thing, kept as text, without white space
//! between its parts: a record is one line.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::json::{compact_value, kind_of};

/// The member `decoded` of a record, in the order in which its members came.
#[derive(Clone, Debug, Default)]
pub struct Meanings(Vec<(String, Box<RawValue>)>);

/// Members of it that one plugin may add to one record. Beyond, its answer is refused.
const MEMBERS: usize = 256;

impl Meanings {
    /// The members with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &RawValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), &**value))
    }

    /// Adds members, but none that is there already.
    pub(super) fn add(&mut self, others: Self) {
        for (name, value) in others.0 {
            if !self.0.iter().any(|(known, _)| *known == name) {
                self.0.push((name, value));
            }
        }
    }
}

impl PartialEq for Meanings {
    fn eq(&self, other: &Self) -> bool {
        let text = |value: &RawValue| value.get().to_owned();
        self.iter().map(|(name, value)| (name, text(value))).eq(other.iter().map(|(name, value)| (name, text(value))))
    }
}

impl Serialize for Meanings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Meanings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Meanings;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Meanings, A::Error> {
                let mut meanings = Vec::new();
                while let Some((name, value)) = members.next_entry::<String, &RawValue>()? {
                    if meanings.len() == MEMBERS {
                        return Err(de::Error::custom(format_args!("more than {MEMBERS} members")));
                    }
                    // Text that is only skipped may be what nobody can read: nested too deep, half of a character.
                    kind_of(value.get()).map_err(de::Error::custom)?;
                    meanings.push((name, compact_value(value)));
                }
                Ok(Meanings(meanings))
            }
        }

        deserializer.deserialize_map(Members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_means_is_kept_as_it_was_written() {
        let mut meanings: Meanings = serde_json::from_str(r#"{"a": { "b" : 1.0e2 }, "c": [ ]}"#).unwrap();
        meanings.add(serde_json::from_str(r#"{"c": 1, "d": 2}"#).unwrap());
        assert_eq!(serde_json::to_string(&meanings).unwrap(), r#"{"a":{"b":1.0e2},"c":[],"d":2}"#);
    }

    #[test]
    fn what_nobody_can_read_and_too_many_members_are_refused() {
        let check = |json: &str, expected: &str| {
            let error = serde_json::from_str::<Meanings>(json).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        };
        check(r#"{"a": "\ud800"}"#, "unexpected end of hex escape");
        check(&format!(r#"{{"a": {}{}}}"#, "[".repeat(1_000), "]".repeat(1_000)), "recursion limit exceeded");
        let members: Vec<_> = (0..=MEMBERS).map(|place| format!(r#""m{place}":0"#)).collect();
        check(&format!("{{{}}}", members.join(",")), "more than 256 members");
    }
}
