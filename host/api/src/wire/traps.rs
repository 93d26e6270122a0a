//! Records of notifications.

use decoding::record::Record;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// Records of the trap log.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrapList<'a> {
    /// Those that were wanted, oldest first. Each has its number in the log as `number`, and `"stored": true`; streams and
    /// forwarders also get records with `"number": null, "stored": false`, which could not be stored yet and are not here. `snmp.community_ref` (`hmac:` and
    /// 16 hexadecimal digits) tells communities apart and cannot be turned back into one by guessing: it is keyed with a
    /// secret of this installation. The same community has the same one for as long as the state directory lives; without
    /// a state directory, for as long as the process runs. Another installation has another one for it.
    #[schema(value_type = Vec<TrapRecord>)]
    pub traps: Vec<&'a RawValue>,
    /// Give this as `after` the next time. It may have moved on although nothing was found.
    #[schema(example = 42)]
    pub next: u64,
    /// Records after `after` that were forgotten before they could be read, wanted or not.
    #[schema(example = 0)]
    pub missed: u64,
}

/// A record of the trap log.
#[derive(Debug, ToSchema)]
pub struct TrapRecord {
    /// Its place in the log; null where it is not stored yet.
    #[schema(example = 42)]
    pub number: Option<u64>,
    /// Whether it is in the log.
    pub stored: bool,
    /// What was received.
    #[serde(flatten)]
    pub record: Record<'static>,
}
