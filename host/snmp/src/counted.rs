//! Numbers of things in messages.

/// `1 octet`, `2 octets`: a number with its noun in the right form. For nouns that take an s.
#[must_use]
pub fn counted<N: TryInto<u64>>(number: N, noun: &str) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{s}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_all_else_plural() {
        assert_eq!((counted(0_usize, "octet"), counted(1_u32, "octet")), ("0 octets".to_owned(), "1 octet".to_owned()));
        assert_eq!(counted(2_u64, "more row"), "2 more rows");
    }
}
