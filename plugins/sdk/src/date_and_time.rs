//! DateAndTime (RFC 2579), as the text that programs read.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::{
    Value,
    field::{Field, read},
    text::hex,
    warnings::Warnings,
};

/// A date and a time of day, with the difference to UTC where the agent sent one. Its text and its JSON are those of
/// ISO 8601 and RFC 3339: `2026-11-30T13:05:00.5+01:00`, without a zone where the agent has none.
///
/// ```
/// use snmp_proxy_sdk::date_and_time::DateAndTime;
///
/// let date = DateAndTime::from_octets(&[0x07, 0xea, 11, 30, 13, 5, 0, 5, b'+', 1, 0]).unwrap();
/// assert_eq!(date.to_string(), "2026-11-30T13:05:00.5+01:00");
/// assert_eq!(DateAndTime::from_octets(&[0; 8]), None, "zeros are no date");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateAndTime {
    /// From 0 to 65535.
    pub year: u16,
    /// From 1 to 12.
    pub month: u8,
    /// From 1 to 31, as the month has it.
    pub day: u8,
    /// From 0 to 23.
    pub hour: u8,
    /// From 0 to 59.
    pub minute: u8,
    /// From 0 to 60: 60 is a leap second.
    pub second: u8,
    /// Tenths of a second, from 0 to 9.
    pub tenths: u8,
    /// Minutes that the time is ahead of UTC; none where the agent does not say.
    pub utc_offset_minutes: Option<i16>,
}

impl DateAndTime {
    /// Reads eight octets, or eleven with the difference to UTC. None for what is no date, such as the zeros that agents
    /// send for "never".
    #[must_use]
    pub fn from_octets(octets: &[u8]) -> Option<DateAndTime> {
        let (&[high, low, month, day, hour, minute, second, tenths], zone) = octets.split_first_chunk::<8>()?;
        let utc_offset_minutes = match *zone {
            [] => None,
            // RFC 2579 has 13 hours; there are zones with 14.
            [sign @ (b'+' | b'-'), hours @ 0..=14, minutes @ 0..=59] => {
                let minutes = i16::from(hours) * 60 + i16::from(minutes);
                Some(if sign == b'-' { -minutes } else { minutes })
            }
            _ => return None,
        };
        let year = u16::from_be_bytes([high, low]);
        let is_date = (1..=days(year, month)?).contains(&day);
        let is_time = hour < 24 && minute < 60 && second <= 60 && tenths < 10;
        (is_date && is_time).then_some(DateAndTime {
            year,
            month,
            day,
            hour,
            minute,
            second,
            tenths,
            utc_offset_minutes,
        })
    }
}

/// How many days a month has.
fn days(year: u16, month: u8) -> Option<u8> {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    Some(match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => return None,
    })
}

impl fmt::Display for DateAndTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DateAndTime { year, month, day, hour, minute, second, tenths, utc_offset_minutes } = *self;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if tenths > 0 {
            write!(f, ".{tenths}")?;
        }
        match utc_offset_minutes {
            None => Ok(()),
            Some(0) => f.write_str("Z"),
            Some(offset) => {
                let (sign, offset) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs());
                write!(f, "{sign}{:02}:{:02}", offset / 60, offset % 60)
            }
        }
    }
}

impl Serialize for DateAndTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Field<DateAndTime> {
    /// A DateAndTime. No octets and zeros, which agents send for "never", are absent without a warning.
    pub fn date_and_time(object: &str, value: Option<&Value>, warnings: &mut Warnings) -> Field<DateAndTime> {
        let octets = read(object, value, "OCTET STRING", warnings, |value| match value {
            Value::OctetString(octets) => Some(octets.clone()),
            _ => None,
        });
        match octets {
            Field::Is(octets) if octets.iter().all(|&octet| octet == 0) => Field::Absent,
            Field::Is(octets) => DateAndTime::from_octets(&octets).map_or_else(
                || {
                    let shown = octets.get(..11).unwrap_or(&octets);
                    warnings.add(format!("{object}: 0x{} is no DateAndTime", hex(shown)));
                    Field::Wrong
                },
                Field::Is,
            ),
            Field::Wrong => Field::Wrong,
            Field::Absent => Field::Absent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(octets: &[u8], expected: Option<&str>) {
        let date = DateAndTime::from_octets(octets).map(|date| date.to_string());
        assert_eq!(date.as_deref(), expected, "{octets:?}");
    }

    #[test]
    fn a_date_is_what_the_octets_say() {
        check(&[0x07, 0xea, 2, 28, 0, 0, 0, 0], Some("2026-02-28T00:00:00"));
        check(&[0x07, 0xe8, 2, 29, 23, 59, 60, 9, b'-', 3, 30], Some("2024-02-29T23:59:60.9-03:30"));
        check(&[0x07, 0xea, 12, 31, 1, 2, 3, 0, b'+', 0, 0], Some("2026-12-31T01:02:03Z"));
        check(&[0x07, 0xea, 12, 31, 1, 2, 3, 0, b'+', 14, 0], Some("2026-12-31T01:02:03+14:00"));
    }

    #[test]
    fn what_is_no_date_is_none() {
        check(&[0x07, 0xea, 2, 29, 0, 0, 0, 0], None);
        check(&[0x07, 0xea, 13, 1, 0, 0, 0, 0], None);
        check(&[0x07, 0xea, 4, 31, 0, 0, 0, 0], None);
        check(&[0x07, 0xea, 1, 1, 24, 0, 0, 0], None);
        check(&[0x07, 0xea, 1, 1, 0, 0, 61, 0], None);
        check(&[0x07, 0xea, 1, 1, 0, 0, 0, 10], None);
        check(&[0x07, 0xea, 1, 1, 0, 0, 0, 0, b' ', 0, 0], None);
        check(&[0x07, 0xea, 1, 1, 0, 0, 0, 0, b'+', 0], None);
        check(&[0x07, 0xea, 1, 1, 0, 0, 0], None);
        check(b"", None);
    }

    #[test]
    fn zeros_are_absent_and_nonsense_is_wrong() {
        let mut warnings = Warnings::default();
        let mut read =
            |octets: &[u8]| Field::date_and_time("sysDate", Some(&Value::OctetString(octets.to_vec())), &mut warnings);
        assert_eq!((read(&[0; 8]), read(b"")), (Field::Absent, Field::Absent));
        assert_eq!(read(b"yesterday, about noon"), Field::Wrong);
        let expected = "sysDate: 0x7965737465726461792c20 is no DateAndTime";
        assert_eq!(warnings.iter().collect::<Vec<_>>(), [expected]);
    }
}
