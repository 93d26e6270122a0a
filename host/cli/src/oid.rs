//! OIDs as people write them: in numbers, or by the names of the standard modules.

use job::{OidError, parse_oid, parse_walk_root};
use mibs::Mibs;
use snmp::Oid;

/// Reads the object that `get` reads: `1.3.6.1.2.1.1.5.0`, `sysName.0`, `IF-MIB::ifDescr[3]`.
pub(super) fn object(text: &str) -> Result<Oid, String> {
    named(text, parse_oid)
}

/// Reads what `walk` begins with: an object, a subtree, or `.` for all that there is.
pub(super) fn root(text: &str) -> Result<Oid, String> {
    named(text, parse_walk_root)
}

fn named(text: &str, in_numbers: impl Fn(&str) -> Result<Oid, OidError>) -> Result<Oid, String> {
    let error = match in_numbers(text) {
        Ok(oid) => return Ok(oid),
        Err(error) => error.to_string(),
    };
    if !text.contains(|sign: char| sign.is_ascii_alphabetic()) {
        return Err(error);
    }
    let name = Mibs::standard().read(text).map_err(|error| error.to_string())?;
    // What the tree has above the second arc cannot be asked for.
    in_numbers(&mibs::dotted(&name.oid)).map_err(|_| error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(read: fn(&str) -> Result<Oid, String>, text: &str, expected: &str) {
        assert_eq!(read(text).map_or_else(|error| error, |oid| oid.to_string()), expected, "{text}");
    }

    #[test]
    fn objects_are_read_in_numbers_and_by_name() {
        for text in
            ["1.3.6.1.2.1.1.5.0", ".1.3.6.1.2.1.1.5.0", "iso.3.6.1.2.1.1.5.0", "sysName.0", "SNMPv2-MIB::sysName.0"]
        {
            check(object, text, "1.3.6.1.2.1.1.5.0");
        }
        check(object, "ifDescr[3]", "1.3.6.1.2.1.2.2.1.2.3");
        check(object, "IP-MIB::ipNetToMediaPhysAddress[3][192.0.2.1]", "1.3.6.1.2.1.4.22.1.2.3.192.0.2.1");
        check(object, "nsExtendOutputFull.\"disk\"", "1.3.6.1.4.1.8072.1.3.2.3.1.2.4.100.105.115.107");
    }

    #[test]
    fn walks_begin_at_subtrees_and_at_the_root() {
        check(root, "ifTable", "1.3.6.1.2.1.2.2");
        check(root, "system", "1.3.6.1.2.1.1");
        check(root, ".1", "1");
        check(root, "iso", "1");
        check(root, ".", "");
    }

    #[test]
    fn what_is_no_object_is_told_with_what_is_near() {
        check(object, "sysNam.0", "unknown name `sysNam`, did you mean sysName?");
        check(object, "IF-MIB::sysName.0", "unknown name `sysName` in IF-MIB, did you mean SNMPv2-MIB::sysName?");
        check(object, "1.3.x", "`x` is not right below `SNMPv2-SMI::org`");
        check(object, "1..3", &OidError.to_string());
        check(object, "iso", &OidError.to_string());
    }
}
