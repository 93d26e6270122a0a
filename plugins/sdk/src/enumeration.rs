//! Enumerations: the number for programs, the name for people.

use serde::{Serialize, Serializer};

use crate::{Value, field::Field, warnings::Warnings};

/// The named numbers of an enumeration, e.g. `&[(1, "up"), (2, "down")]`.
pub type Names = [(i64, &'static str)];

/// The name of a number. None where the MIB has no name for it, which the result then lacks too.
#[must_use]
pub fn name_of(names: &Names, number: i64) -> Option<&'static str> {
    names.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

/// The value of an enumeration. In JSON it is its name, or its number where the MIB has no name for that: a value that is
/// newer than the MIB is in the result, too.
///
/// ```
/// use snmp_proxy_sdk::enumeration::{Enumerated, Names};
///
/// const STATES: &Names = &[(1, "ok"), (2, "slow"), (3, "stopped")];
/// assert_eq!(Enumerated::new(3, STATES).to_string(), "stopped");
/// assert_eq!(Enumerated::new(7, STATES).to_string(), "7");
/// assert!(Enumerated::new(1, STATES).is("ok") && Enumerated::new(7, STATES).name.is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Enumerated {
    /// The number that the agent sent.
    pub number: i64,
    /// What the MIB calls it, if it has a name for it.
    pub name: Option<&'static str>,
}

impl Enumerated {
    /// A number of an enumeration with these names.
    #[must_use]
    pub fn new(number: i64, names: &Names) -> Enumerated {
        Enumerated { number, name: name_of(names, number) }
    }

    /// True when it has this name.
    #[must_use]
    pub fn is(self, name: &str) -> bool {
        self.name == Some(name)
    }
}

impl std::fmt::Display for Enumerated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.name {
            Some(name) => f.write_str(name),
            None => write!(f, "{}", self.number),
        }
    }
}

impl Serialize for Enumerated {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.name {
            Some(name) => serializer.serialize_str(name),
            None => serializer.serialize_i64(self.number),
        }
    }
}

impl Field<Enumerated> {
    /// An enumeration with these names.
    pub fn enumerated(
        object: &str,
        value: Option<&Value>,
        names: &Names,
        warnings: &mut Warnings,
    ) -> Field<Enumerated> {
        Field::integer(object, value, warnings).map(|number| Enumerated::new(number, names))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_without_a_name_stays_a_number() {
        let names: &Names = &[(1, "up")];
        let mut warnings = Warnings::default();
        let mut json = |value| {
            let field = Field::enumerated("ifOperStatus", Some(&value), names, &mut warnings);
            serde_json::to_string(&field).unwrap()
        };
        assert_eq!(json(Value::Integer(1)), r#""up""#);
        assert_eq!(json(Value::Integer(8)), "8");
        assert_eq!(json(Value::NoSuchInstance), "null");
    }
}
