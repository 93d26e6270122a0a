//! The index of a row: what the arcs behind a column say (RFC 2578 section 7.7), and how people write it.

use std::{borrow::Cow, fmt};

use crate::{
    Base, Object,
    layout::{AUGMENTS, PART_IS_IMPLIED, PART_IS_SYNTAX, Section},
    octets,
    syntax::Syntax,
    table::{Table, u24},
};

/// How the instances of a row are numbered.
#[derive(Clone, Copy)]
pub struct Index<'a> {
    table: &'a Table,
    parts: &'a [[u8; 4]],
}

/// A part of an index: an object, or with SMIv1 a type alone.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    object: Option<Object<'a>>,
    syntax: Syntax<'a>,
    is_implied: bool,
}

/// What an instance has as a part of its index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartValue {
    /// A number, or one of an enumeration.
    Number(u32),
    /// A text, an address, bits.
    Octets(Vec<u8>),
    /// An OBJECT IDENTIFIER.
    Oid(Vec<u32>),
}

/// Why arcs are not an index of a row, or a text not a part of one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// The arcs end before the index does.
    #[error("the index ends before `{part}`")]
    Short {
        /// The part that is missing or not whole.
        part: String,
    },
    /// There are arcs behind the last part.
    #[error("{arcs} arcs behind the last part of the index")]
    Long {
        /// How many.
        arcs: usize,
    },
    /// An arc of octets is none.
    #[error("{arc} is not an octet of `{part}`")]
    NotAnOctet {
        /// The part.
        part: String,
        /// The arc.
        arc: u32,
    },
    /// A text is not what the part takes.
    #[error("`{text}` is not a value of `{part}`: write {expected}")]
    Value {
        /// The part.
        part: String,
        /// What was written.
        text: String,
        /// What the part takes.
        expected: String,
    },
}

/// Names of an enumeration that an error lists.
const LISTED_NAMES: usize = 10;

/// Rows that may augment each other; in a sound table it is one.
const AUGMENTED_ROWS: usize = 8;

impl<'a> Index<'a> {
    pub(crate) fn of(table: &'a Table, row: Object<'a>) -> Option<Self> {
        let mut row = row.number();
        for _ in 0..AUGMENTED_ROWS {
            match Self::augmented(table, row) {
                Some(augmented) => row = augmented.number(),
                None => break,
            }
        }
        let at = table.of_node(Section::Indexes, row)?;
        let (count, rest) = table.pool(Section::Parts, at).split_first()?;
        let (parts, _) = rest.as_chunks();
        Some(Self { table, parts: parts.get(..usize::from(*count))? })
    }

    /// The row that a row augments.
    pub(crate) fn augmented(table: &'a Table, row: u32) -> Option<Object<'a>> {
        let at = table.of_node(Section::Indexes, row)?;
        match table.pool(Section::Parts, at) {
            [AUGMENTS, row @ ..] => Some(Object::new(table, u24(row, 0))),
            _ => None,
        }
    }

    /// Its parts, in their order.
    pub fn parts(self) -> impl ExactSizeIterator<Item = Part<'a>> {
        let table = self.table;
        self.parts.iter().map(move |part| {
            let ([flags, ..], reference) = (part, u24(part, 1));
            let object = (flags & PART_IS_SYNTAX == 0).then(|| Object::new(table, reference));
            let syntax = match object {
                Some(object) => object.syntax().unwrap_or(Syntax::new(table, 0)),
                None => Syntax::new(table, reference),
            };
            Part { object, syntax, is_implied: flags & PART_IS_IMPLIED != 0 }
        })
    }

    /// Reads what the arcs behind a column say: a value for each part.
    pub fn read(self, arcs: &[u32]) -> Result<Vec<(Part<'a>, PartValue)>, IndexError> {
        let mut rest = arcs;
        let mut values = Vec::with_capacity(self.parts.len());
        for part in self.parts() {
            let (value, behind) = part.read(rest)?;
            values.push((part, value));
            rest = behind;
        }
        if rest.is_empty() { Ok(values) } else { Err(IndexError::Long { arcs: rest.len() }) }
    }

    /// The arcs for values, one for each part.
    #[must_use]
    pub fn arcs(self, values: &[PartValue]) -> Option<Vec<u32>> {
        if values.len() != self.parts.len() {
            return None;
        }
        Some(self.parts().zip(values).flat_map(|(part, value)| part.arcs(value)).collect())
    }

    /// Writes the arcs behind a column with a pair of brackets for each part, as in `[3][192.0.2.1]`.
    pub fn bracketed(self, arcs: &[u32]) -> Result<String, IndexError> {
        let values = self.read(arcs)?;
        let mut text = String::new();
        let mut address_type = None;
        for (part, value) in &values {
            text.push('[');
            text.push_str(&part.text(value, address_type));
            text.push(']');
            address_type = part.address_type(value).or(address_type);
        }
        Ok(text)
    }
}

impl<'a> Part<'a> {
    /// The object; none where SMIv1 names a type alone.
    #[must_use]
    pub fn object(&self) -> Option<Object<'a>> {
        self.object
    }

    /// Its name: the object's, or else the type's.
    #[must_use]
    pub fn name(&self) -> &'a str {
        match self.object {
            Some(object) => object.name(),
            None => self.syntax.convention().unwrap_or(match self.syntax.base() {
                // Only SMIv1 has parts without a name, and calls it so.
                Base::Integer => "INTEGER",
                base => base.as_str(),
            }),
        }
    }

    /// What its values are.
    #[must_use]
    pub fn syntax(&self) -> Syntax<'a> {
        self.syntax
    }

    /// Whether its length does not stand before it, since it is the last part.
    #[must_use]
    pub fn is_implied(&self) -> bool {
        self.is_implied
    }

    /// How many arcs a value has, where that is always the same.
    fn fixed_arcs(&self) -> Option<usize> {
        match self.syntax.base() {
            Base::IpAddress => Some(4),
            Base::Octets | Base::Bits | Base::Opaque => self.syntax.fixed_length(),
            Base::Oid => None,
            _ => Some(1),
        }
    }

    /// Reads its value from the beginning of arcs, and answers the arcs behind it.
    pub fn read<'b>(&self, arcs: &'b [u32]) -> Result<(PartValue, &'b [u32]), IndexError> {
        let short = || IndexError::Short { part: self.name().to_owned() };
        let (own, rest) = match self.fixed_arcs() {
            Some(count) => arcs.split_at_checked(count).ok_or_else(short)?,
            None if self.is_implied => (arcs, &[][..]),
            None => {
                let (count, behind) = arcs.split_first().ok_or_else(short)?;
                usize::try_from(*count).ok().and_then(|count| behind.split_at_checked(count)).ok_or_else(short)?
            }
        };
        let value = match self.syntax.base() {
            Base::Oid => PartValue::Oid(own.to_vec()),
            Base::IpAddress | Base::Octets | Base::Bits | Base::Opaque => {
                let octet = |arc: &u32| {
                    let part = self.name().to_owned();
                    u8::try_from(*arc).map_err(|_| IndexError::NotAnOctet { part, arc: *arc })
                };
                PartValue::Octets(own.iter().map(octet).collect::<Result<_, _>>()?)
            }
            _ => PartValue::Number(own.first().copied().unwrap_or_default()),
        };
        Ok((value, rest))
    }

    /// The arcs of a value, with its length before it where that is needed.
    #[must_use]
    pub fn arcs(&self, value: &PartValue) -> Vec<u32> {
        let own = match value {
            PartValue::Number(number) => return vec![*number],
            PartValue::Octets(octets) => octets.iter().copied().map(u32::from).collect(),
            PartValue::Oid(arcs) => arcs.clone(),
        };
        if self.is_implied || self.fixed_arcs().is_some() {
            return own;
        }
        let count = u32::try_from(own.len()).unwrap_or(u32::MAX);
        std::iter::once(count).chain(own).collect()
    }

    /// How people read a value: the name of a number, an address, a text in quotes. `address_type` is the InetAddressType
    /// of a part before it.
    #[must_use]
    pub fn text(&self, value: &PartValue, address_type: Option<i64>) -> String {
        match value {
            PartValue::Number(number) => match self.syntax.name_of((*number).into()) {
                Some(name) => name.to_owned(),
                None => number.to_string(),
            },
            PartValue::Octets(octets) if self.syntax.base() == Base::IpAddress => octets::dotted(octets),
            PartValue::Octets(octets) => octets::index_text(octets, self.syntax, address_type),
            PartValue::Oid(arcs) => crate::dotted(arcs),
        }
    }

    /// The number of an InetAddressType.
    #[must_use]
    pub fn address_type(&self, value: &PartValue) -> Option<i64> {
        match value {
            PartValue::Number(number) if self.syntax.convention() == Some("InetAddressType") => Some((*number).into()),
            _ => None,
        }
    }

    /// Reads a value as people write it; a text may stand in quotes, which is the only way to write an empty one.
    pub fn parse(&self, text: &str) -> Result<PartValue, IndexError> {
        let (plain, is_quoted) = match unquoted(text) {
            Some(plain) => (plain, true),
            None => (Cow::Borrowed(text), false),
        };
        let value = match self.syntax.base() {
            Base::IpAddress => plain.parse().ok().map(|address: std::net::Ipv4Addr| address.octets().to_vec()),
            Base::Octets | Base::Bits | Base::Opaque => octets::parse(&plain, self.syntax, is_quoted)
                .filter(|octets| self.syntax.fixed_length().is_none_or(|length| length == octets.len())),
            Base::Oid => return crate::arcs_of(&plain).map(PartValue::Oid).ok_or_else(|| self.unreadable(text)),
            _ => return self.number(&plain).map(PartValue::Number).ok_or_else(|| self.unreadable(text)),
        };
        value.map(PartValue::Octets).ok_or_else(|| self.unreadable(text))
    }

    /// `6`, `tcp` or `tcp(6)`.
    fn number(&self, text: &str) -> Option<u32> {
        if !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit()) {
            return text.parse().ok();
        }
        let name = text.split_once('(').map_or(text, |(name, _)| name);
        self.syntax.number_of(name).and_then(|number| u32::try_from(number).ok())
    }

    fn unreadable(&self, text: &str) -> IndexError {
        let expected = match (self.syntax.base(), self.syntax.fixed_length()) {
            (Base::IpAddress, _) => "an IPv4 address".to_owned(),
            (Base::Octets | Base::Bits | Base::Opaque, Some(length)) => {
                format!("a text or 0x and hexadecimal digits, {length} octets in all")
            }
            (Base::Octets | Base::Bits | Base::Opaque, None) => {
                "a text, an address, or 0x and hexadecimal digits".to_owned()
            }
            (Base::Oid, _) => "an OID in numbers".to_owned(),
            _ if self.syntax.has_names() => {
                let mut names: Vec<&str> = self.syntax.names().map(|(_, name)| name).take(LISTED_NAMES + 1).collect();
                if names.len() > LISTED_NAMES {
                    names.truncate(LISTED_NAMES);
                    names.push("…");
                }
                format!("a number or one of {}", names.join(", "))
            }
            _ => "a number".to_owned(),
        };
        let text = text.chars().take(crate::SHOWN_CHARACTERS).collect();
        IndexError::Value { part: self.name().to_owned(), text, expected }
    }
}

impl<'a> Object<'a> {
    /// How the instances of a table, a row or a column are numbered; none where the module does not say.
    #[must_use]
    pub fn index(self) -> Option<Index<'a>> {
        Index::of(self.table(), self.row()?)
    }

    /// The row that this one augments (RFC 2578 section 7.8).
    #[must_use]
    pub fn augments(self) -> Option<Self> {
        Index::augmented(self.table(), self.row()?.number())
    }
}

/// The text between quotes of one kind, with `\` before a quote or another `\` taken off.
pub(crate) fn unquoted(text: &str) -> Option<Cow<'_, str>> {
    let quote = text.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let inside = text.strip_prefix(quote)?.strip_suffix(quote)?;
    if !inside.contains('\\') {
        return Some(Cow::Borrowed(inside));
    }
    let mut plain = String::with_capacity(inside.len());
    let mut signs = inside.chars().peekable();
    while let Some(sign) = signs.next() {
        let escaped = if sign == '\\' { signs.next_if(|next| matches!(next, '"' | '\'' | '\\')) } else { None };
        plain.push(escaped.unwrap_or(sign));
    }
    Some(Cow::Owned(plain))
}

impl fmt::Debug for Index<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.parts().map(|part| part.name())).finish()
    }
}
