//! Messages octet by octet, for people. Where the record asks what was meant, the tree shows what is there.
//!
//! [`message`] and [`pdu`] know which field stands where; [`builder`] reads the elements, compares them with what
//! should be there and keeps the problems; [`node`] is what comes out. The `raw` octets of all nodes, in their order,
//! are the octets given: each belongs to one node, whatever is wrong with it.

mod builder;
mod meaning;
mod message;
mod node;
mod pdu;
mod value;

use snmp_proxy_sdk::serde::Serialize;
use snmp_proxy_sdk::serde_json;
use snmp_proxy_sdk::traps::Part;
use snmp_proxy_sdk::{Error, ErrorKind};

#[cfg(test)]
pub(crate) use builder::MAX_NODES;
use builder::{Builder, Problem};
use node::Node;

use crate::ber::Reader;

#[derive(Debug, Serialize)]
#[serde(crate = "snmp_proxy_sdk::serde")]
struct Tree {
    part: &'static str,
    octets: usize,
    complete: bool,
    summary: String,
    problems: Vec<Problem>,
    nodes: Vec<Node>,
}

/// Takes octets apart.
pub(crate) fn tree(part: Part, octets: &[u8]) -> Result<String, Error> {
    let mut builder = Builder::default();
    let mut reader = Reader::new(octets, 0);
    let mut nodes = Vec::new();
    let word = match part {
        Part::Message => {
            message::message(&mut builder, &mut reader, &mut nodes);
            "message"
        }
        Part::ScopedPdu => {
            message::scoped_pdu(&mut builder, &mut reader, &mut nodes);
            "scoped-pdu"
        }
        Part::Pdu => {
            pdu::pdu(&mut builder, &mut reader, &mut nodes);
            "pdu"
        }
    };
    if part == Part::ScopedPdu {
        builder.padding(&mut reader, &mut nodes);
    } else {
        builder.left_over(&mut reader, &mut nodes, "after the end of what the first length covers");
    }
    let tree = Tree {
        part: word,
        octets: octets.len(),
        complete: builder.problems.is_empty(),
        summary: builder.summary.join(", "),
        problems: builder.problems,
        nodes,
    };
    serde_json::to_string(&tree)
        .map_err(|wrong| Error::new(ErrorKind::Other, format!("the tree cannot be written: {wrong}")))
}
