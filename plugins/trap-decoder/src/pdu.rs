//! A PDU as far as it can be read: its fields, or that they are missing, and its varbinds in their order.

use snmp_proxy_sdk::traps::Version;

use crate::ber::{Element, Reader, tag};
use crate::flags::Flags;
use crate::{integer, oid};

/// The varbinds of one PDU at most. The rest of them is flagged, and only in the octets.
pub(crate) const MAX_VARBINDS: usize = 1_000;

/// What a PDU says.
#[derive(Debug)]
pub(crate) struct Pdu<'a> {
    pub(crate) kind: Kind,
    /// The fields of a Trap-PDU of version 1.
    pub(crate) v1: Option<TrapFields<'a>>,
    /// request-id, error-status and error-index, or what stands in their place.
    pub(crate) numbers: [Option<i64>; 3],
    pub(crate) varbinds: Vec<Varbind<'a>>,
    pub(crate) flags: Flags,
}

/// The fields of a Trap-PDU (RFC 1157 section 4.1.6).
#[derive(Debug, Default)]
pub(crate) struct TrapFields<'a> {
    /// Checked contents of an OBJECT IDENTIFIER.
    pub(crate) enterprise: Option<&'a [u8]>,
    pub(crate) agent_addr: Option<[u8; 4]>,
    pub(crate) generic: Option<i64>,
    pub(crate) specific: Option<i64>,
    pub(crate) timestamp: Option<u64>,
}

/// A varbind. Both parts are as they were sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Varbind<'a> {
    /// Checked contents of the name, if it is one.
    pub(crate) name: Option<&'a [u8]>,
    /// The octets that stand where the name should be, if it is none.
    pub(crate) unread_name: &'a [u8],
    /// The value, if there is one.
    pub(crate) value: Option<Element<'a>>,
}

/// The PDUs of RFC 1157 and RFC 3416, by their identifier octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Get,
    GetNext,
    Response,
    Set,
    TrapV1,
    GetBulk,
    Inform,
    Trap,
    Report,
    Unknown,
}

impl Kind {
    pub(crate) fn of(identifier: u8) -> Kind {
        match identifier {
            0xa0 => Kind::Get,
            0xa1 => Kind::GetNext,
            0xa2 => Kind::Response,
            0xa3 => Kind::Set,
            0xa4 => Kind::TrapV1,
            0xa5 => Kind::GetBulk,
            0xa6 => Kind::Inform,
            0xa7 => Kind::Trap,
            0xa8 => Kind::Report,
            _ => Kind::Unknown,
        }
    }

    /// The word that records use.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Get => "get",
            Kind::GetNext => "get-next",
            Kind::Response => "response",
            Kind::Set => "set",
            Kind::TrapV1 => "trap-v1",
            Kind::GetBulk => "get-bulk",
            Kind::Inform => "inform",
            Kind::Trap => "trap",
            Kind::Report => "report",
            Kind::Unknown => "unknown",
        }
    }

    pub(crate) fn is_notification(self) -> bool {
        matches!(self, Kind::TrapV1 | Kind::Trap | Kind::Inform)
    }
}

/// Reads a PDU, whatever its octets are.
pub(crate) fn parse(version: Version, octets: &[u8]) -> Pdu<'_> {
    let mut reader = Reader::new(octets, 0);
    let mut pdu =
        Pdu { kind: Kind::Unknown, v1: None, numbers: [None; 3], varbinds: Vec::new(), flags: Flags::default() };
    let Some(outer) = reader.next() else {
        pdu.flags.set(Flags::MISSING_FIELD);
        return pdu;
    };
    pdu.flags.set(outer.flags);
    if !reader.is_empty() {
        pdu.flags.set(Flags::TRAILING_OCTETS);
    }
    pdu.kind = Kind::of(outer.tag);
    let mut fields = Fields { reader: outer.inside(), flags: &mut pdu.flags };
    match pdu.kind {
        Kind::Unknown => {
            pdu.flags.set(Flags::UNKNOWN_PDU);
            return pdu;
        }
        Kind::TrapV1 => pdu.v1 = Some(fields.trap()),
        _ => pdu.numbers = [fields.integer(), fields.integer(), fields.integer()],
    }
    pdu.varbinds = fields.varbinds();
    if !fields.reader.is_empty() {
        pdu.flags.set(Flags::TRAILING_OCTETS);
    }
    let is_of_v1 = matches!(pdu.kind, Kind::TrapV1);
    let is_of_v2 = matches!(pdu.kind, Kind::GetBulk | Kind::Inform | Kind::Trap | Kind::Report);
    if is_of_v1 && version != Version::V1 || is_of_v2 && version == Version::V1 {
        pdu.flags.set(Flags::WRONG_VERSION);
    }
    pdu
}

struct Fields<'a, 'f> {
    reader: Reader<'a>,
    flags: &'f mut Flags,
}

impl<'a> Fields<'a, '_> {
    fn trap(&mut self) -> TrapFields<'a> {
        let enterprise = self.field(tag::OID).and_then(|field| oid::checked(field.content, self.flags));
        let agent_addr = self.agent_addr();
        let (generic, specific) = (self.integer(), self.integer());
        let timestamp = self.field(tag::TIME_TICKS);
        let timestamp = timestamp.and_then(|field| integer::unsigned(field.content, 32, self.flags));
        TrapFields { enterprise, agent_addr, generic, specific, timestamp }
    }

    fn agent_addr(&mut self) -> Option<[u8; 4]> {
        let field = self.field(tag::IP_ADDRESS)?;
        let address = field.content.try_into().ok();
        if address.is_none() || field.tag != tag::IP_ADDRESS {
            self.flags.set(Flags::AGENT_ADDR);
        }
        address
    }

    fn integer(&mut self) -> Option<i64> {
        self.field(tag::INTEGER).and_then(|field| integer::signed(field.content, self.flags))
    }

    /// The next field. One of another type is taken for what it stands in place of, except the varbinds: then fields
    /// are missing.
    fn field(&mut self, expected: u8) -> Option<Element<'a>> {
        if matches!(self.reader.peek(), None | Some(tag::SEQUENCE)) {
            self.flags.set(Flags::MISSING_FIELD);
            return None;
        }
        let field = self.reader.next()?;
        self.flags.set(field.flags);
        if field.tag != expected {
            self.flags.set(Flags::UNEXPECTED_TYPE);
        }
        Some(field)
    }

    fn varbinds(&mut self) -> Vec<Varbind<'a>> {
        let Some(list) = self.reader.next() else {
            self.flags.set(Flags::MISSING_FIELD);
            return Vec::new();
        };
        self.flags.set(list.flags);
        if list.tag != tag::SEQUENCE {
            self.flags.set(Flags::UNEXPECTED_TYPE);
        }
        let mut reader = list.inside();
        // 12 octets are a short varbind: room for all in almost every PDU, and never much more than it has octets.
        let mut varbinds = Vec::with_capacity((list.content.len() / 12).min(MAX_VARBINDS));
        while let Some(varbind) = reader.next() {
            if varbinds.len() == MAX_VARBINDS {
                self.flags.set(Flags::VARBINDS_CUT);
                break;
            }
            varbinds.push(self.varbind(&varbind));
        }
        varbinds
    }

    fn varbind(&mut self, varbind: &Element<'a>) -> Varbind<'a> {
        self.flags.set(varbind.flags);
        if varbind.tag != tag::SEQUENCE {
            self.flags.set(Flags::UNEXPECTED_TYPE);
            // Something that is no varbind: a value without a name.
            return Varbind { name: None, unread_name: &[], value: Some(*varbind) };
        }
        let mut reader = varbind.inside();
        let (name, value) = (reader.next(), reader.next());
        for part in [name, value] {
            self.flags.set(part.map_or(Flags::MISSING_FIELD, |part| part.flags));
        }
        if !reader.is_empty() {
            self.flags.set(Flags::TRAILING_OCTETS);
        }
        let unread_name = name.map_or(&[][..], |name| name.content);
        let name = name.and_then(|name| {
            if name.tag == tag::OID {
                return oid::checked(name.content, self.flags);
            }
            self.flags.set(Flags::UNEXPECTED_TYPE);
            None
        });
        Varbind { name, unread_name: if name.is_some() { &[] } else { unread_name }, value }
    }
}
