//! Which records a request wants, out of its query.

use std::{fmt::Display, time::Duration};

use address::parse_network;
use axum::{
    extract::{Query, rejection::QueryRejection},
    response::{IntoResponse, Response},
};
use job::parse_oid;
use traps::{Filter, Severity};
use utoipa::IntoParams;

use crate::{
    error::ApiError,
    problem::{Problems, Step},
    query::QueryReader,
};

/// Names and values as the query has them.
pub(super) type Pairs = Vec<(String, String)>;

/// Records of one answer. Beyond, the parameter is refused with 422.
const MAX_RECORDS: usize = 1000;

/// Records of one answer, where the request says nothing.
const USUAL_RECORDS: usize = 100;

/// Sources, and trap OIDs, that a request may name. Beyond, it is refused with 422.
const MAX_CONDITIONS: usize = 64;

/// How to ask for records.
#[derive(Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TrapQuery {
    /// Only records after this one. Without it, or where the log has not come to it yet (which then is another log), the
    /// answer begins with the oldest record that is kept.
    #[param(value_type = Option<u64>)]
    after: Option<String>,
    /// Seconds to wait until there is a record that is wanted. Without it the answer comes at once.
    #[param(value_type = Option<f64>, minimum = 0)]
    wait: Option<String>,
    /// Records at most.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1000, default = 100)]
    limit: Option<String>,
    /// Addresses or networks, one of which is the device's (`device.address`). Several with commas, or repeated.
    #[param(value_type = Option<Vec<String>>, example = json!(["192.0.2.1", "10.0.0.0/8"]))]
    source: Vec<String>,
    /// OIDs, with one of which the trap's begins, with or without a zero before its last arc: one event of version 1 and of
    /// version 2c may differ in it. Several with commas, or repeated.
    #[param(value_type = Option<Vec<String>>, example = json!(["1.3.6.1.6.3.1.1.5"]))]
    oid: Vec<String>,
    /// The least severe that is wanted: `emergency`, `alert`, `critical`, `error`, `warning`, `notice`,
    /// `informational` or `debug`. What has no severity is not wanted then.
    #[param(value_type = Option<String>, example = "warning")]
    severity: Option<String>,
}

/// [`TrapQuery`], checked.
#[derive(Debug)]
pub(super) struct TrapParams {
    pub(super) after: Option<u64>,
    pub(super) wait: Option<Duration>,
    pub(super) limit: usize,
    pub(super) filter: Filter,
}

/// What a query wants, or the answer that says what is wrong with it.
pub(super) fn params(query: Result<Query<Pairs>, QueryRejection>) -> Result<TrapParams, Box<Response>> {
    let query = query.ok().and_then(|Query(pairs)| TrapQuery::of(pairs));
    let query = query.ok_or_else(|| Box::new(ApiError::unreadable_query().into_response()))?;
    query.read().map_err(|problems| Box::new(problems.into_response()))
}

impl TrapQuery {
    /// Sorts the values by their names. Other names are not looked at; a single value that is there twice is an error.
    fn of(pairs: Pairs) -> Option<Self> {
        let mut query = Self::default();
        for (name, value) in pairs {
            if value.is_empty() {
                continue;
            }
            let single = match name.as_str() {
                "after" => &mut query.after,
                "wait" => &mut query.wait,
                "limit" => &mut query.limit,
                "severity" => &mut query.severity,
                "source" => {
                    query.source.extend(value.split(',').map(str::to_owned));
                    continue;
                }
                "oid" => {
                    query.oid.extend(value.split(',').map(str::to_owned));
                    continue;
                }
                _ => continue,
            };
            if single.replace(value).is_some() {
                return None;
            }
        }
        Some(query)
    }

    fn read(self) -> Result<TrapParams, Problems> {
        let mut reader = QueryReader::default();
        let after = self.after.and_then(|text| reader.number("after", &text));
        let wait = self.wait.and_then(|text| reader.seconds("wait", &text));
        let limit = self.limit.and_then(|text| reader.limit("limit", &text, MAX_RECORDS));
        let sources =
            each(&mut reader, "source", &self.source, parse_network, "Input should be an address or a network");
        let oids = each(&mut reader, "oid", &self.oid, parse_oid, "Input should be an OID");
        let severity = self.severity.and_then(|word| severity(&mut reader, "severity", &word));
        let filter = Filter { sources, oids, severity };
        reader.finish(TrapParams { after, wait, limit: limit.unwrap_or(USUAL_RECORDS), filter })
    }
}

/// All values of a list. Those that are wrong are named by their places.
fn each<T, E: Display>(
    reader: &mut QueryReader,
    name: &'static str,
    texts: &[String],
    read: impl Fn(&str) -> Result<T, E>,
    msg: &'static str,
) -> Vec<T> {
    if texts.len() > MAX_CONDITIONS {
        reader.add("too_long", name, format!("List should have at most {MAX_CONDITIONS} items"));
        return Vec::new();
    }
    let mut values = Vec::with_capacity(texts.len());
    for (place, text) in texts.iter().enumerate() {
        match read(text.trim()) {
            Ok(value) => values.push(value),
            Err(error) => {
                let place = [Step::name("query"), Step::name(name), Step::Index(place)];
                reader.add_at("value_error", &place, format!("{msg}: {error}"));
            }
        }
    }
    values
}

fn severity(reader: &mut QueryReader, name: &'static str, word: &str) -> Option<Severity> {
    let severity = word.trim().to_ascii_lowercase().parse().ok();
    if severity.is_none() {
        let words = Severity::ALL.map(|severity| format!("'{}'", severity.as_str()));
        let (last, others) = words.split_last().map_or(("", [].as_slice()), |(last, others)| (last.as_str(), others));
        reader.add("literal_error", name, format!("Input should be {} or {last}", others.join(", ")));
    }
    severity
}
