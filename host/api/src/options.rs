//! Reads `options`: how this device is to be talked to, other than usual.
//!
//! The object is no part of the reference, so unlike elsewhere a name that nobody knows is refused: whoever misspells
//! `retries` would not find out otherwise.

use std::ops::RangeInclusive;

use job::DeviceOptions;
use limits::{MAX_REPETITIONS, PACKET_TIMEOUT, RETRIES, WINDOW};

use super::{fields::Fields, problem::Step};

/// Names that nobody knows and that are refused one by one. Beyond, they are only refused together.
const UNKNOWN_NAMES: usize = 20;

/// Adds a problem for each name that is none of these; returns whether there was one.
pub(super) fn refuse_unknown(given: &mut Fields<'_>, names: &[&str]) -> bool {
    let unknown = given.unknown(names);
    for place in unknown.iter().take(UNKNOWN_NAMES) {
        // The name is the client's text, which may be a secret in the wrong place; its position says enough.
        let msg = format!("There are only {}", names.join(", "));
        given.add_at("extra_forbidden", Step::Place(*place), msg);
    }
    !unknown.is_empty()
}

/// The options; those that are wrong are added as problems.
pub(super) fn options(fields: &mut Fields<'_>) -> DeviceOptions {
    let Some(Some(mut given)) = fields.object("options") else { return DeviceOptions::default() };
    refuse_unknown(&mut given, &DeviceOptions::names());
    let max_repetitions = given.optional_integer("max_repetitions", wide(&MAX_REPETITIONS));
    let retries = given.optional_integer("retries", wide(&RETRIES));
    let window = given.optional_integer("window", usize_range(&WINDOW));
    DeviceOptions {
        max_repetitions: max_repetitions.and_then(|number| u16::try_from(number).ok()),
        retries: retries.and_then(|number| u32::try_from(number).ok()),
        packet_timeout: given.optional_seconds("packet_timeout", PACKET_TIMEOUT),
        on_non_increasing: given.optional_word("on_non_increasing"),
        bulk: given.optional_word("bulk"),
        any_source: given.optional_truth("any_source"),
        window: window.and_then(|number| usize::try_from(number).ok()),
    }
}

fn wide<T: Copy + Into<u64>>(range: &RangeInclusive<T>) -> RangeInclusive<u64> {
    (*range.start()).into()..=(*range.end()).into()
}

fn usize_range(range: &RangeInclusive<usize>) -> RangeInclusive<u64> {
    *range.start() as u64..=*range.end() as u64
}
