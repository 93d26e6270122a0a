//! How a body is signed, so that its receiver knows who made it and when.

use std::time::SystemTime;

use const_hex::encode as hex;
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};

/// The value of the header `X-SNMP-Proxy-Signature`: the HMAC-SHA256 of the time, a full stop and the body.
pub(super) fn header(secret: &[u8], body: &[u8], now: SystemTime) -> String {
    let seconds = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    #[expect(clippy::expect_used, reason = "HMAC hashes keys that are too long and pads those that are too short")]
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(seconds.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    format!("t={seconds}, sha256={}", hex(mac.finalize().into_bytes()))
}

/// What tells bodies apart that have the same numbers: the numbers of a log in memory begin anew with each start.
pub(super) fn digest(body: &[u8]) -> String {
    hex(Sha256::digest(body).get(..8).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_signature_is_what_openssl_computes() {
        // printf '1767225600.{"traps":[]}' | openssl dgst -sha256 -hmac 'a secret'
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
        let header = header(b"a secret", br#"{"traps":[]}"#, now);
        assert_eq!(header, "t=1767225600, sha256=cba460634d153879d15e696a04b34bc0c550ddb64752cb09daccde4264d85feb");
    }
}
