//! What the operator may write: every key that is not a bound. The bounds are the sections of [`Limits`].

use std::{net::Ipv4Addr, path::PathBuf, time::Duration};

use address::Host;
use limits::{Limits, Section, section};
use secrecy::SecretString;

use super::{
    LogFormat, MinLogLevel,
    list::{List, Listed},
    targets::TargetKeys,
    traps::{ForwardKeys, TrapKeys, TrapTables, UserKeys},
};
use crate::network::Machine;

/// Every key of the configuration with its value, as far as one can say without looking around.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConfigKeys {
    /// `[server]`.
    pub(crate) server: ServerKeys,
    /// `[log]`.
    pub(crate) log: LogKeys,
    /// `[plugins]`.
    pub(crate) plugins: PluginKeys,
    /// `[state]`.
    pub(crate) state: StateKeys,
    /// `[traps]`.
    pub(crate) traps: TrapKeys,
    /// `[[targets]]`.
    pub(crate) targets: Vec<Listed<TargetKeys>>,
    /// `[[traps.users]]`.
    pub(crate) trap_users: Vec<Listed<UserKeys>>,
    /// `[[traps.forward]]`.
    pub(crate) forward: Vec<Listed<ForwardKeys>>,
    /// All other sections: the bounds.
    pub(crate) limits: Limits,
}

section! {
    /// The HTTP server.
    pub(crate) struct ServerKeys = "server" {
        /// Address to listen on: an IP address or a name of this machine.
        host: Host as Machine = Host::V4(Ipv4Addr::UNSPECIFIED);
        /// Port to listen on; 0 lets the system choose.
        port: u16 as Count = 8899, in 0..=65_535;
        /// Key that clients send in `X-API-Key`. Without one, a key is made up at each start and printed.
        api_key: Option<SecretString> as Secret = None, such as "\"what-openssl-rand-hex-32-prints\"";
        /// File that holds the key; white space around it is ignored.
        api_key_file: Option<PathBuf> as Path = None, such as "\"/etc/snmp-proxy/api-key\"";
        /// Origins whose web pages may use this server from a browser. None unless given.
        cors_origins: Vec<String> as Texts = Vec::new();
        /// Whether debuggers of the same user may read the memory of this process, with its secrets, and core dumps of it may
        /// be written. Only to look for a defect.
        allow_core_dumps: bool as Switch = false;
    }
}

section! {
    /// Logs, on standard error.
    pub(crate) struct LogKeys = "log" {
        /// The least serious lines to write: "debug", "info", "warning", "error", "critical" or "trace".
        level: MinLogLevel as Choice = MinLogLevel::Info;
        /// How lines look: "text", "json", or "auto": text on a terminal, else JSON.
        format: LogFormat as Choice = LogFormat::Auto;
    }
}

section! {
    /// Plugins. What one run of a plugin may use is in `[sandbox]`.
    pub(crate) struct PluginKeys = "plugins" {
        /// Folder with plugins of your own. One with the name of a bundled plugin replaces it.
        dir: Option<PathBuf> as Path = None, such as "\"/var/lib/snmp-proxy/plugins\"";
        /// Whether compiled plugins are kept on disk, which makes all starts but the first fast.
        cache: bool as Switch = true;
        /// Folder for compiled plugins. Without it: $CACHE_DIRECTORY, $XDG_CACHE_HOME/snmp-proxy,
        /// ~/.cache/snmp-proxy or /var/cache/snmp-proxy, the first that is there to use.
        cache_dir: Option<PathBuf> as Path = None, such as "\"/var/cache/snmp-proxy\"";
        /// Threads that plugins run on; 0 means one for each processor.
        threads: usize as Count = 0, in 0..=256;
        /// How often the folder is looked at for files that are new or have changed, which are then loaded; 0 means
        /// never. SIGHUP and `POST /-/reload` load them at any time.
        watch: Duration as Time = Duration::ZERO, in Duration::ZERO..=Duration::from_secs(3600);
        /// Whether only plugins that are in the folder's `plugins.lock` are loaded, with the very digest.
        require_lock: bool as Switch = false;
        /// Whether only plugins with a signature (minisign) of one of `trusted_keys` are loaded.
        require_signatures: bool as Switch = false;
        /// Public keys of minisign that signatures of plugins are held against: of each the line that begins with RW, or
        /// its file. None unless given.
        trusted_keys: Vec<String> as Texts = Vec::new();
        /// Plugins of the folder that `auto` may take for sections that bundled plugins fill. None unless given; asked
        /// for by its name, a plugin fills its sections all the same.
        takes_over: Vec<String> as Texts = Vec::new();
        /// Subtrees that hold secrets (communities, keys, passwords) and that a plugin may read all the same, where it
        /// declares them: its name and the subtree, as in "snmp-audit 1.3.6.1.6.3.18.1.1". None unless given.
        may_read_secrets: Vec<String> as Texts = Vec::new();
    }
}

section! {
    /// What outlives the process.
    pub(crate) struct StateKeys = "state" {
        /// Folder for it; it is made where it is not there. Without it: $STATE_DIRECTORY, as systemd sets it, and
        /// without that nothing is kept on disk.
        dir: Option<PathBuf> as Path = None, such as "\"/var/lib/snmp-proxy\"";
    }
}

impl ConfigKeys {
    /// Returns every section in the order in which it is documented.
    pub(crate) fn sections(&self) -> [&dyn Section; 14] {
        let limits = &self.limits;
        [
            &self.server,
            &self.log,
            &self.plugins,
            &self.state,
            &self.traps,
            &limits.polls,
            &limits.tickets,
            &limits.answers,
            &limits.http,
            &limits.keys,
            &limits.requests,
            &limits.decode,
            &limits.snmp,
            &limits.sandbox,
        ]
    }

    /// Returns the section of that name to set keys in.
    pub(crate) fn section_mut(&mut self, name: &str) -> Option<&mut dyn Section> {
        let limits = &mut self.limits;
        let sections: [&mut dyn Section; 14] = [
            &mut self.server,
            &mut self.log,
            &mut self.plugins,
            &mut self.state,
            &mut self.traps,
            &mut limits.polls,
            &mut limits.tickets,
            &mut limits.answers,
            &mut limits.http,
            &mut limits.keys,
            &mut limits.requests,
            &mut limits.decode,
            &mut limits.snmp,
            &mut limits.sandbox,
        ];
        sections.into_iter().find(|section| section.name() == name)
    }

    /// Returns what is written of notifications.
    pub(super) fn trap_tables(&self) -> TrapTables<'_> {
        TrapTables { keys: &self.traps, users: &self.trap_users, forward: &self.forward }
    }

    /// Returns every list in the order in which it is documented.
    pub(crate) fn lists(&self) -> [&dyn List; 3] {
        [&self.targets, &self.trap_users, &self.forward]
    }

    /// Returns every list to add entries to.
    pub(super) fn lists_mut(&mut self) -> [&mut dyn List; 3] {
        [&mut self.targets, &mut self.trap_users, &mut self.forward]
    }
}
