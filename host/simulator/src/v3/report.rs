//! Why a message of version 3 is refused, how often that was, and the report that says so.

use snmp::{Oid, Value, Varbind};

use crate::{
    ber::{put_varbind, tag},
    message::put_pdu,
};

/// Why a message is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    UnsupportedSecLevel,
    NotInTimeWindow,
    UnknownUserName,
    UnknownEngineId,
    WrongDigest,
    DecryptionError,
    UnknownContext,
    UnknownPduHandler,
}

/// What a simulator refused of version 3: the counters that its reports carry, of all its addresses together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UsmCounters {
    /// usmStatsUnsupportedSecLevels.
    pub unsupported_sec_levels: u32,
    /// usmStatsNotInTimeWindows.
    pub not_in_time_windows: u32,
    /// usmStatsUnknownUserNames.
    pub unknown_user_names: u32,
    /// usmStatsUnknownEngineIDs: discovery among them.
    pub unknown_engine_ids: u32,
    /// usmStatsWrongDigests.
    pub wrong_digests: u32,
    /// usmStatsDecryptionErrors.
    pub decryption_errors: u32,
    /// snmpUnknownContexts.
    pub unknown_contexts: u32,
    /// snmpUnknownPDUHandlers: the context is one of another engine.
    pub unknown_pdu_handlers: u32,
    /// snmpUnknownSecurityModels, not reported.
    pub unknown_security_models: u32,
    /// snmpInvalidMsgs, not reported.
    pub invalid_messages: u32,
}

impl Refused {
    /// The counter that a report carries.
    pub(crate) fn counter(self) -> Oid {
        let usm_stats = |object| Oid::from([1, 3, 6, 1, 6, 3, 15, 1, 1, object, 0]);
        match self {
            Self::UnsupportedSecLevel => usm_stats(1),
            Self::NotInTimeWindow => usm_stats(2),
            Self::UnknownUserName => usm_stats(3),
            Self::UnknownEngineId => usm_stats(4),
            Self::WrongDigest => usm_stats(5),
            Self::DecryptionError => usm_stats(6),
            Self::UnknownContext => Oid::from([1, 3, 6, 1, 6, 3, 12, 1, 5, 0]),
            Self::UnknownPduHandler => Oid::from([1, 3, 6, 1, 6, 3, 11, 2, 1, 3, 0]),
        }
    }
}

impl UsmCounters {
    /// Counts one more, and returns how many that are.
    pub(super) fn count(&mut self, refused: Refused) -> u32 {
        let counter = match refused {
            Refused::UnsupportedSecLevel => &mut self.unsupported_sec_levels,
            Refused::NotInTimeWindow => &mut self.not_in_time_windows,
            Refused::UnknownUserName => &mut self.unknown_user_names,
            Refused::UnknownEngineId => &mut self.unknown_engine_ids,
            Refused::WrongDigest => &mut self.wrong_digests,
            Refused::DecryptionError => &mut self.decryption_errors,
            Refused::UnknownContext => &mut self.unknown_contexts,
            Refused::UnknownPduHandler => &mut self.unknown_pdu_handlers,
        };
        *counter = counter.wrapping_add(1);
        *counter
    }
}

/// The PDU of a report.
pub(super) fn report_pdu(refused: Refused, count: u32, request_id: i32) -> Vec<u8> {
    let mut bindings = Vec::new();
    put_varbind(&mut bindings, &Varbind { name: refused.counter(), value: Value::Counter32(count) });
    let mut pdu = Vec::new();
    put_pdu(&mut pdu, tag::REPORT, [request_id, 0, 0], &bindings);
    pdu
}
