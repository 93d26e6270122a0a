//! The secret of an installation: random octets that nobody else has, for digests that have to be the same only here.
//!
//! It lies in the store beside the engine ID, where the modes of the file and of the directory guard both. It is made
//! once; a store that was made by a version without one gets it at the next start.

use secrecy::SecretSlice;

use crate::{Batch, StateError};

/// The digest of SHA-256 has as many octets; a longer key adds nothing to an HMAC (RFC 2104 section 3).
const OCTETS: usize = 32;

const NAME: &str = "secret";

/// Random octets, for those without a state directory. They end with whoever has them.
pub fn random_secret() -> Result<SecretSlice<u8>, StateError> {
    let mut octets = vec![0; OCTETS];
    getrandom::fill(&mut octets).map_err(StateError::Random)?;
    Ok(octets.into())
}

/// The secret of this store. Makes it where there is none yet.
pub(crate) fn of_installation(batch: &mut Batch<'_>) -> Result<SecretSlice<u8>, StateError> {
    if let Some(octets) = batch.text(NAME)?.filter(|octets| octets.len() == OCTETS) {
        return Ok(octets.into());
    }
    let mut octets = [0; OCTETS];
    getrandom::fill(&mut octets).map_err(StateError::Random)?;
    batch.set_text(NAME, &octets)?;
    Ok(octets.to_vec().into())
}
