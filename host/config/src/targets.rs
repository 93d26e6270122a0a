//! The entries `[[targets]]`: devices that have options of their own. What the entries mean is in `crate::target_rules`.

use address::parse_network;
use ipnet::IpNet;
use job::DeviceOptions;
use limits::{
    DENIED_TARGETS, Key, Section, TARGET_RULES,
    kind::{Kind, Raw, Text, cut},
    section,
};
use snmp::Oid;

use crate::{
    denied::{DeniedTarget, OWN},
    list::{Entry, EntryProblem, Given},
    network::{Network, Prefix},
    target_rules::{NamePattern, TargetRule},
};

/// The keys of an entry: which devices it is for, and their options, which are described where requests have them, too.
#[derive(Clone, Debug, Default)]
pub(crate) struct TargetKeys {
    which: WhichKeys,
    options: DeviceOptions,
}

/// The key that concerns all targets.
const DENY: &str = "deny";

section! {
    /// Devices with options of their own, as many entries as wanted: devices of a network, of a name, or of a kind, and
    /// of all that an entry names. What an entry does not give stays as [snmp] has it. Where a device fits several
    /// entries, all of them hold, and the later one wins; what a request gives in its `options` is stronger still.
    struct WhichKeys = "targets" {
        /// Targets that clients of the server may not ask: networks and addresses, and "self" for all addresses of this
        /// host. Needs nothing else in its entry; those of several entries add up. Where there is no entry, `deny` may
        /// stand in the table [targets], and in SNMP_PROXY__TARGETS__DENY. Beyond, a request is refused with 403.
        deny: Vec<DeniedTarget> as Many<Denied> = Vec::new(), such as "[\"127.0.0.0/8\", \"::1\", \"self\"]";
        /// Devices with an address of this network. A single address is a network, too.
        cidr: Option<IpNet> as Maybe<Network> = None, such as "\"10.0.0.0/8\"";
        /// Devices that requests name like this, in any case of letters; `*` stands for any characters.
        name: Option<NamePattern> as Maybe<Like> = None, such as "\"*.lab.example\"";
        /// Devices whose sysObjectID starts like this. Counts as soon as it was read, and then for the next polls, too.
        sys_object_id: Option<Oid> as Maybe<Prefix> = None, such as "\"1.3.6.1.4.1.9\"";
    }
}

impl Section for TargetKeys {
    fn name(&self) -> &'static str {
        self.which.name()
    }

    fn doc(&self) -> &'static [&'static str] {
        self.which.doc()
    }

    fn keys(&self) -> Vec<Key> {
        [self.which.keys(), self.options.keys()].concat()
    }

    fn set(&mut self, key: &str, raw: Raw<'_>) -> Result<(), String> {
        if DeviceOptions::names().contains(&key) { self.options.set(key, raw) } else { self.which.set(key, raw) }
    }
}

impl Entry for TargetKeys {
    const MAX_ENTRIES: usize = TARGET_RULES;
    const ALONE: &'static [&'static str] = &[DENY];

    fn check(&self, given: Given<'_>) -> Vec<EntryProblem> {
        let which: Vec<&str> =
            WhichKeys::default().keys().into_iter().map(|key| key.name).filter(|key| *key != DENY).collect();
        let gives = |wanted: bool| given.keys().any(|key| key != DENY && which.contains(&key) == wanted);
        if self.which.deny.len() > DENIED_TARGETS {
            return vec![EntryProblem::key(DENY, format!("has more than {DENIED_TARGETS} entries"))];
        }
        if given.has(DENY) && !gives(true) && !gives(false) {
            Vec::new()
        } else if !gives(true) {
            vec![EntryProblem::entry(format!("an entry needs one of {}", which.join(", ")))]
        } else if !gives(false) {
            vec![EntryProblem::entry("an entry without an option does nothing")]
        } else {
            Vec::new()
        }
    }
}

impl TargetKeys {
    /// What the entry means.
    pub(super) fn rule(&self) -> TargetRule {
        let WhichKeys { cidr, name, sys_object_id, .. } = self.which.clone();
        TargetRule { cidr, name, sys_object_id, options: self.options.clone() }
    }

    /// What the entry denies.
    pub(super) fn denied(&self) -> &[DeniedTarget] {
        &self.which.deny
    }
}

/// A pattern of names.
#[derive(Debug)]
pub(crate) struct Like;

/// A network, or this host.
#[derive(Debug)]
pub(crate) struct Denied;

impl Kind<DeniedTarget> for Denied {
    const EXPECTS: &'static str = "a network such as \"10.0.0.0/8\", an address, or \"self\" for this host";

    fn read(raw: Raw<'_>) -> Result<DeniedTarget, String> {
        let text = <Text as Kind<String>>::read(raw)?;
        if text.trim().eq_ignore_ascii_case(OWN) {
            return Ok(DeniedTarget::Own);
        }
        let network = parse_network(text.trim()).map(DeniedTarget::Network);
        network.map_err(|error| format!("expected {}, found {:?}: {error}", Self::EXPECTS, cut(&text)))
    }

    fn write(value: &DeniedTarget) -> Option<String> {
        <Text as Kind<String>>::write(&value.to_string())
    }
}

impl Kind<NamePattern> for Like {
    const EXPECTS: &'static str = "a name such as \"core1\" or \"*.lab.example\"";

    fn read(raw: Raw<'_>) -> Result<NamePattern, String> {
        <Text as Kind<String>>::read(raw)?
            .parse()
            .map_err(|error: crate::target_rules::NamePatternError| error.to_string())
    }

    fn write(value: &NamePattern) -> Option<String> {
        <Text as Kind<String>>::write(&value.to_string())
    }
}
