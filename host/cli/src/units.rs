//! Numbers for people, by the units that plugins' schemas declare: `10 Gbit/s`, `114 days`.
//!
//! Rounded, as a glance needs it; programs read the JSON, where numbers are what they are.

use serde_json::Value;

/// The longest unit that is shown; longer ones are no units.
const UNIT_CHARS: usize = 16;

/// Writes a number, or a string of digits, with its unit. None if the value is neither.
pub(super) fn in_unit(value: &Value, unit: &str) -> Option<String> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        // The contract has sysUpTime as a string.
        Value::String(text) if text.bytes().all(|octet| octet.is_ascii_digit()) => text.parse().ok()?,
        _ => return None,
    };
    match unit {
        "bit/s" => Some(scaled(number, "bit/s")),
        "kbit/s" => Some(scaled(number * 1e3, "bit/s")),
        "Mbit/s" => Some(scaled(number * 1e6, "bit/s")),
        "octets" => Some(octets(number)),
        "s" => Some(time(number)),
        "ms" => Some(time(number / 1e3)),
        "TimeTicks" => Some(time(number / 1e2)),
        _ if unit.is_empty() || unit.chars().count() > UNIT_CHARS => None,
        _ => Some(format!("{} {unit}", plain(value))),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A number with a prefix of the powers of 1000.
fn scaled(number: f64, unit: &str) -> String {
    with_prefix(number, 1e3, ["", "k", "M", "G", "T", "P", "E"], unit)
}

/// A number of octets with a prefix of the powers of 1024.
fn octets(number: f64) -> String {
    with_prefix(number, 1024.0, ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"], "B")
}

fn with_prefix(number: f64, step: f64, prefixes: [&str; 7], unit: &str) -> String {
    let mut number = number;
    let mut prefixes = prefixes.into_iter();
    let mut prefix = prefixes.next().unwrap_or_default();
    // What is rounded up to a whole step belongs to the next prefix.
    while rounded(number).abs() >= step {
        let Some(next) = prefixes.next() else { break };
        (number, prefix) = (number / step, next);
    }
    format!("{} {prefix}{unit}", rounded(number))
}

fn rounded(number: f64) -> f64 {
    (number * 1e3).round() / 1e3
}

/// A length of time: the two largest of its parts, and days alone once they are many.
fn time(seconds: f64) -> String {
    const DAYS_ALONE: u64 = 10;
    // Beyond, and below a minute, there are no parts.
    if !(60.0..1e15).contains(&seconds) {
        return format!("{} s", rounded(seconds));
    }
    let seconds = seconds as u64;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let day_word = if days == 1 { "day" } else { "days" };
    let (larger, smaller) = match (days, hours) {
        (DAYS_ALONE.., _) => return format!("{days} {day_word}"),
        (1.., _) => ((days, day_word), (hours, "h")),
        (0, 1..) => ((hours, "h"), (minutes, "min")),
        (0, 0) => ((minutes, "min"), (seconds % 60, "s")),
    };
    match smaller {
        (0, _) => format!("{} {}", larger.0, larger.1),
        (number, unit) => format!("{} {} {number} {unit}", larger.0, larger.1),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(unit: &str, expected: &[(Value, &str)]) {
        for (value, text) in expected {
            assert_eq!(in_unit(value, unit).as_deref().unwrap_or("-"), *text, "{value} {unit}");
        }
    }

    #[test]
    fn speeds_and_sizes_have_prefixes() {
        check(
            "bit/s",
            &[
                (json!(0), "0 bit/s"),
                (json!(9600), "9.6 kbit/s"),
                (json!(1_544_000), "1.544 Mbit/s"),
                (json!(10_000_000_000_u64), "10 Gbit/s"),
                (json!(400_000_000_000_u64), "400 Gbit/s"),
                (json!(4_294_967_295_u64), "4.295 Gbit/s"),
                (json!(999_999_999), "1 Gbit/s"),
                (json!(u64::MAX), "18.447 Ebit/s"),
                (json!("fast"), "-"),
                (json!(null), "-"),
                (json!(""), "-"),
            ],
        );
        check("Mbit/s", &[(json!(100_000), "100 Gbit/s")]);
        check("octets", &[(json!(1536), "1.5 KiB"), (json!(8_589_934_592_u64), "8 GiB")]);
    }

    #[test]
    fn times_have_their_two_largest_parts() {
        check(
            "s",
            &[
                (json!(0), "0 s"),
                (json!(59), "59 s"),
                (json!(60), "1 min"),
                (json!(725), "12 min 5 s"),
                (json!(86_399), "23 h 59 min"),
                (json!(86_400), "1 day"),
                (json!(9 * 86_400 + 4 * 3600), "9 days 4 h"),
                (json!(114 * 86_400 + 5000), "114 days"),
                (json!(-5), "-5 s"),
                (json!(1e300), &format!("{} s", 1e300)),
            ],
        );
        check("TimeTicks", &[(json!("1042"), "10.42 s"), (json!(987_654_321), "114 days")]);
        check("ms", &[(json!(1500), "1.5 s")]);
    }

    #[test]
    fn other_units_stand_behind_the_number_as_it_is() {
        check("%", &[(json!(12), "12 %"), (json!(0.5), "0.5 %")]);
        check("°C", &[(json!("41"), "41 °C")]);
        check("", &[(json!(12), "-")]);
        check("a unit that is far too long", &[(json!(12), "-")]);
    }
}
