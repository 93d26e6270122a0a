//! Text that people hand in and that holds no packets: what it is, and what to do with it.

/// What a text is that is a recording of a device.
pub(super) fn recording(text: &str) -> Option<String> {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))?;
    let what = if is_snmprec(first) {
        "a recording of a device (.snmprec)"
    } else if is_walk(first) {
        "the output of snmpwalk"
    } else {
        return None;
    };
    Some(format!("this is {what}, not packets: `snmp-proxy simulate FILE` reads it"))
}

/// What a text is that tells of packets and has none of their octets.
pub(super) fn without_octets(text: &str) -> Option<String> {
    let is_header = |line: &str| {
        let (_, behind) = line.split_once(" > ")?;
        let (receiver, _) = behind.split_once(": ").or_else(|| behind.split_once(":"))?;
        (!receiver.is_empty() && !receiver.contains(' ')).then_some(())
    };
    let names_ip = text.split_whitespace().any(|word| matches!(word, "IP" | "IP6"));
    let is_of_tcpdump = names_ip && text.lines().any(|line| is_header(line).is_some());
    is_of_tcpdump.then(|| {
        "this is what tcpdump prints, without the octets of the packets (-A prints only their characters): use `tcpdump -x` \
         or `-xx`, or write a capture with `-w FILE`"
            .to_owned()
    })
}

/// `OID|TAG|VALUE`
fn is_snmprec(line: &str) -> bool {
    let mut fields = line.splitn(3, '|');
    let (Some(name), Some(tag), Some(_)) = (fields.next(), fields.next(), fields.next()) else { return false };
    is_dotted(name)
        && tag.starts_with(|sign: char| sign.is_ascii_digit())
        && tag.bytes().all(|sign| sign.is_ascii_alphanumeric() || sign == b':')
}

/// `NAME = TYPE: VALUE`
fn is_walk(line: &str) -> bool {
    const TYPES: [&str; 15] = [
        "BITS",
        "Counter32",
        "Counter64",
        "Gauge32",
        "Hex-STRING",
        "INTEGER",
        "IpAddress",
        "Network Address",
        "OID",
        "Opaque",
        "STRING",
        "Timeticks",
        "UInteger32",
        "Unsigned32",
        "Wrong Type (should be",
    ];
    let Some((name, value)) = line.split_once(" = ") else { return false };
    let is_name = !name.contains(char::is_whitespace) && name.contains(['.', ':', '[']);
    let has_type = TYPES.iter().any(|name| value.strip_prefix(name).is_some_and(|rest| rest.starts_with([':', ' '])));
    is_name && (has_type || is_dotted(name) || name.contains("::") || name.starts_with("iso."))
}

/// Two arcs or more.
fn is_dotted(text: &str) -> bool {
    let dotted = text.strip_prefix('.').unwrap_or(text);
    dotted.contains('.')
        && dotted.split('.').all(|arc| !arc.is_empty() && arc.bytes().all(|digit| digit.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recordings_are_known_by_their_first_line() {
        for text in [
            "1.3.6.1.2.1.1.1.0|4|a switch\n",
            "# made by hand\n\n.1.3.6.1.2.1.1.3.0|67|5\n",
            "1.3.6.1.2.1.2.2.1.6.1|4x|00005e005301",
            "1.3.6.1.2.1.2.2.1.10.1|65:numeric|min=1",
        ] {
            assert!(recording(text).unwrap().contains("(.snmprec), not packets: `snmp-proxy simulate FILE`"), "{text}");
        }
        for text in [
            ".1.3.6.1.2.1.1.1.0 = STRING: \"a switch\"\n",
            "SNMPv2-MIB::sysDescr.0 = STRING: a switch",
            "iso.3.6.1.2.1.1.3.0 = Timeticks: (5) 0:00:00.05",
            "sysDescr.0 = STRING: a switch",
            ".1.3.6.1.2.1.1.1.0 = \"\"",
            "IF-MIB::ifIndex[1] = INTEGER: 1",
        ] {
            assert!(recording(text).unwrap().contains("snmpwalk, not packets"), "{text}");
        }
        for text in
            ["", "30 29 02 01", "3029|0201", "const char *packet = \"\\x30\";", "0000: 30 29", "a = b", "1.2 = x y"]
        {
            let is_walk = text == "1.2 = x y";
            assert_eq!(recording(text).is_some(), is_walk, "{text}");
        }
    }

    #[test]
    fn what_tcpdump_says_of_packets_is_no_packet() {
        for text in [
            "12:00:00.000000 IP 192.0.2.1.40000 > 192.0.2.2.161:  GetRequest(28)  .1.3.6.1.2.1.1.5.0\nE..H..@.@....public",
            "12:00:00.000000 IP6 ::1.40000 > ::1.161:  GetRequest(28)  .1.3.6.1.2.1.1.5.0",
            "IP (tos 0x0, ttl 64)\n    192.0.2.1.40000 > 192.0.2.2.161:  { SNMPv2c C=\"public\" }",
        ] {
            assert!(without_octets(text).unwrap().contains("tcpdump -x"), "{text}");
        }
        for text in ["30 29 02 01", "if (a > b) { c: }", "IP > x"] {
            assert_eq!(without_octets(text), None, "{text}");
        }
    }
}
