//! The engine behind an address: its id, its boots and its clock (RFC 3414 section 2.2).

use std::{sync::Arc, time::Duration};

/// What the devices of an address say who they are, in version 3.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct SimulatedEngine {
    pub(super) id: Arc<[u8]>,
    pub(super) boots: i32,
    pub(super) time: i32,
}

/// Why octets are no engine id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an engine id has 5 to 32 octets, not {0}")]
pub struct EngineIdError(pub usize);

/// An engine that runs.
#[derive(Clone, Debug)]
pub(crate) struct EngineState {
    pub(super) id: Arc<[u8]>,
    pub(super) boots: i32,
    /// engineTime at the start of the simulator, less than zero for an engine that was booted later.
    zero: i64,
}

/// What is wrong with an engine as one device shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct EngineFaults {
    /// Nothing of it answers.
    pub(crate) mute: bool,
    pub(crate) report_loop: bool,
    pub(crate) reboot_at: Option<u64>,
    pub(crate) change_at: Option<u64>,
    pub(crate) forget_at: Option<u64>,
    pub(crate) boots: Option<i32>,
}

impl SimulatedEngine {
    /// The boots unless said otherwise: more than one, so that a replay of an earlier boot can be played.
    pub const BOOTS: u32 = 7;
    /// engineBoots that can grow no more: nothing from such an engine is in time any more (RFC 3414 section 2.2.2).
    pub const LATCHED: u32 = 2_147_483_647;

    /// An engine with an id of its own choosing, booted for the seventh time a hundred seconds ago.
    pub fn random() -> Self {
        // RFC 3411, SnmpEngineID: the enterprise number for documentation, then octets (format 5).
        let mut id = vec![0x80, 0x00, 0x7e, 0xd9, 0x05];
        // No secret: whoever asks is told.
        id.extend_from_slice(&fastrand::u64(..).to_be_bytes());
        Self::known(id)
    }

    /// An engine with this id, of 5 to 32 octets (RFC 3411, SnmpEngineID).
    pub fn new(id: impl Into<Vec<u8>>) -> Result<Self, EngineIdError> {
        let id = id.into();
        if (5..=32).contains(&id.len()) { Ok(Self::known(id)) } else { Err(EngineIdError(id.len())) }
    }

    /// An engine with an id of any length, as some agents have: four octets, or hexadecimal digits as text.
    pub fn of_any_length(id: impl Into<Vec<u8>>) -> Self {
        Self::known(id.into())
    }

    /// Sets engineBoots, at most [`SimulatedEngine::LATCHED`].
    pub fn boots(self, boots: u32) -> Self {
        Self { boots: i32::try_from(boots).unwrap_or(i32::MAX), ..self }
    }

    /// Sets engineTime at the start, in seconds.
    pub fn time(self, seconds: u32) -> Self {
        Self { time: i32::try_from(seconds).unwrap_or(i32::MAX), ..self }
    }

    /// The engine id.
    #[must_use]
    pub fn id(&self) -> &[u8] {
        &self.id
    }

    fn known(id: Vec<u8>) -> Self {
        Self { id: id.into(), boots: Self::BOOTS as i32, time: 100 }
    }

    pub(crate) fn start(&self) -> EngineState {
        EngineState { id: Arc::clone(&self.id), boots: self.boots, zero: self.time.into() }
    }
}

impl EngineState {
    /// engineTime, `now` after the start of the simulator.
    pub(super) fn time(&self, now: Duration) -> i32 {
        let time = self.zero.saturating_add(i64::try_from(now.as_secs()).unwrap_or(i64::MAX));
        i32::try_from(time.max(0)).unwrap_or(i32::MAX)
    }

    /// What happens to the engine before it looks at the `number`-th authentic message to a device.
    pub(super) fn suffer(&mut self, faults: &EngineFaults, number: u64, now: Duration) {
        let began = -i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        if faults.reboot_at == Some(number) {
            self.boots = self.boots.saturating_add(1);
            self.zero = began;
        }
        if faults.forget_at == Some(number) {
            self.boots = i32::from(self.boots > 1);
            self.zero = began;
        }
        if faults.change_at == Some(number) {
            self.id = self.id.iter().copied().take(31).chain([2]).collect();
        }
    }
}
