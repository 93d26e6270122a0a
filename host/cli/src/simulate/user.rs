//! The user of SNMPv3 who may ask simulated devices, with the flags and variables that name one who asks.
//!
//! So what is given to `snmp-proxy poll` is given here, and the two understand each other.

use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use simulator::{AuthProtocol, PrivProtocol, SimulatedEngine, SimulatedUser};
use snmp::{
    Credentials, usm,
    usm::{EngineId, Protection},
};

use crate::{CommandError, user::NamedUserFlags};

/// The first of January 2025, from where boots are counted in seconds: enough of them for 68 years.
const EPOCH: u64 = 1_735_689_600;

/// Flags of the user who may ask the devices, each by its name as the context.
#[derive(Debug, Default, Args)]
pub(super) struct SimulatedUserFlags {
    #[command(flatten)]
    named: NamedUserFlags,
    /// Engine ID of the devices, in hexadecimal; each start counts as a boot [default: a random one]
    #[arg(long, value_name = "HEX", requires = "user", help_heading = "SNMPv3")]
    engine_id: Option<String>,
}

impl SimulatedUserFlags {
    /// Returns the user, nobody, or what is wrong with the user.
    pub(super) fn read(&self) -> Result<Option<SimulatedUser>, CommandError> {
        let Some(name) = self.named.name() else { return Ok(None) };
        let passwords = self.named.passwords()?;
        let Credentials::V3 { user, .. } = self.named.credentials(&passwords, "", None)? else { return Ok(None) };
        let (auth, privacy) = match user.protection() {
            Protection::None => (None, None),
            Protection::Auth { auth, .. } => (Some(*auth), None),
            Protection::AuthPriv { auth, privacy, .. } => (Some(*auth), Some(*privacy)),
        };
        let mut simulated = SimulatedUser::new(name);
        if let Some((protocol, password)) = auth.zip(passwords.auth) {
            simulated = simulated.auth(auth_protocol(protocol), password);
        }
        if let Some((protocol, password)) = privacy.zip(passwords.privacy) {
            simulated = simulated.privacy(priv_protocol(protocol)?, password);
        }
        Ok(Some(simulated))
    }

    /// Returns the engine of this id, if there is one. Its boots grow from start to start, as time does: a receiver that
    /// remembers the engine would take its time for a replay otherwise.
    pub(super) fn engine(&self) -> Result<Option<SimulatedEngine>, CommandError> {
        let Some(text) = &self.engine_id else { return Ok(None) };
        let wrong = |error: &dyn std::fmt::Display| CommandError::Usage(format!("--engine-id: {error}"));
        let id: EngineId = text.parse().map_err(|error| wrong(&error))?;
        let engine = SimulatedEngine::new(id.octets()).map_err(|error| wrong(&error))?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Ok(Some(engine.boots(u32::try_from(now.saturating_sub(EPOCH)).unwrap_or(u32::MAX)).time(0)))
    }
}

fn auth_protocol(protocol: usm::AuthProtocol) -> AuthProtocol {
    match protocol {
        usm::AuthProtocol::Md5 => AuthProtocol::Md5,
        usm::AuthProtocol::Sha1 => AuthProtocol::Sha,
        usm::AuthProtocol::Sha224 => AuthProtocol::Sha224,
        usm::AuthProtocol::Sha256 => AuthProtocol::Sha256,
        usm::AuthProtocol::Sha384 => AuthProtocol::Sha384,
        usm::AuthProtocol::Sha512 => AuthProtocol::Sha512,
    }
}

fn priv_protocol(protocol: usm::PrivProtocol) -> Result<PrivProtocol, CommandError> {
    Ok(match protocol {
        usm::PrivProtocol::Des => PrivProtocol::Des,
        usm::PrivProtocol::TripleDesReeder => PrivProtocol::TripleDes,
        usm::PrivProtocol::TripleDesBlumenthal => {
            return Err(CommandError::Usage("--priv-protocol: simulated devices have 3DES and no 3DESB".to_owned()));
        }
        usm::PrivProtocol::Aes128 => PrivProtocol::Aes128,
        usm::PrivProtocol::Aes192Reeder => PrivProtocol::Aes192Reeder,
        usm::PrivProtocol::Aes192Blumenthal => PrivProtocol::Aes192Blumenthal,
        usm::PrivProtocol::Aes256Reeder => PrivProtocol::Aes256Reeder,
        usm::PrivProtocol::Aes256Blumenthal => PrivProtocol::Aes256Blumenthal,
    })
}
