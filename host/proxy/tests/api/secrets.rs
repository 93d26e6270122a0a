//! What must be nowhere: communities, passwords of version 3, keys. Not in an answer, and not in a log line.

use std::{io, io::Write, sync::Arc};

use parking_lot::Mutex;
use secrecy::ExposeSecret as _;
use tracing_subscriber::filter::LevelFilter;

use super::*;

/// Everything that any thread of this process logs. May be had once.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn of_this_process() -> Self {
        let lines = Self::default();
        let writer = lines.clone();
        tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_writer(move || writer.clone()).init();
        lines
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().clone()).unwrap()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Part of every secret of these tests, and of nothing else.
const CANARY: &str = "k4n4ri";

/// An encrypted message of the user `u`, with a digest that nobody made.
const V3_MESSAGE: &str = "3050020103300d020109020201e4040103020103042a302804058000000001020101020101040175\
                          040c0000000000000000000000000408000000000000000004100102030405060708090a0b0c0d0e0f10";

/// Sends a request with the right key, and adds the answer to what is searched.
async fn ask(server: &Server, said: &mut String, request: &str) -> Answer {
    let request = request.replacen('\n', &format!("\nX-API-Key: {CANARY}-key\n"), 1);
    let answer = server.send(&request).await;
    said.push_str(&answer.head);
    said.push_str(&answer.body);
    answer
}

#[tokio::test]
async fn no_answer_and_no_log_line_holds_a_secret() {
    let log = Lines::of_this_process();
    let community = format!("{CANARY}-community");
    let simulator = Simulator::builder()
        .device(community.clone(), SyntheticDevice::default().recording())
        .bind("127.0.0.1:0")
        .await
        .unwrap();
    let server = Server::start(|settings| {
        settings.server = Settings::with_api_key(&format!("{CANARY}-key")).server;
        settings.limits.requests.recipes = 3;
    })
    .await;
    let user = json!({
        "username": "u", "auth_password": format!("{CANARY}-auth"), "priv_password": format!("{CANARY}-priv"),
    });
    let good = with(at(&simulator, &community), &json!({ "v3_auth": user, "oid": "1.3.6.1.2.1.1", "timeout": 10 }));
    let mut said = String::new();

    let bodies = [
        json!({}),
        json!({ "version": "1" }),
        json!({ "version": "3" }),
        json!({ "version": "3", "v3_auth": { "username": "u", "auth_password": [CANARY], "priv_password": CANARY } }),
        json!({ "community": format!("{community}!silent") }),
        json!({ "community": format!("{community}!loop:3") }),
        json!({ "community": format!("{CANARY}-wrong"), "target": "no such host" }),
        json!({ "community": CANARY.repeat(100) }),
        json!({ "community": [CANARY], "v3_auth": CANARY, "recipes": [{ "name": "arp", "params": CANARY }, CANARY] }),
    ];
    let mut statuses = Vec::new();
    for body in bodies {
        let body = with(good.clone(), &body);
        for path in ["/snmp/poll", "/snmp/get", "/snmp/walk"] {
            let answer =
                ask(&server, &mut said, &format!("POST {path}\nContent-Type: application/json\n\n{body}")).await;
            statuses.push(answer.status);
            let ticket = serde_json::from_str(&answer.body).ok().and_then(|body: Value| body.get("ticket").cloned());
            if let Some(ticket) = ticket {
                let path = format!("/status/{}?wait=60&until=end&log=1", ticket.as_str().unwrap());
                ask(&server, &mut said, &format!("GET {path}\n")).await;
            }
        }
    }
    for body in [
        json!({ "input": "30 26 zz", "users": [user] }),
        json!({ "input": V3_MESSAGE, "users": [user, user] }),
        json!({ "input": CANARY, "format": CANARY, "users": CANARY }),
        json!({ "input": [CANARY], "users": [CANARY, { "username": [CANARY], "auth_protocol": CANARY }] }),
        json!({ "input": "", "users": [{ "username": "u", "auth_password": "k4n4ri", "auth_protocol": CANARY }] }),
    ] {
        let request = format!("POST /snmp/decode\nContent-Type: application/json\n\n{body}");
        statuses.push(ask(&server, &mut said, &request).await.status);
    }
    // Not the community of above: that device is known to be silent by now, and its poll would end at once.
    let silent = with(good.clone(), &json!({ "community": format!("{community}!silent!double"), "get_timeout": 60 }));
    let submit = format!("POST /snmp/poll\nContent-Type: application/json\n\n{silent}");
    let cancelled = ask(&server, &mut said, &submit).await.json(200)["ticket"].as_str().unwrap().to_owned();
    ask(&server, &mut said, &format!("DELETE /jobs/{cancelled}\n")).await;
    assert!(statuses.contains(&200) && statuses.contains(&422), "{statuses:?}");
    for request in [
        format!("POST /snmp/poll\n\n{{\"community\": \"{CANARY}"),
        format!("POST /snmp/poll\nContent-Type: text/plain\n\n{good}"),
        format!("GET /jobs\nX-API-Key: {CANARY}-other\n"),
        "GET /jobs\n".to_owned(),
        "GET /health\n".to_owned(),
        "GET /plugins\n".to_owned(),
        "GET /openapi.json\n".to_owned(),
    ] {
        ask(&server, &mut said, &request).await;
    }
    said.push_str(&server.send(&format!("GET /jobs\nX-API-Key: {CANARY}-wrong")).await.body);
    server.stop().await;
    assert!(!said.contains(CANARY), "{said}");

    let log = log.text();
    assert!(log.contains("poll complete") && log.contains("poll failed"), "the log was heard");
    let says_so = |line: &str| line.contains("poll cancelled") && line.contains(&cancelled);
    assert!(log.lines().any(says_so), "a cancelled poll is in the log as well");
    let leak = log.lines().find(|line| line.contains(CANARY));
    assert_eq!(leak, None);
}

#[test]
fn what_debugging_prints_of_the_settings_holds_no_key() {
    let settings = Settings::with_api_key(CANARY);
    assert_eq!(settings.server.api_key.secret().expose_secret(), CANARY);
    assert!(!format!("{settings:?}").contains(CANARY));
}
