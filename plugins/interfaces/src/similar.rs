//! Whether an ifName and an ifDescr may be names of one interface: `Gi0/1` and `GigabitEthernet0/1`, `1/1` and `Port 1`.

/// True where the numbers of one name end with those of the other, and its letters before them abbreviate the other's.
/// Names without numbers are similar where they are the same.
pub(crate) fn are_similar(one: &str, other: &str) -> bool {
    let (numbers, other_numbers) = (numbers(one), numbers(other));
    if numbers.is_empty() || other_numbers.is_empty() {
        return !one.is_empty() && one == other;
    }
    (numbers.ends_with(&other_numbers) || other_numbers.ends_with(&numbers))
        && (abbreviates(one, other) || abbreviates(other, one))
}

/// The numbers of a name, without zeros before them.
fn numbers(name: &str) -> Vec<&str> {
    let digits = name.split(|sign: char| !sign.is_ascii_digit()).filter(|digits| !digits.is_empty());
    digits.map(|digits| digits.trim_start_matches('0')).collect()
}

/// True where the letters before the first number of `short` are some of those of `long`, in their order, and begin
/// with its first.
fn abbreviates(short: &str, long: &str) -> bool {
    let (mut short, mut long) = (letters(short), letters(long));
    match short.next() {
        Some(first) => long.next() == Some(first) && short.all(|letter| long.any(|other| other == letter)),
        None => true,
    }
}

/// The letters before the first number, in lower case.
fn letters(name: &str) -> impl Iterator<Item = char> {
    let before = name.split(|sign: char| sign.is_ascii_digit()).next().unwrap_or_default();
    before.chars().filter(|sign| sign.is_alphabetic()).flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_abbreviation_is_similar_and_another_number_is_not() {
        for (one, other, expected) in [
            ("Gi0/1", "GigabitEthernet0/1", true),
            ("GE0/0/1", "GigabitEthernet0/0/1", true),
            ("1/1", "Port 1", true),
            ("port01", "Port 1", true),
            ("lo", "lo", true),
            ("Vl10", "Vlan-interface10", true),
            ("Gi0/1", "GigabitEthernet0/2", false),
            ("Gi0/1", "FastEthernet0/1", false),
            ("eth0", "eth1", false),
            ("Te1/11", "TenGigabitEthernet1/1", false),
            ("lo", "loopback", false),
            ("lo", "", false),
            ("", "", false),
        ] {
            assert_eq!(are_similar(one, other), expected, "{one} {other}");
            assert_eq!(are_similar(other, one), expected, "{other} {one}");
        }
    }
}
