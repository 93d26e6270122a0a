//! The state of the proxy beyond a request: the trap log, who it is to others that speak SNMPv3, and where forwarders
//! are. With a state directory it outlives the process.

use config::Settings;
use snmp::usm::{EngineId, LocalEngine};
use state::{Identity, State, random_secret};
use tokio::{task::spawn_blocking, time::Instant};
use traps::{CommunityRefs, TrapLog};

use crate::StartError;

/// What the proxy keeps beyond a request.
#[derive(Debug)]
pub(crate) struct ProxyState {
    /// Where it is kept; none: in this process.
    pub(crate) state: Option<State>,
    /// The trap log.
    pub(crate) traps: TrapLog,
    /// Who we are in version 3.
    pub(crate) identity: LocalEngine,
    /// What records call communities.
    pub(crate) community_refs: CommunityRefs,
}

impl ProxyState {
    /// What is in the state directory, if there is one.
    pub(crate) async fn open(settings: &Settings) -> Result<Self, StartError> {
        let Some(directory) = settings.state_dir.clone() else { return Self::of_this_process(settings) };
        let options = settings.traps.log;
        // Opening may check the whole file, after a crash.
        let opened = spawn_blocking(move || {
            let state = State::open(&directory).map_err(StartError::State)?;
            let traps = TrapLog::open(options, &state).map_err(StartError::TrapLog)?;
            let identity = local_engine(state.identity())?;
            let community_refs = CommunityRefs::new(state.secret().clone());
            Ok(Self { state: Some(state), traps, identity, community_refs })
        });
        opened.await.unwrap_or_else(|panicked| std::panic::resume_unwind(panicked.into_panic()))
    }

    /// What begins and ends with the process.
    pub(crate) fn of_this_process(settings: &Settings) -> Result<Self, StartError> {
        let identity = local_engine(&Identity::made_up().map_err(StartError::Identity)?)?;
        let community_refs = CommunityRefs::new(random_secret().map_err(StartError::Secret)?);
        Ok(Self { state: None, traps: TrapLog::in_memory(settings.traps.log), identity, community_refs })
    }
}

fn local_engine(identity: &Identity) -> Result<LocalEngine, StartError> {
    let id = EngineId::new(&identity.engine_id).map_err(StartError::EngineId)?;
    Ok(LocalEngine::new(id, identity.boots, Instant::now().into_std()))
}
