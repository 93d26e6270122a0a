//! How single devices are talked to: options that differ from those of all others.
//!
//! A request may give them, and an entry `[[targets]]` of the configuration; both have the same names and the same
//! bounds, and this is the one place that describes them. What nobody gives stays as `[snmp]` has it.

use std::{ops::RangeInclusive, time::Duration};

use limits::{MAX_REPETITIONS, PACKET_TIMEOUT, RETRIES, Section as _, WINDOW, section};
use serde::{Deserialize, Serialize};
use snmp::{BulkUse, OnNonIncreasing, RequestOptions};

use crate::serde_forms::{optional_millis, word};

section! {
    /// Options of a device. What is `None` stays as it is.
    pub struct DeviceOptions = "options", derive(PartialEq, Eq, Serialize, Deserialize), attribute(serde(default)) {
        /// Rows asked for by one GETBULK: by the first one, and at most.
        max_repetitions: Option<u16> as Maybe<Count> = None, in some(MAX_REPETITIONS), such as "5",
            with serde(skip_serializing_if = "Option::is_none");
        /// Times that a packet is sent again.
        retries: Option<u32> as Maybe<Count> = None, in some(RETRIES), such as "4",
            with serde(skip_serializing_if = "Option::is_none");
        /// Time for the answer to one packet.
        packet_timeout: Option<Duration> as Maybe<Time> = None, in some(PACKET_TIMEOUT), such as "\"5s\"",
            with serde(rename = "packet_timeout_ms", with = "optional_millis", skip_serializing_if = "Option::is_none");
        /// What a walk does when names do not increase: "stop" or "continue".
        on_non_increasing: Option<OnNonIncreasing> as Maybe<Choice> = None, such as "\"continue\"",
            with serde(with = "word", skip_serializing_if = "Option::is_none");
        /// Whether GETBULK is used: "auto" or "never".
        bulk: Option<BulkUse> as Maybe<Choice> = None, such as "\"never\"",
            with serde(with = "word", skip_serializing_if = "Option::is_none");
        /// Whether answers may come from another address than was asked.
        any_source: Option<bool> as Maybe<Switch> = None, such as "true",
            with serde(skip_serializing_if = "Option::is_none");
        /// The most requests in flight to one of these devices.
        window: Option<usize> as Maybe<Count> = None, in some(WINDOW), such as "1",
            with serde(skip_serializing_if = "Option::is_none");
    }
}

fn some<T: Copy>(range: RangeInclusive<T>) -> RangeInclusive<Option<T>> {
    Some(*range.start())..=Some(*range.end())
}

impl DeviceOptions {
    /// Puts what is given here in the place of what is there.
    pub fn lay_over(&self, options: &mut RequestOptions) {
        // By name: an option that is added does not compile until it is laid over, too.
        let Self { max_repetitions, retries, packet_timeout, on_non_increasing, bulk, any_source, window } = *self;
        if let Some(repetitions) = max_repetitions {
            options.max_repetitions = repetitions;
            // Whoever gives a number for a device knows why: a weak agent must not be asked for more after a while.
            options.max_repetitions_ceiling = repetitions;
        }
        options.retries = retries.unwrap_or(options.retries);
        options.packet_timeout = packet_timeout.unwrap_or(options.packet_timeout);
        options.on_non_increasing = on_non_increasing.unwrap_or(options.on_non_increasing);
        options.bulk = bulk.unwrap_or(options.bulk);
        options.any_source = any_source.unwrap_or(options.any_source);
        options.window = window.unwrap_or(options.window);
    }

    /// Their names, in the order in which they are documented.
    #[must_use]
    pub fn names() -> Vec<&'static str> {
        Self::default().keys().into_iter().map(|key| key.name).collect()
    }

    /// Whether nothing is given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_holds_and_the_rest_stays() {
        let mut options = RequestOptions { retries: 7, ..RequestOptions::default() };
        DeviceOptions::default().lay_over(&mut options);
        assert_eq!(options, RequestOptions { retries: 7, ..RequestOptions::default() });

        let given = DeviceOptions {
            max_repetitions: Some(5),
            retries: Some(0),
            packet_timeout: Some(Duration::from_secs(9)),
            on_non_increasing: Some(OnNonIncreasing::Continue),
            bulk: Some(BulkUse::Never),
            any_source: Some(true),
            window: Some(1),
        };
        given.lay_over(&mut options);
        let expected = RequestOptions {
            max_repetitions: 5,
            max_repetitions_ceiling: 5,
            retries: 0,
            packet_timeout: Duration::from_secs(9),
            on_non_increasing: OnNonIncreasing::Continue,
            bulk: BulkUse::Never,
            any_source: true,
            window: 1,
            ..RequestOptions::default()
        };
        assert_eq!(options, expected);
    }
}
