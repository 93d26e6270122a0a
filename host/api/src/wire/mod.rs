//! What goes over the wire, as the OpenAPI document describes it. The types of answers are what is sent.

mod plugins;
mod receiving;
mod result;
mod service;
mod status;
mod traps;

pub use self::{
    plugins::{
        BUNDLED, PluginBody, PluginCompiling, PluginList, PluginLock, PluginProblem, PluginSection, ReloadBody,
        SectionsSchema,
    },
    receiving::{ForwarderBody, ListenerBody, LogBody, TrapsBody},
    result::{GetBody, WalkBody, WalkData},
    service::{AnswersBody, ConnectionsBody, Detail, Health, KeysBody, Ready, SocketsBody},
    status::{JobList, ListedJob, Pairs, PollData, Removed, RemovedStatus, StatusBody, Submitted, TicketStatus},
    traps::{TrapList, TrapRecord},
};
