//! Every kind of notification that net-snmp can send.

use std::path::Path;

use serde_json::Value;
use tokio::process::Command;

use super::{receiver, records_after};

const AUTH_PASSWORD: &str = "authentication";
const PRIV_PASSWORD: &str = "privacy-password";

/// A user of each level and of both generations of protocols.
const USERS: &str = r#"
communities = ["public"]

[[traps.users]]
name = "open"

[[traps.users]]
name = "md5"
auth_protocol = "MD5"
auth_password = "authentication"

[[traps.users]]
name = "sha256"
auth_protocol = "SHA256"
auth_password = "authentication"

[[traps.users]]
name = "des"
auth_protocol = "SHA"
auth_password = "authentication"
priv_protocol = "DES"
priv_password = "privacy-password"

[[traps.users]]
name = "aes"
auth_protocol = "SHA512"
auth_password = "authentication"
priv_protocol = "AES"
priv_password = "privacy-password"
"#;

/// How net-snmp's tools say who they are, for each of the five users.
const SECURITY: [(&str, &str, &[&str]); 5] = [
    ("open", "noAuthNoPriv", &[]),
    ("md5", "authNoPriv", &["-a", "MD5", "-A", AUTH_PASSWORD]),
    ("sha256", "authNoPriv", &["-a", "SHA-256", "-A", AUTH_PASSWORD]),
    ("des", "authPriv", &["-a", "SHA", "-A", AUTH_PASSWORD, "-x", "DES", "-X", PRIV_PASSWORD]),
    ("aes", "authPriv", &["-a", "SHA-512", "-A", AUTH_PASSWORD, "-x", "AES", "-X", PRIV_PASSWORD]),
];

/// linkDown of interface 7, as version 2 says it.
const LINK_DOWN: [&str; 8] =
    ["", "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.2.2.1.1.7", "i", "7", "1.3.6.1.2.1.2.2.1.8.7", "i", "2"];

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_that_net_snmp_sends_is_recorded_and_acknowledged() {
    if !prerequisites::programs(&["snmptrap", "snmpinform"]) {
        return;
    }
    let proxy = receiver(USERS, &[]).await;
    let (to, folder) = (proxy.trap_address().await.to_string(), tempfile::tempdir().expect("a temporary folder"));
    let mut expected = Vec::new();

    let v1 = ["1.3.6.1.6.3.1.1.5", "192.0.2.7", "2", "0", "14", "1.3.6.1.2.1.2.2.1.1.7", "i", "7"];
    sent("snmptrap", &["-v1", "-c", "public"], &to, &v1, folder.path()).await;
    expected.push("1 trap-v1 -".to_owned());
    for (program, pdu) in [("snmptrap", "trap"), ("snmpinform", "inform")] {
        sent(program, &["-v2c", "-c", "public"], &to, &LINK_DOWN, folder.path()).await;
        expected.push(format!("2c {pdu} -"));
    }
    for (user, level, flags) in SECURITY {
        let who = [&["-v3", "-u", user, "-l", level], flags].concat();
        // The sender of a trap is the authority, so it has an engine id of its own.
        let trap = [&who[..], &["-e", "0x8000000001020304"]].concat();
        sent("snmptrap", &trap, &to, &LINK_DOWN, folder.path()).await;
        expected.push(format!("3 trap {user}/{level}"));
        // Nobody acknowledges a trap, and while its user's keys are made what follows may overtake it.
        records_after(proxy.client(), 0, expected.len()).await;
        sent("snmpinform", &who, &to, &LINK_DOWN, folder.path()).await;
        expected.push(format!("3 inform {user}/{level}"));
    }
    assert_eq!(expected.len(), 13);

    let records = records_after(proxy.client(), 0, expected.len()).await;
    let told: Vec<_> = records.iter().map(told).collect();
    assert_eq!(told, expected);
    for (number, record) in (1..).zip(&records) {
        assert_eq!(record["number"], number, "{record}");
        assert_eq!(record["trap"]["name"], "linkDown", "{record}");
        assert_eq!(record["enrichment"]["interface"]["ifindex"], 7, "{record}");
        assert_eq!(record["transport"]["src"], "127.0.0.1", "{record}");
        assert_eq!(record["flags"].as_array().map(Vec::len), Some(0), "{record}");
        let one = proxy.client().get(&format!("/traps/{number}")).await;
        assert_eq!(&one.body, record);
    }
    let all = format!("{records:?}");
    for secret in ["public", AUTH_PASSWORD, PRIV_PASSWORD, &hex(b"public")] {
        assert!(!all.contains(secret), "{secret} is told");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_send_is_not_recorded_and_not_answered() {
    if !prerequisites::programs(&["snmptrap", "snmpinform"]) {
        return;
    }
    let proxy = receiver(USERS, &[]).await;
    let (to, folder) = (proxy.trap_address().await.to_string(), tempfile::tempdir().expect("a temporary folder"));
    let wrong: [(&[&str], &str); 5] = [
        (&["-v2c", "-c", "private"], "bad_community"),
        (&["-v3", "-u", "nobody", "-l", "noAuthNoPriv"], "unknown_user"),
        (&["-v3", "-u", "md5", "-l", "authNoPriv", "-a", "MD5", "-A", "another password"], "wrong_digest"),
        // The passwords would do; the message does not use them.
        (&["-v3", "-u", "aes", "-l", "authNoPriv", "-a", "SHA-512", "-A", AUTH_PASSWORD], "security_level"),
        (
            &[
                "-v3",
                "-u",
                "aes",
                "-l",
                "authPriv",
                "-a",
                "SHA-512",
                "-A",
                AUTH_PASSWORD,
                "-x",
                "AES",
                "-X",
                "another one",
            ],
            "decryption",
        ),
    ];
    for (who, reason) in wrong {
        let before = super::counter(proxy.client(), reason).await;
        // Long enough for keys that a busy machine makes; most of these are refused at once by a Report.
        let once = [who, &["-r", "0", "-t", "10"]].concat();
        let output = run("snmpinform", &once, &to, &LINK_DOWN, folder.path()).await;
        assert!(!output.status.success(), "{who:?} was acknowledged");
        assert!(super::counter(proxy.client(), reason).await > before, "{who:?} is counted as {reason}");
    }
    assert_eq!(proxy.client().get("/traps?after=0").await.body["traps"], Value::Array(Vec::new()));
}

/// Sends, and sees to it that the program is content: `snmpinform` is once it has its acknowledgement.
async fn sent(program: &str, who: &[&str], to: &str, what: &[&str], folder: &Path) {
    let output = run(program, who, to, what, folder).await;
    assert!(output.status.success(), "{program} {who:?}: {}", String::from_utf8_lossy(&output.stderr));
}

async fn run(program: &str, who: &[&str], to: &str, what: &[&str], folder: &Path) -> std::process::Output {
    let mut command = Command::new(program);
    // What it remembers of engines must not come from elsewhere.
    command.args(["-m", ""]).args(who).arg(to).args(what).env("SNMP_PERSISTENT_DIR", folder);
    command.output().await.expect("net-snmp is installed")
}

/// A record in a few words: version, PDU, user.
fn told(record: &Value) -> String {
    let snmp = &record["snmp"];
    let word = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    let security = match &snmp["security"] {
        Value::Null => "-".to_owned(),
        security => format!("{}/{}", word(&security["user"]), word(&security["level"])),
    };
    format!("{} {} {security}", word(&snmp["version"]), word(&snmp["pdu"]))
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
