//! net-snmp's agent and its command line tools, as a second opinion: what they print is what a poll gives.

use std::collections::BTreeMap;

use harness::{Proxy, Snmpd, net_snmp, net_snmp_is_here};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_of_snmpd_gives_what_net_snmp_prints() {
    if !net_snmp_is_here() {
        return;
    }
    let agent = Snmpd::start().await;
    let proxy = Proxy::start(&[]).await;
    let ended = proxy.client().poll(agent.port, "public").await;
    assert_eq!(ended["status"], "complete", "{ended}");
    assert_eq!(ended["partial"], false, "{ended}");

    let address = format!("127.0.0.1:{}", agent.port);
    // -Oqv: values alone; -On: numeric names; -Ot: ticks as a number; -Oe: enumerations as numbers.
    let show = ["-v2c", "-c", "public", "-OqntevU"];
    let system = &ended["data"]["snmp_data"];
    for (name, object) in [
        ("sysDescr", "1.3.6.1.2.1.1.1.0"),
        ("sysObjectID", "1.3.6.1.2.1.1.2.0"),
        ("sysName", "1.3.6.1.2.1.1.5.0"),
        ("sysLocation", "1.3.6.1.2.1.1.6.0"),
    ] {
        let printed = net_snmp("snmpget", &[&show[..], &[&address, object]].concat()).await;
        assert_eq!(system[name], printed.trim_end().trim_matches('"').trim_start_matches('.'), "{name}");
    }
    // net-snmp prints octets that are not ASCII as hex; what the agent was told is known.
    assert_eq!(system["sysContact"], Snmpd::CONTACT);
    let uptime = net_snmp("snmpget", &[&show[..], &[&address, "1.3.6.1.2.1.1.3.0"]].concat()).await;
    let later: u64 = uptime.trim().parse().expect("ticks");
    let earlier: u64 = system["sysUpTime"].as_str().expect("a text").parse().expect("ticks");
    assert!(earlier <= later && later - earlier < 6_000, "{earlier} is shortly before {later}");

    let mut interfaces: BTreeMap<u64, Value> = BTreeMap::new();
    for (key, column) in [
        ("description", "1.3.6.1.2.1.2.2.1.2"),
        ("type", "1.3.6.1.2.1.2.2.1.3"),
        ("mtu", "1.3.6.1.2.1.2.2.1.4"),
        ("admin_status", "1.3.6.1.2.1.2.2.1.7"),
        ("oper_status", "1.3.6.1.2.1.2.2.1.8"),
        ("name", "1.3.6.1.2.1.31.1.1.1.1"),
        ("alias", "1.3.6.1.2.1.31.1.1.1.18"),
    ] {
        let printed = net_snmp("snmpbulkwalk", &["-v2c", "-c", "public", "-OqnteU", &address, column]).await;
        for line in printed.lines() {
            let (name, value) = line.split_once(' ').unwrap_or((line, ""));
            let index = name.rsplit('.').next().expect("an index").parse().expect("an ifIndex");
            let value = value.parse::<u64>().map_or_else(|_| json!(value.trim_matches('"')), |number| json!(number));
            interfaces.entry(index).or_insert_with(|| json!({ "index": index }))[key] = value;
        }
    }
    let found = ended["data"]["interfaces"].as_array().expect("interfaces");
    assert!(!interfaces.is_empty(), "net-snmp prints interfaces");
    assert_eq!(found.len(), interfaces.len());
    for (found, expected) in found.iter().zip(interfaces.values()) {
        for (key, value) in expected.as_object().expect("a row") {
            assert_eq!(found[key].to_string(), value.to_string(), "{key} of interface {}", expected["index"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_direct_walk_of_snmpd_is_what_snmpbulkwalk_prints() {
    if !net_snmp_is_here() {
        return;
    }
    let agent = Snmpd::start().await;
    let proxy = Proxy::start(&[]).await;
    let request = json!({ "target": "127.0.0.1", "port": agent.port, "oid": ".1.3.6.1.2.1.2.2.1.2" });
    let answer = proxy.client().post("/snmp/walk", &request).await;
    assert_eq!(answer.body["success"], true, "{}", answer.text);
    let lines: Vec<String> = answer.body["data"].as_array().expect("rows").iter().map(line).collect();

    let address = format!("127.0.0.1:{}", agent.port);
    let ask = ["-v2c", "-c", "public", "-Oqn", &address, "1.3.6.1.2.1.2.2.1.2"];
    let printed = net_snmp("snmpbulkwalk", &ask).await.replace('"', "");
    let printed: Vec<&str> = printed.lines().map(|line| line.trim_start_matches('.')).collect();
    assert_eq!(lines, printed);
}

fn line(row: &Value) -> String {
    format!("{} {}", row["oid"].as_str().expect("an OID"), row["value"].as_str().expect("a text"))
}

/// A view without `system` (RFC 3415), as operators give to those who shall see counters only.
#[tokio::test(flavor = "multi_thread")]
async fn a_view_of_snmpd_that_hides_the_system_group_hides_nothing_else() {
    if !net_snmp_is_here() {
        return;
    }
    let agent = Snmpd::start_with(
        "view most included .1\nview most excluded .1.3.6.1.2.1.1\nrocommunity public 127.0.0.1 -V most\n",
    )
    .await;
    let proxy = Proxy::start(&[]).await;
    for (version, answer) in [("2c", "noSuchObject"), ("1", "noSuchName")] {
        let request = json!({ "target": "127.0.0.1", "port": agent.port, "version": version });
        let ended = proxy.client().ended(&proxy.client().submit(&request).await).await;
        assert_eq!((&ended["status"], &ended["data"]["snmp_data"]), (&json!("complete"), &json!({})), "{ended}");
        let reason = ended["gaps"][0]["reason"].as_str().expect("a reason");
        assert!(reason.contains(&format!("{answer} for all 6 objects")), "{version}: {reason}");
        assert!(ended["data"]["interfaces"].as_array().is_some_and(|rows| !rows.is_empty()), "{version}: {ended}");
    }
}
