//! The order of net-snmp's `snmptrap`, in which what has flags here stands in front of the varbinds.
//!
//! `UPTIME TRAP-OID …` in versions 2c and 3, `ENTERPRISE AGENT GENERIC SPECIFIC UPTIME …` in version 1, where an empty
//! word leaves its part to the program. Neither can be taken for what is typed here: an uptime is no OID, and a number is
//! no type of a varbind.

use job::parse_oid;
use snmp::Oid;

use super::TrapArgs;
use crate::CommandError;

impl TrapArgs {
    /// The same arguments with their flags, where they are in net-snmp's order.
    pub(super) fn in_our_order(mut self, is_v1: bool) -> Result<Self, CommandError> {
        let Some(first) = &self.trap else { return Ok(self) };
        if let (true, [agent, generic, specific, uptime, ..]) = (is_v1, self.varbinds.as_slice())
            && [generic, specific].into_iter().all(|word| word.is_empty() || word.parse::<i32>().is_ok())
            && is_uptime(uptime)
        {
            let enterprise = read("enterprise", first, |text| parse_oid(text).ok())?;
            let agent = read("agent address", agent, |text| text.parse().ok())?;
            let generic = read("generic-trap", generic, |text| text.parse().ok())?;
            let specific = read("specific-trap", specific, |text| text.parse().ok())?;
            let uptime = read("uptime", uptime, |text| text.parse().ok())?;
            self.enterprise = once("enterprise", self.enterprise.take(), enterprise)?.or_else(|| Some(net_snmp()));
            self.agent_addr = once("agent address", self.agent_addr, agent)?;
            self.generic = once("generic-trap", self.generic, generic)?;
            self.specific = once("specific-trap", self.specific, specific)?.or(Some(0));
            self.set_uptime(uptime)?;
            self.shift(4);
        } else if is_uptime(first) {
            let uptime = read("uptime", first, |text| text.parse().ok())?;
            self.set_uptime(uptime)?;
            self.shift(0);
        }
        Ok(self)
    }

    fn set_uptime(&mut self, uptime: Option<u32>) -> Result<(), CommandError> {
        self.uptime = once("uptime", self.uptime, uptime)?;
        Ok(())
    }

    /// Leaves out the first word and so many behind it.
    fn shift(&mut self, words: usize) {
        let mut rest = self.varbinds.split_off(words.min(self.varbinds.len())).into_iter();
        self.trap = rest.next();
        self.varbinds = rest.collect();
    }
}

/// Where net-snmp's traps of version 1 come from if nothing is said: its `enterprises.3.1.1` (snmptrap(1)).
fn net_snmp() -> Oid {
    Oid::from([1, 3, 6, 1, 4, 1, 3, 1, 1])
}

fn is_uptime(word: &str) -> bool {
    word.bytes().all(|octet| octet.is_ascii_digit())
}

/// What a word says; nothing where it is empty.
fn read<T>(what: &str, word: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, CommandError> {
    if word.is_empty() {
        return Ok(None);
    }
    read(word).map(Some).ok_or_else(|| CommandError::Usage(format!("{word:?} is not a valid {what}")))
}

fn once<T>(what: &str, flag: Option<T>, word: Option<T>) -> Result<Option<T>, CommandError> {
    match (flag, word) {
        (Some(_), Some(_)) => Err(CommandError::Usage(format!("the {what} is given twice"))),
        (flag, word) => Ok(flag.or(word)),
    }
}
