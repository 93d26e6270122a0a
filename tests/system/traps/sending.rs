//! `snmp-proxy trap`: what people send arrives.

use std::{path::Path, process::Output};

use harness::{SnmpTrapd, snmp_proxy_binary};
use serde_json::Value;
use tokio::process::Command;

use super::{receiver, records_after};

const WHO_MAY: &str = r#"
communities = ["public"]

[[traps.users]]
name = "operator"
auth_protocol = "SHA256"
auth_password = "authentication"
priv_protocol = "AES"
priv_password = "privacy-password"
"#;

const USER: [&str; 10] =
    ["-u", "operator", "-a", "SHA256", "-A", "authentication", "-x", "AES", "-X", "privacy-password"];

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_that_can_be_typed_is_received() {
    let proxy = receiver(WHO_MAY, &[]).await;
    let to = proxy.trap_address().await.to_string();
    let interface = ["linkDown", "1.3.6.1.2.1.2.2.1.1.7", "i", "7"];
    let enterprise = ["1.3.6.1.4.1.9.9.43.2.0.1", "1.3.6.1.4.1.9.9.43.1.1.6.1.3.21", "integer", "1"];
    let community = |version| ["-v", version, "-c", "public"];
    sent(&to, &[&community("1")[..], &["--agent-addr", "192.0.2.7"]].concat(), &interface).await;
    sent(&to, &community("2c"), &interface).await;
    sent(&to, &[&community("2c")[..], &["--inform"]].concat(), &enterprise).await;
    sent(&to, &USER, &interface).await;
    sent(&to, &[&USER[..], &["--inform"]].concat(), &interface).await;

    let records = records_after(proxy.client(), 0, 5).await;
    let told: Vec<_> = records
        .iter()
        .map(|record| {
            let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
            let (snmp, trap) = (&record["snmp"], &record["trap"]);
            let user = word(&snmp["security"]["user"]);
            format!("{} {} {user} {}", word(&snmp["version"]), word(&snmp["pdu"]), word(&trap["name"]))
        })
        .collect();
    let expected = [
        "1 trap-v1 - linkDown",
        "2c trap - linkDown",
        "2c inform - ciscoConfigManEvent",
        "3 trap operator linkDown",
        "3 inform operator linkDown",
    ];
    assert_eq!(told, expected);
    assert_eq!(records[0]["v1"]["agent_addr"], "192.0.2.7");
    assert_eq!(records[2]["decoded_by"]["plugin"], "cisco-traps");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inform_that_nobody_acknowledges_is_a_failure() {
    let proxy = receiver(WHO_MAY, &[]).await;
    let to = proxy.trap_address().await.to_string();
    let wrong = ["-v", "2c", "-c", "another one", "--inform", "--timeout", "1s"];
    let output = run(&to, &wrong, &["coldStart"]).await;
    assert!(!output.status.success(), "{output:?}");
    let said = [output.stdout, output.stderr].concat();
    assert!(!String::from_utf8_lossy(&said).contains("another one"), "the community is told");
}

#[tokio::test(flavor = "multi_thread")]
async fn net_snmp_understands_what_is_sent() {
    let Some(trapd) = SnmpTrapd::start().await else { return };
    let to = format!("127.0.0.1:{}", trapd.port);
    sent(&to, &["-v", "2c", "-c", "public", "--inform"], &["1.3.6.1.4.1.9.9.43.2.0.1"]).await;
    let log = trapd.log();
    assert!(log.contains(".1.3.6.1.4.1.9.9.43.2.0.1"), "{log}");
}

async fn sent(to: &str, who: &[&str], what: &[&str]) {
    let output = run(to, who, what).await;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{who:?} {what:?}: {said}");
}

async fn run(to: &str, who: &[&str], what: &[&str]) -> Output {
    let program: &Path = snmp_proxy_binary();
    let mut command = Command::new(program);
    command.arg("trap").args(who).arg(to).args(what);
    command.output().await.expect("it runs")
}
