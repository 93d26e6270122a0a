//! Numbers and lengths of time in sentences for people.

use std::time::Duration;

/// `1,234,567`
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 row`, `1,234 rows`
pub(super) fn rows(count: u64) -> String {
    format!("{} row{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// `120 s`, `1.5 s`, `0.01 s`
pub(super) fn in_seconds(time: Duration) -> String {
    format!("{} s", time.as_secs_f64())
}

/// Milliseconds with three digits behind the point.
pub(super) fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        let shown = [0, 1, 999, 1_000, 12_345, 1_234_567].map(grouped);
        assert_eq!(shown, ["0", "1", "999", "1,000", "12,345", "1,234,567"]);
        assert_eq!([1, 2].map(rows), ["1 row", "2 rows"]);
        assert_eq!(
            [120_000, 1_500, 10].map(|time| in_seconds(Duration::from_millis(time))),
            ["120 s", "1.5 s", "0.01 s"]
        );
    }
}
