//! `?wait=`: answered when something has changed, when the poll has ended, or when the time is over.

use super::*;

#[tokio::test]
async fn a_wait_ends_with_the_next_change_or_with_the_server() {
    let server = Server::start(|settings| settings.limits.snmp.packet_timeout = A_LONG_TIME).await;
    let simulator = switch().await;
    let ticket = server.submit(&patient(&simulator)).await;
    let mut version = 0;
    let mut seen = Vec::new();
    while seen.last() != Some(&json!("Collecting system information...")) {
        let status = server.get(&format!("/status/{ticket}?wait=20&since={version}")).await;
        version = status["version"].as_u64().unwrap();
        seen.push(status["progress"].clone());
    }
    let waiting = async { server.get(&format!("/status/{ticket}?wait=20&since={version}")).await };
    let cancel = async { server.delete(&format!("/jobs/{ticket}")).await };
    let (status, _) = tokio::join!(waiting, cancel);
    assert_eq!(status["status"], "cancelled");

    let ticket = server.submit(&patient(&simulator)).await;
    let addr = server.addr;
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let request = format!("GET /status/{ticket}?wait=50 HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    server.stop().await;
    assert!(TcpStream::connect(addr).await.is_err());
}

#[tokio::test]
async fn a_wait_for_the_end_is_answered_with_the_end_and_nothing_before() {
    let (server, simulator) = (Server::start(|_| ()).await, switch().await);
    // Often enough that a change between looking at the ticket and waiting for it would be lost once.
    for _ in 0..20 {
        let ticket = server.submit(&at(&simulator, "switch")).await;
        let wait = format!("/status/{ticket}?wait=50&until=end");
        let (one, other) = tokio::join!(server.get(&wait), server.get(&wait));
        assert_eq!((&one["status"], &other["status"]), (&json!("complete"), &json!("complete")));
    }
}

#[tokio::test]
async fn a_wait_for_the_end_hears_of_a_cancellation_and_of_the_end_of_its_time() {
    let server = Server::start(|settings| settings.limits.snmp.packet_timeout = A_LONG_TIME).await;
    let simulator = switch().await;
    let ticket = server.submit(&patient(&simulator)).await;
    server.until_running(&ticket).await;
    let short = server.get(&format!("/status/{ticket}?wait=0.01&until=end")).await;
    assert_eq!(short["status"], "running");
    let waiting = async { server.get(&format!("/status/{ticket}?wait=50&until=end")).await };
    let cancel = async { server.delete(&format!("/jobs/{ticket}")).await };
    let (status, _) = tokio::join!(waiting, cancel);
    assert_eq!(status["status"], "cancelled");
}

#[tokio::test]
async fn a_wait_for_what_has_ended_or_is_unknown_is_answered_at_once() {
    // Longer than the client of these tests waits for an answer.
    let server = Server::start(|settings| settings.limits.http.wait = 10 * A_LONG_TIME).await;
    let simulator = switch().await;
    let ended = server.poll(&at(&simulator, "switch")).await;
    let (ticket, version) = (ended["ticket"].as_str().unwrap(), &ended["version"]);
    for query in ["wait=600".to_owned(), format!("wait=600&since={version}"), "wait=600&until=end".to_owned()] {
        assert_eq!(server.get(&format!("/status/{ticket}?{query}")).await, ended, "{query}");
    }
    server.delete(&format!("/jobs/{ticket}")).await;
    for ticket in [ticket, "00000000-0000-4000-8000-000000000000", "no-ticket"] {
        for until in ["change", "end"] {
            let unknown = server.send(&format!("GET /status/{ticket}?wait=600&until={until}\nX-API-Key: {KEY}")).await;
            assert_eq!(unknown.json(404), json!({ "detail": "Unknown ticket" }));
        }
    }
}
