//! OIDs as people write and read them: in numbers, or by the names of the standard modules.

use clap::Args;
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

/// How OIDs are written in answers.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(super) struct NamingFlags {
    /// Write OIDs in numbers, without the names of the standard modules; -On does the same
    #[arg(long)]
    numeric: bool,
}

/// Whether OIDs have names in answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    /// `SNMPv2-MIB::sysName.0`.
    Names,
    /// `1.3.6.1.2.1.1.5.0`.
    Numbers,
}

impl NamingFlags {
    /// Returns what was chosen here, or with net-snmp's `-On`.
    pub(super) fn naming(self, is_numeric: bool) -> Naming {
        if self.numeric || is_numeric { Naming::Numbers } else { Naming::Names }
    }
}

impl Naming {
    /// Returns what a number is called; none where nobody knows, or wants to.
    pub(super) fn name(self, arcs: &[u32]) -> Option<String> {
        match self {
            Self::Names => Mibs::standard().name(arcs),
            Self::Numbers => None,
        }
    }

    /// Returns the same of a dotted OID.
    pub(super) fn name_of(self, dotted: &str) -> Option<String> {
        self.name(&mibs::arcs_of(dotted)?)
    }

    /// Returns a dotted OID by its name, where it has one.
    pub(super) fn written(self, dotted: &str) -> String {
        self.name_of(dotted).unwrap_or_else(|| dotted.to_owned())
    }
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
    fn answers_have_the_names_of_objects_and_instances_unless_numbers_are_wanted() {
        for (oid, expected) in [
            ("1.3.6.1.2.1.1.5.0", "SNMPv2-MIB::sysName.0"),
            ("1.3.6.1.2.1.2.2.1.2.3", "IF-MIB::ifDescr.3"),
            ("1.3.6.1.4.1.99999.1.2", "1.3.6.1.4.1.99999.1.2"),
        ] {
            assert_eq!(Naming::Names.written(oid), expected);
            assert_eq!(Naming::Numbers.written(oid), oid);
        }
        let flags = |numeric| NamingFlags { numeric };
        assert_eq!(flags(false).naming(false), Naming::Names);
        assert_eq!((flags(true).naming(false), flags(false).naming(true)), (Naming::Numbers, Naming::Numbers));
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
