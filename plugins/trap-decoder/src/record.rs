//! The members of a trap record that follow from its PDU, written as JSON in one pass.

use snmp_proxy_sdk::traps::Version;

use crate::ber::tag;
use crate::flags::Flags;
use crate::json::Json;
use crate::mapping::{self, Event};
use crate::pdu::{self, Kind, Pdu, Varbind};
use crate::{display, integer, oid, value};

/// ifEntry and ifXEntry: their columns carry the ifIndex in the name.
const INTERFACE_ENTRIES: [&[u8]; 2] = [&[0x2b, 6, 1, 2, 1, 2, 2, 1], &[0x2b, 6, 1, 2, 1, 31, 1, 1, 1]];
const IF_INDEX: &[u8] = &[0x2b, 6, 1, 2, 1, 2, 2, 1, 1];

/// bgpPeerEntry: its columns carry the peer's address in the name (RFC 4273).
const BGP_PEER_ENTRY: &[u8] = &[0x2b, 6, 1, 2, 1, 15, 3, 1];
const BGP_PEER_REMOTE_ADDR: &[u8] = &[0x2b, 6, 1, 2, 1, 15, 3, 1, 7];

/// Decodes a PDU.
pub(crate) fn record(version: Version, octets: &[u8]) -> String {
    let mut pdu = pdu::parse(version, octets);
    let event = mapping::event(&mut pdu);
    let mut json = Json::with_capacity(420 + pdu.varbinds.len() * 190 + octets.len());
    json.raw("{");
    write_snmp(version, &mut pdu, &mut json);
    write_v1(&pdu, &mut json);
    write_event(&pdu, &event, &mut json);
    let interface = write_varbinds(version, &mut pdu, &mut json);
    json.key("enrichment");
    json.raw("{");
    if let Some(interface) = interface {
        json.key("interface");
        json.raw("{");
        json.number_or_null("ifindex", Some(interface));
        json.raw("}");
    }
    if let Some(peer) = bgp_peer(&pdu) {
        json.key("peer");
        json.raw("{");
        write_address("address", Some(peer), &mut json);
        json.raw("}");
    }
    json.raw("}");
    json.key("flags");
    json.raw("[");
    for word in pdu.flags.words() {
        json.open("");
        json.quoted(|json| json.raw(word));
    }
    json.raw("]}");
    json.into_text()
}

fn write_snmp(version: Version, pdu: &mut Pdu<'_>, json: &mut Json) {
    json.key("snmp");
    json.raw("{");
    json.word(
        "version",
        Some(match version {
            Version::V1 => "1",
            Version::V2c => "2c",
            Version::V3 => "3",
        }),
    );
    json.word("pdu", Some(pdu.kind.word()));
    let [request_id, second, third] = pdu.numbers;
    json.number_or_null("request_id", request_id);
    match pdu.kind {
        Kind::GetBulk => {
            json.number_or_null("non_repeaters", second);
            json.number_or_null("max_repetitions", third);
        }
        Kind::TrapV1 | Kind::Trap | Kind::Inform | Kind::Unknown => {
            if [second, third].into_iter().flatten().any(|number| number != 0) {
                pdu.flags.set(Flags::ERROR_STATUS);
            }
        }
        _ => {
            json.number_or_null("error_status", second);
            json.number_or_null("error_index", third);
        }
    }
    json.raw("}");
}

fn write_v1(pdu: &Pdu<'_>, json: &mut Json) {
    json.key("v1");
    let Some(fields) = &pdu.v1 else {
        return json.raw("null");
    };
    json.raw("{");
    write_oid("enterprise", fields.enterprise, json);
    write_address("agent_addr", fields.agent_addr, json);
    json.number_or_null("generic", fields.generic);
    json.number_or_null("specific", fields.specific);
    json.number_or_null("timestamp", fields.timestamp.and_then(|ticks| i64::try_from(ticks).ok()));
    json.raw("}");
}

fn write_event(pdu: &Pdu<'_>, event: &Event<'_>, json: &mut Json) {
    json.key("device");
    json.raw("{");
    json.key("candidates");
    json.raw("{");
    write_address("agent_addr", pdu.v1.as_ref().and_then(|fields| fields.agent_addr), json);
    write_address("snmp_trap_address", event.address, json);
    json.raw("}}");
    json.number_or_null("uptime_ticks", event.uptime.and_then(|ticks| i64::try_from(ticks).ok()));
    json.key("trap");
    match event.trap.as_deref() {
        None => json.raw("null"),
        Some(trap) => {
            json.raw("{");
            write_oid("oid", Some(trap), json);
            no_names(json);
            write_oid("enterprise", event.enterprise, json);
            json.raw("}");
        }
    }
    json.word("severity", event.severity.map(|severity| severity.as_str()));
}

/// Writes the varbinds and answers the interface that they are about.
fn write_varbinds(version: Version, pdu: &mut Pdu<'_>, json: &mut Json) -> Option<i64> {
    // The value of ifIndex says it best, then an index in a name. Of other objects only the host knows that they are one.
    let (mut by_value, mut by_name) = (None, None);
    json.key("varbinds");
    json.raw("[");
    for varbind in &pdu.varbinds {
        json.open("{");
        let name = varbind.name.map(oid::shortest);
        write_name(varbind, json);
        no_names(json);
        match &varbind.value {
            Some(element) => value::write(element, version, &mut pdu.flags, json),
            None => value::write_missing(json),
        }
        json.raw("}");
        if varbind.value.is_some_and(|element| matches!(element.tag, 0x80..=0x82)) && pdu.kind.is_notification() {
            pdu.flags.set(Flags::EXCEPTION_VALUE);
        }
        let Some(name) = name.as_deref() else { continue };
        if by_value.is_none()
            && name.starts_with(IF_INDEX)
            && let Some(element) = varbind.value.filter(|element| element.tag == tag::INTEGER)
        {
            by_value = integer::signed(element.content, &mut Flags::default()).filter(|number| *number > 0);
        }
        by_name = by_name.or_else(|| interface_in(name));
    }
    json.raw("]");
    by_value.or(by_name)
}

/// Names are the host's.
fn no_names(json: &mut Json) {
    json.raw(r#","name":null,"mib":null,"index":null"#);
}

/// The ifIndex in the name of a column of ifTable or ifXTable.
#[inline]
fn interface_in(name: &[u8]) -> Option<i64> {
    let below = INTERFACE_ENTRIES.iter().find_map(|entry| name.strip_prefix(*entry))?;
    let mut numbers = oid::subidentifiers(below).skip(1);
    match (numbers.next(), numbers.next()) {
        (Some(index), None) if index > 0 => i64::try_from(index).ok(),
        _ => None,
    }
}

/// The peer that a notification of BGP4-MIB is about: the value of bgpPeerRemoteAddr, or where that is missing or 0.0.0.0
/// (FRR, of a peer that it never reached) the index of any column of the row.
fn bgp_peer(pdu: &Pdu<'_>) -> Option<[u8; 4]> {
    if !pdu.kind.is_notification() {
        return None;
    }
    let mut by_index = None;
    for varbind in &pdu.varbinds {
        let Some(name) = varbind.name.map(oid::shortest) else { continue };
        let Some(below) = name.strip_prefix(BGP_PEER_ENTRY) else { continue };
        let value = varbind.value.filter(|_| name.starts_with(BGP_PEER_REMOTE_ADDR));
        let address = value.filter(|value| value.tag == tag::IP_ADDRESS).map(|value| value.content.try_into());
        match address {
            Some(Ok(address)) if address != [0; 4] => return Some(address),
            _ => by_index = by_index.or_else(|| address_index(below)),
        }
    }
    by_index
}

/// The address that follows a column.
fn address_index(below: &[u8]) -> Option<[u8; 4]> {
    let index = oid::subidentifiers(below).skip(1).map(u8::try_from).collect::<Result<Vec<_>, _>>().ok()?;
    <[u8; 4]>::try_from(index).ok().filter(|address| *address != [0; 4])
}

fn write_name(varbind: &Varbind<'_>, json: &mut Json) {
    write_oid("oid", varbind.name, json);
    if varbind.name.is_none() {
        json.key("oid_hex");
        json.quoted(|json| json.hex(varbind.unread_name));
    }
}

fn write_oid(key: &str, oid: Option<&[u8]>, json: &mut Json) {
    json.key(key);
    match oid {
        Some(oid) => json.quoted(|json| oid::write_dotted(oid, json)),
        None => json.raw("null"),
    }
}

fn write_address(key: &str, address: Option<[u8; 4]>, json: &mut Json) {
    json.key(key);
    match address {
        Some(address) => json.quoted(|json| display::write_address(address, json)),
        None => json.raw("null"),
    }
}
