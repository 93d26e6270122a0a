//! Reads elements for the tree, compares them with what should be there, and keeps what is wrong with its offset.

use snmp_proxy_sdk::serde::Serialize;

use super::node::{Node, type_name};
use super::value;
use crate::ber::{Element, Reader, tag};
use crate::flags::Flags;

/// Nodes of one tree at most: beyond it, the rest of each container is one node of octets.
pub(crate) const MAX_NODES: usize = 4_096;

/// Containers within containers at most, where nothing says what they are: beyond it, contents are octets.
pub(crate) const MAX_DEPTH: usize = 12;

/// Something wrong, and the octet where it shows.
#[derive(Debug, Serialize)]
#[serde(crate = "snmp_proxy_sdk::serde")]
pub(crate) struct Problem {
    pub(crate) offset: usize,
    pub(crate) text: String,
}

/// What the reading of a tree has come to.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    pub(crate) problems: Vec<Problem>,
    /// What the message is, in a few words each.
    pub(crate) summary: Vec<String>,
    nodes: usize,
}

/// A field that has to come next.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    /// The identifier octets that it may have; none: any.
    pub(crate) tags: &'static [u8],
    pub(crate) meaning: &'static str,
}

impl Field {
    pub(crate) const fn new(name: &'static str, tags: &'static [u8], meaning: &'static str) -> Field {
        Field { name, tags, meaning }
    }
}

impl Builder {
    /// Reads a field that contains no others; answers the element, if it is there and of the right type.
    pub(crate) fn leaf<'a>(
        &mut self,
        reader: &mut Reader<'a>,
        nodes: &mut Vec<Node>,
        field: Field,
    ) -> Option<Element<'a>> {
        let element = self.next(reader, nodes, field.name)?;
        let is_expected = field.tags.is_empty() || field.tags.contains(&element.tag);
        let mut node =
            if is_expected { Node::leaf(&element, field.name) } else { self.anything(&element, field.name, 0) };
        node.meaning(field.meaning);
        self.check(&element, &mut node, field);
        if is_expected {
            self.explain(&element, &mut node);
        }
        nodes.push(node);
        is_expected.then_some(element)
    }

    /// Reads a field that contains others: `inside` reads those, and what it leaves is left over.
    pub(crate) fn parent<'a>(
        &mut self,
        reader: &mut Reader<'a>,
        nodes: &mut Vec<Node>,
        field: Field,
        inside: impl FnOnce(&mut Builder, &mut Reader<'a>, &mut Node),
    ) {
        let Some(element) = self.next(reader, nodes, field.name) else { return };
        if !field.tags.is_empty() && !field.tags.contains(&element.tag) {
            let mut node = self.anything(&element, field.name, 0);
            node.meaning(field.meaning);
            self.check(&element, &mut node, field);
            return nodes.push(node);
        }
        let mut node = Node::parent(&element, field.name);
        node.meaning(field.meaning);
        self.check(&element, &mut node, field);
        let mut contents = element.inside();
        inside(self, &mut contents, &mut node);
        self.left_over(&mut contents, &mut node.children, "where this container should have ended");
        nodes.push(node);
    }

    /// The next element, unless there is none or there are nodes enough.
    fn next<'a>(&mut self, reader: &mut Reader<'a>, nodes: &mut Vec<Node>, name: &str) -> Option<Element<'a>> {
        if self.nodes >= MAX_NODES {
            self.cut(reader, nodes);
            return None;
        }
        self.nodes += 1;
        let element = reader.next();
        if element.is_none() {
            self.problem(reader.offset(), format!("{name} should stand here, but its container ends"));
        }
        element
    }

    /// Shows an element without knowing what it is.
    pub(crate) fn anything(&mut self, element: &Element<'_>, name: &str, depth: usize) -> Node {
        if element.tag & 0x20 == 0 || depth >= MAX_DEPTH {
            return Node::leaf(element, name);
        }
        let mut node = Node::parent(element, name);
        let mut reader = element.inside();
        while !reader.is_empty() {
            if self.nodes >= MAX_NODES {
                self.cut(&mut reader, &mut node.children);
                break;
            }
            self.nodes += 1;
            let Some(inner) = reader.next() else { break };
            let mut child = self.anything(&inner, "element", depth + 1);
            self.check(&inner, &mut child, Field::new("element", &[], ""));
            self.explain(&inner, &mut child);
            node.children.push(child);
        }
        node
    }

    /// Shows octets that should not be there.
    pub(crate) fn left_over(&mut self, reader: &mut Reader<'_>, nodes: &mut Vec<Node>, place: &str) {
        if reader.is_empty() {
            return;
        }
        let (offset, rest) = (reader.offset(), reader.rest());
        let mut node = Node::octets(offset, rest, "trailing octets");
        let text = format!("{} {place}", count(rest.len() as u64));
        node.problem = Some(text.clone());
        self.problem(offset, text);
        nodes.push(node);
        *reader = Reader::new(&[], offset + rest.len());
    }

    /// Shows the octets that fill the last block of a cipher, which are no problem.
    pub(crate) fn padding(&mut self, reader: &mut Reader<'_>, nodes: &mut Vec<Node>) {
        if !reader.is_empty() {
            let mut node = Node::octets(reader.offset(), reader.rest(), "padding");
            node.meaning("fills the last block of the cipher; ignored (RFC 3414 section 8.1.1.2)");
            nodes.push(node);
        }
    }

    /// Shows what is left of a container as octets, because the tree has nodes enough.
    fn cut(&mut self, reader: &mut Reader<'_>, nodes: &mut Vec<Node>) {
        if reader.is_empty() {
            return;
        }
        let (offset, rest) = (reader.offset(), reader.rest());
        nodes.push(Node::octets(offset, rest, "not taken apart"));
        let verb = if rest.len() == 1 { "is" } else { "are" };
        let text = format!("{} {verb} not taken apart: the tree has {MAX_NODES} nodes", count(rest.len() as u64));
        self.problem(offset, text);
        *reader = Reader::new(&[], offset + rest.len());
    }

    /// Keeps a problem.
    pub(crate) fn problem(&mut self, offset: usize, text: String) {
        self.problems.push(Problem { offset, text });
    }

    /// Compares an element with the field that it should be.
    fn check(&mut self, element: &Element<'_>, node: &mut Node, field: Field) {
        if !field.tags.is_empty() && !field.tags.contains(&element.tag) {
            let wanted: Vec<_> = field.tags.iter().map(|tag| format!("{} (0x{tag:02x})", type_name(*tag))).collect();
            let found = type_name(element.tag);
            let text =
                format!("{} should be {}, but is {found} (0x{:02x})", field.name, wanted.join(" or "), element.tag);
            self.complain(element.offset, text, node);
        }
        let length_at = element.offset + 1;
        if element.flags.has(Flags::UNKNOWN_TYPE) {
            self.complain(element.offset, "a tag number in several octets, which SNMP does not use".to_owned(), node);
        }
        if element.flags.has(Flags::INDEFINITE_LENGTH) {
            let text = "the indefinite length, which SNMP forbids; all up to the end of the container is taken";
            self.complain(length_at, text.to_owned(), node);
        }
        if element.flags.has(Flags::NON_MINIMAL_LENGTH) {
            // RFC 3417 section 8 (1) allows it.
            let meaning = node.meaning.take().unwrap_or_default();
            node.meaning(format!("{meaning} (the length takes more octets than it needs, which is allowed)"));
        }
        if element.flags.has(Flags::TRUNCATED) {
            let end = element.content_offset() + element.content.len();
            let text = match element.claimed {
                Some(claimed) => {
                    let there = element.content.len();
                    let follow = if there == 1 { "follows" } else { "follow" };
                    format!(
                        "{} is {} long by its length at octet {length_at}, but only {there} {follow}: it breaks off at \
                         octet {end}",
                        field.name,
                        count(claimed)
                    )
                }
                None => format!("{} breaks off within its identifier and length, at octet {end}", field.name),
            };
            self.complain(end, text, node);
        }
    }

    /// Says what a value is, and what is odd about it.
    pub(crate) fn explain(&mut self, element: &Element<'_>, node: &mut Node) {
        if !node.children.is_empty() || element.flags.has(Flags::TRUNCATED) {
            return;
        }
        let mut flags = Flags::default();
        (node.value, node.text) = value::value_and_text(element, &mut flags);
        for text in value::oddities(flags) {
            self.complain(element.content_offset(), text.to_owned(), node);
        }
    }

    /// Keeps a problem, with the node too.
    pub(crate) fn complain(&mut self, offset: usize, text: String, node: &mut Node) {
        match &mut node.problem {
            Some(problem) => {
                problem.push_str("; ");
                problem.push_str(&text);
            }
            None => node.problem = Some(text.clone()),
        }
        self.problem(offset, text);
    }
}

/// `1 octet`, `2 octets`
fn count(octets: u64) -> String {
    if octets == 1 { "1 octet".to_owned() } else { format!("{octets} octets") }
}

/// The tags of fields.
pub(crate) const INTEGER: &[u8] = &[tag::INTEGER];
pub(crate) const OCTETS: &[u8] = &[tag::OCTET_STRING];
pub(crate) const OID: &[u8] = &[tag::OID];
pub(crate) const SEQUENCE: &[u8] = &[tag::SEQUENCE];
