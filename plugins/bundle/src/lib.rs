//! The standard plugins of snmp-proxy, built for WebAssembly by this crate's build script and embedded, so that the
//! daemon is one file. It knows neither what runs them nor how.

/// A plugin that comes with the proxy.
#[derive(Clone, Copy)]
pub struct BundledPlugin {
    /// Its name, by which requests ask for it.
    pub name: &'static str,
    /// The component.
    pub wasm: &'static [u8],
}

/// The collectors, in the order in which a poll runs them.
pub const PLUGINS: &[BundledPlugin] = &[
    BundledPlugin { name: "system-info", wasm: include_bytes!(concat!(env!("OUT_DIR"), "/system-info.wasm")) },
    BundledPlugin { name: "interfaces", wasm: include_bytes!(concat!(env!("OUT_DIR"), "/interfaces.wasm")) },
    BundledPlugin { name: "arp", wasm: include_bytes!(concat!(env!("OUT_DIR"), "/arp.wasm")) },
];

/// The decoders of notifications. Components of the world `trap-decoding`, so not for polls.
pub const TRAP_DECODERS: &[BundledPlugin] =
    &[BundledPlugin { name: "trap-decoder", wasm: include_bytes!(concat!(env!("OUT_DIR"), "/trap-decoder.wasm")) }];

/// What knows vendors' notifications, in the order in which they are asked. Components of the world `trap-enriching`.
pub const TRAP_ENRICHERS: &[BundledPlugin] =
    &[BundledPlugin { name: "cisco-traps", wasm: include_bytes!(concat!(env!("OUT_DIR"), "/cisco-traps.wasm")) }];

/// The component that does what no plugin should, which the tests run to see that nothing comes of it.
#[cfg(feature = "hostile-guest")]
pub const HOSTILE_GUEST: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/hostile-guest.wasm"));

impl std::fmt::Debug for BundledPlugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BundledPlugin({}, {} octets)", self.name, self.wasm.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_embedded_are_components() {
        // The WebAssembly magic, then the version and layer that tell a component from a module.
        const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";
        for plugin in PLUGINS.iter().chain(TRAP_DECODERS).chain(TRAP_ENRICHERS) {
            assert!(plugin.wasm.starts_with(COMPONENT), "{plugin:?}");
        }
        #[cfg(feature = "hostile-guest")]
        assert!(HOSTILE_GUEST.starts_with(COMPONENT));
    }
}
