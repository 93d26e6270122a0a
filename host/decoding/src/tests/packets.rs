//! Packets made for the tests, and the ways in which tools write them.

use std::fmt::Write as _;

use base64::Engine as _;

/// The addresses of a packet.
#[derive(Clone, Copy)]
pub(crate) enum Version {
    Four,
    Six,
}

pub(crate) const V4: Version = Version::Four;
pub(crate) const V6: Version = Version::Six;

const FROM_4: [u8; 4] = [192, 0, 2, 1];
const TO_4: [u8; 4] = [192, 0, 2, 2];
const FROM_6: [u8; 16] = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
const TO_6: [u8; 16] = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];

pub(crate) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag, u8::try_from(content.len()).unwrap()][..], content].concat()
}

/// A GET of sysName.0.
pub(crate) fn pdu() -> Vec<u8> {
    let varbind = element(0x30, &[6, 8, 0x2b, 6, 1, 2, 1, 1, 5, 0, 5, 0]);
    element(0xa0, &[&[2, 1, 7, 2, 1, 0, 2, 1, 0][..], &element(0x30, &varbind)].concat())
}

pub(crate) fn get_request() -> Vec<u8> {
    element(0x30, &[&[2, 1, 1, 4, 6][..], b"public", &pdu()].concat())
}

/// A linkDown trap of version 2c.
pub(crate) fn trap() -> Vec<u8> {
    let uptime = element(0x30, &[6, 8, 0x2b, 6, 1, 2, 1, 1, 3, 0, 0x43, 1, 14]);
    let oid = [6, 10, 0x2b, 6, 1, 6, 3, 1, 1, 4, 1, 0, 6, 9, 0x2b, 6, 1, 6, 3, 1, 1, 5, 3];
    let varbinds = element(0x30, &[uptime, element(0x30, &oid)].concat());
    let pdu = element(0xa7, &[&[2, 1, 9, 2, 1, 0, 2, 1, 0][..], &varbinds].concat());
    element(0x30, &[&[2, 1, 1, 4, 6][..], b"public", &pdu].concat())
}

fn sum(parts: &[&[u8]]) -> u16 {
    let octets = parts.concat();
    let mut sum: u32 =
        octets.chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0))).sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !u16::try_from(sum).unwrap()
}

pub(crate) fn udp(version: Version, from: u16, to: u16, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 8).unwrap();
    let header = [from.to_be_bytes(), to.to_be_bytes(), length.to_be_bytes(), [0, 0]].concat();
    let pseudo = match version {
        Version::Four => [&FROM_4[..], &TO_4, &[0, 17], &length.to_be_bytes()].concat(),
        Version::Six => [&FROM_6[..], &TO_6, &[0, 0], &length.to_be_bytes(), &[0, 0, 0, 17]].concat(),
    };
    let checksum = sum(&[&pseudo, &header, payload]).to_be_bytes();
    [&header[..6], &checksum, payload].concat()
}

fn ipv4_part(content: &[u8], options: &[u8], fragment: u16) -> Vec<u8> {
    let octets = 20 + options.len();
    let total = u16::try_from(octets + content.len()).unwrap().to_be_bytes();
    let fragment = fragment.to_be_bytes();
    let first = 0x40 | u8::try_from(octets / 4).unwrap();
    let mut header = vec![first, 0, total[0], total[1], 0x12, 0x34, fragment[0], fragment[1], 64, 17, 0, 0];
    header.extend([FROM_4, TO_4].concat());
    header.extend(options);
    let checksum = sum(&[&header]).to_be_bytes();
    header[10..12].copy_from_slice(&checksum);
    [&header, content].concat()
}

pub(crate) fn ipv4(content: &[u8], options: &[u8]) -> Vec<u8> {
    ipv4_part(content, options, 0)
}

/// Two fragments, the first of so many octets.
pub(crate) fn ipv4_fragments(content: &[u8], first: usize) -> [Vec<u8>; 2] {
    let (head, tail) = content.split_at(first);
    [ipv4_part(head, &[], 0x2000), ipv4_part(tail, &[], u16::try_from(first / 8).unwrap())]
}

/// An IPv6 packet, perhaps with extension headers.
pub(crate) fn ipv6(content: &[u8], has_extensions: bool) -> Vec<u8> {
    // Hop-by-hop options, then destination options, each with padding alone.
    let extensions: &[u8] = if has_extensions { &[60, 0, 1, 4, 0, 0, 0, 0, 17, 0, 1, 4, 0, 0, 0, 0] } else { &[] };
    ipv6_part(if has_extensions { 0 } else { 17 }, &[extensions, content].concat())
}

fn ipv6_part(next: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[0x60, 0, 0, 0][..], &length, &[next, 64], &FROM_6, &TO_6, content].concat()
}

pub(crate) fn ipv6_fragments(content: &[u8], first: usize) -> [Vec<u8>; 2] {
    let (head, tail) = content.split_at(first);
    let second = u16::try_from(first).unwrap().to_be_bytes();
    [
        ipv6_part(44, &[&[17, 0, 0, 1, 0, 0, 0, 9][..], head].concat()),
        ipv6_part(44, &[&[17, 0, second[0], second[1], 0, 0, 0, 9][..], tail].concat()),
    ]
}

/// A frame with these tags: the type of each, and its VLAN.
pub(crate) fn ethernet(tags: &[(u16, u16)], ip: &[u8]) -> Vec<u8> {
    let mut frame = vec![0, 0, 0x5e, 0, 0x53, 1, 0, 0, 0x5e, 0, 0x53, 2];
    for (kind, vlan) in tags {
        frame.extend(kind.to_be_bytes());
        frame.extend(vlan.to_be_bytes());
    }
    frame.extend(if ip[0] >> 4 == 4 { [8, 0] } else { [0x86, 0xdd] });
    frame.extend(ip);
    frame
}

pub(crate) fn pcap(is_big: bool, nanos: bool, link: u32, packets: &[&[u8]]) -> Vec<u8> {
    let word = |word: u32| if is_big { word.to_be_bytes() } else { word.to_le_bytes() };
    let half = |half: u16| if is_big { half.to_be_bytes() } else { half.to_le_bytes() };
    let mut file = Vec::new();
    file.extend(word(if nanos { 0xa1b2_3c4d } else { 0xa1b2_c3d4 }));
    file.extend([half(2), half(4)].concat());
    file.extend([word(0), word(0), word(65_535), word(link)].concat());
    for packet in packets {
        let length = u32::try_from(packet.len()).unwrap();
        file.extend([word(1_700_000_000), word(250_000), word(length), word(length)].concat());
        file.extend(*packet);
    }
    file
}

/// A capture of Ethernet frames whose times are counted in nanoseconds.
pub(crate) fn pcapng(is_big: bool, packets: &[&[u8]]) -> Vec<u8> {
    let word = |word: u32| if is_big { word.to_be_bytes() } else { word.to_le_bytes() };
    let half = |half: u16| if is_big { half.to_be_bytes() } else { half.to_le_bytes() };
    let block = |kind: u32, content: &[u8]| {
        let padding = vec![0; content.len().next_multiple_of(4) - content.len()];
        let length = word(u32::try_from(12 + content.len() + padding.len()).unwrap());
        [&word(kind)[..], &length, content, &padding, &length].concat()
    };
    let section = [&word(0x1a2b_3c4d)[..], &half(1), &half(0), &[0xff; 8]].concat();
    // The option if_tsresol says nanoseconds.
    let interface = [&half(1)[..], &half(0), &word(0), &half(9), &half(1), &[9, 0, 0, 0], &half(0), &half(0)].concat();
    let mut file = [block(0x0a0d_0d0a, &section), block(1, &interface)].concat();
    for packet in packets {
        let time: u64 = 1_700_000_000_250_000_000;
        let length = word(u32::try_from(packet.len()).unwrap());
        let (high, low) = (u32::try_from(time >> 32).unwrap(), u32::try_from(time & 0xffff_ffff).unwrap());
        file.extend(block(6, &[&word(0)[..], &word(high), &word(low), &length, &length, packet].concat()));
    }
    file
}

fn characters(octets: &[u8]) -> String {
    octets.iter().map(|octet| if (0x20..0x7f).contains(octet) { char::from(*octet) } else { '.' }).collect()
}

fn groups(octets: &[u8], of: usize) -> String {
    octets.chunks(of).map(const_hex::encode).collect::<Vec<_>>().join(" ")
}

/// A packet as tools and people write it.
pub(crate) fn written(packet: &[u8]) -> Vec<(&'static str, String)> {
    let mut dumps: [String; 8] = Default::default();
    for (place, line) in packet.chunks(16).enumerate() {
        let at = place * 16;
        let [tcpdump, with_ascii, xxd, hexdump, wireshark, wireshark_ascii, od, octal] = &mut dumps;
        let (words, octets, text) = (groups(line, 2), groups(line, 1), characters(line));
        let halves = line.chunks(8).map(|half| groups(half, 1)).collect::<Vec<_>>().join("  ");
        writeln!(tcpdump, "\t0x{at:04x}:  {words}").unwrap();
        writeln!(with_ascii, "\t0x{at:04x}:  {words:39}  {text}").unwrap();
        writeln!(xxd, "{at:08x}: {words:39}  {text}").unwrap();
        writeln!(hexdump, "{at:08x}  {halves:48}  |{text}|").unwrap();
        writeln!(wireshark, "{at:04x}  {octets}").unwrap();
        writeln!(wireshark_ascii, "{at:04x}   {octets:47}   {text}").unwrap();
        writeln!(od, "{at:06x} {octets}").unwrap();
        writeln!(octal, "{at:07o} {octets}").unwrap();
    }
    let [tcpdump, with_ascii, xxd, hexdump, wireshark, wireshark_ascii, od, octal] = dumps;
    let header = "12:00:00.000000 IP 192.0.2.1.49152 > 192.0.2.2.161:  GetRequest(26)\n";
    let hex = const_hex::encode(packet);
    let digits = |octet: &u8| format!("0x{octet:02x}");
    let uneven: String = hex
        .char_indices()
        .map(|(at, c)| if at % 7 == 3 || at % 11 == 0 { format!(" {c}") } else { c.to_string() })
        .collect();
    let standard = base64::engine::general_purpose::STANDARD.encode(packet);
    vec![
        ("digits", hex.clone()),
        ("upper case", hex.to_uppercase()),
        ("0x", format!("0x{hex}")),
        ("uneven blanks", uneven),
        ("one blank", groups(packet, 1)),
        ("colons", groups(packet, 1).replace(' ', ":")),
        ("dots", groups(packet, 2).replace(' ', ".")),
        ("lines", packet.chunks(13).map(|line| groups(line, 2) + "\r\n").collect()),
        ("C", format!("{{ {} }};", packet.iter().map(digits).collect::<Vec<_>>().join(", "))),
        ("escaped", format!("\"{}\"", packet.iter().map(|octet| format!("\\x{octet:02x}")).collect::<String>())),
        ("single digits", packet.iter().map(|octet| format!("{octet:x} ")).collect()),
        ("tcpdump -x", format!("{header}{tcpdump}")),
        ("tcpdump -X", format!("{header}{with_ascii}")),
        ("xxd", xxd),
        ("hexdump -C", format!("{hexdump}{:08x}\n", packet.len())),
        ("Wireshark", wireshark),
        ("Wireshark with characters", wireshark_ascii),
        ("od -A x -t x1", od),
        ("od -t x1", format!("{octal}{:07o}\n", packet.len())),
        ("base64", standard.clone()),
        ("base64 in lines", standard.as_bytes().chunks(20).map(|line| String::from_utf8_lossy(line) + "\n").collect()),
        ("base64 for URLs", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(packet)),
        ("base64 of a capture", base64::engine::general_purpose::STANDARD.encode(packet)),
    ]
}
