//! Object identifiers: ordered, bounded, cheap to clone.

use std::{borrow::Borrow, fmt, str::FromStr};

use smallvec::SmallVec;

/// An OBJECT IDENTIFIER of at most [`Oid::MAX_ARCS`] arcs (RFC 2578 section 3.5).
///
/// Oids compare arc by arc, which is the order in which an agent walks them.
#[derive(Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid(SmallVec<[u32; 16]>);

/// Why a text or a list of arcs is not an OID.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseOidError {
    /// The text has no arcs.
    #[error("an OID needs at least one arc")]
    Empty,
    /// Something between the dots is not a number below 2³².
    #[error("`{0}` is not an arc: arcs are numbers from 0 to 4294967295")]
    Arc(String),
    /// There are too many arcs.
    #[error("an OID has at most 128 arcs")]
    TooLong,
}

impl Oid {
    /// The most arcs an OID may have (RFC 2578 section 3.5).
    pub const MAX_ARCS: usize = 128;

    /// Makes an OID of `arcs`, if they are not too many.
    pub fn new(arcs: &[u32]) -> Result<Self, ParseOidError> {
        if arcs.len() > Self::MAX_ARCS {
            return Err(ParseOidError::TooLong);
        }
        Ok(Self(SmallVec::from_slice(arcs)))
    }

    /// The arcs, first arc first.
    #[must_use]
    pub fn arcs(&self) -> &[u32] {
        &self.0
    }

    /// Returns this OID with `arcs` behind it.
    pub fn join(&self, arcs: &[u32]) -> Result<Self, ParseOidError> {
        if self.0.len() + arcs.len() > Self::MAX_ARCS {
            return Err(ParseOidError::TooLong);
        }
        let mut joined = self.0.clone();
        joined.extend_from_slice(arcs);
        Ok(Self(joined))
    }

    /// Whether `prefix` is this OID or one above it.
    #[must_use]
    pub fn starts_with(&self, prefix: &Oid) -> bool {
        self.0.starts_with(&prefix.0)
    }

    /// The arcs behind `prefix`, if this OID is `prefix` or below it.
    #[must_use]
    pub fn strip_prefix(&self, prefix: &Oid) -> Option<&[u32]> {
        self.0.strip_prefix(prefix.arcs())
    }
}

impl Clone for Oid {
    fn clone(&self) -> Self {
        // Copies the arcs at once; the derived one would go from arc to arc.
        Self(SmallVec::from_slice(&self.0))
    }
}

impl<const N: usize> From<[u32; N]> for Oid {
    fn from(arcs: [u32; N]) -> Self {
        const { assert!(N <= Oid::MAX_ARCS, "an OID has at most 128 arcs") }
        Self(SmallVec::from_slice(&arcs))
    }
}

impl Borrow<[u32]> for Oid {
    fn borrow(&self) -> &[u32] {
        &self.0
    }
}

impl FromStr for Oid {
    type Err = ParseOidError;

    /// Reads dotted decimal, with or without a leading dot.
    fn from_str(text: &str) -> Result<Self, ParseOidError> {
        let digits = text.strip_prefix('.').unwrap_or(text);
        if digits.is_empty() {
            return Err(ParseOidError::Empty);
        }
        let mut arcs = SmallVec::new();
        for arc in digits.split('.') {
            if arcs.len() == Self::MAX_ARCS {
                return Err(ParseOidError::TooLong);
            }
            // `u32::from_str` takes a plus sign, an OID does not.
            let all_digits = arc.bytes().all(|byte| byte.is_ascii_digit());
            let number = arc.parse().ok().filter(|_| all_digits);
            arcs.push(number.ok_or_else(|| ParseOidError::Arc(arc.chars().take(40).collect()))?);
        }
        Ok(Self(arcs))
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, arc) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(".")?;
            }
            write!(f, "{arc}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let read = match text.parse::<Oid>() {
            Ok(oid) => oid.to_string(),
            Err(error) => format!("error: {error}"),
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn text_is_read_with_or_without_a_leading_dot() {
        check("1.3.6", "1.3.6");
        check(".1.3.6", "1.3.6");
        check("1.3.4294967295", "1.3.4294967295");
    }

    #[test]
    fn what_is_not_an_oid_is_refused() {
        check("", "error: an OID needs at least one arc");
        check("1..3", "error: `` is not an arc: arcs are numbers from 0 to 4294967295");
        check("1.+3", "error: `+3` is not an arc: arcs are numbers from 0 to 4294967295");
        check("1.4294967296", "error: `4294967296` is not an arc: arcs are numbers from 0 to 4294967295");
        check(&"1.".repeat(129), "error: an OID has at most 128 arcs");
    }

    #[test]
    fn oids_compare_arc_by_arc() {
        let oid = |text: &str| text.parse::<Oid>().unwrap();
        assert!(oid("1.3.6.2") < oid("1.3.6.10"));
        assert!(oid("1.3.6") < oid("1.3.6.0"));
        assert!(oid("1.3.6.1").starts_with(&oid("1.3.6")));
        assert!(!oid("1.3.61").starts_with(&oid("1.3.6")));
        assert_eq!(oid("1.3.6.1.2").strip_prefix(&oid("1.3.6")), Some(&[1, 2][..]));
    }
}
