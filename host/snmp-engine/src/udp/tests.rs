use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::*;

/// Listens at `listen`, is asked at `asked`, and answers from there.
async fn check(listen: IpAddr, family: Family, asked: IpAddr) {
    let socket = open((listen, 0).into(), family).unwrap();
    let socket = prepare(socket, Purpose::Listen, 100_000).unwrap();
    assert!(receive_buffer(&socket).unwrap() >= 100_000);
    let asked = SocketAddr::from((asked, socket.local_addr().unwrap().port()));
    let client = open((asked.ip(), 0).into(), Family::Own).unwrap();
    let client = prepare(client, Purpose::Ask, 0).unwrap();
    for _ in 0..3 {
        send_from(&client, b"question", asked, None).unwrap();
    }
    let mut reader = DatagramReader::<2>::new();
    let mut taken = 0;
    while taken < 3 {
        for incoming in reader.next(&socket).await {
            let Incoming::Datagram { octets, source, local, dropped } = incoming else { panic!("{incoming:?}") };
            assert_eq!((octets, dropped), (&b"question"[..], 0));
            assert_eq!(canonical(source), client.local_addr().unwrap());
            send_from(&socket, b"answer", source, local).unwrap();
            taken += 1;
        }
    }
    let mut answer = [0; 100];
    let (length, source) = client.recv_from(&mut answer).await.unwrap();
    assert_eq!((&answer[..length], source), (&b"answer"[..], asked));
}

fn has_ipv6() -> bool {
    open((Ipv6Addr::LOCALHOST, 0).into(), Family::Own).is_ok()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_answer_leaves_from_the_address_that_was_asked() {
    check(Ipv4Addr::UNSPECIFIED.into(), Family::Own, Ipv4Addr::new(127, 0, 0, 7).into()).await;
    if has_ipv6() {
        check(Ipv6Addr::UNSPECIFIED.into(), Family::Both, Ipv4Addr::new(127, 0, 0, 7).into()).await;
    }
}

#[tokio::test]
async fn a_socket_receives_and_answers_in_either_family() {
    check(Ipv4Addr::LOCALHOST.into(), Family::Own, Ipv4Addr::LOCALHOST.into()).await;
    if has_ipv6() {
        check(Ipv6Addr::LOCALHOST.into(), Family::Own, Ipv6Addr::LOCALHOST.into()).await;
        check(Ipv6Addr::UNSPECIFIED.into(), Family::Own, Ipv6Addr::LOCALHOST.into()).await;
    }
}

#[test]
fn a_port_belongs_to_one_socket() {
    let first = open((Ipv4Addr::LOCALHOST, 0).into(), Family::Own).unwrap();
    let second = open(first.local_addr().unwrap(), Family::Own);
    assert_eq!(second.unwrap_err().kind(), io::ErrorKind::AddrInUse);
}

#[test]
fn an_error_of_a_socket_is_told_when_it_changes() {
    let mut before = None;
    let told: Vec<bool> =
        [9, 9, 12, 9].map(|number| is_news(&mut before, &io::Error::from_raw_os_error(number))).into();
    assert_eq!(told, [true, false, true, true]);
}
