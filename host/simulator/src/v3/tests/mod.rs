mod faults;
mod net_snmp;

use super::{
    keys::{extend, localize, password_to_key},
    user::{AuthProtocol, PrivProtocol},
    *,
};

/// The engine id of the samples in RFC 3414 appendix A.3.
const ENGINE_ID: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[test]
fn a_password_becomes_the_keys_of_rfc_3414() {
    let ku = password_to_key(AuthProtocol::Md5, b"maplesyrup");
    assert_eq!(hex(&ku), "9faf3283884e92834ebc9847d8edd963");
    assert_eq!(hex(&localize(AuthProtocol::Md5, &ku, &ENGINE_ID)), "526f5eed9fcce26f8964c2930787d82b");
    let ku = password_to_key(AuthProtocol::Sha, b"maplesyrup");
    assert_eq!(hex(&ku), "9fb5cc0381497b3793528939ff788d5d79145211");
    assert_eq!(hex(&localize(AuthProtocol::Sha, &ku, &ENGINE_ID)), "6695febc9288e36282235fc7151f128497b38f3f");
}

#[test]
fn short_keys_are_extended_as_the_drafts_say() {
    let extended = |hash, cipher| {
        let local = localize(hash, &password_to_key(hash, b"maplesyrup"), &ENGINE_ID);
        hex(&extend(hash, cipher, local, &ENGINE_ID))
    };
    // draft-reeder-snmpv3-usm-3desede-00 appendix B; a key of 3DES has 32 octets with its pre-IV.
    let md5 = "526f5eed9fcce26f8964c2930787d82b79eff44a90650ee0a3a40abfac5acc12";
    assert_eq!(extended(AuthProtocol::Md5, PrivProtocol::TripleDes), md5);
    assert_eq!(extended(AuthProtocol::Md5, PrivProtocol::Aes256Reeder), md5);
    assert_eq!(extended(AuthProtocol::Md5, PrivProtocol::Aes192Reeder), md5[..48]);
    let sha = "6695febc9288e36282235fc7151f128497b38f3f9b8b6d78936ba6e7d19dfd9c";
    assert_eq!(extended(AuthProtocol::Sha, PrivProtocol::Aes256Reeder), sha);
    // draft-blumenthal-aes-usm-04 section 3.1.2.1: what follows is the hash of what was there.
    let blumenthal = extended(AuthProtocol::Sha, PrivProtocol::Aes256Blumenthal);
    assert_eq!((&blumenthal[..40], blumenthal.len()), (&sha[..40], 64));
    assert_ne!(blumenthal, sha);
    assert_eq!(extended(AuthProtocol::Sha, PrivProtocol::Aes192Blumenthal), blumenthal[..48]);
    assert_eq!(extended(AuthProtocol::Sha, PrivProtocol::Aes128), sha[..32]);
}

#[test]
fn what_was_encrypted_decrypts_with_every_protocol() {
    let key: Vec<u8> = (0..32).collect();
    for protocol in PrivProtocol::ALL {
        let plain: Vec<u8> = (0..45).collect();
        let key = &key[..protocol.key_len()];
        let (salt, octets) = crypto::encrypt(protocol, key, (7, 100), 99, &plain).unwrap();
        assert_ne!(octets[..45], plain, "{protocol}");
        let decrypted = crypto::decrypt(protocol, key, (7, 100), &salt, &octets).unwrap();
        assert_eq!(decrypted[..45], plain, "{protocol}");
        assert_eq!(crypto::decrypt(protocol, key, (7, 100), &salt[..7], &octets), None, "{protocol}");
    }
}

#[test]
fn an_engine_id_has_a_length() {
    assert_eq!(SimulatedEngine::new([1; 4]), Err(EngineIdError(4)));
    assert_eq!(SimulatedEngine::new([1; 33]).unwrap_err().to_string(), "an engine id has 5 to 32 octets, not 33");
    assert_eq!(SimulatedEngine::new([1; 32]).unwrap().id(), [1; 32]);
    assert_ne!(SimulatedEngine::random(), SimulatedEngine::random());
}

#[test]
fn a_user_that_cannot_be_is_refused() {
    let error = |user: SimulatedUser| Usm::new(&[user]).unwrap_err().1.to_string();
    assert_eq!(error(SimulatedUser::new("")), "its name does not have 1 to 32 octets");
    assert_eq!(error(SimulatedUser::new("u").auth(AuthProtocol::Md5, "")), "a password is empty");
    let alone = SimulatedUser::new("u").privacy(PrivProtocol::Des, "password");
    assert_eq!(error(alone), "it has privacy without authentication");
}

#[test]
fn a_password_is_in_no_debug_text() {
    let user = SimulatedUser::new("u").auth(AuthProtocol::Md5, "maplesyrup").privacy(PrivProtocol::Des, "maplesyrup");
    let usm = Usm::new(std::slice::from_ref(&user)).unwrap();
    assert!(!format!("{user:?} {usm:?}").contains("maple"));
}
