//! `snmp-proxy config`: whether the configuration is right, and what it comes to.
//!
//! What is wrong was reported when it was loaded, before either of these runs.

use super::{CommandError, Exit, output};
use crate::config::{Loaded, show as shown};

/// Says that nothing is wrong.
pub(super) fn check() -> Result<Exit, CommandError> {
    output::print("the configuration is valid\n")?;
    Ok(Exit::Done)
}

/// Prints what holds.
pub(super) fn show(loaded: &Loaded) -> Result<Exit, CommandError> {
    output::print(&shown(loaded))?;
    Ok(Exit::Done)
}
