//! The entries `[[targets]]`: devices that have options of their own.
//!
//! A list of tables in the file, and nowhere else: no variable and no flag could say which entry it means. Each entry
//! is a section like any other, with its keys, ranges and sentences; what the entries mean is in `crate::targets`.

use std::{collections::BTreeMap, net::IpAddr, ops::RangeInclusive, time::Duration};

use ipnet::IpNet;
use snmp_engine::{BulkUse, Oid, OnNonIncreasing};
use toml::de::DeValue;

use super::{
    Origin, Section as _, Written,
    kind::{Kind, Raw, Text},
    load::{Layers, unknown},
    section::section,
    sources::File,
};
use crate::{
    limits::TARGET_RULES,
    options::{DeviceOptions, MAX_REPETITIONS, PACKET_TIMEOUT, RETRIES, WINDOW},
    targets::{NamePattern, TargetRule},
};

/// The name of the list in the file.
pub(super) const NAME: &str = "targets";

/// The keys that say which devices an entry is for.
const WHICH: [&str; 3] = ["cidr", "name", "sys_object_id"];

/// An entry as it was written.
#[derive(Clone, Debug)]
pub(crate) struct WrittenTarget {
    pub(crate) keys: TargetKeys,
    pub(super) origins: BTreeMap<String, Origin>,
}

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

impl WrittenTarget {
    /// Where the value of a key comes from.
    pub(super) fn origin(&self, key: &str) -> &Origin {
        self.origins.get(key).unwrap_or(&Origin::Default)
    }

    /// What the entry means.
    pub(super) fn rule(&self) -> TargetRule {
        let keys = self.keys.clone();
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

impl Layers {
    /// Reads the list of the file.
    pub(super) fn lay_targets(&mut self, file: &File, value: &DeValue<'_>, at: usize) {
        let entries = match value {
            DeValue::Array(entries) if entries.len() <= TARGET_RULES => entries,
            DeValue::Array(_) => {
                let message = format!("has more than {TARGET_RULES} entries");
                return self.report(file.origin(at), Some(NAME.to_owned()), message);
            }
            _ => {
                let message = format!("expected entries [[{NAME}]], with two brackets");
                return self.report(file.origin(at), Some(NAME.to_owned()), message);
            }
        };
        for entry in entries {
            let origin = file.origin(entry.span().start);
            let Some(table) = entry.get_ref().as_table() else {
                self.report(origin, Some(NAME.to_owned()), format!("expected an entry [[{NAME}]]"));
                continue;
            };
            let mut target = WrittenTarget { keys: TargetKeys::default(), origins: BTreeMap::new() };
            let known: Vec<_> = target.keys.keys().iter().map(|key| key.name).collect();
            let mut is_right = true;
            for (key, value) in table {
                let (name, origin) = (key.get_ref(), file.origin(key.span().start));
                let set = if known.contains(&name.as_ref()) {
                    target.keys.set(name, Raw::Toml(value.get_ref()))
                } else {
                    Err(unknown("key", name, &known))
                };
                match set {
                    Ok(()) => drop(target.origins.insert(name.to_string(), origin)),
                    Err(message) => {
                        is_right = false;
                        self.report(origin, Some(format!("{NAME}.{name}")), message);
                    }
                }
            }
            let names = |wanted: bool| target.origins.keys().any(|key| WHICH.contains(&key.as_str()) == wanted);
            if is_right && !names(true) {
                self.report(origin, Some(NAME.to_owned()), format!("an entry needs one of {}", WHICH.join(", ")));
            } else if is_right && !names(false) {
                self.report(origin, Some(NAME.to_owned()), "an entry without an option does nothing".to_owned());
            }
            self.written.targets.push(target);
        }
    }
}

/// Every key of an entry, for the example.
pub(super) fn described() -> (&'static [&'static str], Vec<super::Key>) {
    let keys = TargetKeys::default();
    (keys.doc(), keys.keys())
}

/// Lines of `config show` for the entries.
pub(super) fn shown(written: &Written) -> impl Iterator<Item = Vec<(String, String)>> {
    written.targets.iter().map(|target| {
        let keys = target.keys.keys().into_iter();
        keys.filter_map(|key| Some((format!("{} = {}", key.name, key.value?), target.origin(key.name).to_string())))
            .collect()
    })
}

/// An address range.
#[derive(Debug)]
pub(crate) struct Network;

/// A pattern of names.
#[derive(Debug)]
pub(crate) struct Like;

/// The beginning of an OID.
#[derive(Debug)]
pub(crate) struct Prefix;

impl Kind<IpNet> for Network {
    const EXPECTS: &'static str = "a network such as \"10.0.0.0/8\" or \"2001:db8::/32\", or an address";

    fn read(raw: Raw<'_>) -> Result<IpNet, String> {
        let text = <Text as Kind<String>>::read(raw)?;
        let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        network.map(|network| network.trunc()).map_err(|_| format!("expected {}, found {text:?}", Self::EXPECTS))
    }

    fn write(value: &IpNet) -> Option<String> {
        Some(format!("\"{value}\""))
    }
}

impl Kind<NamePattern> for Like {
    const EXPECTS: &'static str = "a name such as \"core1\" or \"*.lab.example\"";

    fn read(raw: Raw<'_>) -> Result<NamePattern, String> {
        <Text as Kind<String>>::read(raw)?.parse().map_err(|error: crate::targets::NamePatternError| error.to_string())
    }

    fn write(value: &NamePattern) -> Option<String> {
        <Text as Kind<String>>::write(&value.to_string())
    }
}

impl Kind<Oid> for Prefix {
    const EXPECTS: &'static str = "the beginning of an OID such as \"1.3.6.1.4.1.9\"";

    fn read(raw: Raw<'_>) -> Result<Oid, String> {
        let text = <Text as Kind<String>>::read(raw)?;
        let oid = text.strip_prefix('.').unwrap_or(&text).parse::<Oid>().ok();
        oid.filter(|oid| !oid.arcs().is_empty()).ok_or_else(|| format!("expected {}, found {text:?}", Self::EXPECTS))
    }

    fn write(value: &Oid) -> Option<String> {
        Some(format!("\"{value}\""))
    }
}
