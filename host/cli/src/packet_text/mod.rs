//! Decoded packets for people: what was around a message, what it says in words, and each octet with its meaning.

use std::fmt::Write as _;

use decoding::{Decoded, OtherPackets, PacketCounts, PacketProblem};
use serde_json::Value;

use super::{
    colours::{Colours, Style},
    output::printable,
};

/// Characters of a value beside its octets. Beyond, it is cut.
const VALUE_CHARS: usize = 80;

/// Octets in a line of the dump.
const LINE_OCTETS: usize = 16;

/// Writes what is decoded, packet by packet: a message, and below it what is wrong with it.
#[derive(Debug)]
pub(super) struct PacketText {
    colours: Colours,
    is_first: bool,
    had_problem: bool,
}

impl PacketText {
    pub(super) fn new(colours: Colours) -> Self {
        Self { colours, is_first: true, had_problem: false }
    }

    /// What comes next. Empty where there is nothing to say.
    pub(super) fn text(&mut self, decoded: &Decoded) -> String {
        let mut page = Page { text: String::new(), colours: self.colours };
        match decoded {
            Decoded::Message(message, problems) => {
                // It was written by this process a moment ago.
                let Ok(message) = serde_json::from_str(message.get()) else { return String::new() };
                if !self.is_first {
                    page.line("");
                }
                page.message(&message);
                self.problems(&mut page, problems, true);
            }
            Decoded::Problem(problem) => self.problems(&mut page, std::slice::from_ref(problem), false),
            Decoded::End(packets, others) => {
                if packets.other > 0 && (packets.read > 1 || !self.had_problem) {
                    page.line(&self.colours.paint(Style::Aside, &printable(&others_line(*packets, others))));
                }
            }
        }
        self.is_first &= page.text.is_empty();
        page.text
    }

    /// `is_below` a message: then nobody has to be told whose they are.
    fn problems(&mut self, page: &mut Page, problems: &[PacketProblem], is_below: bool) {
        self.had_problem |= !problems.is_empty();
        if is_below && !problems.is_empty() {
            page.line("");
        }
        for problem in problems {
            let line = problem_line(problem, is_below);
            page.line(&self.colours.paint(Style::Wrong, &printable(&line)));
        }
    }
}

/// Kinds of packets in the last line. Beyond, they are one number.
const KINDS: usize = 10;

/// What became of the packets that were passed over.
fn others_line(packets: PacketCounts, others: &[OtherPackets]) -> String {
    let mut kinds: Vec<String> =
        others.iter().take(KINDS).map(|other| format!("{} {}", other.packets, other.what)).collect();
    let more: usize = others.iter().skip(KINDS).map(|other| other.packets).sum();
    if more > 0 {
        kinds.push(format!("{more} others"));
    }
    let (packet, hold) = if packets.read == 1 { ("packet", "holds") } else { ("packets", "hold") };
    format!("{} of {} {packet} {hold} no SNMP that can be read: {}", packets.other, packets.read, kinds.join(", "))
}

struct Page {
    text: String,
    colours: Colours,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn message(&mut self, message: &Value) {
        if let Some(line) = frame_line(&message["frame"]) {
            self.line(&self.colours.paint(Style::Aside, &line));
        }
        let tree = &message["tree"];
        let summary = shown(&tree["summary"]);
        let title = if summary.is_empty() { "Something that cannot be read" } else { &summary };
        self.line(&self.colours.paint(Style::Title, title));
        for line in words(message) {
            self.line(&format!("  {line}"));
        }
        for varbind in message["varbinds"].as_array().into_iter().flatten() {
            let name = self.colours.paint(Style::Name, &varbind_name(varbind));
            let value = self.colours.paint(Style::Value, &varbind_value(varbind));
            self.line(&format!("  {name} = {value}"));
        }
        self.line("");
        let frame = &message["frame"];
        if frame["nodes"].as_array().is_some_and(|nodes| !nodes.is_empty()) {
            self.nodes(&frame["nodes"], 0);
            let words = self.colours.paint(Style::Aside, "the message, counted from its own beginning:");
            self.line(&format!("{}{words}", " ".repeat(NAMES_AT)));
        }
        self.nodes(&tree["nodes"], 0);
    }

    fn nodes(&mut self, nodes: &Value, depth: usize) {
        for node in nodes.as_array().into_iter().flatten() {
            self.node(node, depth);
            self.nodes(&node["children"], depth + 1);
            if let Some(decrypted) = node.get("decrypted") {
                let indent = " ".repeat(NAMES_AT + depth * 2);
                let words = self.colours.paint(Style::Aside, "decrypted, counted from its own beginning:");
                self.line(&format!("{indent}{words}"));
                self.nodes(&decrypted["nodes"], depth + 1);
            }
        }
    }

    /// A node: where it is, its octets, what it is, what it says, and what that means.
    fn node(&mut self, node: &Value, depth: usize) {
        let octets: Vec<&str> = pairs(node["raw"].as_str().unwrap_or_default());
        let offset = node["offset"].as_u64().and_then(|offset| usize::try_from(offset).ok()).unwrap_or_default();
        let mut lines = octets.chunks(LINE_OCTETS);
        let first = lines.next().unwrap_or_default();
        let indent = " ".repeat(depth * 2);
        let name = self.colours.paint(Style::Name, &shown(&node["name"]));
        let kind = shown(&node["type"]);
        let value = self.colours.paint(Style::Value, &node_value(node));
        let mut line = format!("{}  {indent}{name}  {kind}", self.dump(offset, first));
        if !value.is_empty() {
            let _ = write!(line, "  {value}");
        }
        if let Some(meaning) = node["meaning"].as_str() {
            let _ = write!(line, "  {}", self.colours.paint(Style::Aside, &printable(meaning)));
        }
        self.line(&line);
        for (place, octets) in lines.enumerate() {
            let line = self.dump(offset + (place + 1) * LINE_OCTETS, octets);
            self.line(&line);
        }
        if let Some(problem) = node["problem"].as_str() {
            let indent = " ".repeat(NAMES_AT + depth * 2);
            let problem = self.colours.paint(Style::Wrong, &format!("! {}", printable(problem)));
            self.line(&format!("{indent}{problem}"));
        }
    }

    fn dump(&self, offset: usize, octets: &[&str]) -> String {
        let hex = format!("{:width$}", octets.join(" "), width = LINE_OCTETS * 3 - 1);
        format!(
            "{}  {}",
            self.colours.paint(Style::Aside, &format!("{offset:04x}")),
            self.colours.paint(Style::Octets, &hex)
        )
    }
}

/// Where the names of the dump begin.
const NAMES_AT: usize = 4 + 2 + LINE_OCTETS * 3 - 1 + 2;

/// What was around a message, in a line.
fn frame_line(frame: &Value) -> Option<String> {
    frame.as_object()?;
    let mut parts = vec![format!("Packet {}", frame["packet"])];
    parts.extend(frame["captured_at"].as_str().map(str::to_owned));
    let link = &frame["link"];
    if let Some(kind) = link["type"].as_str() {
        let addresses = match (link["src"].as_str(), link["dst"].as_str()) {
            (Some(src), Some(dst)) => format!(" {src} > {dst}"),
            (Some(src), None) => format!(" {src}"),
            _ => String::new(),
        };
        parts.push(format!("{kind}{addresses}"));
    }
    let wrapped = frame["encapsulation"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let tags = frame["vlan"].as_array().into_iter().flatten();
    parts.extend(tags.map(|tag| format!("VLAN {}", tag["id"])));
    parts.extend(wrapped.map(str::to_owned));
    let (ip, udp) = (&frame["ip"], &frame["udp"]);
    let end = |address: &Value, port: &Value| match (address.as_str(), port.as_u64()) {
        (Some(address), Some(port)) if address.contains(':') => format!("[{address}]:{port}"),
        (Some(address), Some(port)) => format!("{address}:{port}"),
        (None, Some(port)) => format!("port {port}"),
        _ => "?".to_owned(),
    };
    parts.push(format!("{} > {}", end(&ip["src"], &udp["src_port"]), end(&ip["dst"], &udp["dst_port"])));
    parts.extend(ip["fragments"].as_u64().map(|count| format!("{count} fragments")));
    for (name, part) in [("IP", ip), ("UDP", udp)] {
        match part["checksum"].as_str() {
            None | Some("none") => {}
            Some("unfinished") => parts.push(format!(
                "{name} checksum not computed yet (captured on the sending host: its network card completes it)"
            )),
            Some(checksum) => parts.push(format!("{name} checksum {checksum}")),
        }
    }
    Some(printable(&parts.join(", ")))
}

/// What a message says, in words.
fn words(message: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    let security = &message["security"];
    if let Some(user) = security["user"].as_str() {
        let is = |name: &str| security[name] == true;
        let proved = match (is("authentic"), is("decrypted")) {
            (true, true) => "authentic and decrypted",
            (true, false) => "authentic",
            (false, _) => "not proved",
        };
        lines.push(printable(&format!(
            "user {user:?}, {}, {proved}; engine {}, boots {}, time {}",
            shown(&security["level"]),
            shown(&security["engine_id"]),
            security["engine_boots"],
            security["engine_time"],
        )));
    }
    let record = &message["record"];
    let trap = &record["trap"];
    if let Some(oid) = trap["oid"].as_str() {
        let name = match (trap["mib"].as_str(), trap["name"].as_str()) {
            (Some(mib), Some(name)) => format!("{mib}::{name} ({oid})"),
            _ => oid.to_owned(),
        };
        let severity = record["severity"].as_str().map(|word| format!(", severity {word}")).unwrap_or_default();
        lines.push(printable(&format!("{}: {name}{severity}", shown(&message["pdu"]))));
    }
    if let Some(ticks) = record["uptime_ticks"].as_u64() {
        lines.push(format!("the sender runs for {}", uptime(ticks)));
    }
    if let Some(interface) = record.pointer("/enrichment/interface/ifindex").and_then(Value::as_i64) {
        lines.push(format!("about interface {interface}"));
    }
    if let Some(peer) = record.pointer("/enrichment/peer/address") {
        lines.push(format!("about peer {}", shown(peer)));
    }
    let decoded = &record["decoded"];
    if decoded.as_object().is_some_and(|decoded| !decoded.is_empty()) {
        lines.push(printable(&format!(
            "{}: {decoded}",
            record.pointer("/decoded_by/plugin").map(shown).unwrap_or_default()
        )));
    }
    let flags: Vec<&str> = message["flags"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if !flags.is_empty() {
        lines.push(printable(&format!("odd: {}", flags.join(", "))));
    }
    lines
}

fn varbind_name(varbind: &Value) -> String {
    let index = varbind["index"].as_str().map(|index| format!(".{index}")).unwrap_or_default();
    match (varbind["mib"].as_str(), varbind["name"].as_str()) {
        (Some(mib), Some(name)) => printable(&format!("{mib}::{name}{index}")),
        _ => shown(&varbind["oid"]),
    }
}

fn varbind_value(varbind: &Value) -> String {
    let kind = shown(&varbind["type"]);
    let text = ["text", "value", "hex"].into_iter().map(|name| &varbind[name]).find(|value| !value.is_null());
    text.map_or(kind, shown)
}

/// The text of a node, or its value where it has none.
fn node_value(node: &Value) -> String {
    let text = &node["text"];
    let value = if text.is_null() { shown(&node["value"]) } else { shown(text) };
    match value.char_indices().nth(VALUE_CHARS) {
        // All of it is in the octets beside it.
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or_default()),
        None => value,
    }
}

/// A value as a line of text: what a device sends must not drive the terminal.
fn shown(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    printable(&text).replace('\n', " ")
}

fn uptime(ticks: u64) -> String {
    let seconds = ticks / 100;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let days = match days {
        0 => String::new(),
        1 => "1 day ".to_owned(),
        days => format!("{days} days "),
    };
    format!("{days}{hours}:{minutes:02}:{:02}.{:02}", seconds % 60, ticks % 100)
}

fn pairs(hex: &str) -> Vec<&str> {
    (0..hex.len() / 2).filter_map(|place| hex.get(place * 2..place * 2 + 2)).collect()
}

/// A problem, and where it is.
fn problem_line(problem: &PacketProblem, is_below: bool) -> String {
    let mut place = Vec::new();
    if let Some(packet) = problem.packet.filter(|_| !is_below) {
        place.push(format!("packet {packet}"));
    }
    if let (Some(line), Some(column)) = (problem.line, problem.column) {
        place.push(format!("line {line}, character {column}"));
    }
    if let Some(offset) = problem.offset {
        place.push(format!("{}, octet {offset} (0x{offset:02x})", problem.part));
    } else if problem.line.is_none() {
        place.push(problem.part.to_owned());
    }
    format!("! {}: {}", place.join(", "), problem.text)
}

#[cfg(test)]
mod tests;
