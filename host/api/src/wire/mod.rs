//! What goes over the wire, as the OpenAPI document describes it. The types of answers are what is sent.

mod plugins;
mod receiving;
mod result;
mod service;
mod status;
mod traps;

pub use self::{
    plugins::{PluginBody, PluginList, PluginProblem, PluginSection},
    receiving::{ForwarderBody, ListenerBody, LogBody, TrapsBody},
    result::{GetBody, WalkBody},
    service::{ConnectionsBody, Detail, Health, KeysBody, SocketsBody},
    status::{JobList, ListedJob, Pairs, Removed, StatusBody, Submitted},
    traps::{TrapList, TrapRecord},
};
