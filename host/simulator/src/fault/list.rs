//! What is wrong with the PDU of an answer or a notification: its list of varbinds, its error, its type.

use snmp::{Oid, Value, Varbind};

use super::{Fault, FaultPlan};
use crate::{
    ber::{Reader, put_octets, put_varbind, tag},
    device::Answer,
    message::ErrorStatus,
};

/// Where the names begin that nobody asked for.
const UNASKED: [u32; 9] = [1, 3, 6, 1, 4, 1, 8072, 9999, 0];

/// Changes an answer, or a notification that looks like one, as the plan says.
pub(crate) fn change(plan: &FaultPlan, answer: &mut Answer) {
    let refused = answer.error_status != ErrorStatus::NO_ERROR;
    for fault in plan.faults() {
        match fault {
            Fault::BadStatus => (answer.error_status, answer.error_index) = (ErrorStatus(99), 1_000),
            Fault::NegativeIndex => (answer.error_status, answer.error_index) = (ErrorStatus::GEN_ERR, -1),
            Fault::PduType(tag) => answer.pdu_tag = *tag,
            // A refusal gives back what was asked; there is nothing to be wrong about.
            _ if refused => {}
            Fault::EmptyList => answer.bindings.clear(),
            Fault::Fewer => keep(answer, |varbinds| {
                varbinds.pop();
            }),
            Fault::Reorder => keep(answer, |varbinds| varbinds.reverse()),
            Fault::Extra => put_unasked(&mut answer.bindings, 1),
            Fault::OtherOid => {
                let count = split(&answer.bindings).len();
                answer.bindings.clear();
                for number in 0..count {
                    put_unasked(&mut answer.bindings, u32::try_from(number).unwrap_or(u32::MAX));
                }
            }
            _ => {}
        }
    }
}

fn keep(answer: &mut Answer, change: impl FnOnce(&mut Vec<&[u8]>)) {
    let mut varbinds = split(&answer.bindings);
    change(&mut varbinds);
    let mut bindings = Vec::with_capacity(answer.bindings.len());
    for varbind in varbinds {
        put_octets(&mut bindings, tag::SEQUENCE, varbind);
    }
    answer.bindings = bindings;
}

/// The contents of the varbinds.
fn split(bindings: &[u8]) -> Vec<&[u8]> {
    let mut reader = Reader::new(bindings);
    let mut varbinds = Vec::new();
    while let Ok(varbind) = reader.expect(tag::SEQUENCE) {
        varbinds.push(varbind);
    }
    varbinds
}

fn put_unasked(bindings: &mut Vec<u8>, number: u32) {
    let mut arcs = UNASKED;
    if let Some(last) = arcs.last_mut() {
        *last = number;
    }
    put_varbind(bindings, &Varbind { name: Oid::from(arcs), value: Value::OctetString(b"unasked".to_vec()) });
}
