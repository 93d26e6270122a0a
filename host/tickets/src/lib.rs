//! The tickets: which polls wait, which run, and what became of the others.
//!
//! ```text
//!   submit              next                finish
//! ─────────► Queued ────────────► Running ────────────► Complete
//!              │                     ├────────────────► Failed
//!              └──────── remove ─────┴────────────────► Cancelled
//!
//! Complete, Failed, Cancelled ── remove, expire, or the bounds on what is kept ──► gone
//! ```
//!
//! A [`Table`] is a plain value: it is told what happened and answers what to do, and owns no task, clock or lock.
//! A ticket ends once: what a run reports after its ticket was cancelled is dropped.
//! A cancelled run may need a moment to stop, so its slot and its device stay taken until [`Table::release`] says that it is
//! gone.

mod device;
mod direct;
mod ended;
mod kept;
mod line;
mod packed;
mod queue;
mod scheduler;
mod slots;
mod snapshot;
mod table;
mod ticket;
mod tickets;
mod walk_permit;

pub use device::DeviceKey;
pub use direct::Direct;
pub use kept::KeptReport;
pub use packed::{PART_BYTES, Packed, Part};
pub use scheduler::{Scheduler, WaitUntil};
pub use slots::{DirectSlots, NoSlot, Slot};
pub use snapshot::{Snapshot, TicketPage, TicketRow};
pub use table::{Bounds, Counts, Next, QueueFull, Removal, Started, Submission, Table};
pub use ticket::{Ending, State, Status, Ticket, TicketId, UnknownStatus};
pub use walk_permit::{WALK_BUFFER, WalkPermit};

#[cfg(test)]
mod tests;
