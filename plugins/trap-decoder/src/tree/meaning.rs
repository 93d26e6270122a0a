//! What fields are for, in a sentence each, and the names of their numbers.

use snmp_proxy_sdk::mac::PhysAddress;
use snmp_proxy_sdk::text::hex;

use super::builder::{Field, INTEGER};
use crate::display;
use crate::json::Json;
use crate::mapping::Scalar;
use crate::pdu::Kind;

/// What a PDU is for.
pub(crate) fn of_pdu(kind: Kind) -> &'static str {
    match kind {
        Kind::Get => "asks for the values of the objects named",
        Kind::GetNext => "asks for the objects that come next after those named",
        Kind::Response => "answers a request",
        Kind::Set => "asks to change objects",
        Kind::TrapV1 => "tells of an event, in the form of version 1; nobody answers it",
        Kind::GetBulk => "asks for many objects that come next at once",
        Kind::Inform => "tells of an event and wants an answer, so that the sender knows it arrived",
        Kind::Trap => "tells of an event; nobody answers it",
        Kind::Report => "says why a version 3 message was not taken: the counter in it names the reason",
        Kind::Unknown => "not a PDU that SNMP defines",
    }
}

/// The three numbers at the beginning of every PDU but the trap of version 1.
pub(crate) fn numbers(kind: Kind) -> [Field; 3] {
    const STATUS: Field = Field::new("error-status", INTEGER, "0 if all went well, else the reason why not");
    const INDEX: Field = Field::new("error-index", INTEGER, "which varbind the error is about, counted from 1");
    const NO_STATUS: Field = Field::new("error-status", INTEGER, "has no meaning in this PDU, and is 0");
    const NO_INDEX: Field = Field::new("error-index", INTEGER, "has no meaning in this PDU, and is 0");
    let id = match kind {
        Kind::Response => "the request-id of the request that this answers",
        Kind::Trap => "numbers the notification; nothing refers to it",
        Kind::Inform => "the answer to this inform has the same number; so has a repetition of it",
        Kind::Report => "the request-id of the message that was not taken, or 0 where it could not be read",
        _ => "the answer has the same number",
    };
    let id = Field::new("request-id", INTEGER, id);
    match kind {
        Kind::GetBulk => [
            id,
            Field::new("non-repeaters", INTEGER, "so many varbinds at the front are asked for once, as by GetNext"),
            Field::new("max-repetitions", INTEGER, "how many successors of each of the others are wanted"),
        ],
        Kind::Response | Kind::Unknown => [id, STATUS, INDEX],
        _ => [id, NO_STATUS, NO_INDEX],
    }
}

/// The name of a number in one of those fields.
pub(crate) fn number_text(field: &str, number: i64) -> Option<String> {
    const STATUS: [&str; 19] = [
        "noError",
        "tooBig",
        "noSuchName",
        "badValue",
        "readOnly",
        "genErr",
        "noAccess",
        "wrongType",
        "wrongLength",
        "wrongEncoding",
        "wrongValue",
        "noCreation",
        "inconsistentValue",
        "resourceUnavailable",
        "commitFailed",
        "undoFailed",
        "authorizationError",
        "notWritable",
        "inconsistentName",
    ];
    if field != "error-status" {
        return None;
    }
    let name = STATUS.get(usize::try_from(number).ok()?)?;
    Some(format!("{name}({number})"))
}

/// The name of a generic trap.
pub(crate) fn generic_trap(number: i64) -> String {
    let name = match number {
        0 => "coldStart",
        1 => "warmStart",
        2 => "linkDown",
        3 => "linkUp",
        4 => "authenticationFailure",
        5 => "egpNeighborLoss",
        6 => "enterpriseSpecific",
        _ => return format!("not a generic trap ({number})"),
    };
    format!("{name}({number})")
}

/// What a varbind is for that says something about the notification itself; none where it is one like others.
pub(crate) fn of_varbind(kind: Kind, place: usize, scalar: Scalar) -> Option<&'static str> {
    let is_event = matches!(kind, Kind::Trap | Kind::Inform);
    Some(match (scalar, place) {
        (Scalar::UpTime, 0) if is_event => "the first varbind of every notification: how long the sender runs",
        (Scalar::UpTime, _) if is_event => "how long the sender runs; it should be the first varbind",
        (Scalar::TrapOid, 1) if is_event => "the second varbind of every notification: which one it is",
        (Scalar::TrapOid, _) if is_event => "which notification it is; it should be the second varbind",
        (Scalar::UpTime | Scalar::TrapOid, _) => return None,
        (Scalar::TrapEnterprise, _) => "the enterprise of the same trap in version 1",
        (Scalar::TrapAddress, _) => "the sender's address, added by a proxy on the way",
        (Scalar::TrapCommunity, _) => "the community of the original trap, added by a proxy on the way",
    })
}

/// What values are in this PDU.
pub(crate) fn of_value(kind: Kind) -> &'static str {
    match kind {
        Kind::Get | Kind::GetNext | Kind::GetBulk => "NULL in a request: the answer has the value",
        Kind::Set => "what the object is to become",
        _ => "the object's value",
    }
}

/// An engine id as RFC 3411 section 5 builds it.
pub(crate) fn engine_id(octets: &[u8]) -> String {
    let &[a, b, c, d, ref rest @ ..] = octets else {
        return if octets.is_empty() {
            "empty: the sender does not know the engine yet and asks for it".to_owned()
        } else {
            format!("0x{}, too short for an engine id", hex(octets))
        };
    };
    let enterprise = u32::from_be_bytes([a & 0x7f, b, c, d]);
    let rest = match rest {
        _ if a & 0x80 == 0 => format!("0x{}", hex(rest)),
        [1, address @ ..] if let Ok(address) = <[u8; 4]>::try_from(address) => {
            let mut json = Json::default();
            display::write_address(address, &mut json);
            format!("IPv4 address {}", json.into_text())
        }
        [2, address @ ..] if let Ok(address) = <[u8; 16]>::try_from(address) => {
            format!("IPv6 address {}", std::net::Ipv6Addr::from(address))
        }
        [3, address @ ..] => match PhysAddress::from_octets(address) {
            PhysAddress::Mac(mac) => format!("MAC address {mac}"),
            _ => format!("MAC address 0x{}", hex(address)),
        },
        [4, text @ ..] if let Some(text) = display::readable(text) => format!("text {text:?}"),
        [5, octets @ ..] => format!("octets 0x{}", hex(octets)),
        [format, rest @ ..] => format!("format {format}, 0x{}", hex(rest)),
        [] => "nothing more".to_owned(),
    };
    format!("enterprise {enterprise}, {rest}")
}
