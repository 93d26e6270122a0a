//! A version of the contract that is there for tests only.

pub(super) mod v0_2;
