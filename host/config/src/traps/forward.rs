//! The entries `[[traps.forward]]`: who gets the records.
//!
//! One table has the keys of all kinds of receivers; a key that does nothing for the kind of an entry is a mistake.

use std::{fmt::Display, fs, path::PathBuf, str::FromStr, time::Duration};

use ipnet::IpNet;
use limits::{FORWARDERS, Section as _, millis, seconds, section};
use secrecy::{ExposeSecret as _, SecretString};
use snmp::{Community as EngineCommunity, Credentials, Oid};
use traps::{
    Filter, Severity,
    forward::{Destination, ForwardOptions, SyslogTransport},
};

use super::{
    user::{SecretOf, UserOf, user_of},
    words::{Facility, ForwardTo, Name, SeverityWord, Transport, Version},
};
use crate::{
    list::{Entry, EntryProblem, Given, Listed},
    network::{Community, Network, Prefix, Url, checked_community},
    origin::Findings,
    secret_file,
};

section! {
    /// Those who get the records of notifications, as many entries as wanted, each at its own pace.
    pub(crate) struct ForwardKeys = "traps.forward" {
        /// Its name: small letters, digits and hyphens. It goes on where it was as long as it keeps its name.
        name: Option<String> as Maybe<Name> = None, such as "\"noc\"";
        /// What it is: "webhook" (POST of JSON), "syslog" (RFC 5424), "file" (a line of JSON for each record), or "snmp"
        /// (notifications again).
        to: Option<ForwardTo> as Maybe<Choice> = None, such as "\"webhook\"";
        /// Webhook: its URL. `config show` shows no more than the host.
        url: Option<SecretString> as Maybe<Url> = None, such as "\"https://noc.example.net/traps\"";
        /// Webhook: secret that what is sent is signed with, by HMAC-SHA256.
        secret: Option<SecretString> as Secret = None, such as "\"what-openssl-rand-hex-32-prints\"";
        /// Webhook: file that holds the secret; white space around it is ignored.
        secret_file: Option<PathBuf> as Path = None, such as "\"/etc/snmp-proxy/noc-secret\"";
        /// Syslog and snmp: host and port.
        address: Option<String> as Maybe<Text> = None, such as "\"logs.example.net:514\"";
        /// Syslog: "udp", "tcp" or "tls". Without it, udp.
        transport: Option<Transport> as Maybe<Choice> = None, such as "\"tls\"";
        /// Syslog over TLS: certificates (PEM) to trust instead of those of the system.
        ca_file: Option<PathBuf> as Path = None, such as "\"/etc/snmp-proxy/logs-ca.pem\"";
        /// Syslog: facility, a word such as "daemon" or a number. Without it, local0.
        facility: Option<u8> as Maybe<Facility> = None, such as "\"local0\"";
        /// File: its path, or "-" for standard output.
        path: Option<PathBuf> as Path = None, such as "\"/var/log/traps.jsonl\"";
        /// Snmp: "1", "2c" or "3". Without it, 3 with `user`, else 2c.
        version: Option<Version> as Maybe<Choice> = None, such as "\"2c\"";
        /// Snmp, versions 1 and 2c: community.
        community: Option<SecretString> as Maybe<Community> = None, such as "\"what-the-receiver-knows\"";
        /// Snmp, versions 1 and 2c: file that holds the community; white space around it is ignored.
        community_file: Option<PathBuf> as Path = None, such as "\"/etc/snmp-proxy/noc-community\"";
        /// Snmp, version 3: user. There is no level to give: it follows from which passwords are there.
        user: Option<String> as Maybe<Text> = None, such as "\"proxy\"";
        /// Snmp, version 3: how messages are authenticated, as in [[traps.users]]. Without it, SHA.
        auth_protocol: Option<String> as Maybe<Text> = None, such as "\"SHA256\"";
        /// Snmp, version 3: password of authentication.
        auth_password: Option<SecretString> as Secret = None, such as "\"at-least-8-characters\"";
        /// Snmp, version 3: file that holds the password of authentication; white space around it is ignored.
        auth_password_file: Option<PathBuf> as Path = None, such as "\"/etc/snmp-proxy/noc-auth\"";
        /// Snmp, version 3: how messages are encrypted, as in [[traps.users]]. Without it, AES.
        priv_protocol: Option<String> as Maybe<Text> = None, such as "\"AES\"";
        /// Snmp, version 3: password of privacy.
        priv_password: Option<SecretString> as Secret = None, such as "\"at-least-8-characters\"";
        /// Snmp, version 3: file that holds the password of privacy; white space around it is ignored.
        priv_password_file: Option<PathBuf> as Path = None, such as "\"/etc/snmp-proxy/noc-priv\"";
        /// Snmp, versions 2c and 3: whether they are sent as informs, which the receiver acknowledges. Without it, traps.
        inform: Option<bool> as Maybe<Switch> = None, such as "true";
        /// Networks of devices (`device.address`). Only their records go there.
        sources: Vec<IpNet> as Many<Network> = Vec::new(), such as "[\"10.0.0.0/8\"]";
        /// Beginnings of trap OIDs. Only such records go there.
        oids: Vec<Oid> as Many<Prefix> = Vec::new(), such as "[\"1.3.6.1.6.3.1.1.5\"]";
        /// The least severe that goes there: "emergency", "alert", "critical", "error", "warning", "notice",
        /// "informational" or "debug". With it, what has no severity does not go there.
        severity: Option<Severity> as Maybe<SeverityWord> = None, such as "\"warning\"";
        /// Records that go there at once, where it takes several. Beyond, they wait for the next time.
        batch: usize as Count = 100, in 1..=10_000;
        /// Time for one attempt. Beyond, it has failed and is made again.
        timeout: Duration as Time = seconds(10), in millis(100)..=seconds(600);
        /// Longest pause after a failed attempt; the first is a second, and each twice the one before. Beyond, pauses do
        /// not grow.
        backoff: Duration as Time = seconds(300), in seconds(1)..=seconds(86_400);
        /// Records of the log that it may be behind. Beyond, the oldest are passed over and counted.
        spool: usize as Count = 100_000, in 1..=100_000_000;
    }
}

/// The keys of version 3, and those of the others.
const USER: [&str; 7] = [
    "user",
    "auth_protocol",
    "auth_password",
    "auth_password_file",
    "priv_protocol",
    "priv_password",
    "priv_password_file",
];
const COMMUNITY: [&str; 2] = ["community", "community_file"];

/// The keys that are for receivers of this kind. Those of none are for all.
fn is_for(key: &str, to: ForwardTo) -> bool {
    match to {
        ForwardTo::Webhook => ["url", "secret", "secret_file"].contains(&key),
        ForwardTo::Syslog => ["address", "transport", "ca_file", "facility"].contains(&key),
        ForwardTo::File => key == "path",
        ForwardTo::Snmp => {
            ["address", "version", "inform"].contains(&key) || USER.contains(&key) || COMMUNITY.contains(&key)
        }
    }
}

impl Entry for ForwardKeys {
    const MAX_ENTRIES: usize = FORWARDERS;

    fn check(&self, given: Given<'_>) -> Vec<EntryProblem> {
        let mut wrong = Vec::new();
        if !given.has("name") {
            wrong.push(EntryProblem::entry("an entry needs a name"));
        }
        let Some(to) = self.to else {
            wrong.push(EntryProblem::entry("an entry needs `to`: webhook, syslog, file or snmp"));
            return wrong;
        };
        let needed = match to {
            ForwardTo::Webhook => "url",
            ForwardTo::File => "path",
            ForwardTo::Syslog | ForwardTo::Snmp => "address",
        };
        if !given.has(needed) {
            wrong.push(EntryProblem::entry(format!("an entry to {to} needs {needed}")));
        }
        for key in self.keys().iter().map(|key| key.name).filter(|key| given.has(key)) {
            let kinds: Vec<_> = ForwardTo::ALL.into_iter().filter(|kind| is_for(key, *kind)).collect();
            if !kinds.is_empty() && !kinds.contains(&to) {
                let kinds = kinds.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
                wrong.push(EntryProblem::key(key, format!("is for {kinds}, and this entry is to {to}")));
            }
        }
        match to {
            ForwardTo::Webhook => wrong.extend(self.secret().check()),
            ForwardTo::Syslog if given.has("ca_file") && self.transport != Some(Transport::Tls) => {
                wrong.push(EntryProblem::key("ca_file", "is for transport = \"tls\""));
            }
            ForwardTo::Snmp => wrong.extend(self.check_snmp(given)),
            ForwardTo::Syslog | ForwardTo::File => {}
        }
        wrong
    }
}

impl ForwardKeys {
    fn version(&self) -> Version {
        self.version.unwrap_or(if self.user.is_some() { Version::V3 } else { Version::V2c })
    }

    fn check_snmp(&self, given: Given<'_>) -> Vec<EntryProblem> {
        let misplaced = |keys: &[&'static str], message: &str| {
            let keys = keys.iter().filter(|key| given.has(key));
            keys.map(|key| EntryProblem::key(key, message)).collect::<Vec<_>>()
        };
        let version = self.version();
        let mut wrong = match version {
            Version::V3 => misplaced(&COMMUNITY, "is for versions 1 and 2c: version 3 has users"),
            Version::V1 | Version::V2c => misplaced(&USER, "is for version 3: versions 1 and 2c have communities"),
        };
        match version {
            Version::V3 if self.user.is_none() => wrong.push(EntryProblem::entry("version 3 needs a user")),
            Version::V3 => wrong.extend(self.user().check()),
            Version::V1 | Version::V2c if !self.community().is_given() => {
                wrong.push(EntryProblem::entry("versions 1 and 2c need a community, and version 3 a user"));
            }
            Version::V1 | Version::V2c => wrong.extend(self.community().check()),
        }
        if version == Version::V1 && self.inform == Some(true) {
            wrong.push(EntryProblem::key("inform", "version 1 has no informs"));
        }
        wrong
    }

    fn secret(&self) -> SecretOf<'_> {
        SecretOf::of(("secret", &self.secret), ("secret_file", &self.secret_file))
    }

    fn community(&self) -> SecretOf<'_> {
        SecretOf::of(("community", &self.community), ("community_file", &self.community_file))
    }

    fn user(&self) -> UserOf<'_> {
        user_of!(self, user)
    }
}

/// Returns the receiver that an entry means; `None` after saying what is wrong.
pub(super) fn forward(entry: &Listed<ForwardKeys>, findings: &mut Findings) -> Option<ForwardOptions> {
    let keys = entry.right()?;
    let to = match keys.to? {
        ForwardTo::Webhook => Destination::Webhook {
            url: parsed(keys.url.as_ref()?.expose_secret(), "url", entry, findings)?,
            secret: some_secret(keys.secret(), entry, findings)?,
        },
        ForwardTo::Syslog => Destination::Syslog {
            address: parsed(keys.address.as_deref()?, "address", entry, findings)?,
            transport: match keys.transport.unwrap_or(Transport::Udp) {
                Transport::Udp => SyslogTransport::Udp,
                Transport::Tcp => SyslogTransport::Tcp,
                Transport::Tls => SyslogTransport::Tls { ca_file: certificates(entry, keys, findings)? },
            },
            facility: keys.facility.unwrap_or(Facility::LOCAL0),
        },
        ForwardTo::File => Destination::File { path: keys.path.clone()? },
        ForwardTo::Snmp => Destination::Snmp {
            address: parsed(keys.address.as_deref()?, "address", entry, findings)?,
            credentials: credentials(entry, keys, findings)?,
            inform: keys.inform.unwrap_or(false),
        },
    };
    Some(ForwardOptions {
        name: keys.name.clone()?,
        to,
        filter: Filter { sources: keys.sources.clone(), oids: keys.oids.clone(), severity: keys.severity },
        batch: keys.batch,
        timeout: keys.timeout,
        backoff: keys.backoff,
        spool: keys.spool,
    })
}

/// Reads what the forwarder has a type for.
fn parsed<T>(text: &str, key: &str, entry: &Listed<ForwardKeys>, findings: &mut Findings) -> Option<T>
where
    T: FromStr<Err: Display>,
{
    text.parse().map_err(|error| findings.problems.push(entry.problem(Some(key), format!("{error}")))).ok()
}

/// Reads a secret that need not be there; the outer `None` after saying why it cannot be read.
fn some_secret(
    secret: SecretOf<'_>,
    entry: &Listed<ForwardKeys>,
    findings: &mut Findings,
) -> Option<Option<SecretString>> {
    let read = secret.read(entry, findings);
    if read.is_none() && secret.is_given() {
        return None;
    }
    if read.as_ref().is_some_and(|read| read.expose_secret().is_empty()) {
        findings.problems.push(entry.problem(Some("secret_file"), "must not be empty"));
        return None;
    }
    Some(read)
}

/// Refuses certificates that cannot be read: nothing would ever get there.
fn certificates(entry: &Listed<ForwardKeys>, keys: &ForwardKeys, findings: &mut Findings) -> Option<Option<PathBuf>> {
    let Some(path) = &keys.ca_file else { return Some(None) };
    match fs::File::open(path) {
        Ok(_) => Some(Some(path.clone())),
        Err(error) => {
            findings.problems.push(entry.problem(Some("ca_file"), secret_file::cannot_read(path, &error)));
            None
        }
    }
}

fn credentials(entry: &Listed<ForwardKeys>, keys: &ForwardKeys, findings: &mut Findings) -> Option<Credentials> {
    let version = keys.version();
    if version == Version::V3 {
        return keys.user().credentials(entry, findings);
    }
    let community = keys.community().read(entry, findings)?;
    let community = checked_community(community)
        .map_err(|message| findings.problems.push(entry.problem(Some("community_file"), message)))
        .ok()?;
    let community = EngineCommunity::from(community);
    Some(if version == Version::V1 { Credentials::V1 { community } } else { Credentials::V2c { community } })
}
