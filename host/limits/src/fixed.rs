//! Bounds that are constants: the REST contract or SNMP itself fixes them, or no installation should need others.

use std::{ops::RangeInclusive, time::Duration};

use crate::units::{KIB, MIB, seconds};

/// Seconds that a request may give for its GETs, by the REST contract. Beyond, the request is refused with 422.
pub const GET_TIMEOUT_SECONDS: RangeInclusive<u64> = 1..=60;

/// Seconds that a request may give for its walks, by the REST contract. Beyond, the request is refused with 422.
pub const WALK_TIMEOUT_SECONDS: RangeInclusive<u64> = 10..=600;

/// Entries `[[targets]]` of the configuration. Beyond, the program does not start.
pub const TARGET_RULES: usize = 1_000;

/// Networks and addresses in one `deny` of `[[targets]]`. Beyond, the program does not start.
pub const DENIED_TARGETS: usize = 1_000;

/// Entries `[[traps.users]]` of the configuration. Beyond, the program does not start.
pub const TRAP_USERS: usize = 1_000;

/// Entries `[[traps.forward]]` of the configuration. Beyond, the program does not start.
pub const FORWARDERS: usize = 64;

/// Communities that notifications may come with. Beyond, the program does not start.
pub const TRAP_COMMUNITIES: usize = 1_000;

/// Octets of such a community, and of one that notifications are forwarded with. Beyond, the program does not start.
pub const TRAP_COMMUNITY_OCTETS: usize = 255;

/// Bytes of a configuration file. Beyond, the program does not start.
pub const CONFIG_FILE_BYTES: u64 = MIB;

/// Bytes of a file that holds a secret. Beyond, the program does not start.
pub const SECRET_FILE_BYTES: u64 = 64 * KIB;

/// Bytes of `plugins.lock` in the plugin folder. Beyond, it is not read and not written.
pub const PLUGINS_LOCK_BYTES: u64 = MIB;

/// Subtrees of one list in it. Beyond, the lock is wrong.
pub const PLUGIN_SUBTREES: usize = 256;

/// Bytes of the signature of a plugin, and of a file with a public key. Beyond, it is not read.
pub const SIGNATURE_BYTES: u64 = 4 * KIB;

/// Time to connect to a registry of plugins. Beyond, the command fails.
pub const REGISTRY_CONNECT_TIMEOUT: Duration = seconds(10);

/// Time in which a registry sends nothing. Beyond, the command fails.
pub const REGISTRY_READ_TIMEOUT: Duration = seconds(30);

/// Time for all of an exchange with a registry. Beyond, the command fails.
pub const REGISTRY_DEADLINE: Duration = seconds(600);

/// Bytes of a manifest in a registry. Beyond, the plugin is not pulled. Registries take up to 4 MiB, of images with many
/// layers; a plugin has one.
pub const REGISTRY_MANIFEST_BYTES: u64 = MIB;

/// What one may give as `max_repetitions`.
pub const MAX_REPETITIONS: RangeInclusive<u16> = 1..=1_000;

/// What one may give as `retries`.
pub const RETRIES: RangeInclusive<u32> = 0..=20;

/// What one may give as `packet_timeout`.
pub const PACKET_TIMEOUT: RangeInclusive<Duration> = Duration::from_millis(10)..=Duration::from_secs(60);

/// What one may give as `window`.
pub const WINDOW: RangeInclusive<usize> = 1..=64;
