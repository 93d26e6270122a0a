//! Which devices have options of their own: the entries `[[targets]]` of the configuration.
//!
//! An entry names devices by network, by name or by what they are, and a device must fit everything that it names.
//! All entries that a device fits hold, in the order of the file: where two give the same option, the later one wins.
//! Pure: what a device is comes in as an argument.

use std::{fmt, net::IpAddr, str::FromStr, sync::Arc};

use address::{Host, InvalidHost, NoTarget};
use ipnet::IpNet;
use job::DeviceOptions;
use snmp::{Oid, RequestOptions};

/// The entries in the order of the file. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct TargetRules(Arc<[TargetRule]>);

/// One entry: which devices, and their options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetRule {
    /// Devices with an address of this network.
    pub cidr: Option<IpNet>,
    /// Devices that are asked for by a name like this.
    pub name: Option<NamePattern>,
    /// Devices whose sysObjectID starts like this.
    pub sys_object_id: Option<Oid>,
    /// Their options.
    pub options: DeviceOptions,
}

/// What is known of a device.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The host that is asked for.
    pub host: &'a Host,
    /// Its address.
    pub addr: IpAddr,
    /// Its sysObjectID, where it is known.
    pub sys_object_id: Option<&'a Oid>,
}

/// A host in which `*` stands for any characters, in any case of letters.
#[derive(Clone, PartialEq, Eq)]
pub struct NamePattern(String);

/// Why a text cannot be a pattern of hosts: none would ever be like it. It does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NamePatternError {
    /// Nothing is there, or too much.
    #[error("a pattern has 1 to {MAX_PATTERN_CHARS} characters")]
    Length,
    /// It has no `*`, and is no host.
    #[error(transparent)]
    Host(#[from] InvalidHost),
    /// It has no `*`, and is a host that no packet is sent to.
    #[error(transparent)]
    NoTarget(#[from] NoTarget),
    /// It has a character that no host has.
    #[error("a pattern has letters, digits, hyphens, underscores, dots and colons, and `*` for any characters")]
    Character,
}

/// Characters of a pattern. Beyond, it is no pattern.
const MAX_PATTERN_CHARS: usize = 255;

impl TargetRules {
    /// Lays the options of every entry that the device fits over these.
    #[must_use]
    pub fn options(&self, mut options: RequestOptions, device: Facts<'_>) -> RequestOptions {
        for rule in self.0.iter().filter(|rule| rule.fits(device)) {
            rule.options.lay_over(&mut options);
        }
        options
    }

    /// Whether what a device is makes a difference.
    #[must_use]
    pub fn ask_what_it_is(&self) -> bool {
        self.0.iter().any(|rule| rule.sys_object_id.is_some())
    }
}

impl FromIterator<TargetRule> for TargetRules {
    fn from_iter<I: IntoIterator<Item = TargetRule>>(rules: I) -> Self {
        Self(rules.into_iter().collect())
    }
}

impl TargetRule {
    fn fits(&self, device: Facts<'_>) -> bool {
        let addr = device.addr.to_canonical();
        self.cidr.is_none_or(|network| network.contains(&addr))
            && self.name.as_ref().is_none_or(|pattern| pattern.matches(device.host))
            && self
                .sys_object_id
                .as_ref()
                .is_none_or(|prefix| device.sys_object_id.is_some_and(|oid| oid.starts_with(prefix)))
    }
}

impl NamePattern {
    /// Whether the whole of a host is like this, whatever its spelling.
    #[must_use]
    pub fn matches(&self, host: &Host) -> bool {
        self.matches_text(&spelling(host))
    }

    fn matches_text(&self, name: &str) -> bool {
        let mut parts = self.0.split('*');
        let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
        let Some(last) = parts.next_back() else { return rest.is_empty() };
        for part in parts {
            let Some((_, behind)) = rest.split_once(part) else { return false };
            rest = behind;
        }
        rest.ends_with(last)
    }
}

impl FromStr for NamePattern {
    type Err = NamePatternError;

    fn from_str(text: &str) -> Result<Self, NamePatternError> {
        if text.is_empty() || text.chars().count() > MAX_PATTERN_CHARS {
            return Err(NamePatternError::Length);
        }
        if !text.contains('*') {
            let host: Host = text.parse()?;
            host.check_receiver()?;
            return Ok(Self(spelling(&host)));
        }
        let text = text.strip_suffix('.').unwrap_or(text);
        if !text.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"*-_.:%".contains(&octet)) {
            return Err(NamePatternError::Character);
        }
        // A part of an address with a zero in front: no target is written like this.
        let is_padded = |part: &str| part.len() > 1 && part.starts_with('0');
        if !text.contains(|sign: char| sign.is_ascii_alphabetic() || sign == ':') && text.split('.').any(is_padded) {
            return Err(InvalidHost::V4.into());
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

/// A host as patterns see it: under one spelling, and without the dot that a name may end with.
fn spelling(host: &Host) -> String {
    let mut text = host.canonical();
    if text.ends_with('.') {
        text.pop();
    }
    text
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NamePattern({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_name(pattern: &str, fitting: &[&str], others: &[&str]) {
        let pattern: NamePattern = pattern.parse().unwrap();
        for name in fitting {
            assert!(pattern.matches_text(name), "{pattern} {name}");
        }
        for name in others {
            assert!(!pattern.matches_text(name), "{pattern} {name}");
        }
    }

    #[test]
    fn a_star_stands_for_any_characters() {
        check_name("*.LAB.example", &["a.lab.example", "a.b.lab.example", ".lab.example"], &["lab.example", "x.lab"]);
        check_name("core-*-sw*", &["core-1-sw", "core--sw2"], &["core-sw", "xcore-1-sw", "core-1-rt"]);
        check_name("Core1", &["core1"], &["core12", "acore1", ""]);
        check_name("*", &["", "anything"], &[]);
        check_name("a*a", &["aa", "aba"], &["a", "ab"]);
        assert_eq!("".parse::<NamePattern>(), Err(NamePatternError::Length));
        assert_eq!("x".repeat(256).parse::<NamePattern>(), Err(NamePatternError::Length));
    }

    #[test]
    fn spellings_of_a_host_are_one_and_what_no_target_could_be_is_no_pattern() {
        let check = |pattern: &str, host: &str| {
            let pattern: NamePattern = pattern.parse().unwrap();
            assert!(pattern.matches(&host.parse().unwrap()), "{pattern} {host}");
        };
        check("CORE1", "core1.");
        check("core1.lab.", "Core1.LAB");
        check("[2001:DB8:0::1]", "2001:db8::1");
        check("10.0.*", "::ffff:10.0.3.4");
        check("*.lab.", "sw1.lab");
        for pattern in ["127.000.000.010", "0x7f.1", "127.1", "010.*", "10.020.*"] {
            assert_eq!(pattern.parse::<NamePattern>(), Err(InvalidHost::V4.into()), "{pattern}");
        }
        assert_eq!("core1:161".parse::<NamePattern>(), Err(InvalidHost::Port.into()));
        for pattern in ["0.0.0.0", "fe80::1", "2001:db8::1%eth0"] {
            assert!(matches!(pattern.parse::<NamePattern>(), Err(NamePatternError::NoTarget(_))), "{pattern}");
        }
        assert_eq!("core 1*".parse::<NamePattern>(), Err(NamePatternError::Character));
    }

    fn rule(cidr: &str, name: &str, sys_object_id: &str, options: DeviceOptions) -> TargetRule {
        TargetRule {
            cidr: cidr.parse().ok(),
            name: name.parse().ok(),
            sys_object_id: sys_object_id.parse().ok().filter(|_| !sys_object_id.is_empty()),
            options,
        }
    }

    fn rules() -> TargetRules {
        let retries = |retries| DeviceOptions { retries: Some(retries), ..DeviceOptions::default() };
        let window = DeviceOptions { window: Some(1), ..DeviceOptions::default() };
        [
            rule("10.0.0.0/8", "", "", retries(5)),
            rule("10.1.0.0/16", "*.lab", "", retries(6)),
            rule("", "", "1.3.6.1.4.1.9", window),
            rule("2001:db8::/32", "", "1.3.6.1.4.1.9.1", retries(9)),
        ]
        .into_iter()
        .collect()
    }

    #[track_caller]
    fn check(target: &str, addr: &str, sys_object_id: Option<&str>, retries: u32, window: usize) {
        let sys_object_id: Option<Oid> = sys_object_id.map(|oid| oid.parse().unwrap());
        let host = target.parse().unwrap();
        let facts = Facts { host: &host, addr: addr.parse().unwrap(), sys_object_id: sys_object_id.as_ref() };
        let options = rules().options(RequestOptions::default(), facts);
        assert_eq!((options.retries, options.window), (retries, window));
    }

    #[test]
    fn a_device_must_fit_all_that_an_entry_names_and_the_later_entry_wins() {
        check("sw1.lab", "192.0.2.1", None, 2, 4);
        check("sw1", "10.1.0.1", None, 5, 4);
        check("sw1", "::ffff:10.1.0.1", None, 5, 4);
        check("sw1.lab", "10.1.0.1", None, 6, 4);
        check("sw1.lab", "10.1.0.1", Some("1.3.6.1.4.1.9.5"), 6, 1);
        check("sw1", "192.0.2.1", Some("1.3.6.1.4.1.99"), 2, 4);
        check("sw1", "2001:db8::1", None, 2, 4);
        check("sw1", "2001:db8::1", Some("1.3.6.1.4.1.9.1.7"), 9, 1);
    }

    #[test]
    fn what_a_device_is_is_asked_only_where_it_matters() {
        assert!(rules().ask_what_it_is());
        let by_network = rule("10.0.0.0/8", "", "", DeviceOptions::default());
        assert!(![by_network].into_iter().collect::<TargetRules>().ask_what_it_is());
    }
}
