//! Digests over whole messages, and the encryption of scoped PDUs.

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::{
    AsyncStreamCipher, BlockCipher, BlockDecryptMut, BlockEncrypt, BlockEncryptMut, BlockSizeUser, KeyInit, KeyIvInit,
    block_padding::NoPadding, consts::U16,
};
use des::{Des, TdesEde3};
use hmac::{Hmac, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};

use super::user::{AuthProtocol, PrivProtocol};

/// The digest of a message whose digest field is zero, cut to the length that goes into it (RFC 3414 section 6.3.1,
/// RFC 7860 section 4.2.1).
pub(super) fn digest(protocol: AuthProtocol, key: &[u8], message: &[&[u8]]) -> Vec<u8> {
    macro_rules! mac {
        ($hash:ty) => {{
            // HMAC takes keys of every length; one that could not be set gives a digest nobody accepts.
            let Ok(mut mac) = <Hmac<$hash> as Mac>::new_from_slice(key) else { return Vec::new() };
            for piece in message {
                mac.update(piece);
            }
            mac.finalize().into_bytes().to_vec()
        }};
    }
    let mut digest = match protocol {
        AuthProtocol::Md5 => mac!(Md5),
        AuthProtocol::Sha => mac!(Sha1),
        AuthProtocol::Sha224 => mac!(Sha224),
        AuthProtocol::Sha256 => mac!(Sha256),
        AuthProtocol::Sha384 => mac!(Sha384),
        AuthProtocol::Sha512 => mac!(Sha512),
    };
    digest.truncate(protocol.digest_len());
    digest
}

/// Encrypts a scoped PDU; returns msgPrivacyParameters and the octets. `boots` and `time` are those of the message.
pub(super) fn encrypt(
    protocol: PrivProtocol,
    key: &[u8],
    (boots, time): (i32, i32),
    salt: u64,
    scoped: &[u8],
) -> Option<([u8; 8], Vec<u8>)> {
    let mut octets = scoped.to_vec();
    let salt = match protocol {
        // RFC 3414 section 8.1.1.1: the boots, then a number that is never the same again.
        PrivProtocol::Des | PrivProtocol::TripleDes => {
            let [_, _, _, _, low @ ..] = salt.to_be_bytes();
            octets.resize(octets.len().next_multiple_of(8), 0);
            join(boots.to_be_bytes(), low)
        }
        _ => salt.to_be_bytes(),
    };
    match protocol {
        PrivProtocol::Des => encrypt_cbc::<Des>(key.get(..8)?, key.get(8..16)?, salt, &mut octets)?,
        PrivProtocol::TripleDes => encrypt_cbc::<TdesEde3>(key.get(..24)?, key.get(24..32)?, salt, &mut octets)?,
        PrivProtocol::Aes128 => encrypt_cfb::<Aes128>(key, boots, time, salt, &mut octets)?,
        PrivProtocol::Aes192Blumenthal | PrivProtocol::Aes192Reeder => {
            encrypt_cfb::<Aes192>(key, boots, time, salt, &mut octets)?;
        }
        PrivProtocol::Aes256Blumenthal | PrivProtocol::Aes256Reeder => {
            encrypt_cfb::<Aes256>(key, boots, time, salt, &mut octets)?;
        }
    }
    Some((salt, octets))
}

/// Decrypts a scoped PDU; `None` where the octets or parameters cannot be those of the protocol. What comes out may
/// still be nonsense, as there is no checksum in it.
pub(super) fn decrypt(
    protocol: PrivProtocol,
    key: &[u8],
    (boots, time): (i32, i32),
    parameters: &[u8],
    octets: &[u8],
) -> Option<Vec<u8>> {
    let salt: [u8; 8] = parameters.try_into().ok()?;
    let mut octets = octets.to_vec();
    match protocol {
        PrivProtocol::Des => decrypt_cbc::<Des>(key.get(..8)?, key.get(8..16)?, salt, &mut octets)?,
        PrivProtocol::TripleDes => decrypt_cbc::<TdesEde3>(key.get(..24)?, key.get(24..32)?, salt, &mut octets)?,
        PrivProtocol::Aes128 => decrypt_cfb::<Aes128>(key, boots, time, salt, &mut octets)?,
        PrivProtocol::Aes192Blumenthal | PrivProtocol::Aes192Reeder => {
            decrypt_cfb::<Aes192>(key, boots, time, salt, &mut octets)?;
        }
        PrivProtocol::Aes256Blumenthal | PrivProtocol::Aes256Reeder => {
            decrypt_cfb::<Aes256>(key, boots, time, salt, &mut octets)?;
        }
    }
    Some(octets)
}

fn encrypt_cbc<C>(key: &[u8], pre_iv: &[u8], salt: [u8; 8], octets: &mut [u8]) -> Option<()>
where
    C: BlockCipher + BlockEncryptMut + KeyInit,
{
    let length = octets.len();
    let cipher = cbc::Encryptor::<C>::new_from_slices(key, &xor(pre_iv, salt)).ok()?;
    cipher.encrypt_padded_mut::<NoPadding>(octets, length).ok().map(|_| ())
}

fn decrypt_cbc<C>(key: &[u8], pre_iv: &[u8], salt: [u8; 8], octets: &mut [u8]) -> Option<()>
where
    C: BlockCipher + BlockDecryptMut + KeyInit,
{
    let cipher = cbc::Decryptor::<C>::new_from_slices(key, &xor(pre_iv, salt)).ok()?;
    cipher.decrypt_padded_mut::<NoPadding>(octets).ok().map(|_| ())
}

fn encrypt_cfb<C>(key: &[u8], boots: i32, time: i32, salt: [u8; 8], octets: &mut [u8]) -> Option<()>
where
    C: BlockCipher + BlockEncryptMut + KeyInit + BlockSizeUser<BlockSize = U16>,
{
    let cipher = cfb_mode::Encryptor::<C>::new_from_slices(key, &cfb_iv(boots, time, salt)).ok()?;
    cipher.encrypt(octets);
    Some(())
}

fn decrypt_cfb<C>(key: &[u8], boots: i32, time: i32, salt: [u8; 8], octets: &mut [u8]) -> Option<()>
where
    C: BlockCipher + BlockEncrypt + BlockEncryptMut + KeyInit + BlockSizeUser<BlockSize = U16>,
{
    let cipher = cfb_mode::Decryptor::<C>::new_from_slices(key, &cfb_iv(boots, time, salt)).ok()?;
    cipher.decrypt(octets);
    Some(())
}

/// RFC 3414 section 8.1.1.1.
fn xor(pre_iv: &[u8], mut salt: [u8; 8]) -> [u8; 8] {
    for (octet, pre) in salt.iter_mut().zip(pre_iv) {
        *octet ^= pre;
    }
    salt
}

/// RFC 3826 section 3.1.2.1.
fn cfb_iv(boots: i32, time: i32, salt: [u8; 8]) -> Vec<u8> {
    [boots.to_be_bytes().as_slice(), &time.to_be_bytes(), &salt].concat()
}

fn join([a, b, c, d]: [u8; 4], [e, f, g, h]: [u8; 4]) -> [u8; 8] {
    [a, b, c, d, e, f, g, h]
}
