//! Reads `options`: how this device is to be talked to, other than usual.
//!
//! The object is no part of the reference, so unlike elsewhere a name that nobody knows is refused: whoever misspells
//! `retries` would not find out otherwise.

use std::time::Duration;

use job::DeviceOptions;
use limits::{Limits, MAX_REPETITIONS, PACKET_TIMEOUT, RETRIES, WINDOW};
use serde_json::Value;
use snmp::{BulkUse, OnNonIncreasing};

use super::{
    fields::Fields,
    form::{Form, Kind, form, optional, schemas},
    kinds::{OptionalBool, OptionalInteger, OptionalSeconds, OptionalWord},
    problem::Step,
};

form! {
    /// How to talk to this device, other than usual. What is not given is as the configuration has it, which may have
    /// options for this device of its own. Unknown names are refused.
    pub(super) struct OptionsForm(limits) as "RequestOptions" {
        /// Rows asked for by one GETBULK: by the first one, and at most.
        max_repetitions: u16 = OptionalInteger { range: MAX_REPETITIONS };
        /// How often a packet is sent again.
        retries: u32 = OptionalInteger { range: RETRIES };
        /// Seconds to wait for the answer to one packet, perhaps with a fraction.
        packet_timeout: Duration = OptionalSeconds { range: PACKET_TIMEOUT };
        /// What a walk does when names do not increase: `stop` with a gap, or `continue` with names not seen before.
        on_non_increasing: OnNonIncreasing = OptionalWord::named("OnNonIncreasing"), such as "stop";
        /// Whether GETBULK is used: `auto` where the version has it, or `never`.
        bulk: BulkUse = OptionalWord::named("BulkUse"), such as "auto";
        /// Whether answers may come from another address than was asked. It makes forging answers easier.
        any_source: bool = OptionalBool;
        /// The most requests in flight.
        window: usize = OptionalInteger { range: WINDOW };
    }
}

/// The options; those that are wrong are added as problems.
#[derive(Debug)]
pub(super) struct Options<'a> {
    pub(super) limits: &'a Limits,
}

impl Kind for Options<'_> {
    type Value = DeviceOptions;

    fn read(&self, name: &'static str, fields: &mut Fields<'_>) -> Option<DeviceOptions> {
        let mut given = fields.object(name)??;
        refuse_unknown(&mut given, &OptionsForm::names());
        let form = OptionsForm::read(&mut given, self.limits);
        let OptionsForm { max_repetitions, retries, packet_timeout, on_non_increasing, bulk, any_source, window } =
            form;
        Some(DeviceOptions { max_repetitions, retries, packet_timeout, on_non_increasing, bulk, any_source, window })
    }

    fn schema(&self) -> Value {
        optional(OptionsForm::SCHEMA)
    }

    fn named(&self) -> Vec<(&'static str, Value)> {
        schemas::<OptionsForm>(self.limits)
    }
}

/// Names that nobody knows and that are refused one by one. Beyond, they are only refused together.
const UNKNOWN_NAMES: usize = 20;

/// Adds a problem for each name that is none of these; returns whether there was one.
pub(super) fn refuse_unknown(given: &mut Fields<'_>, names: &[&str]) -> bool {
    let unknown = given.unknown(names);
    for place in unknown.iter().take(UNKNOWN_NAMES) {
        // The name is the client's text, which may be a secret in the wrong place; its position says enough.
        let msg = format!("There are only {}", names.join(", "));
        given.add_at("extra_forbidden", Step::Index(*place), msg);
    }
    !unknown.is_empty()
}
