//! Numbers of things and sizes in messages.

/// `1 octet`, `2 octets`: a number with its noun in the right form. For nouns that take an s.
#[must_use]
pub fn counted<N: TryInto<u64>>(number: N, noun: &str) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{s}")
}

/// The units of sizes, the smallest first: their names and their octets. The configuration takes the same ones.
pub const SIZE_UNITS: [(&str, u64); 3] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];

/// Beyond so many octets, a number of them says little to people.
const LARGE: u64 = 10 << 10;

/// `2 GiB`, `1536 KiB`, `2.86 MiB (3000000 octets)`, `1472 octets`: the size of a file, of memory or of a limit on them,
/// for people. Always exact; a size of a few KiB that is no whole number of them is written in octets.
#[must_use]
pub fn size<N: TryInto<u64>>(octets: N) -> String {
    let octets = octets.try_into().unwrap_or(u64::MAX);
    let largest = |fits: &dyn Fn(u64) -> bool| SIZE_UNITS.iter().rev().copied().find(|(_, factor)| fits(*factor));
    if let Some((unit, factor)) = largest(&|factor| octets > 0 && octets.is_multiple_of(factor)) {
        return format!("{} {unit}", octets / factor);
    }
    match largest(&|factor| octets >= LARGE.max(factor)) {
        Some((unit, factor)) => {
            let hundredths = u128::from(octets) * 100 / u128::from(factor);
            format!("{}.{:02} {unit} ({octets} octets)", hundredths / 100, hundredths % 100)
        }
        None => counted(octets, "octet"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_all_else_plural() {
        assert_eq!((counted(0_usize, "octet"), counted(1_u32, "octet")), ("0 octets".to_owned(), "1 octet".to_owned()));
        assert_eq!(counted(2_u64, "more row"), "2 more rows");
    }

    #[test]
    fn a_size_is_exact_in_the_largest_unit_or_rounded_with_its_octets() {
        for (octets, expected) in [
            (0_u64, "0 octets"),
            (1, "1 octet"),
            (1_000, "1000 octets"),
            (1_024, "1 KiB"),
            (1_472, "1472 octets"),
            (10_241, "10.00 KiB (10241 octets)"),
            (65_507, "63.97 KiB (65507 octets)"),
            (1_572_864, "1536 KiB"),
            (3_000_000, "2.86 MiB (3000000 octets)"),
            (2_147_483_648, "2 GiB"),
            (2_147_483_647, "1.99 GiB (2147483647 octets)"),
            (u64::MAX, "17179869183.99 GiB (18446744073709551615 octets)"),
        ] {
            assert_eq!(size(octets), expected);
        }
    }
}
