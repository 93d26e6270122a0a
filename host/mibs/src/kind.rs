//! What a definition is: its kind, its access, and the type that its values have on the wire.

/// What kind of definition stands at a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// An OBJECT IDENTIFIER value, e.g. `mib-2`.
    Node = 0,
    /// MODULE-IDENTITY.
    Module = 1,
    /// OBJECT-IDENTITY, e.g. a transport domain.
    Identity = 2,
    /// An object with one instance, `.0`.
    Scalar = 3,
    /// A conceptual table.
    Table = 4,
    /// A conceptual row.
    Row = 5,
    /// A column of a row.
    Column = 6,
    /// NOTIFICATION-TYPE, or TRAP-TYPE of SMIv1.
    Notification = 7,
    /// OBJECT-GROUP or NOTIFICATION-GROUP.
    Group = 8,
    /// MODULE-COMPLIANCE.
    Compliance = 9,
    /// AGENT-CAPABILITIES.
    Capabilities = 10,
}

/// What may be done with an object at most (RFC 2578 section 7.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Access {
    /// Nothing: tables, rows, and indexes that stand in names only.
    NotAccessible = 0,
    /// It stands in notifications only.
    AccessibleForNotify = 1,
    /// It can be read.
    ReadOnly = 2,
    /// It can be read and written.
    ReadWrite = 3,
    /// It can be read and written, and creates rows.
    ReadCreate = 4,
    /// It can be written only (SMIv1).
    WriteOnly = 5,
}

/// The type of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Base {
    /// Not known.
    Unknown = 0,
    /// INTEGER, Integer32.
    Integer = 1,
    /// Unsigned32.
    Unsigned = 2,
    /// Counter32.
    Counter32 = 3,
    /// Counter64.
    Counter64 = 4,
    /// Gauge32.
    Gauge = 5,
    /// TimeTicks.
    TimeTicks = 6,
    /// IpAddress.
    IpAddress = 7,
    /// OCTET STRING.
    Octets = 8,
    /// OBJECT IDENTIFIER.
    Oid = 9,
    /// BITS.
    Bits = 10,
    /// Opaque.
    Opaque = 11,
}

impl Kind {
    const ALL: [Self; 11] = [
        Self::Node,
        Self::Module,
        Self::Identity,
        Self::Scalar,
        Self::Table,
        Self::Row,
        Self::Column,
        Self::Notification,
        Self::Group,
        Self::Compliance,
        Self::Capabilities,
    ];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Module => "module",
            Self::Identity => "identity",
            Self::Scalar => "scalar",
            Self::Table => "table",
            Self::Row => "row",
            Self::Column => "column",
            Self::Notification => "notification",
            Self::Group => "group",
            Self::Compliance => "compliance",
            Self::Capabilities => "capabilities",
        }
    }

    /// Whether instances of it have values.
    #[must_use]
    pub fn has_instances(self) -> bool {
        matches!(self, Self::Scalar | Self::Column)
    }

    pub(crate) fn of(number: u8) -> Self {
        Self::ALL.get(usize::from(number)).copied().unwrap_or(Self::Node)
    }
}

impl Access {
    const ALL: [Self; 6] = [
        Self::NotAccessible,
        Self::AccessibleForNotify,
        Self::ReadOnly,
        Self::ReadWrite,
        Self::ReadCreate,
        Self::WriteOnly,
    ];

    /// The word of RFC 2578.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotAccessible => "not-accessible",
            Self::AccessibleForNotify => "accessible-for-notify",
            Self::ReadOnly => "read-only",
            Self::ReadWrite => "read-write",
            Self::ReadCreate => "read-create",
            Self::WriteOnly => "write-only",
        }
    }

    pub(crate) fn of(number: u8) -> Self {
        Self::ALL.get(usize::from(number)).copied().unwrap_or(Self::NotAccessible)
    }
}

impl Base {
    const ALL: [Self; 12] = [
        Self::Unknown,
        Self::Integer,
        Self::Unsigned,
        Self::Counter32,
        Self::Counter64,
        Self::Gauge,
        Self::TimeTicks,
        Self::IpAddress,
        Self::Octets,
        Self::Oid,
        Self::Bits,
        Self::Opaque,
    ];

    /// The type's name in SMIv2.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Integer => "Integer32",
            Self::Unsigned => "Unsigned32",
            Self::Counter32 => "Counter32",
            Self::Counter64 => "Counter64",
            Self::Gauge => "Gauge32",
            Self::TimeTicks => "TimeTicks",
            Self::IpAddress => "IpAddress",
            Self::Octets => "OCTET STRING",
            Self::Oid => "OBJECT IDENTIFIER",
            Self::Bits => "BITS",
            Self::Opaque => "Opaque",
        }
    }

    /// Whether a value is one number.
    #[must_use]
    pub fn is_number(self) -> bool {
        matches!(
            self,
            Self::Integer | Self::Unsigned | Self::Counter32 | Self::Counter64 | Self::Gauge | Self::TimeTicks
        )
    }

    pub(crate) fn of(number: u8) -> Self {
        Self::ALL.get(usize::from(number)).copied().unwrap_or(Self::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_tables_read_back_as_what_they_stand_for() {
        for (number, kind) in (0..).zip(Kind::ALL) {
            assert_eq!((kind as u8, Kind::of(number)), (number, kind));
        }
        for (number, access) in (0..).zip(Access::ALL) {
            assert_eq!((access as u8, Access::of(number)), (number, access));
        }
        for (number, base) in (0..).zip(Base::ALL) {
            assert_eq!((base as u8, Base::of(number)), (number, base));
        }
        assert_eq!((Kind::of(99), Access::of(99), Base::of(99)), (Kind::Node, Access::NotAccessible, Base::Unknown));
    }
}
