//! Commands about plugins. Each has a file of its own.

mod list;
mod text;

pub(super) use self::list::{PluginsArgs, plugins};
