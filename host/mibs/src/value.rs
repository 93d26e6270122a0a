//! Values for people.

use crate::{Base, hint, octets, syntax::Syntax};

/// A value, as far as its syntax can say something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A number.
    Integer(i64),
    /// Octets.
    Octets(&'a [u8]),
}

/// What a syntax says of a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Displayed<'a> {
    /// How it reads: `up(1)`, `12.5`, `00:00:5E:00:53:01`.
    pub text: String,
    /// The name of the number in an enumeration.
    pub name: Option<&'a str>,
}

impl<'a> Syntax<'a> {
    /// How a value reads; none where the syntax adds nothing to what the value is by itself. Of an InetAddress,
    /// `address_type` is the number of its InetAddressType, if that is known.
    #[must_use]
    pub fn display(self, value: Value<'_>, address_type: Option<i64>) -> Option<Displayed<'a>> {
        match value {
            Value::Integer(number) => {
                if let Some(name) = self.name_of(number).filter(|_| self.base() != Base::Bits) {
                    return Some(Displayed { text: format!("{name}({number})"), name: Some(name) });
                }
                // `d` says what a number is anyway.
                let hint = self.hint().filter(|hint| *hint != "d" && self.base().is_number())?;
                hint::integer(number, hint).map(|text| Displayed { text, name: None })
            }
            Value::Octets(octets) if matches!(self.base(), Base::Octets | Base::Bits) => {
                octets::displayed(octets, self, address_type).map(|text| Displayed { text, name: None })
            }
            Value::Octets(_) => None,
        }
    }

    /// Whether values are numbers by which an interface is known, 0 being none (RFC 2863).
    #[must_use]
    pub fn is_interface(self) -> bool {
        matches!(self.convention(), Some("InterfaceIndex" | "InterfaceIndexOrZero"))
    }

    /// Whether values say what kind of address an InetAddress is (RFC 4001).
    #[must_use]
    pub fn is_address_type(self) -> bool {
        self.convention() == Some("InetAddressType")
    }
}
