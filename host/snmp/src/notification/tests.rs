//! Rules of RFC 3584 section 3, one by one, and the octets of the PDUs.

use proptest::prelude::*;

use super::*;
use crate::Community;

const SYS_NAME: [u32; 9] = [1, 3, 6, 1, 2, 1, 1, 5, 0];

fn oid(text: &str) -> Oid {
    text.parse().unwrap()
}

fn varbind(name: &str, value: Value) -> Varbind {
    Varbind { name: oid(name), value }
}

fn trap_v1(enterprise: &str, generic: i32, specific: i32, varbinds: Vec<Varbind>) -> TrapV1 {
    let agent_addr = Ipv4Addr::new(192, 0, 2, 7);
    TrapV1 { enterprise: oid(enterprise), agent_addr, generic, specific, timestamp: 14, varbinds }
}

fn notification(trap_oid: &str, varbinds: Vec<Varbind>) -> Notification {
    Notification { uptime: 14, trap_oid: oid(trap_oid), varbinds }
}

fn lines(varbinds: &[Varbind]) -> String {
    varbinds.iter().map(|varbind| format!("\n{} {:?}", varbind.name, varbind.value)).collect()
}

#[track_caller]
fn check_v2(trap: &TrapV1, community: Option<&str>, expected: &str) {
    let community = community.map(Community::from);
    let text = match trap.to_v2(community.as_ref()) {
        Ok(Notification { uptime, trap_oid, varbinds }) => format!("{trap_oid} after {uptime}{}", lines(&varbinds)),
        Err(error) => error.to_string(),
    };
    assert_eq!(text, expected);
}

#[track_caller]
fn check_v1(notification: &Notification, source: Option<Ipv4Addr>, expected: &str) {
    let text = match notification.to_v1(source) {
        Ok(TrapV1 { enterprise, agent_addr, generic, specific, timestamp, varbinds }) => {
            format!("{enterprise} at {agent_addr}: {generic} {specific} after {timestamp}, {} varbinds", varbinds.len())
        }
        Err(error) => error.to_string(),
    };
    assert_eq!(text, expected);
}

/// What is appended to a trap of the enterprise 1.3.6.1.4.1.32473.
const APPENDED: &str =
    "\n1.3.6.1.6.3.18.1.3.0 IpAddress([192, 0, 2, 7])\n1.3.6.1.6.3.1.1.4.3.0 ObjectIdentifier(1.3.6.1.4.1.32473)";

#[test]
fn the_standard_traps_have_oids_of_their_own() {
    for generic in 0..=5 {
        let expected = format!("1.3.6.1.6.3.1.1.5.{} after 14{APPENDED}", generic + 1);
        check_v2(&trap_v1("1.3.6.1.4.1.32473", generic, 99, vec![]), None, &expected);
    }
}

#[test]
fn an_enterprise_trap_is_the_enterprise_a_zero_and_the_number() {
    let expected = format!("1.3.6.1.4.1.32473.0.99 after 14{APPENDED}");
    check_v2(&trap_v1("1.3.6.1.4.1.32473", 6, 99, vec![]), None, &expected);
}

#[test]
fn a_generic_number_that_no_rfc_knows_counts_as_six() {
    for generic in [7, 99, -1, i32::MIN] {
        let expected = format!("1.3.6.1.4.1.32473.0.99 after 14{APPENDED}");
        check_v2(&trap_v1("1.3.6.1.4.1.32473", generic, 99, vec![]), None, &expected);
    }
}

#[test]
fn an_enterprise_that_ends_in_zero_gets_another_one() {
    let trap = trap_v1("1.3.6.1.4.1.32473.0", 6, 1, vec![]);
    let mapped = trap.to_v2(None).unwrap();
    assert_eq!(mapped.trap_oid, oid("1.3.6.1.4.1.32473.0.0.1"));
    assert_eq!(mapped.to_v1(None).unwrap().enterprise, trap.enterprise, "and loses it again");
}

#[test]
fn a_negative_specific_number_is_the_arc_of_the_same_bits() {
    let trap = trap_v1("1.3.6.1.4.1.32473", 6, -1, vec![]);
    let mapped = trap.to_v2(None).unwrap();
    assert_eq!(mapped.trap_oid, oid("1.3.6.1.4.1.32473.0.4294967295"));
    assert_eq!(mapped.to_v1(None).unwrap().specific, -1);
}

#[test]
fn a_community_is_told_only_where_it_is_given() {
    let trap = trap_v1("1.3.6.1.4.1.32473", 0, 0, vec![]);
    let expected = "1.3.6.1.6.3.1.1.5.1 after 14\n1.3.6.1.6.3.18.1.3.0 IpAddress([192, 0, 2, 7])\n1.3.6.1.6.3.18.1.4.0 \
                    OctetString([99])\n1.3.6.1.6.3.1.1.4.3.0 ObjectIdentifier(1.3.6.1.4.1.32473)";
    check_v2(&trap, Some("c"), expected);
}

#[test]
fn what_is_there_already_is_not_appended() {
    let there = vec![
        varbind("1.3.6.1.6.3.1.1.4.3.0", Value::ObjectIdentifier(oid("1.3.9"))),
        varbind("1.3.6.1.6.3.18.1.4.0", Value::OctetString(b"d".to_vec())),
        varbind("1.3.6.1.6.3.18.1.3.0", Value::IpAddress([198, 51, 100, 9])),
    ];
    let mapped = trap_v1("1.3.6.1.4.1.32473", 0, 0, there.clone()).to_v2(Some(&Community::from("c"))).unwrap();
    assert_eq!(mapped.varbinds, there);
}

#[test]
fn the_varbinds_stay_in_their_order_before_what_is_appended() {
    let varbinds = vec![varbind("1.3.2", Value::Integer(2)), varbind("1.3.1", Value::Integer(1))];
    let expected = format!("1.3.6.1.6.3.1.1.5.4 after 14\n1.3.2 Integer(2)\n1.3.1 Integer(1){APPENDED}");
    check_v2(&trap_v1("1.3.6.1.4.1.32473", 3, 0, varbinds), None, &expected);
}

#[test]
fn an_enterprise_without_room_for_two_arcs_is_an_error() {
    let enterprise = vec!["1"; 127].join(".");
    let expected = format!("the enterprise {enterprise} is too long for a trap OID");
    check_v2(&trap_v1(&enterprise, 6, 1, vec![]), None, &expected);
}

#[test]
fn a_standard_trap_has_its_generic_number_and_snmp_traps_as_enterprise() {
    for generic in 0..=5 {
        let trap_oid = format!("1.3.6.1.6.3.1.1.5.{}", generic + 1);
        let expected = format!("1.3.6.1.6.3.1.1.5 at 0.0.0.0: {generic} 0 after 14, 0 varbinds");
        check_v1(&notification(&trap_oid, vec![]), None, &expected);
    }
}

#[test]
fn only_a_standard_trap_takes_the_enterprise_of_its_varbind() {
    let enterprise = vec![varbind("1.3.6.1.6.3.1.1.4.3.0", Value::ObjectIdentifier(oid("1.3.6.1.4.1.32473.7")))];
    let standard = notification("1.3.6.1.6.3.1.1.5.3", enterprise.clone());
    check_v1(&standard, None, "1.3.6.1.4.1.32473.7 at 0.0.0.0: 2 0 after 14, 1 varbinds");
    let other = notification("1.3.6.1.4.1.32473.0.5", enterprise);
    check_v1(&other, None, "1.3.6.1.4.1.32473 at 0.0.0.0: 6 5 after 14, 1 varbinds");
}

#[test]
fn what_is_near_the_standard_traps_is_none_of_them() {
    check_v1(
        &notification("1.3.6.1.6.3.1.1.5.7", vec![]),
        None,
        "1.3.6.1.6.3.1.1.5 at 0.0.0.0: 6 7 after 14, 0 varbinds",
    );
    check_v1(
        &notification("1.3.6.1.6.3.1.1.5.0", vec![]),
        None,
        "1.3.6.1.6.3.1.1.5 at 0.0.0.0: 6 0 after 14, 0 varbinds",
    );
    let below = notification("1.3.6.1.6.3.1.1.5.3.1", vec![]);
    check_v1(&below, None, "1.3.6.1.6.3.1.1.5.3 at 0.0.0.0: 6 1 after 14, 0 varbinds");
}

#[test]
fn the_enterprise_is_what_is_before_the_last_arc_and_a_zero() {
    let with_zero = notification("1.3.6.1.4.1.32473.0.5", vec![]);
    check_v1(&with_zero, None, "1.3.6.1.4.1.32473 at 0.0.0.0: 6 5 after 14, 0 varbinds");
    let without = notification("1.3.6.1.4.1.32473.1.5", vec![]);
    check_v1(&without, None, "1.3.6.1.4.1.32473.1 at 0.0.0.0: 6 5 after 14, 0 varbinds");
    let two_zeros = notification("1.3.6.1.4.1.32473.0.0.5", vec![]);
    check_v1(&two_zeros, None, "1.3.6.1.4.1.32473.0 at 0.0.0.0: 6 5 after 14, 0 varbinds");
    let ends_in_zero = notification("1.3.6.1.4.1.32473.5.0", vec![]);
    check_v1(&ends_in_zero, None, "1.3.6.1.4.1.32473.5 at 0.0.0.0: 6 0 after 14, 0 varbinds");
}

#[test]
fn a_trap_oid_without_an_enterprise_has_no_form_in_version_1() {
    for trap_oid in ["1", "1.3", "0.0", "1.0.5"] {
        let expected = format!("the trap OID {trap_oid} is too short to name an enterprise and one of its traps");
        check_v1(&notification(trap_oid, vec![]), None, &expected);
    }
}

#[test]
fn a_counter64_has_no_form_in_version_1() {
    let varbinds = vec![
        varbind("1.3.6.1.2.1.2.2.1.10.3", Value::Counter32(1)),
        varbind("1.3.6.1.2.1.31.1.1.1.6.3", Value::Counter64(1)),
    ];
    let expected = "1.3.6.1.2.1.31.1.1.1.6.3 is a Counter64, which version 1 does not have";
    check_v1(&notification("1.3.6.1.6.3.1.1.5.3", varbinds), None, expected);
}

#[test]
fn the_agents_address_is_that_of_its_varbind_then_the_senders_then_none() {
    let source = Some(Ipv4Addr::new(198, 51, 100, 1));
    let address = |value| notification("1.3.6.1.4.1.9.0.1", vec![varbind("1.3.6.1.6.3.18.1.3.0", value)]);
    let of_varbind = address(Value::IpAddress([192, 0, 2, 7]));
    check_v1(&of_varbind, source, "1.3.6.1.4.1.9 at 192.0.2.7: 6 1 after 14, 1 varbinds");
    let no_address = address(Value::OctetString(b"192.0.2.7".to_vec()));
    check_v1(&no_address, source, "1.3.6.1.4.1.9 at 198.51.100.1: 6 1 after 14, 1 varbinds");
    check_v1(&no_address, None, "1.3.6.1.4.1.9 at 0.0.0.0: 6 1 after 14, 1 varbinds");
}

proptest! {
    #[test]
    fn what_is_mapped_there_and_back_is_the_same_event(
        arcs in prop::collection::vec(0..4u32, 2..9), generic in 0..=6i32, specific: i32, timestamp: u32, addr: u32,
    ) {
        let enterprise = Oid::new(&arcs).unwrap();
        let specific = if generic == 6 { specific } else { 0 };
        let agent_addr = Ipv4Addr::from(addr);
        let varbinds = vec![Varbind { name: Oid::from(SYS_NAME), value: Value::OctetString(b"a".to_vec()) }];
        let trap = TrapV1 { enterprise, agent_addr, generic, specific, timestamp, varbinds };
        let there = trap.to_v2(None).unwrap();
        let back = there.to_v1(None).unwrap();
        prop_assert_eq!(&back, &TrapV1 { varbinds: there.varbinds.clone(), ..trap });
        prop_assert_eq!(back.to_v2(None).unwrap(), there, "nothing is appended twice");
    }
}

fn hex(writer: Writer) -> String {
    writer.finish().iter().map(|octet| format!("{octet:02x}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_pdu_of_version_2_begins_with_the_time_and_the_trap() {
    let cold_start = notification("1.3.6.1.6.3.1.1.5.1", vec![varbind("1.3.6", Value::Integer(5))]);
    let behind_tag = "3c 02 01 07 02 01 00 02 01 00 30 31 \
                      30 0d 06 08 2b 06 01 02 01 01 03 00 43 01 0e \
                      30 17 06 0a 2b 06 01 06 03 01 01 04 01 00 06 09 2b 06 01 06 03 01 01 05 01 \
                      30 07 06 02 2b 06 02 01 05";
    for (class, tag) in [(NotificationClass::Trap, "a7"), (NotificationClass::Inform, "a6")] {
        let mut writer = Writer::default();
        cold_start.write(class, 7, &mut writer);
        assert_eq!(hex(writer), format!("{tag} {behind_tag}"));
    }
}

#[test]
fn the_pdu_of_version_1_has_fields_of_its_own() {
    let mut writer = Writer::default();
    trap_v1("1.3.6.1.4.1.9", 6, -1, vec![varbind("1.3.6", Value::Integer(5))]).write(&mut writer);
    let expected = "a4 22 06 06 2b 06 01 04 01 09 40 04 c0 00 02 07 02 01 06 02 01 ff 43 01 0e \
                    30 09 30 07 06 02 2b 06 02 01 05";
    assert_eq!(hex(writer), expected);
}

#[test]
fn an_oid_that_ber_cannot_express_is_found_wherever_it_is() {
    let bad = || oid("1.40.1");
    let value = || vec![varbind("1.3", Value::ObjectIdentifier(bad()))];
    let name = || vec![Varbind { name: bad(), value: Value::Null }];
    for of_v2 in [notification("1.40.1", vec![]), notification("1.3.1", value()), notification("1.3.1", name())] {
        assert_eq!(of_v2.unwritable(), Some(&bad()));
    }
    for of_v1 in [trap_v1("1.40.1", 6, 1, vec![]), trap_v1("1.3", 6, 1, value()), trap_v1("1.3", 6, 1, name())] {
        assert_eq!(of_v1.unwritable(), Some(&bad()));
    }
    assert_eq!(notification("1.3.1", vec![varbind("2.999", Value::Null)]).unwritable(), None);
}
