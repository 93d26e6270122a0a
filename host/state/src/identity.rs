//! Who this process is for others that speak SNMP with it: its engine id and how often it has started.
//!
//! An engine id is made once, at random, in the format of RFC 3411 section 5 (SnmpEngineID): the first bit set, then an
//! enterprise number, then format 5, octets that an administrator chose. The enterprise number is 0: this program has no
//! number of its own, those for documentation (RFC 5612) must not leave a document, and another maker's number would
//! tell receivers that this is that maker's engine. 0 is reserved, so it is nobody's, and RFC 5343 section 3.1 writes
//! it where an engine id means no enterprise, too. Twelve random octets make two engines of one id a matter of theory.

use crate::{Batch, StateError};

/// Who this process is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// snmpEngineID (RFC 3411): 17 octets, the same for as long as the state directory lives.
    pub engine_id: Vec<u8>,
    /// snmpEngineBoots (RFC 3414 section 2.2): 1 for the first start. It stays at [`Identity::MAX_BOOTS`], where
    /// messages of version 3 are no longer authentic for anybody; a new state directory gives a new engine id.
    pub boots: u32,
}

impl Identity {
    /// The number of boots that means that there were too many (RFC 3414 section 2.2.2).
    pub const MAX_BOOTS: u32 = i32::MAX as u32;

    /// An identity for as long as the process runs, for those without a state directory.
    pub fn made_up() -> Result<Self, StateError> {
        Ok(Self { engine_id: new_engine_id()?, boots: 1 })
    }
}

/// No enterprise, with the first bit set, and octets that an administrator chose.
const PREFIX: [u8; 5] = [0x80, 0, 0, 0, 5];
const RANDOM_OCTETS: usize = 12;

const ENGINE_ID: &str = "engine-id";
const BOOTS: &str = "boots";

/// Counts up the boots, and makes an engine id where there is none yet.
pub(crate) fn next_boot(batch: &mut Batch<'_>) -> Result<Identity, StateError> {
    let engine_id = match batch.text(ENGINE_ID)? {
        Some(engine_id) => engine_id,
        None => {
            let engine_id = new_engine_id()?;
            batch.set_text(ENGINE_ID, &engine_id)?;
            engine_id
        }
    };
    let before = batch.number(BOOTS)?.unwrap_or(0);
    let boots = before.saturating_add(1).min(u64::from(Identity::MAX_BOOTS));
    batch.set_number(BOOTS, boots)?;
    let boots = u32::try_from(boots).unwrap_or(Identity::MAX_BOOTS);
    if boots == Identity::MAX_BOOTS {
        tracing::error!(
            "snmpEngineBoots has reached its maximum: start with a new state directory, and tell receivers of informs the new engine ID"
        );
    }
    Ok(Identity { engine_id, boots })
}

fn new_engine_id() -> Result<Vec<u8>, StateError> {
    let mut random = [0; RANDOM_OCTETS];
    getrandom::fill(&mut random).map_err(StateError::Random)?;
    Ok([PREFIX.as_slice(), &random].concat())
}
