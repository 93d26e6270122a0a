//! Encrypts and decrypts scoped PDUs: CBC-DES (RFC 3414 section 8), 3DES-EDE in CBC (draft-reeder-snmpv3-usm-3desede)
//! and CFB128-AES (RFC 3826).
//!
//! The key's schedule is made once. Privacy alone proves nothing: whether a text that was decrypted makes sense is for
//! its reader to find out, and who wrote it was found out before.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use aes::{
    Aes128Enc, Aes192Enc, Aes256Enc,
    cipher::{
        AsyncStreamCipher, BlockCipher, BlockDecryptMut, BlockEncrypt, BlockEncryptMut, BlockSizeUser, InnerIvInit,
        KeyInit,
        block_padding::NoPadding,
        consts::{U8, U16},
    },
};
use cbc::cipher::BlockDecrypt;
use des::{Des, TdesEde3};
use zeroize::Zeroizing;

use super::{PrivProtocol, key::Key};

/// Encrypts and decrypts with one key.
pub struct Cipher {
    algorithm: Algorithm,
    salts: Arc<Salts>,
}

/// Salts that never repeat: one counter for all keys, so that a key that was forgotten and made again meets none
/// twice. Where it starts is random, so that the next process meets none either.
#[derive(Debug)]
pub(crate) struct Salts(AtomicU64);

/// The text or its salt has a length that no encrypted text has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecryptionError;

/// What travels with a message so that the same text never looks the same (msgPrivacyParameters).
pub type Salt = [u8; 8];

enum Algorithm {
    Des { cipher: Des, pre_iv: PreIv },
    TripleDes { cipher: TdesEde3, pre_iv: PreIv },
    Aes128(Aes128Enc),
    Aes192(Aes192Enc),
    Aes256(Aes256Enc),
}

type PreIv = Zeroizing<[u8; 8]>;

impl Cipher {
    /// Encrypts with a localised key of the protocol's own length.
    pub(crate) fn new(protocol: PrivProtocol, key: &Key, salts: Arc<Salts>) -> Self {
        let key = key.octets();
        let algorithm = match protocol {
            PrivProtocol::Des => Algorithm::Des { cipher: scheduled(key), pre_iv: pre_iv(key) },
            PrivProtocol::TripleDesReeder | PrivProtocol::TripleDesBlumenthal => {
                Algorithm::TripleDes { cipher: scheduled(key), pre_iv: pre_iv(key) }
            }
            PrivProtocol::Aes128 => Algorithm::Aes128(scheduled(key)),
            PrivProtocol::Aes192Reeder | PrivProtocol::Aes192Blumenthal => Algorithm::Aes192(scheduled(key)),
            PrivProtocol::Aes256Reeder | PrivProtocol::Aes256Blumenthal => Algorithm::Aes256(scheduled(key)),
        };
        Self { algorithm, salts }
    }

    /// What the length of a text must be a multiple of.
    #[must_use]
    pub fn block_octets(&self) -> usize {
        match self.algorithm {
            Algorithm::Des { .. } | Algorithm::TripleDes { .. } => DES_BLOCK,
            Algorithm::Aes128(_) | Algorithm::Aes192(_) | Algorithm::Aes256(_) => 1,
        }
    }

    /// Encrypts whole blocks in place, for a message of this time; returns what its reader needs.
    pub fn encrypt(&self, boots: u32, time: u32, text: &mut [u8]) -> Salt {
        let count = self.salts.0.fetch_add(1, Ordering::Relaxed);
        match &self.algorithm {
            Algorithm::Des { cipher, pre_iv } => {
                let salt = des_salt(boots, count);
                encrypt_cbc(cipher, des_iv(salt, pre_iv), text);
                salt
            }
            Algorithm::TripleDes { cipher, pre_iv } => {
                let salt = des_salt(boots, count);
                encrypt_cbc(cipher, des_iv(salt, pre_iv), text);
                salt
            }
            Algorithm::Aes128(cipher) => encrypt_cfb(cipher, boots, time, count.to_be_bytes(), text),
            Algorithm::Aes192(cipher) => encrypt_cfb(cipher, boots, time, count.to_be_bytes(), text),
            Algorithm::Aes256(cipher) => encrypt_cfb(cipher, boots, time, count.to_be_bytes(), text),
        }
    }

    /// Decrypts in place what came in a message of this time and salt.
    pub fn decrypt(&self, boots: u32, time: u32, salt: &[u8], text: &mut [u8]) -> Result<(), DecryptionError> {
        let salt: Salt = salt.try_into().map_err(|_| DecryptionError)?;
        match &self.algorithm {
            Algorithm::Des { cipher, pre_iv } => decrypt_cbc(cipher, des_iv(salt, pre_iv), text)?,
            Algorithm::TripleDes { cipher, pre_iv } => decrypt_cbc(cipher, des_iv(salt, pre_iv), text)?,
            Algorithm::Aes128(cipher) => decrypt_cfb(cipher, boots, time, salt, text),
            Algorithm::Aes192(cipher) => decrypt_cfb(cipher, boots, time, salt, text),
            Algorithm::Aes256(cipher) => decrypt_cfb(cipher, boots, time, salt, text),
        }
        Ok(())
    }
}

impl Salts {
    /// Salts from `first` on, which should be random.
    pub(crate) fn new(first: u64) -> Self {
        Self(AtomicU64::new(first))
    }
}

const DES_BLOCK: usize = 8;

/// The cipher of the first octets of a key; behind them may be a pre-IV.
fn scheduled<C: KeyInit>(key: &[u8]) -> C {
    let key = key.get(..C::key_size()).unwrap_or(key);
    #[expect(clippy::expect_used, reason = "the key was made as long as its protocol wants it")]
    C::new_from_slice(key).expect("a key is as long as its protocol wants it")
}

/// The last eight octets of a key for DES or 3DES.
fn pre_iv(key: &[u8]) -> PreIv {
    Zeroizing::new(key.last_chunk().copied().unwrap_or_default())
}

/// The boots, then a number (RFC 3414 section 8.1.1.1). We have no boots of our own that outlive the process: the
/// agent's are as good, and the number starts at random.
fn des_salt(boots: u32, count: u64) -> Salt {
    (u64::from(boots) << 32 | count & 0xffff_ffff).to_be_bytes()
}

fn des_iv(salt: Salt, pre_iv: &PreIv) -> [u8; 8] {
    (u64::from_be_bytes(salt) ^ u64::from_be_bytes(**pre_iv)).to_be_bytes()
}

/// RFC 3826 section 3.1.2.1.
fn aes_iv(boots: u32, time: u32, salt: Salt) -> [u8; 16] {
    (u128::from(boots) << 96 | u128::from(time) << 64 | u128::from(u64::from_be_bytes(salt))).to_be_bytes()
}

fn encrypt_cbc<C: BlockEncrypt + BlockCipher + BlockSizeUser<BlockSize = U8>>(
    cipher: &C,
    iv: [u8; 8],
    text: &mut [u8],
) {
    let length = text.len();
    // The writer has padded the text to whole blocks.
    let encrypted = cbc::Encryptor::inner_iv_init(cipher, &iv.into()).encrypt_padded_mut::<NoPadding>(text, length);
    debug_assert!(encrypted.is_ok(), "a text for CBC has whole blocks");
}

fn decrypt_cbc<C: BlockDecrypt + BlockCipher + BlockSizeUser<BlockSize = U8>>(
    cipher: &C,
    iv: [u8; 8],
    text: &mut [u8],
) -> Result<(), DecryptionError> {
    let decryptor = cbc::Decryptor::inner_iv_init(cipher, &iv.into());
    decryptor.decrypt_padded_mut::<NoPadding>(text).map(drop).map_err(|_| DecryptionError)
}

fn encrypt_cfb<C: BlockEncrypt + BlockCipher + BlockSizeUser<BlockSize = U16>>(
    cipher: &C,
    boots: u32,
    time: u32,
    salt: Salt,
    text: &mut [u8],
) -> Salt {
    cfb_mode::Encryptor::inner_iv_init(cipher, &aes_iv(boots, time, salt).into()).encrypt(text);
    salt
}

fn decrypt_cfb<C: BlockEncrypt + BlockCipher + BlockSizeUser<BlockSize = U16>>(
    cipher: &C,
    boots: u32,
    time: u32,
    salt: Salt,
    text: &mut [u8],
) {
    cfb_mode::Decryptor::inner_iv_init(cipher, &aes_iv(boots, time, salt).into()).decrypt(text);
}

impl fmt::Debug for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cipher(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn octets(hex: &str) -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|place| u8::from_str_radix(&hex[place..place + 2], 16).unwrap()).collect()
    }

    fn cipher(protocol: PrivProtocol, key: &str, first_salt: u64) -> Cipher {
        Cipher::new(protocol, &Key::of_octets(&octets(key)), Arc::new(Salts::new(first_salt)))
    }

    /// Encrypts the text of NIST SP 800-38A under its IV, and decrypts it.
    #[track_caller]
    fn check_aes(protocol: PrivProtocol, key: &str, expected: &str) {
        let text = octets("6bc1bee22e409f96e93d7e117393172aae2d8a57");
        let cipher = cipher(protocol, key, 0x0809_0a0b_0c0d_0e0f);
        let mut encrypted = text.clone();
        let salt = cipher.encrypt(0x0001_0203, 0x0405_0607, &mut encrypted);
        assert_eq!(encrypted, octets(expected));
        assert_eq!(cipher.decrypt(0x0001_0203, 0x0405_0607, &salt, &mut encrypted), Ok(()));
        assert_eq!(encrypted, text);
    }

    #[test]
    fn aes_is_that_of_nist_sp_800_38a() {
        let key = "2b7e151628aed2a6abf7158809cf4f3c";
        check_aes(PrivProtocol::Aes128, key, "3b3fd92eb72dad20333449f8e83cfb4ac8a64537");
        let key = "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b";
        check_aes(PrivProtocol::Aes192Reeder, key, "cdc80d6fddf18cab34c25909c99a417467ce7f7f");
        let key = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";
        check_aes(PrivProtocol::Aes256Blumenthal, key, "dc7e84bfda79164b7ecd8486985d386039ffed14");
    }

    #[test]
    fn des_is_that_of_fips_81_and_3des_with_one_key_three_times_is_des() {
        let (key, pre_iv) = ("0123456789abcdef", "0000000000000000");
        let keys = [
            (PrivProtocol::Des, format!("{key}{pre_iv}")),
            (PrivProtocol::TripleDesReeder, format!("{key}{key}{key}{pre_iv}")),
        ];
        for (protocol, key) in keys {
            let cipher = cipher(protocol, &key, 0x90ab_cdef);
            let mut text = b"Now is the time for all ".to_vec();
            let salt = cipher.encrypt(0x1234_5678, 0, &mut text);
            assert_eq!(text, octets("e5c7cdde872bf27c43e934008c389c0f683788499a7c05f6"), "{protocol}");
            assert_eq!(cipher.decrypt(0, 0, &salt, &mut text), Ok(()));
            assert_eq!(text, b"Now is the time for all ");
        }
    }

    #[test]
    fn no_salt_comes_twice_whatever_the_key() {
        let salts = Arc::new(Salts::new(u64::MAX));
        let cipher = || Cipher::new(PrivProtocol::Des, &Key::of_octets(&[7; 16]), Arc::clone(&salts));
        let (one, same) = (cipher(), cipher());
        let taken: Vec<Salt> = [&one, &same, &one].map(|cipher| cipher.encrypt(5, 0, &mut [0; 8])).to_vec();
        assert_eq!(taken, [[0, 0, 0, 5, 255, 255, 255, 255], [0, 0, 0, 5, 0, 0, 0, 0], [0, 0, 0, 5, 0, 0, 0, 1]]);
    }

    #[test]
    fn what_cannot_be_encrypted_text_is_an_error() {
        let cipher = cipher(PrivProtocol::Des, "0123456789abcdef0000000000000000", 0);
        assert_eq!(cipher.decrypt(0, 0, &[0; 8], &mut [0; 15]), Err(DecryptionError));
        assert_eq!(cipher.decrypt(0, 0, &[0; 7], &mut [0; 16]), Err(DecryptionError));
        assert_eq!(cipher.decrypt(0, 0, &[0; 8], &mut []), Ok(()));
    }
}
