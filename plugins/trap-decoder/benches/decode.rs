//! How long a notification takes natively: `cargo bench -p trap-decoder`.
//! The sandbox adds its own; this is what the code itself costs.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use std::hint::black_box;
use std::time::Instant;

use snmp_proxy_sdk::traps::{Notification, Part, TrapDecoder, Version};
use trap_decoder::StandardDecoder;

/// A linkDown, a coldStart of version 1, and a trap of an enterprise that nobody knows.
const PDUS: [(&str, Version, &str); 3] = [
    (
        "linkDown, 6 varbinds",
        Version::V2c,
        "a78188020107020100020100307d300d06082b0601020101030043010e3017060a2b0601060301010401000609\
         2b0601060301010503300f060a2b060102010202010103020103300f060a2b060102010202010703020102300f\
         060a2b0601020102020108030201073020060a2b06010201020201020304124769676162697445746865726e65\
         74302f33",
    ),
    ("coldStart of version 1", Version::V1, "a41d060a2b06010401bf0803020a4004c000020702010002010043010e3000"),
    (
        "enterprise, 4 varbinds",
        Version::V1,
        "a47f06082b0601040181fd594004c000020702010602010143010e30643017060a2b0601040181fd5901000409\
         736f6d6520746578743017060a2b0601040181fd5901010409736f6d6520746578743017060a2b0601040181fd\
         5901020409736f6d6520746578743017060a2b0601040181fd5901030409736f6d652074657874",
    ),
];

const ROUNDS: u32 = 200_000;

fn main() {
    for (name, version, digits) in PDUS {
        let notification = Notification { version, pdu: octets(digits), hints: Vec::new() };
        let decoded = StandardDecoder::decode(&notification);
        let record = decoded.unwrap_or_default();
        let begun = Instant::now();
        for _ in 0..ROUNDS {
            let _ = black_box(StandardDecoder::decode(black_box(&notification)));
        }
        let decode = begun.elapsed() / ROUNDS;
        let begun = Instant::now();
        for _ in 0..ROUNDS / 20 {
            let _ = black_box(StandardDecoder::tree(Part::Pdu, black_box(&notification.pdu)));
        }
        let tree = begun.elapsed() / (ROUNDS / 20);
        println!("{name}: decode {decode:?}, tree {tree:?}, {} octets of JSON", record.len());
    }
}

fn octets(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.chars().filter_map(|digit| digit.to_digit(16)).map(|digit| digit as u8).collect();
    digits.chunks(2).map(|pair| pair.iter().fold(0, |octet, digit| octet << 4 | digit)).collect()
}
