//! Where notifications come in: sockets of our own, and those of systemd.

use std::net::UdpSocket;

use harness::{Proxy, SAFETY_NET};
use simulator::{Sender, SimulatedNotification};

use super::{receiver, records_after};

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_systemd_has_opened_is_received_from() {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let to = socket.local_addr().expect("its address");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("communities");
    std::fs::write(&file, "# who may send\nof-systemd\n").expect("the file is written");
    let configuration = folder.path().join("snmp-proxy.toml");
    let text = format!("[traps]\ncommunities_file = \"{}\"\n", file.display());
    std::fs::write(&configuration, text).expect("the configuration is written");
    let proxy = Proxy::start_with_socket(socket, &["--config", configuration.to_str().expect("UTF-8")]).await;
    assert_eq!(proxy.trap_address().await, to);
    let sender = Sender::builder(to).community("of-systemd").bind().await.expect("a socket");
    let inform = SimulatedNotification::inform(1, [1, 3, 6, 1, 6, 3, 1, 1, 5, 1]);
    sender.inform(&inform, 1, SAFETY_NET).await.expect("it is acknowledged");
}

#[tokio::test(flavor = "multi_thread")]
async fn both_families_are_received_from() {
    if !prerequisites::machine(UdpSocket::bind("[::1]:0").is_ok(), "this machine has no IPv6") {
        return;
    }
    let proxy =
        receiver("communities = [\"public\"]\n", &["--trap-listen", "127.0.0.1:0", "--trap-listen", "[::1]:0"]).await;
    let health = proxy.client().get("/health").await.body;
    let listen = health["traps"]["listen"].as_array().expect("a list").clone();
    assert_eq!(listen.len(), 2, "flags are stronger than the file: {listen:?}");
    for address in &listen {
        let to = address.as_str().expect("text").parse().expect("an address");
        let sender = Sender::builder(to).community("public").bind().await.expect("a socket");
        let inform = SimulatedNotification::inform(1, [1, 3, 6, 1, 6, 3, 1, 1, 5, 1]);
        sender.inform(&inform, 1, SAFETY_NET).await.expect("it is acknowledged");
    }
    let records = records_after(proxy.client(), 0, 2).await;
    let sources: Vec<_> = records.iter().map(|record| record["transport"]["src"].clone()).collect();
    assert_eq!(sources, ["127.0.0.1", "::1"]);
}
