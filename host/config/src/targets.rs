//! The entries `[[targets]]`: devices that have options of their own. What the entries mean is in `crate::target_rules`.

use ipnet::IpNet;
use job::DeviceOptions;
use limits::{
    Key, Section, TARGET_RULES,
    kind::{Kind, Raw, Text},
    section,
};
use snmp::Oid;

use crate::{
    list::{Entry, Given, Wrong},
    network::{Network, Prefix},
    target_rules::{NamePattern, TargetRule},
};

/// The keys of an entry: which devices it is for, and their options, which are described where requests have them, too.
#[derive(Clone, Debug, Default)]
pub(crate) struct TargetKeys {
    which: WhichKeys,
    options: DeviceOptions,
}

section! {
    /// Devices with options of their own, as many entries as wanted: devices of a network, of a name, or of a kind, and
    /// of all that an entry names. What an entry does not give stays as [snmp] has it. Where a device fits several
    /// entries, all of them hold, and the later one wins; what a request gives in its `options` is stronger still.
    struct WhichKeys = "targets" {
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
    const MOST: usize = TARGET_RULES;

    fn check(&self, given: Given<'_>) -> Vec<Wrong> {
        let which: Vec<&str> = WhichKeys::default().keys().into_iter().map(|key| key.name).collect();
        let gives = |wanted: bool| given.keys().any(|key| which.contains(&key) == wanted);
        if !gives(true) {
            vec![Wrong::entry(format!("an entry needs one of {}", which.join(", ")))]
        } else if !gives(false) {
            vec![Wrong::entry("an entry without an option does nothing")]
        } else {
            Vec::new()
        }
    }
}

impl TargetKeys {
    /// What the entry means.
    pub(super) fn rule(&self) -> TargetRule {
        let WhichKeys { cidr, name, sys_object_id } = self.which.clone();
        TargetRule { cidr, name, sys_object_id, options: self.options.clone() }
    }
}

/// A pattern of names.
#[derive(Debug)]
pub(crate) struct Like;

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
