//! The words of the engine's choices, as configurations and requests write them.

use snmp::{BulkUse, OnNonIncreasing, usm::SecurityLevel};

use crate::kind::Words;

impl Words for BulkUse {
    const EXPECTS: &'static str = "\"auto\" or \"never\"";
    const WORDS: &'static [(&'static str, Self)] = &[("auto", Self::Auto), ("never", Self::Never)];
}

impl Words for OnNonIncreasing {
    const EXPECTS: &'static str = "\"stop\" or \"continue\"";
    const WORDS: &'static [(&'static str, Self)] = &[("stop", Self::Stop), ("continue", Self::Continue)];
}

impl Words for SecurityLevel {
    const EXPECTS: &'static str = "\"noAuthNoPriv\", \"authNoPriv\" or \"authPriv\"";
    const WORDS: &'static [(&'static str, Self)] =
        &[("noAuthNoPriv", Self::NoAuthNoPriv), ("authNoPriv", Self::AuthNoPriv), ("authPriv", Self::AuthPriv)];
}
