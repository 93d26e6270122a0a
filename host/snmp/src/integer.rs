//! Integers of BER as agents write them (X.690 section 8.3), padding and missing zeros included.

/// A number of at most 64 bits with a sign. Octets that only repeat the sign do not count.
pub(crate) fn signed(content: &[u8]) -> Option<i64> {
    let (first, _) = content.split_first()?;
    let sign = if first & 0x80 == 0 { 0 } else { 0xff };
    let mut digits = content;
    while let [padding, rest @ ..] = digits
        && *padding == sign
        && rest.first().is_some_and(|next| (next ^ sign) & 0x80 == 0)
    {
        digits = rest;
    }
    let start = if sign == 0 { 0 } else { -1 };
    (digits.len() <= 8).then(|| digits.iter().fold(start, |number, octet| (number << 8) | i64::from(*octet)))
}

/// A number of at most 64 bits without a sign, whatever its first bit: agents leave the leading zero out (`41 02 ff ff`
/// is 65535), and others write several.
pub(crate) fn unsigned(content: &[u8]) -> Option<u64> {
    let padding = content.iter().take_while(|octet| **octet == 0).count();
    let digits = content.get(padding..)?;
    let is_number = !content.is_empty() && digits.len() <= 8;
    is_number.then(|| digits.iter().fold(0, |number, octet| (number << 8) | u64::from(*octet)))
}
