//! What is wrong with a line of a recording.

/// What to do with a line that this program cannot read.
const ADVICE: &str = "make it with `snmpwalk -On`";

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Not `OID|TAG|VALUE`.
    #[error("three fields separated by `|` are needed")]
    Fields,
    /// Not a line of a walk, and not the continuation of one.
    #[error("this is neither `OID = TYPE: VALUE` nor the rest of such a line")]
    NotAnEntry,
    /// The name, or a value of type OBJECT IDENTIFIER, is none.
    #[error("not an object identifier: {0}")]
    Oid(#[from] OidError),
    /// A name of a MIB that this program does not know.
    #[error("unknown name `{0}`: {advice}", advice = ADVICE)]
    Name(String),
    /// An index that is written as a text or a name.
    #[error("the index is not written in numbers: {advice}", advice = ADVICE)]
    Index,
    /// A tag that is no number of one octet, or a type that is not known.
    #[error("unknown type")]
    Type,
    /// A value whose type is not told, as net-snmp's options `-OQ` and `-Oq` leave it out.
    #[error("the type of the value is left out: {advice}", advice = ADVICE)]
    Untyped,
    /// A value that several contents are printed as, once MIBs are loaded.
    #[error("a MIB's DISPLAY-HINT hides the content: {advice} and `-m ''`", advice = ADVICE)]
    Hinted,
    /// A text in which net-snmp's option `-Oa` may have put dots in the place of octets.
    #[error("dots may replace other octets (-Oa): {advice}", advice = ADVICE)]
    Dots,
    /// A tag of a variation module, e.g. `4:numeric`.
    #[error("variation modules are not played")]
    Variation,
    /// A suffix (`x` or `e`) that does not go with the tag.
    #[error("invalid suffix for this tag")]
    Suffix,
    /// The value is not a number.
    #[error("not a number")]
    Number,
    /// The number does not fit the type.
    #[error("the number does not fit its type")]
    Range,
    /// The value is not hexadecimal.
    #[error("not pairs of hexadecimal digits")]
    Hex,
    /// The value has a backslash that begins no escape.
    #[error("not an escape sequence")]
    Escape,
    /// The value is not an IPv4 address.
    #[error("not an IPv4 address")]
    Address,
    /// The octets of BITS and the bits listed behind them differ.
    #[error("the octets and the names of the bits differ")]
    Bits,
    /// A quoted text has no end, or something behind its end.
    #[error("a quoted text does not end where the line does")]
    Quote,
    /// A type that has no value was given one.
    #[error("this type has no value")]
    NotEmpty,
}

/// Why a text is not an object identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OidError {
    /// The text has no arcs.
    #[error("it has no arcs")]
    Empty,
    /// Something between the dots is not a number below 2³².
    #[error("`{0}` is not an arc: arcs are numbers from 0 to 4294967295")]
    Arc(String),
    /// There are too many arcs.
    #[error("it has more than 128 arcs")]
    TooLong,
    /// BER cannot express it.
    #[error("it begins with 0 or 1 and an arc below 40, or with 2 and any arc")]
    Start,
}
