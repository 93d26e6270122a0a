//! Messages with notifications. A trap has no answer, and in version 3 its sender is the authority on time, so our own
//! engine's id and clock are in it; an inform is a message like any request, and what answers it is read like any answer.

use std::time::Instant;

use super::{
    constants::{VERSION_1, VERSION_2C},
    security::Security,
    v3::{self, Header},
};
use crate::{
    Community,
    ber::{Writer, tag},
    notification::{Notification, NotificationClass, TrapV1},
    usm::{Context, Keys, LocalEngine, SecurityLevel, User},
};

impl Security {
    /// Writes an inform under an id. Nothing where there cannot be one: in version 1, and before the engine is known.
    /// In version 3 no two messages are the same, like those of [`Self::seal`].
    #[must_use]
    pub fn seal_inform(&self, id: i32, notification: &Notification, now: Instant) -> Option<Vec<u8>> {
        let octets = notification.probable_octets();
        let write = |writer: &mut Writer| notification.write(NotificationClass::Inform, id, writer);
        match self {
            Self::Community { version: VERSION_1, .. } | Self::Discovery => None,
            Self::Community { version, community } => Some(of_community(*version, community, octets, write)),
            Self::User(association) => Some(association.seal_pdu(id, octets, now, write)),
        }
    }

    /// Writes a trap of version 2c; nothing for other versions.
    #[must_use]
    pub fn seal_trap_v2c(&self, id: i32, notification: &Notification) -> Option<Vec<u8>> {
        let Self::Community { version: version @ VERSION_2C, community } = self else { return None };
        let write = |writer: &mut Writer| notification.write(NotificationClass::Trap, id, writer);
        Some(of_community(*version, community, notification.probable_octets(), write))
    }

    /// Writes a trap of version 1; nothing for other versions.
    #[must_use]
    pub fn seal_trap_v1(&self, trap: &TrapV1) -> Option<Vec<u8>> {
        let Self::Community { version: version @ VERSION_1, community } = self else { return None };
        Some(of_community(*version, community, trap.probable_octets(), |writer| trap.write(writer)))
    }
}

/// Writes a trap of version 3 with the keys that the user has at our own engine. Nobody may answer it with a Report:
/// there would be nobody to read it (RFC 3412 section 6.4).
#[must_use]
pub fn seal_trap_v3(
    user: &User,
    context: &Context,
    keys: &Keys,
    from: &LocalEngine,
    id: i32,
    notification: &Notification,
    now: Instant,
) -> Vec<u8> {
    // Without a signature the time means nothing, and is zero (RFC 3414 section 3.1 (6)).
    let is_signed = keys.level() > SecurityLevel::NoAuthNoPriv;
    let (boots, time) = if is_signed { (from.boots(), from.time(now)) } else { (0, 0) };
    let (engine_id, user) = (from.id().octets(), user.name().as_bytes());
    let header = Header { id, reportable: false, engine_id, boots, time, user };
    let context_engine_id = context.engine_id.as_ref().unwrap_or(from.id());
    v3::write(&header, keys, notification.probable_octets() + AROUND_A_PDU, |writer| {
        v3::write_scoped_pdu(context_engine_id.octets(), context.name.as_bytes(), writer, |writer| {
            notification.write(NotificationClass::Trap, id, writer);
        });
    })
}

/// Octets around a PDU at most; more would only cost another allocation.
const AROUND_A_PDU: usize = 280;

fn of_community(version: i32, community: &Community, octets: usize, pdu: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::with_capacity(octets + community.expose().len() + 24);
    writer.constructed(tag::SEQUENCE, |writer| {
        pdu(writer);
        writer.octets(tag::OCTET_STRING, community.expose());
        writer.integer(tag::INTEGER, i64::from(version));
    });
    writer.finish()
}
