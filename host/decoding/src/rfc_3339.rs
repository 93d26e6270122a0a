//! Times as texts.

use time::OffsetDateTime;

/// Writes a time in UTC with six digits of a second, always: some readers of this format want three or six.
#[must_use]
pub fn rfc_3339(time: OffsetDateTime) -> String {
    let time = time.to_offset(time::UtcOffset::UTC);
    let (year, month, day) = time.to_calendar_date();
    let (hour, minute, second, micro) = time.to_hms_micro();
    format!("{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micro:06}Z", u8::from(month))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_six_digits_of_a_second_and_a_zone() {
        let time = OffsetDateTime::from_unix_timestamp_nanos(1_795_175_532_058_000_999).unwrap();
        assert_eq!(rfc_3339(time), "2026-11-20T11:52:12.058000Z");
    }
}
