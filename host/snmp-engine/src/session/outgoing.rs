//! What wants an answer: a request of names, or an inform. Both take the one way of `exchange`.
//!
//! An inform is no kind of [`Request`]: it carries values, and neither a walk nor a batch can have one.

use std::time::Instant;

use snmp::{
    Oid,
    message::Security,
    notification::Notification,
    pdu::{Request, RequestKind},
    profile::Names,
};

/// What wants an answer.
#[derive(Clone, Copy, Debug)]
pub(super) enum Outgoing<'a> {
    Request(&'a Request),
    Inform(&'a Notification),
}

impl<'a> Outgoing<'a> {
    /// Whether it is a GETBULK, which not every agent has.
    pub(super) fn is_bulk(self) -> bool {
        match self {
            Self::Request(request) => request.kind.is_bulk(),
            Self::Inform(_) => false,
        }
    }

    /// Whether it is a GET.
    pub(super) fn is_get(self) -> bool {
        matches!(self, Self::Request(Request { kind: RequestKind::Get, .. }))
    }

    /// Whether it may have no answer because it has more names than the agent takes.
    pub(super) fn may_have_too_many_names(self, known: &Names) -> bool {
        match self {
            Self::Request(request) => !known.is_known_to_work(request.kind, request.names.len()),
            Self::Inform(_) => false,
        }
    }

    /// The first OID that BER cannot express.
    pub(super) fn unwritable(self) -> Option<&'a Oid> {
        match self {
            Self::Request(request) => request.unwritable(),
            Self::Inform(notification) => notification.unwritable(),
        }
    }

    /// Writes the message. Nothing where there is no such message.
    pub(super) fn seal(self, security: &Security, id: i32, now: Instant) -> Option<Vec<u8>> {
        match self {
            Self::Request(request) => Some(security.seal(id, request, now)),
            Self::Inform(notification) => security.seal_inform(id, notification, now),
        }
    }
}

impl<'a> From<&'a Request> for Outgoing<'a> {
    fn from(request: &'a Request) -> Self {
        Self::Request(request)
    }
}
