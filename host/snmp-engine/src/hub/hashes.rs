//! Hashes of ids and addresses, in a fraction of the time that the standard library's take.
//!
//! The ids are our own and the addresses those that we were told to ask, and the factor is a secret of this process:
//! nobody finds many that meet.

use std::hash::{BuildHasher, Hasher, RandomState};

/// Makes hashes.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeyedHashes {
    factor: u64,
}

/// Makes one hash.
#[derive(Debug)]
pub(super) struct KeyedHasher {
    factor: u64,
    hash: u64,
}

impl KeyedHashes {
    /// With a factor that nobody can guess: the keys of [`RandomState`] come from the operating system.
    pub(super) fn new() -> Self {
        Self { factor: RandomState::new().hash_one(0_u64) | 1 }
    }
}

impl BuildHasher for KeyedHashes {
    type Hasher = KeyedHasher;

    fn build_hasher(&self) -> KeyedHasher {
        KeyedHasher { factor: self.factor, hash: 0 }
    }
}

impl Hasher for KeyedHasher {
    fn write(&mut self, octets: &[u8]) {
        for part in octets.chunks(8) {
            let mut word = [0; 8];
            word.iter_mut().zip(part).for_each(|(word, octet)| *word = *octet);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_i32(&mut self, number: i32) {
        self.write_u64(u64::from(number.cast_unsigned()));
    }

    fn write_u64(&mut self, word: u64) {
        let product = u128::from(self.hash ^ word ^ self.factor) * u128::from(self.factor);
        let (low, high) = (product as u64, (product >> 64) as u64);
        self.hash = low ^ high;
    }

    fn finish(&self) -> u64 {
        // For some factors, numbers in a row are still alike in some bits: the last steps of MurmurHash3 see to those.
        let hash = (self.hash ^ (self.hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        let hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        hash ^ (hash >> 33)
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, net::SocketAddr};

    use super::*;

    /// How many different values the lowest ten and the highest seven bits of these hashes have, which is what a table
    /// looks at; of a thousand at random there would be about 640 and 128.
    #[track_caller]
    fn check<T: std::hash::Hash>(values: &(impl Iterator<Item = T> + Clone)) {
        // Whatever the factor is.
        for _ in 0..100 {
            let hashes = KeyedHashes::new();
            let hashes: Vec<u64> = values.clone().map(|value| hashes.hash_one(value)).collect();
            let low: HashSet<u64> = hashes.iter().map(|hash| hash & 1_023).collect();
            let high: HashSet<u64> = hashes.iter().map(|hash| hash >> 57).collect();
            assert!(low.len() > 500 && high.len() > 100, "{} and {}", low.len(), high.len());
        }
    }

    #[test]
    fn what_follows_one_another_does_not_meet() {
        check(&(1_000_000..1_001_000));
        check(&(0..1_000_u16).map(|host| SocketAddr::from(([10, 0, (host >> 8) as u8, host as u8], 161))));
        check(&(0..1_000_u16).map(|host| SocketAddr::from(([0xfe80, 0, 0, 0, 0, 0, 0, host], 161))));
    }
}
