//! From a packet to the SNMP message in it: links, tunnels, IP and UDP, each as far as they are there.
//!
//! Of a packet whose beginning is not known, every reading is tried, and the one that fits best wins: lengths that
//! agree and checksums that are right count most. A packet that fits nothing is taken for a message, whose tree then
//! shows where it breaks. `link` peels off what a capture begins with, `ether` what Ethernet carries, `wireless` the
//! headers of 802.11, `network` IP and UDP, and `tunnel` what hides another packet in a datagram.

mod ether;
mod link;
mod network;
mod peeled;
mod score;
mod tunnel;
mod wireless;

pub(super) use self::{
    network::udp,
    peeled::{Found, Fragment},
    score::is_snmp,
};
use self::{
    peeled::Peeled,
    score::{FITS, message_score, pdu_score},
};
use super::packet::{Link, Packet};

/// Whether octets look like a packet for themselves.
pub(super) fn fits(octets: &[u8]) -> bool {
    let packet = Packet { number: 1, time: None, link: Link::Unknown, cut_from: None, octets: octets.to_vec() };
    match best(&packet) {
        (score, Found::Message(_) | Found::Pdu(_)) => score >= FITS,
        (_, Found::Datagram(_, message)) => message_score(&message) >= FITS,
        (score, Found::Fragment(_)) => score >= FITS - 1,
        (_, Found::Other(_) | Found::Unread(_)) => false,
    }
}

/// Finds what a packet holds.
pub(super) fn find(packet: &Packet) -> Found {
    match packet.link {
        Link::Unknown => best(packet).1,
        Link::Type(number) => {
            let found = link::read(Peeled::new(packet, network::ip), number);
            let too_short = || Found::Unread(format!("{}, cut off or broken", link::name(number)));
            found.map_or_else(too_short, |(_, found)| found)
        }
    }
}

/// The reading that fits best, and how well. Among equals the simplest wins.
fn best(packet: &Packet) -> (u8, Found) {
    let octets = &packet.octets;
    let message = (message_score(octets), Found::Message(octets.clone()));
    let pdu = Some((pdu_score(octets), Found::Pdu(octets.clone())));
    let peeled = || Peeled::new(packet, network::ip);
    let readings = [
        pdu,
        ether::frame(peeled()),
        network::ip(peeled()),
        network::bare_udp(peeled()),
        link::cooked_v1(peeled()),
        link::cooked_v2(peeled()),
        link::loopback(peeled()),
    ];
    readings.into_iter().flatten().fold(message, |best, reading| if reading.0 > best.0 { reading } else { best })
}

#[cfg(test)]
mod tests;
