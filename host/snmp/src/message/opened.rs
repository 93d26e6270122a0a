//! What came of an answer that was opened.

use crate::{
    pdu::Response,
    usm::{EngineId, Report},
};

/// What an agent answered, as certain as its security model can make it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// A response to the request.
    Response(Response),
    /// The agent refused the message, and signed that. After [`Report::NotInTimeWindow`] the clock is right, and the
    /// request should be sealed and sent once more.
    Report(Report),
    /// The agent refused the message, and signed, at a time that its clock should be long past. It has lost its count
    /// of boots: forget the clock and discover it anew, once. No old message says so: it has the id of this request.
    ClockWentBack,
    /// The answer to a discovery. Nobody signed it.
    Engine(DiscoveredEngine),
}

/// What an agent says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscoveredEngine {
    /// Its engine id.
    pub engine_id: EngineId,
    /// How often it has booted, as a guess for [`crate::usm::Clock::guess`].
    pub boots: u32,
    /// For how many seconds it has run since, likewise.
    pub time: u32,
}
