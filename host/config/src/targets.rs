//! The entries `[[targets]]`: devices that have options of their own. What the entries mean is in `crate::target_rules`.

use std::{ops::RangeInclusive, time::Duration};

use ipnet::IpNet;
use job::DeviceOptions;
use limits::{
    MAX_REPETITIONS, PACKET_TIMEOUT, RETRIES, TARGET_RULES, WINDOW,
    kind::{Kind, Raw, Text},
    section,
};
use snmp::{BulkUse, Oid, OnNonIncreasing};

use crate::{
    list::{Entry, Given, Wrong},
    network::{Network, Prefix},
    target_rules::{NamePattern, TargetRule},
};

/// The keys that say which devices an entry is for.
const WHICH: [&str; 3] = ["cidr", "name", "sys_object_id"];

section! {
    /// Devices with options of their own, as many entries as wanted: devices of a network, of a name, or of a kind, and
    /// of all that an entry names. What an entry does not give stays as [snmp] has it. Where a device fits several
    /// entries, all of them hold, and the later one wins; what a request gives in its `options` is stronger still.
    pub(crate) struct TargetKeys = "targets" {
        /// Devices with an address of this network. A single address is a network, too.
        cidr: Option<IpNet> as Maybe<Network> = None, such as "\"10.0.0.0/8\"";
        /// Devices that requests name like this, in any case of letters; `*` stands for any characters.
        name: Option<NamePattern> as Maybe<Like> = None, such as "\"*.lab.example\"";
        /// Devices whose sysObjectID starts like this. Counts as soon as it was read, and then for the next polls, too.
        sys_object_id: Option<Oid> as Maybe<Prefix> = None, such as "\"1.3.6.1.4.1.9\"";
        /// Rows asked for by one GETBULK: by the first one, and at most.
        max_repetitions: Option<u16> as Maybe<Count> = None, in some(MAX_REPETITIONS), such as "5";
        /// Times that a packet is sent again.
        retries: Option<u32> as Maybe<Count> = None, in some(RETRIES), such as "4";
        /// Time for the answer to one packet.
        packet_timeout: Option<Duration> as Maybe<Time> = None, in some(PACKET_TIMEOUT), such as "\"5s\"";
        /// What a walk does when names do not increase: "stop" or "continue".
        on_non_increasing: Option<OnNonIncreasing> as Maybe<Choice> = None, such as "\"continue\"";
        /// Whether GETBULK is used: "auto" or "never".
        bulk: Option<BulkUse> as Maybe<Choice> = None, such as "\"never\"";
        /// Whether answers may come from another address than was asked.
        any_source: Option<bool> as Maybe<Switch> = None, such as "true";
        /// The most requests in flight to one of these devices.
        window: Option<usize> as Maybe<Count> = None, in some(WINDOW), such as "1";
    }
}

fn some<T: Copy>(range: RangeInclusive<T>) -> RangeInclusive<Option<T>> {
    Some(*range.start())..=Some(*range.end())
}

impl Entry for TargetKeys {
    const MOST: usize = TARGET_RULES;

    fn check(&self, given: Given<'_>) -> Vec<Wrong> {
        let gives = |wanted: bool| given.keys().any(|key| WHICH.contains(&key) == wanted);
        if !gives(true) {
            vec![Wrong::entry(format!("an entry needs one of {}", WHICH.join(", ")))]
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
        let keys = self.clone();
        TargetRule {
            cidr: keys.cidr,
            name: keys.name,
            sys_object_id: keys.sys_object_id,
            options: DeviceOptions {
                max_repetitions: keys.max_repetitions,
                retries: keys.retries,
                packet_timeout: keys.packet_timeout,
                on_non_increasing: keys.on_non_increasing,
                bulk: keys.bulk,
                any_source: keys.any_source,
                window: keys.window,
            },
        }
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
