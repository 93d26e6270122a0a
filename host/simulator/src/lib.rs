//! Pretends to be SNMP devices, for tests, benchmarks and tours.
//!
//! A [`Recording`] says what a device answers, a [`FaultPlan`] how it misbehaves, and a [`Simulator`] serves many of
//! them on one UDP port over SNMPv1, SNMPv2c and SNMPv3: the community, or the contextName, chooses the device.
//! What decides is pure; only the [`Simulator`] has sockets and tasks. Nothing here is random but an engine id that
//! nobody chose.
//! Which files are recordings, and which forms of net-snmp's output are read or refused, is a table in the README of the
//! crate `recording`.
//! Reading, writing, signing and encrypting of messages is the simulator's own, so that an error of the engine cannot
//! hide behind the same error here; the crate `snmp` lends its values only.
//!
//! ```
//! # async fn example() -> Result<(), simulator::StartError> {
//! use simulator::{Simulator, SyntheticDevice};
//!
//! let switch = SyntheticDevice { interfaces: 48, arp_rows: 20, ..SyntheticDevice::default() };
//! let simulator = Simulator::builder().device("switch", switch.recording()).bind("127.0.0.1:0").await?;
//! // Now ask simulator.addr() with the community `switch`, or `switch!drop:3` for an instance that loses every third answer:
//! // `Fault` lists all that can be wrong with a device.
//! # Ok(()) }
//! ```

mod agent;
mod ber;
mod device;
mod engine_handle;
mod fault;
mod library;
mod load;
mod message;
mod notification;
mod played;
mod recording;
mod server;
mod synthetic;
mod v3;

pub use agent::{Asked, Counters, DeviceCounters};
pub use ber::BerError;
pub use device::RowOrder;
pub use fault::{Delivery, Fault, FaultPlan, ParseFaultError, Source, Treatment};
pub use library::{DeviceFile, FileProblem, Library};
pub use load::{Load, LoadError, LoadPacket, LoadReport, RunningLoad};
pub use message::{ErrorStatus, MessageError, Operation, Request, Response, Version};
pub use notification::{
    Event, InformError, LinkEvent, NotificationAnswer, NotificationKind, PreparedNotification, ReceiverEngine, Sender,
    SenderBuilder, SenderCounters, SenderError, SimulatedNotification, TrapV1,
};
pub use played::PlayedDevice;
pub use recording::{
    BadLine, LineError, ParsedRecording, ReadError, Recording, RecordingFormat, snmprec_line, snmpwalk_line,
};
pub use server::{Held, NoRequest, Simulator, SimulatorBuilder, StartError};
pub use synthetic::{ArpTables, SyntheticDevice};
pub use v3::{AuthProtocol, EngineIdError, PrivProtocol, SimulatedEngine, SimulatedUser, UserError, UsmCounters};
