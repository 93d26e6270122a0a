//! What is wrong with the octets of an answer, and what noise comes ahead of them.

use super::{Fault, FaultPlan};
use crate::{
    ber::{Reader, tag},
    device::Device,
};

/// Changes a datagram as the plan says; `request` is the datagram it answers, the `number`-th of its community.
pub(crate) fn change(plan: &FaultPlan, number: u64, request: &[u8], datagram: &mut Vec<u8>) {
    for fault in plan.faults() {
        match fault {
            Fault::Echo => replace(datagram, request),
            Fault::Garbage => replace(datagram, &noise(number)),
            Fault::Truncated => datagram.truncate(datagram.len() / 2),
            // More than a datagram holds could not be sent at all.
            Fault::Trailing(zeros) => datagram.resize((datagram.len() + zeros).min(Device::MAX_OCTETS), 0),
            Fault::Indefinite => rewrap(datagram, |_| vec![0x80], &[0, 0]),
            Fault::LongLength => rewrap(
                datagram,
                |length| {
                    let [_, _, _, _, octets @ ..] = u64::try_from(length).unwrap_or(u64::MAX).to_be_bytes();
                    [[0x84].as_slice(), &octets].concat()
                },
                &[],
            ),
            _ => {}
        }
    }
}

/// The most datagrams of noise ahead of one answer; a plan that says more gets no more.
const MAX_NOISE: u32 = 10_000;

/// The datagrams that come ahead of an answer, and are none.
pub(crate) fn noise_ahead(plan: &FaultPlan) -> Vec<Vec<u8>> {
    let floods = plan.faults().iter().filter_map(|fault| match fault {
        Fault::Flood(datagrams) => Some(MAX_NOISE.min(*datagrams)),
        _ => None,
    });
    let noise = |number: u32| [vec![0x30], vec![(number & 0x7f) as u8; 40]].concat();
    floods.flat_map(|datagrams| (0..datagrams).map(noise)).collect()
}

fn replace(datagram: &mut Vec<u8>, octets: &[u8]) {
    datagram.clear();
    datagram.extend_from_slice(octets);
}

/// Octets that are no message; the same for the same number.
fn noise(number: u64) -> Vec<u8> {
    let start = (number & 0xff) as u8;
    (0..120_u8).map(|place| place.wrapping_mul(73).wrapping_add(start)).collect()
}

/// Writes the length of the message anew, and octets behind it.
fn rewrap(datagram: &mut Vec<u8>, length: impl Fn(usize) -> Vec<u8>, behind: &[u8]) {
    let Ok(content) = Reader::new(datagram).expect(tag::SEQUENCE) else { return };
    *datagram = [&[tag::SEQUENCE], length(content.len()).as_slice(), content, behind].concat();
}
