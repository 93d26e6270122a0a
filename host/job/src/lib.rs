//! What passes between who takes a job and who runs it.

mod device;
mod options;
pub mod user;

pub use device::*;
pub use options::DeviceOptions;
