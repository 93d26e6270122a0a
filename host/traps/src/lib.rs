//! Receives notifications, keeps them in a log, and forwards them.
//!
//! [`listener`] takes datagrams in, believes none of them before it has to, and hands over what may come in; who decodes
//! it is not known here. [`log`] numbers the records that come of it, keeps them within bounds, and lets readers wait
//! for more. [`forward`] sends them on, each receiver at its own pace. What a record means is for plugins to say: this
//! crate sees its JSON and the few [`Facts`] that filters ask for.

pub mod forward;
pub mod listener;
pub mod log;

mod community_ref;
mod sender;
mod text;

pub use community_ref::CommunityRefs;
pub use listener::Arrival;
pub use log::{Entry, Facts, Filter, FollowPage, NewEntry, Page, ReadPosition, RecordPosition, TrapLog};
pub use sender::{Sender, UserSecurity, Version};
pub use severity::Severity;
pub use text::error_chain;
