//! Those who receive: the daemon, and `snmptrapd`.

use std::net::SocketAddr;

use harness::{Proxy, Readings, SnmpTrapd};

/// Somebody who receives notifications and counts them.
pub(crate) enum Receiver {
    Proxy { proxy: Proxy, address: SocketAddr, keeps: bool, _folder: tempfile::TempDir },
    SnmpTrapd(SnmpTrapd),
}

/// No rate is too high: it is the receiver that is measured, and not its bounds.
pub(crate) const UNBOUNDED: &str = r#"
[traps]
listen = ["127.0.0.1:0"]
communities = ["public"]
source_rate = 10000000
source_burst = 10000000
total_rate = 10000000
total_burst = 10000000
log_records = 1000000
"#;

impl Receiver {
    /// The daemon, with its log in memory or on disk.
    pub(crate) async fn proxy(keeps: bool) -> Self {
        // In the build folder: what is in memory only is no disk.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        let state = folder.path().join("state");
        let flags = ["--state-dir", state.to_str().expect("a path of UTF-8")];
        let proxy = Proxy::start_with(UNBOUNDED, if keeps { &flags } else { &[] }).await;
        let address = proxy.trap_address().await;
        Self::Proxy { proxy, address, keeps, _folder: folder }
    }

    /// net-snmp's, where it is installed.
    pub(crate) async fn snmptrapd() -> Option<Self> {
        SnmpTrapd::start().await.map(Self::SnmpTrapd)
    }

    pub(crate) fn title(&self) -> &'static str {
        match self {
            Self::Proxy { keeps: false, .. } => "snmp-proxy, log in memory",
            Self::Proxy { keeps: true, .. } => "snmp-proxy, log on disk",
            Self::SnmpTrapd(_) => "snmptrapd, log in a file",
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        match self {
            Self::Proxy { address, .. } => *address,
            Self::SnmpTrapd(trapd) => SocketAddr::from(([127, 0, 0, 1], trapd.port)),
        }
    }

    /// How many it has received and written down so far.
    pub(crate) async fn count(&self) -> u64 {
        match self {
            Self::Proxy { proxy, .. } => {
                let health = proxy.client().get("/health").await.body;
                health["traps"]["log"]["last"].as_u64().expect("a number")
            }
            Self::SnmpTrapd(trapd) => trapd.log().matches('\n').count() as u64,
        }
    }

    pub(crate) fn readings(&self) -> Readings {
        Readings::of(match self {
            Self::Proxy { proxy, .. } => proxy.process_id(),
            Self::SnmpTrapd(trapd) => trapd.process_id(),
        })
    }
}
