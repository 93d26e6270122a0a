//! Inputs of any length, decoded while they are read.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};

use super::*;

/// All that comes of an input.
async fn streamed(input: Vec<u8>) -> (Vec<Value>, Vec<PacketProblem>, PacketCounts, Vec<OtherPackets>) {
    let request = Request { input: Vec::new(), format: Format::Auto, users: Vec::new() };
    let mut stream = decoding().await.stream(Box::new(std::io::Cursor::new(input)), request);
    let (mut messages, mut problems) = (Vec::new(), Vec::new());
    let mut last = None;
    loop {
        let decoded = stream.next().await.unwrap();
        if decoded.is_empty() {
            let (packets, others) = last.unwrap();
            return (messages, problems, packets, others);
        }
        for decoded in decoded {
            match decoded {
                Decoded::Message(message, wrong) => {
                    messages.push(serde_json::from_str(message.get()).unwrap());
                    problems.extend(wrong);
                }
                Decoded::Problem(wrong) => problems.push(wrong),
                Decoded::End(packets, others) => last = Some((packets, others)),
            }
        }
    }
}

#[tokio::test]
async fn a_stream_has_no_bound_and_says_what_a_request_is_answered() {
    let ip = ipv4(&udp(V4, 49_152, 161, &get_request()), &[]);
    let capture = pcap(false, false, 101, &vec![&ip[..]; 1_500]);
    let (messages, problems, packets, _) = streamed(capture.clone()).await;
    assert_eq!((messages.len(), problems.len(), packets.read), (1_500, 0, 1_500));
    let answer = decoded(&capture, Format::Auto, &[]).await;
    let answered = answer["messages"].as_array().unwrap();
    assert_eq!(answered.as_slice(), &messages[..answered.len()]);
    assert_eq!(answered.len(), 1_000, "a request is bounded");
    assert!(answer["problems"][0]["text"].as_str().unwrap().contains("limit `decode.packets`"));
}

#[tokio::test]
async fn a_text_of_many_packets_has_no_bound_either() {
    let dump: String = (0..1_200)
        .map(|_| {
            let lines = get_request();
            let lines = lines.chunks(16).enumerate().map(|(place, line)| {
                format!("{:04}: {}\n", place * 16, line.iter().map(|octet| format!("{octet:02X} ")).collect::<String>())
            });
            format!("Sending 40 bytes to UDP: [192.0.2.1]:161->[0.0.0.0]:0\n{}\n", lines.collect::<String>())
        })
        .collect();
    let (messages, problems, ..) = streamed(dump.into_bytes()).await;
    assert_eq!((messages.len(), problems.len()), (1_200, 0));
    assert!(messages.iter().all(|message| message["pdu"] == "get"));
}

#[tokio::test]
async fn what_gzip_has_packed_is_unpacked() {
    let ip = ipv4(&udp(V4, 49_152, 161, &get_request()), &[]);
    for content in
        [pcap(true, true, 101, &[&ip]), pcapng(false, &[&ethernet(&[], &ip)]), const_hex::encode(&ip).into_bytes()]
    {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(&content).unwrap();
        let (messages, problems, ..) = streamed(packed.finish().unwrap()).await;
        assert_eq!((messages.len(), problems.len()), (1, 0));
    }
}

#[tokio::test]
async fn text_of_powershell_is_read() {
    let text = format!("\u{feff}{}\r\n", const_hex::encode(get_request()));
    for octets in [
        text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(),
        text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        text.into_bytes(),
    ] {
        let (messages, problems, ..) = streamed(octets).await;
        assert_eq!((messages.len(), problems.len()), (1, 0));
    }
}

#[tokio::test]
async fn each_packet_that_is_not_read_is_told_and_the_others_are_counted() {
    let ip = ipv4(&udp(V4, 49_152, 161, &get_request()), &[]);
    let good = ethernet(&[], &ip);
    let carried = |ether_type: u16| [&[0; 12][..], &ether_type.to_be_bytes(), &[0; 40]].concat();
    let (arp, strange) = (carried(0x0806), carried(0x88b5));
    let capture = pcap(false, false, 1, &[&good, &strange, &strange, &strange, &arp, &strange, &good[..20], &good]);
    let (messages, problems, packets, others) = streamed(capture).await;
    let shown: String = problems.iter().map(|wrong| format!("{} {}\n", wrong.packet.unwrap(), wrong.text)).collect();
    expect![[r#"
        2 not read, up to packet 4: EtherType 0x88b5
        6 not read: EtherType 0x88b5
        7 not read: link type 1 (ETHERNET), cut off or broken
    "#]]
    .assert_eq(&shown);
    assert_eq!((messages.len(), packets), (2, PacketCounts { read: 8, other: 6 }));
    let others: Vec<_> = others.iter().map(|other| (other.what.as_str(), other.packets, other.first)).collect();
    assert_eq!(
        others,
        [("EtherType 0x88b5", 4, 2), ("ARP", 1, 5), ("link type 1 (ETHERNET), cut off or broken", 1, 7)]
    );
}

#[tokio::test]
async fn what_is_too_long_to_be_a_text_is_refused() {
    let decoding = decoding().await;
    let request = Request { input: Vec::new(), format: Format::Hex, users: Vec::new() };
    let endless = std::io::Read::take(std::io::repeat(b'0'), 1 << 40);
    let error = decoding.stream(Box::new(endless), request).next().await.unwrap_err();
    assert!(error.to_string().contains("limit `decode.text_bytes`"), "{error}");
}
