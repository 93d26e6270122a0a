//! The kinds of plugins, and the interfaces by which a component says of which it is.

/// The package of the contract with plugins, in every version.
pub(crate) const PACKAGE: &str = "snmp-proxy:plugin";

/// The kinds of plugins, each with an interface and a world of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PluginKind {
    /// Collects from devices.
    Collector,
    /// Collects from devices as a configuration says.
    ConfiguredCollector,
    /// Takes notifications and other messages apart.
    TrapDecoder,
    /// Adds what a vendor's notifications mean.
    TrapEnricher,
}

impl PluginKind {
    /// All of them.
    pub(crate) const ALL: [Self; 4] =
        [Self::Collector, Self::ConfiguredCollector, Self::TrapDecoder, Self::TrapEnricher];

    /// The interface of the contract that makes a component a plugin of this kind, e.g. `trap-decoder`.
    #[must_use]
    pub fn interface(self) -> &'static str {
        match self {
            Self::Collector => "collector",
            Self::ConfiguredCollector => "configured-collector",
            Self::TrapDecoder => "trap-decoder",
            Self::TrapEnricher => "trap-enricher",
        }
    }
}
