//! The plugin `trap-decoder`: what the octets of a notification say, for programs and for people.
//!
//! `record` turns a PDU into the members of a trap record, and `tree` takes any SNMP message apart octet by octet.
//! Both read with `ber`, which never believes a length, never allocates by one and never recurses by one. Nothing is
//! refused for being broken: what can be read is read, and `flags` say what was odd. The plugin knows the few objects that
//! say which notification a PDU is, and how much notifications matter (`severity`); what anything is called, the host
//! knows. It knows no sender and no key.

mod ber;
mod display;
mod flags;
mod integer;
mod json;
mod mapping;
mod oid;
mod pdu;
mod record;
mod severity;
mod tree;
mod value;

use snmp_proxy_sdk::traps::{DecoderManifest, Notification, Part, TrapDecoder};
use snmp_proxy_sdk::{Error, ErrorKind, export_trap_decoder};

/// The plugin.
#[derive(Clone, Copy, Debug)]
pub struct StandardDecoder;

/// The octets of one PDU or message at most: what a UDP datagram can hold. More is refused.
pub const MAX_OCTETS: usize = 65_535;

impl TrapDecoder for StandardDecoder {
    fn describe() -> DecoderManifest {
        let summary = "Notifications and what they carry, and messages octet by octet.";
        DecoderManifest::new("trap-decoder", env!("CARGO_PKG_VERSION"), summary)
    }

    fn decode(notification: &Notification) -> Result<String, Error> {
        bounded(&notification.pdu)?;
        Ok(record::record(notification.version, &notification.pdu))
    }

    fn tree(part: Part, octets: &[u8]) -> Result<String, Error> {
        bounded(octets)?;
        tree::tree(part, octets)
    }
}

fn bounded(octets: &[u8]) -> Result<(), Error> {
    if octets.len() <= MAX_OCTETS {
        return Ok(());
    }
    let message = format!("{} octets are more than a datagram can hold ({MAX_OCTETS})", octets.len());
    Err(Error::new(ErrorKind::LimitExceeded, message))
}

export_trap_decoder!(StandardDecoder);

#[cfg(test)]
mod tests;
