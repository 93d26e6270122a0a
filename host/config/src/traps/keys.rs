//! The keys of the table `[traps]`.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use ipnet::IpNet;
use limits::{kib, mib, seconds, section};
use secrecy::SecretString;
use snmp::Community as EngineCommunity;
use traps::{
    forward::ForwardOptions,
    listener::{ListenerOptions, TrapUser},
    log::LogOptions,
};

use super::TrapSettings;
use crate::network::{Community, Listen, Network};

section! {
    /// Notifications: traps and informs. Nothing is received unless `listen` says where. Users of version 3 are
    /// entries [[traps.users]], and those who get the records entries [[traps.forward]].
    pub(crate) struct TrapKeys = "traps" {
        /// Addresses to listen on, such as `0.0.0.0:162` and `[::]:162`. None unless given.
        listen: Vec<SocketAddr> as Many<Listen> = Vec::new();
        /// Communities that notifications of versions 1 and 2c may come with. None unless given.
        communities: Vec<SecretString> as Many<Community> = Vec::new();
        /// File with further communities, one on each line. White space around them is ignored, and so are empty lines
        /// and those that begin with `#`.
        communities_file: Option<PathBuf> as Path = None, such as "\"/etc/snmp-proxy/trap-communities\"";
        /// Whether notifications of versions 1 and 2c may come with any community, that is, from anybody.
        accept_any_community: bool as Switch = false;
        /// Whether records tell the community, in the message as it came. Else they have a digest that only tells
        /// communities apart.
        include_community: bool as Switch = false;
        /// Name of this proxy in records (`receiver`). Without it: the name of this machine.
        receiver: Option<String> as Maybe<Text> = None, such as "\"jump-1\"";
        /// Name of the site in records.
        site: Option<String> as Maybe<Text> = None, such as "\"dc1\"";
        /// Networks of relays that may say which device a notification is of (agent-addr, snmpTrapAddress). From
        /// elsewhere, it is of the device that sent it.
        trusted_relays: Vec<IpNet> as Many<Network> = Vec::new();
        /// Time in which the same notification is counted instead of stored again; 0 is never. Beyond, the last one of
        /// them is stored, with the count of those after the first. Informs are always stored.
        dedupe_window: Duration as Time = seconds(0), in seconds(0)..=seconds(3600);
        /// Notifications that are remembered for `dedupe_window`. Beyond, the oldest is forgotten, and its repetition
        /// is stored.
        dedupe_records: usize as Count = 10_000, in 1..=10_000_000;
        /// Notifications of one source in a second, on average. Beyond, they are counted and dropped.
        source_rate: u32 as Count = 50, in 1..=10_000_000;
        /// Notifications of one source at once, after it was silent. Beyond, `source_rate` holds.
        source_burst: u32 as Count = 200, in 1..=10_000_000;
        /// Notifications of all sources in a second, on average, of those who may send. Beyond, they are counted and
        /// dropped.
        total_rate: u32 as Count = 50_000, in 1..=10_000_000;
        /// Notifications of all sources at once, after they were silent. Beyond, `total_rate` holds.
        total_burst: u32 as Count = 100_000, in 1..=10_000_000;
        /// Sources whose rate is remembered. Beyond, the one that was silent for the longest time is forgotten.
        sources: usize as Count = 10_000, in 1..=10_000_000;
        /// Notifications that wait to be decoded. Beyond, they are counted and dropped, and informs are not answered.
        queue: usize as Count = 50_000, in 1..=10_000_000;
        /// Size of the notifications that wait. Beyond, they are dropped as with `queue`.
        queue_bytes: usize as Bytes = mib(64), in mib(1)..=mib(65_536);
        /// Size of each socket's buffer for datagrams that nobody took yet, as far as the system allows. Beyond, the
        /// system drops them, and they are counted.
        receive_buffer: usize as Bytes = mib(16), in kib(4)..=mib(1_024);
        /// Engines of version 3 whose clocks are remembered. Beyond, the one that was silent for the longest time is
        /// forgotten.
        engines: usize as Count = 10_000, in 1..=10_000_000;
        /// Keys of version 3 that are remembered. Beyond, they are made of passwords again, which takes time.
        keys: usize as Count = 10_000, in 1..=10_000_000;
        /// Messages of version 3 that wait for their keys. Beyond, they are counted and dropped.
        key_queue: usize as Count = 1_000, in 1..=1_000_000;
        /// Informs that are known again when they are sent again. Beyond, the oldest is forgotten, and its repetition is
        /// stored.
        informs: usize as Count = 50_000, in 1..=10_000_000;
        /// Time for which an inform is known again. Beyond, its repetition is stored.
        inform_memory: Duration as Time = seconds(60), in seconds(1)..=seconds(3600);
        /// Records in the log. Beyond, the oldest are forgotten.
        log_records: usize as Count = 100_000, in 1..=100_000_000;
        /// Size of the records in the log. Beyond, the oldest are forgotten.
        log_bytes: usize as Bytes = mib(256), in mib(1)..=mib(65_536);
        /// Size of the records that cannot be stored, as on a full disk, and wait in memory for it; they are forwarded
        /// from there. Beyond, the oldest are never stored, which is counted.
        unstored_bytes: usize as Bytes = mib(64), in mib(1)..=mib(65_536);
        /// Readers of `GET /traps/events` at the same time. Beyond, they are refused with 503.
        event_streams: usize as Count = 64, in 1..=10_000;
    }
}

impl TrapKeys {
    /// Returns what the keys mean, with what was made of the lists.
    pub(super) fn settings(self, machine: String, users: Vec<TrapUser>, forward: Vec<ForwardOptions>) -> TrapSettings {
        // Every field by name and no `..`: a bound that the listener gains does not compile until it has a key here.
        let listener = ListenerOptions {
            communities: self.communities.iter().map(EngineCommunity::from).collect(),
            accept_any_community: self.accept_any_community,
            include_community: self.include_community,
            users,
            receive_buffer: self.receive_buffer,
            source_rate: self.source_rate,
            source_burst: self.source_burst,
            total_rate: self.total_rate,
            total_burst: self.total_burst,
            sources: self.sources,
            queue: self.queue,
            queue_bytes: self.queue_bytes,
            engines: self.engines,
            keys: self.keys,
            key_queue: self.key_queue,
            informs: self.informs,
            inform_memory: self.inform_memory,
        };
        TrapSettings {
            listen: self.listen,
            listener,
            log: LogOptions { records: self.log_records, bytes: self.log_bytes, unstored_bytes: self.unstored_bytes },
            forward,
            proxy_name: self.receiver.unwrap_or(machine),
            site: self.site,
            trusted_relays: self.trusted_relays,
            dedupe_window: self.dedupe_window,
            dedupe_records: self.dedupe_records,
            event_streams: self.event_streams,
        }
    }
}
