//! The plugin against recordings. They are made up; the device is nobody's.

use expect_test::{Expect, expect};
use snmp_proxy_sdk::{
    ErrorKind, oid, serde_json,
    testing::{RecordedDevice, run},
};

use super::SystemInfo;

const SWITCH: &str = "
1.3.6.1.2.1.1.1.0|4|Example switch, release 7
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.32473.1.5
1.3.6.1.2.1.1.3.0|67|123456
1.3.6.1.2.1.1.4.0|4|noc@example.net
1.3.6.1.2.1.1.5.0|4|sw1.example.net
1.3.6.1.2.1.1.6.0|4|
1.3.6.1.2.1.1.7.0|2|6
1.3.6.1.2.1.2.1.0|2|3
1.3.6.1.2.1.25.1.1.0|67|200000
1.3.6.1.2.1.31.1.5.0|67|4200
1.3.6.1.2.1.47.1.1.1.1.2.1|4|Stack
1.3.6.1.2.1.47.1.1.1.1.2.1001|4|Example chassis
1.3.6.1.2.1.47.1.1.1.1.5.1|2|11
1.3.6.1.2.1.47.1.1.1.1.5.1001|2|3
1.3.6.1.2.1.47.1.1.1.1.5.1002|2|6
1.3.6.1.2.1.47.1.1.1.1.10.1001|4|7.0.1
1.3.6.1.2.1.47.1.1.1.1.11.1001|4|EX0000001
1.3.6.1.2.1.47.1.1.1.1.13.1001|4|
1.3.6.1.6.3.10.2.1.1.0|4x|80007ed9030000005e0053af
1.3.6.1.6.3.10.2.1.2.0|2|4
1.3.6.1.6.3.10.2.1.3.0|2|1999
1.3.6.1.6.3.10.2.1.4.0|2|1500
";

fn switch() -> RecordedDevice {
    RecordedDevice::parse(SWITCH).unwrap()
}

fn check(mut device: RecordedDevice, params: &str, expected: &Expect) {
    let run = run::<SystemInfo>(&mut device, params);
    let mut text = match run.result {
        Ok(result) => serde_json::to_string_pretty(&result).unwrap(),
        Err(error) => format!("{}: {}", error.kind, error.message),
    };
    for (line, counters) in run.progress {
        text.push_str(&format!("\nprogress: {line} {counters:?}"));
    }
    for (level, line) in run.log {
        text.push_str(&format!("\n{level:?}: {line}"));
    }
    expected.assert_eq(&text);
}

#[test]
fn the_system_group_is_strings_and_the_greater_clock_is_the_uptime() {
    check(
        switch(),
        "{}",
        &expect![[r#"
            {
              "snmp_data": {
                "sysDescr": "Example switch, release 7",
                "sysObjectID": "1.3.6.1.4.1.32473.1.5",
                "sysUpTime": "123456",
                "sysContact": "noc@example.net",
                "sysName": "sw1.example.net",
                "sysLocation": ""
              },
              "system": {
                "services": 6,
                "vendor_enterprise": 32473,
                "uptime_ticks": 123456,
                "uptime_seconds": 2000,
                "uptime_source": "hrSystemUptime",
                "engine_id": "80007ed9030000005e0053af",
                "engine_boots": 4,
                "engine_time": 1999,
                "max_message_size": 1500,
                "hr_uptime_ticks": 200000,
                "interface_count": 3,
                "interface_table_last_change": 4200
              }
            }
            progress: Collecting system information... [("system_oids", 6)]"#]],
    );
}

#[test]
fn chassis_are_read_when_asked_for() {
    check(
        switch().without(oid!("1.3.6.1.2.1.1")).without(oid!("1.3.6.1.6")),
        r#"{"chassis": true}"#,
        &expect![[r#"
            {
              "snmp_data": {},
              "system": {
                "uptime_seconds": 2000,
                "uptime_source": "hrSystemUptime",
                "hr_uptime_ticks": 200000,
                "interface_count": 3,
                "interface_table_last_change": 4200,
                "chassis": [
                  {
                    "index": 1001,
                    "description": "Example chassis",
                    "serial": "EX0000001",
                    "software_revision": "7.0.1"
                  }
                ],
                "warnings": [
                  "the agent answers, but shows no system group: sysDescr, sysObjectID, sysUpTime, sysContact, sysName, sysLocation: noSuchInstance"
                ]
              }
            }
            progress: Collecting system information... [("system_oids", 0)]
            Level::Warn: the agent answers, but shows no system group: sysDescr, sysObjectID, sysUpTime, sysContact, sysName, sysLocation: noSuchInstance"#]],
    );
}

#[test]
fn a_silent_device_is_a_timeout() {
    let run = run::<SystemInfo>(&mut switch().silent_below(&[]), "{}");
    assert_eq!(run.result.unwrap_err().kind, ErrorKind::Timeout);
}

#[test]
fn extras_and_chassis_that_fail_do_no_harm() {
    let device = switch().silent_below(oid!("1.3.6.1.6.3")).silent_below(oid!("1.3.6.1.2.1.47.1.1.1.1.2"));
    check(
        device,
        r#"{"chassis": true}"#,
        &expect![[r#"
            {
              "snmp_data": {
                "sysDescr": "Example switch, release 7",
                "sysObjectID": "1.3.6.1.4.1.32473.1.5",
                "sysUpTime": "123456",
                "sysContact": "noc@example.net",
                "sysName": "sw1.example.net",
                "sysLocation": ""
              },
              "system": {
                "vendor_enterprise": 32473,
                "uptime_ticks": 123456,
                "uptime_seconds": 1234,
                "uptime_source": "sysUpTime"
              }
            }
            progress: Collecting system information... [("system_oids", 6)]
            Level::Warn: services, engine and host uptime are missing: no answer
            Level::Warn: the chassis are missing: no answer"#]],
    );
}

#[test]
fn what_has_the_wrong_syntax_is_left_out_or_null_and_warned_of() {
    let device = RecordedDevice::parse(
        "1.3.6.1.2.1.1.1.0|2|7\n1.3.6.1.2.1.1.2.0|4|not an oid\n1.3.6.1.2.1.1.3.0|2|500\n1.3.6.1.2.1.2.1.0|4|three",
    );
    check(
        device.unwrap(),
        "{}",
        &expect![[r#"
            {
              "snmp_data": {
                "sysUpTime": "500"
              },
              "system": {
                "uptime_ticks": 500,
                "uptime_seconds": 5,
                "uptime_source": "sysUpTime",
                "interface_count": null,
                "warnings": [
                  "sysDescr: INTEGER instead of OCTET STRING",
                  "sysObjectID: OCTET STRING \"not an oid\" instead of OBJECT IDENTIFIER",
                  "sysUpTime: INTEGER instead of TimeTicks",
                  "ifNumber: OCTET STRING instead of INTEGER"
                ]
              }
            }
            progress: Collecting system information... [("system_oids", 3)]
            Level::Info: sysContact, sysName, sysLocation: noSuchInstance
            Level::Warn: sysDescr: INTEGER instead of OCTET STRING
            Level::Warn: sysObjectID: OCTET STRING "not an oid" instead of OBJECT IDENTIFIER
            Level::Warn: sysUpTime: INTEGER instead of TimeTicks
            Level::Warn: ifNumber: OCTET STRING instead of INTEGER"#]],
    );
}

/// Runs the plugin and gives what it says, less what is as always.
fn check_briefly(mut device: RecordedDevice, expected: &Expect) {
    let run = run::<SystemInfo>(&mut device, "{}");
    let mut text = format!("{}\n{}\n", run.section("snmp_data"), run.section("system"));
    for (level, line) in run.log {
        text.push_str(&format!("{level:?}: {line}\n"));
    }
    expected.assert_eq(&text);
}

#[test]
fn a_sys_object_id_in_words_is_read_where_its_names_are_the_standards_and_else_told() {
    let named = |text: &str| RecordedDevice::parse(&format!("1.3.6.1.2.1.1.2.0|4|{text}")).unwrap();
    check_briefly(
        named("SNMPv2-SMI::enterprises.32473.7"),
        &expect![[r#"
        {"sysObjectID":"1.3.6.1.4.1.32473.7"}
        {"vendor_enterprise":32473,"warnings":["sysObjectID: OCTET STRING instead of OBJECT IDENTIFIER"]}
        Level::Info: sysDescr, sysUpTime, sysContact, sysName, sysLocation: noSuchInstance
        Level::Warn: sysObjectID: OCTET STRING instead of OBJECT IDENTIFIER
    "#]],
    );
    check_briefly(
        named("exampleProducts.7"),
        &expect![[r#"
        {}
        {"warnings":["sysObjectID: OCTET STRING \"exampleProducts.7\" instead of OBJECT IDENTIFIER"]}
        Level::Info: sysDescr, sysUpTime, sysContact, sysName, sysLocation: noSuchInstance
        Level::Warn: sysObjectID: OCTET STRING "exampleProducts.7" instead of OBJECT IDENTIFIER
    "#]],
    );
}

#[test]
fn a_sys_object_id_as_text_is_that_oid_and_tells_the_vendor() {
    let device = RecordedDevice::parse(
        "1.3.6.1.2.1.1.1.0|4|Example PDU\n1.3.6.1.2.1.1.2.0|4|.1.3.6.1.4.1.32473.165.11
         1.3.6.1.2.1.1.4.0|4|\n1.3.6.1.2.1.1.5.0|4|pdu1\n1.3.6.1.2.1.1.6.0|4|",
    );
    check_briefly(
        device.unwrap(),
        &expect![[r#"
            {"sysDescr":"Example PDU","sysObjectID":"1.3.6.1.4.1.32473.165.11","sysContact":"","sysName":"pdu1","sysLocation":""}
            {"vendor_enterprise":32473,"warnings":["sysObjectID: OCTET STRING instead of OBJECT IDENTIFIER"]}
            Level::Info: sysUpTime: noSuchInstance
            Level::Warn: sysObjectID: OCTET STRING instead of OBJECT IDENTIFIER
        "#]],
    );
}

#[test]
fn an_agent_that_shows_no_system_group_gives_what_there_is() {
    check_briefly(
        switch().without(oid!("1.3.6.1.2.1.1")),
        &expect![[r#"
            {}
            {"uptime_seconds":2000,"uptime_source":"hrSystemUptime","engine_id":"80007ed9030000005e0053af","engine_boots":4,"engine_time":1999,"max_message_size":1500,"hr_uptime_ticks":200000,"interface_count":3,"interface_table_last_change":4200,"warnings":["the agent answers, but shows no system group: sysDescr, sysObjectID, sysUpTime, sysContact, sysName, sysLocation: noSuchInstance"]}
            Level::Warn: the agent answers, but shows no system group: sysDescr, sysObjectID, sysUpTime, sysContact, sysName, sysLocation: noSuchInstance
        "#]],
    );
    check_briefly(
        RecordedDevice::parse("1.3.6.1.2.1.1.1.0|128|\n1.3.6.1.2.1.1.2.0|128|\n1.3.6.1.2.1.2.1.0|2|3").unwrap(),
        &expect![[r#"
            {}
            {"interface_count":3,"warnings":["the agent answers, but shows no system group: sysDescr, sysObjectID: noSuchObject; sysUpTime, sysContact, sysName, sysLocation: noSuchInstance"]}
            Level::Warn: the agent answers, but shows no system group: sysDescr, sysObjectID: noSuchObject; sysUpTime, sysContact, sysName, sysLocation: noSuchInstance
        "#]],
    );
}

#[test]
fn an_agent_that_refuses_an_object_gives_the_others() {
    let device = switch().refusing_below(oid!("1.3.6.1.2.1.1.4"), "noAccess");
    check_briefly(
        device.without(oid!("1.3.6.1.2.1.1.6")),
        &expect![[r#"
            {"sysDescr":"Example switch, release 7","sysObjectID":"1.3.6.1.4.1.32473.1.5","sysUpTime":"123456","sysName":"sw1.example.net"}
            {"services":6,"vendor_enterprise":32473,"uptime_ticks":123456,"uptime_seconds":2000,"uptime_source":"hrSystemUptime","engine_id":"80007ed9030000005e0053af","engine_boots":4,"engine_time":1999,"max_message_size":1500,"hr_uptime_ticks":200000,"interface_count":3,"interface_table_last_change":4200,"warnings":["sysContact: answered noAccess for 1.3.6.1.2.1.1.4.0"]}
            Level::Info: sysLocation: noSuchInstance
            Level::Warn: sysContact: answered noAccess for 1.3.6.1.2.1.1.4.0
        "#]],
    );
    check_briefly(
        switch().refusing_below(oid!("1.3.6.1.2.1.1"), "authorizationError").without(oid!("1.3.6.1.6")),
        &expect![[r#"
            {}
            {"warnings":["the agent answers, but shows no system group: sysDescr: answered authorizationError for 1.3.6.1.2.1.1.1.0; sysObjectID: answered authorizationError for 1.3.6.1.2.1.1.2.0; sysUpTime: answered authorizationError for 1.3.6.1.2.1.1.3.0; sysContact: answered authorizationError for 1.3.6.1.2.1.1.4.0; sysName: answered authorizationError for 1.3.6.1.2.1.1.5.0; sysLocation: answered authorizationError for 1.3.6.1.2.1.1.6.0"]}
            Level::Warn: services, engine and host uptime are missing: answered authorizationError for 1.3.6.1.2.1.1.7.0
            Level::Warn: the agent answers, but shows no system group: sysDescr: answered authorizationError for 1.3.6.1.2.1.1.1.0; sysObjectID: answered authorizationError for 1.3.6.1.2.1.1.2.0; sysUpTime: answered authorizationError for 1.3.6.1.2.1.1.3.0; sysContact: answered authorizationError for 1.3.6.1.2.1.1.4.0; sysName: answered authorizationError for 1.3.6.1.2.1.1.5.0; sysLocation: answered authorizationError for 1.3.6.1.2.1.1.6.0
        "#]],
    );
}

#[test]
fn an_engine_time_that_fits_no_other_clock_is_left_out_with_a_warning() {
    let device = |engine_time: i64| {
        let recording = format!("1.3.6.1.2.1.1.3.0|67|430400\n1.3.6.1.6.3.10.2.1.3.0|2|{engine_time}\n");
        RecordedDevice::parse(&recording).unwrap()
    };
    check_briefly(
        device(1_536_051_496),
        &expect![[r#"
            {"sysUpTime":"430400"}
            {"uptime_ticks":430400,"uptime_seconds":4304,"uptime_source":"sysUpTime","engine_time":1536051496,"warnings":["uptime: snmpEngineTime 1536051496 disagrees with the other clocks and is not used"]}
            Level::Info: sysDescr, sysObjectID, sysContact, sysName, sysLocation: noSuchInstance
            Level::Warn: uptime: snmpEngineTime 1536051496 disagrees with the other clocks and is not used
        "#]],
    );
    check_briefly(
        device(42_949_673 + 4_304),
        &expect![[r#"
            {"sysUpTime":"430400"}
            {"uptime_ticks":430400,"uptime_seconds":42953977,"uptime_source":"snmpEngineTime","engine_time":42953977}
            Level::Info: sysDescr, sysObjectID, sysContact, sysName, sysLocation: noSuchInstance
        "#]],
    );
}

#[test]
fn an_unknown_parameter_is_named() {
    check(
        switch(),
        r#"{"chasis": true}"#,
        &expect!["invalid-argument: bad parameters: unknown field `chasis`, expected `chassis` at line 1 column 9"],
    );
}
