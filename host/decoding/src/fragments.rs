//! Puts datagrams together whose fragments are in one input (RFC 791 section 3.2, RFC 8200 section 4.5).

use std::{collections::VecDeque, net::IpAddr};

use etherparse::{IpNumber, defrag::IpDefragBuf};

use super::{
    frame::{Frame, VlanTag},
    layers::{self, Found, Fragment},
    packet::PacketProblem,
};

/// Fragments that wait for the others of their datagram.
#[derive(Debug)]
pub(super) struct Fragments {
    /// Datagrams that are held. Beyond, the oldest is given up.
    max_held: usize,
    held: VecDeque<Held>,
}

#[derive(Debug)]
struct Held {
    name: Name,
    buffer: IpDefragBuf,
    count: usize,
    /// Of the last fragment that came.
    frame: Frame,
}

type Name = (IpAddr, IpAddr, u32, u8, Vec<VlanTag>);

impl Fragments {
    pub(super) fn new(max_held: usize) -> Self {
        Self { max_held, held: VecDeque::new() }
    }

    /// Takes a fragment, and returns the datagram that it completes. Otherwise there may be something wrong.
    pub(super) fn add(&mut self, fragment: Fragment) -> (Option<Found>, Option<PacketProblem>) {
        let Fragment { frame, identification, protocol, offset, more_follow, octets } = fragment;
        let packet = frame.packet;
        let Some(ip) = &frame.ip else { return (None, None) };
        let name = (ip.src, ip.dst, identification, protocol, frame.vlan.clone());
        let place = self.held.iter().position(|held| held.name == name);
        let held = place.and_then(|place| self.held.remove(place));
        let mut held = held.unwrap_or_else(|| {
            let buffer = IpDefragBuf::new(IpNumber(protocol), Vec::new(), Vec::new());
            Held { name, buffer, count: 0, frame: frame.clone() }
        });
        held.count += 1;
        held.frame = frame;
        if let Err(error) = held.buffer.add(offset, more_follow, &octets) {
            let text = format!("the fragment does not fit the others of its datagram: {error}");
            self.held.push_back(held);
            return (None, Some(PacketProblem::new("frame", Some(packet), text)));
        }
        if held.buffer.is_complete() {
            return (Some(held.datagram()), None);
        }
        self.held.push_back(held);
        let given_up = if self.held.len() > self.max_held { self.held.pop_front() } else { None };
        let wrong = given_up.map(|held| {
            let text = format!(
                "more than {} datagrams are in fragments at the same time (limit `decode.fragments`); this one was dropped",
                self.max_held
            );
            PacketProblem::new("frame", Some(held.frame.packet), text)
        });
        (None, wrong)
    }

    /// What is left at the end: datagrams that never became complete, with what there is of them from their start.
    pub(super) fn rest(self) -> impl Iterator<Item = (Option<Found>, PacketProblem)> {
        self.held.into_iter().map(|held| {
            let text = format!("a datagram lacks fragments: {} came", held.count);
            let wrong = PacketProblem::new("frame", Some(held.frame.packet), text);
            let first = held.buffer.sections().first().filter(|section| section.start == 0).map(|section| section.end);
            let beginning = first.map(|end| {
                let octets = held.buffer.clone().take_bufs().0;
                let octets = octets.get(..usize::from(end)).unwrap_or(&octets);
                found(held.frame, held.count, octets, held.name.3, true)
            });
            (beginning, wrong)
        })
    }
}

impl Held {
    fn datagram(self) -> Found {
        let (octets, _) = self.buffer.take_bufs();
        found(self.frame, self.count, &octets, self.name.3, false)
    }
}

fn found(mut frame: Frame, count: usize, octets: &[u8], protocol: u8, is_cut: bool) -> Found {
    if let Some(ip) = &mut frame.ip {
        ip.fragments = Some(count);
    }
    if protocol != IpNumber::UDP.0 {
        return Found::Other(format!("IP protocol {protocol}"));
    }
    let found = layers::udp(frame, octets, is_cut).map(|(_, found)| found);
    found.unwrap_or_else(|| Found::Other("a datagram without a whole UDP header".to_owned()))
}
