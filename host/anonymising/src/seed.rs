//! The seed, and what is drawn from it: numbers that nobody can tell from random ones, and orders of numbers.

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// What decides what is replaced by what. Whoever has it and the result can find out what was there before.
pub struct Seed(Zeroizing<[u8; 32]>);

/// Rounds of the Feistel network. Four make it a permutation that looks random (Luby and Rackoff); the halves here are
/// small, so twice as many.
const ROUNDS: u8 = 8;

impl Seed {
    /// The seed that this text stands for.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        Self(Zeroizing::new(Sha256::digest(text.as_bytes()).into()))
    }

    /// A seed of random octets.
    #[must_use]
    pub fn of_octets(octets: [u8; 32]) -> Self {
        Self(Zeroizing::new(octets))
    }

    /// A number that follows from the seed and `input`. `what` keeps numbers for different ends apart.
    pub(crate) fn number(&self, what: &str, input: &[u8]) -> u64 {
        // A key of any length is one for HMAC.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.as_slice()) else { return 0 };
        mac.update(what.as_bytes());
        mac.update(&[0]);
        mac.update(input);
        mac.finalize().into_bytes().iter().take(8).fold(0, |number, octet| number << 8 | u64::from(*octet))
    }

    /// Replaces octets of which nothing is known by as many others.
    pub(crate) fn octets(&self, octets: &[u8]) -> Vec<u8> {
        let key = |place: usize| self.number("octets", &(place as u64).to_be_bytes()) as u8;
        octets.iter().enumerate().map(|(place, octet)| octet ^ key(place)).collect()
    }

    /// Replaces a number below `count` by another one below it, each by one of its own.
    ///
    /// All numbers stand in one circle in an order that follows from the seed, and each is replaced by the next: so none
    /// stays what it is, unless it is the only one.
    pub(crate) fn replace(&self, what: &str, number: u64, count: u64) -> u64 {
        if count < 2 || number >= count {
            return number;
        }
        let order = Order { seed: self, what, count, half: half_bits(count) };
        order.at((order.place(number) + 1) % count)
    }
}

/// An order of the numbers below `count`: a Feistel network over as many bits as needed, and where that gives a number
/// that is too large, over again.
struct Order<'a> {
    seed: &'a Seed,
    what: &'a str,
    count: u64,
    half: u32,
}

fn half_bits(count: u64) -> u32 {
    let bits = u64::BITS - (count - 1).leading_zeros();
    bits.div_ceil(2).max(1)
}

impl Order<'_> {
    fn at(&self, place: u64) -> u64 {
        let mut number = place;
        loop {
            number = (0..ROUNDS).fold(number, |number, round| {
                let (left, right) = self.halves(number);
                self.whole(right, left ^ self.round(round, right))
            });
            if number < self.count {
                return number;
            }
        }
    }

    fn place(&self, number: u64) -> u64 {
        let mut place = number;
        loop {
            place = (0..ROUNDS).rev().fold(place, |place, round| {
                let (left, right) = self.halves(place);
                self.whole(right ^ self.round(round, left), left)
            });
            if place < self.count {
                return place;
            }
        }
    }

    fn halves(&self, number: u64) -> (u64, u64) {
        (number >> self.half, number & self.mask())
    }

    fn whole(&self, left: u64, right: u64) -> u64 {
        left << self.half | right
    }

    fn mask(&self) -> u64 {
        (1 << self.half) - 1
    }

    fn round(&self, round: u8, half: u64) -> u64 {
        let input = [&[round][..], &self.count.to_be_bytes(), &half.to_be_bytes()].concat();
        self.seed.number(self.what, &input) & self.mask()
    }
}

impl std::fmt::Debug for Seed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seed")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_number_is_replaced_by_one_of_its_own_and_never_by_itself() {
        let seed = Seed::of_text("a");
        for count in [2, 3, 10, 26, 217, 1_000] {
            let replaced: Vec<u64> = (0..count).map(|number| seed.replace("x", number, count)).collect();
            assert_eq!(replaced.iter().copied().collect::<BTreeSet<_>>(), (0..count).collect(), "{count}");
            assert!((0..count).zip(&replaced).all(|(number, other)| number != *other), "{count}");
        }
        assert_eq!((seed.replace("x", 0, 1), seed.replace("x", 0, 0)), (0, 0));
    }

    #[test]
    fn the_order_follows_from_the_seed_and_from_what_it_is_for() {
        let drawn =
            |seed: &Seed, what: &str| -> Vec<u64> { (0..100).map(|n| seed.replace(what, n, 1 << 24)).collect() };
        let (one, other) = (Seed::of_text("a"), Seed::of_text("b"));
        assert_eq!(drawn(&one, "x"), drawn(&Seed::of_text("a"), "x"));
        assert_ne!(drawn(&one, "x"), drawn(&other, "x"));
        assert_ne!(drawn(&one, "x"), drawn(&one, "y"));
        assert_eq!(format!("{one:?}"), "Seed");
    }
}
