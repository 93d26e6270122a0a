//! What the tree of a message says about the message: its PDU and the fields before it, and what is odd about them.
//!
//! Where a message breaks a rule that the engine insists on, the tree still reads it. What it reads is told of the message
//! too, and the breach is a flag.

use std::ops::Range;

use runtime::MessagePart;
use serde_json::Value;

use crate::record::SecurityBody;

/// What a tree says.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// The octets of the PDU.
    pub(super) pdu: Option<Vec<u8>>,
    /// Whether there is a PDU that is encrypted.
    pub(super) is_encrypted: bool,
    /// What a message of version 3 says of its security; nothing of it is proved.
    pub(super) security: Option<SecurityBody>,
    /// What is odd about the fields before the PDU, as words.
    pub(super) flags: Vec<String>,
}

/// Octets of an engine ID (RFC 3411, SnmpEngineID).
const ENGINE_ID_OCTETS: std::ops::RangeInclusive<usize> = 5..=32;

/// The numbers of a message before its PDU: what each may be (RFC 3412 section 6, RFC 3414 section 2.4), and the flag of
/// one that is not.
const NUMBERS: [(&str, std::ops::RangeInclusive<i64>, &str); 6] = [
    ("version", 0..=MAX, "version_out_of_range"),
    ("msgID", 0..=MAX, "message_id_out_of_range"),
    ("msgMaxSize", 484..=MAX, "max_size_out_of_range"),
    ("msgSecurityModel", 3..=3, "other_security_model"),
    ("msgAuthoritativeEngineBoots", 0..=MAX, "engine_boots_out_of_range"),
    ("msgAuthoritativeEngineTime", 0..=MAX, "engine_time_out_of_range"),
];

const MAX: i64 = i32::MAX as i64;

impl Outline {
    /// Reads the tree of a message. Empty for a PDU alone, which has nothing before it.
    pub(super) fn of(tree: &Value, part: MessagePart, octets: &[u8]) -> Self {
        if !matches!(part, MessagePart::Message) {
            return Self::default();
        }
        let find = |name| find(&tree["nodes"], name);
        let content = |name| find(name).map(|node| content(node, octets));
        let mut outline = Self {
            pdu: find("PDU").and_then(|node| octets.get(range(node))).map(<[u8]>::to_vec),
            is_encrypted: find("encryptedPDU").is_some(),
            ..Self::default()
        };
        let mut flag = |word: &str| {
            if !outline.flags.iter().any(|flag| flag == word) {
                outline.flags.push(word.to_owned());
            }
        };
        for (name, allowed, word) in NUMBERS {
            let Some(node) = find(name) else { continue };
            if node["value"].as_i64().is_none_or(|number| !allowed.contains(&number)) {
                flag(word);
            }
            if self::content(node, octets).windows(2).next().is_some_and(is_padding) {
                flag("non_minimal_integer");
            }
        }
        let engine_id = content("msgAuthoritativeEngineID");
        if engine_id.is_some_and(|id| !id.is_empty() && !ENGINE_ID_OCTETS.contains(&id.len())) {
            flag("engine_id_length");
        }
        let level = match content("msgFlags") {
            None => None,
            Some(&[flags]) if flags & 3 != 2 => Some(flags),
            Some(_) => {
                flag("bad_message_flags");
                None
            }
        };
        let number = |name| find(name).and_then(|node| node["value"].as_i64());
        let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
        outline.security = content("msgUserName").map(|user| SecurityBody {
            user: text(user),
            level: match level {
                Some(flags) if flags & 2 != 0 => "authPriv",
                Some(flags) if flags & 1 != 0 => "authNoPriv",
                Some(_) => "noAuthNoPriv",
                None if outline.is_encrypted => "authPriv",
                None => "noAuthNoPriv",
            },
            engine_id: engine_id.map(const_hex::encode).unwrap_or_default(),
            engine_boots: number("msgAuthoritativeEngineBoots"),
            engine_time: number("msgAuthoritativeEngineTime"),
            context: content("contextName").map(text),
            context_engine_id: content("contextEngineID").map(const_hex::encode),
            authentic: false,
            decrypted: false,
        });
        outline
    }
}

/// Whether the first octet of a number only repeats the sign of the second.
fn is_padding(pair: &[u8]) -> bool {
    matches!(pair, [0, 0..=0x7f] | [0xff, 0x80..=0xff])
}

/// The first node of this name, before what was decrypted.
fn find<'a>(nodes: &'a Value, name: &str) -> Option<&'a Value> {
    nodes
        .as_array()?
        .iter()
        .find_map(|node| if node["name"] == name { Some(node) } else { find(&node["children"], name) })
}

/// Where in the message a node is, with all that is in it.
fn range(node: &Value) -> Range<usize> {
    fn octets(node: &Value) -> usize {
        let own = node["raw"].as_str().map_or(0, |digits| digits.len() / 2);
        own + node["children"].as_array().into_iter().flatten().map(octets).sum::<usize>()
    }
    let start = node["offset"].as_u64().and_then(|offset| usize::try_from(offset).ok()).unwrap_or_default();
    start..start + octets(node)
}

/// The contents of an element without others in it.
fn content<'a>(node: &Value, octets: &'a [u8]) -> &'a [u8] {
    without_header(octets.get(range(node)).unwrap_or_default())
}

/// The contents of an element: what follows its identifier and its length.
pub(super) fn without_header(element: &[u8]) -> &[u8] {
    let header = match element.get(1) {
        Some(long @ 0x80..) => 2 + usize::from(long & 0x7f),
        _ => 2,
    };
    element.get(header..).unwrap_or_default()
}
