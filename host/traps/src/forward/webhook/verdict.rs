//! What an HTTP status says about the records that were posted.

use std::time::{Duration, SystemTime};

use reqwest::header::HeaderValue;
use time::{OffsetDateTime, format_description::well_known::Rfc2822};

/// What becomes of the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The receiver has them.
    Taken,
    /// Less of them at once may do: they are too many, or one of them is wrong.
    Halve,
    /// It will never take this one.
    Refused,
    /// Another time, and not before so long.
    Later(Option<Duration>),
}

/// Decides by the status, the header `Retry-After` and how many records there were.
pub(super) fn verdict(status: u16, retry_after: Option<&HeaderValue>, records: usize, now: SystemTime) -> Verdict {
    match status {
        200..=299 => Verdict::Taken,
        400 | 413 | 422 if records > 1 => Verdict::Halve,
        400 | 413 | 422 => Verdict::Refused,
        // A wrong path, a missing key, a redirect: somebody will mend that, and then they are wanted.
        _ => Verdict::Later(retry_after.and_then(|value| pause(value, now))),
    }
}

/// Seconds, or a date (RFC 9110 section 10.2.3).
fn pause(value: &HeaderValue, now: SystemTime) -> Option<Duration> {
    let text = value.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = SystemTime::from(OffsetDateTime::parse(text, &Rfc2822).ok()?);
    Some(at.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, retry_after: Option<&'static str>, records: usize, expected: Verdict) {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let value = retry_after.map(HeaderValue::from_static);
        assert_eq!(verdict(status, value.as_ref(), records, now), expected, "{status} {retry_after:?} {records}");
    }

    #[test]
    fn a_status_says_what_becomes_of_the_records() {
        for status in [200, 202, 204] {
            check(status, None, 5, Verdict::Taken);
        }
        for status in [400, 413, 422] {
            check(status, None, 5, Verdict::Halve);
            check(status, None, 2, Verdict::Halve);
            check(status, None, 1, Verdict::Refused);
        }
        for status in [301, 307, 401, 403, 404, 408, 429, 500, 503] {
            check(status, None, 5, Verdict::Later(None));
        }
    }

    #[test]
    fn a_receiver_may_say_when_to_come_back() {
        check(429, Some("7"), 1, Verdict::Later(Some(Duration::from_secs(7))));
        check(503, Some("Sun, 06 Nov 1994 08:50:37 GMT"), 1, Verdict::Later(Some(Duration::from_secs(60))));
        check(503, Some("Sun, 06 Nov 1994 08:40:37 GMT"), 1, Verdict::Later(Some(Duration::ZERO)));
        check(503, Some("soon"), 1, Verdict::Later(None));
    }
}
