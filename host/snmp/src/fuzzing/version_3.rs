//! Users of version 3 for the fuzz targets, one of each level of security, at an agent that is made up.
//!
//! No fuzzer can guess a digest, so each message is also opened after it was signed with the user's key: like that the
//! octets of a hostile agent that knows the key are read, too, and behind them what it encrypts.

use std::{
    ops::Range,
    sync::{Arc, LazyLock},
    time::Instant,
};

use crate::{
    Oid, Value, Varbind,
    ber::{DecodeError, Reader, Writer, tag},
    message::{Association, Envelope, Opened, Rejection, Security},
    usm::{AuthProtocol, Clock, Context, EngineId, KeyCache, Keys, Password, PrivProtocol, Protection, User},
};

/// A user, and the keys at the agent.
struct FuzzUser {
    level: &'static str,
    user: User,
    keys: Arc<Keys>,
}

/// What is made once: the users, and what time it is.
struct World {
    engine_id: EngineId,
    context: Context,
    users: Vec<FuzzUser>,
    now: Instant,
}

static WORLD: LazyLock<Option<World>> = LazyLock::new(World::new);

const ENGINE_ID: [u8; 9] = [0x80, 0, 0, 0, 4, b'f', b'u', b'z', b'z'];
const BOOTS: u32 = 3;
const TIME: u32 = 1_000;

impl World {
    fn new() -> Option<Self> {
        let password = Password::new(&"a fixed password".into()).ok()?;
        let (auth, auth_password, priv_password) = (AuthProtocol::Sha1, password.clone(), password.clone());
        let protections = [
            ("noauth", Protection::None),
            ("auth", Protection::Auth { auth: AuthProtocol::Sha256, auth_password: password }),
            ("priv", Protection::AuthPriv { auth, auth_password, privacy: PrivProtocol::Aes128, priv_password }),
        ];
        let engine_id = EngineId::new(&ENGINE_ID).ok()?;
        let cache = KeyCache::new(protections.len()).ok()?;
        let known = |(level, protection)| {
            let user = User::new(level, protection).ok()?;
            let keys = cache.find(&user, &engine_id).unwrap_or_else(|derivation| cache.put(derivation.run()));
            Some(FuzzUser { level, user, keys })
        };
        let users = protections.into_iter().map(known).collect::<Option<_>>()?;
        Some(Self { users, engine_id, context: Context::named("").ok()?, now: Instant::now() })
    }

    /// Opens a datagram as an answer to this user, whose clock is at the agent's.
    fn open(&self, known: &FuzzUser, octets: &[u8]) -> Option<Result<Opened, Rejection>> {
        let envelope = Envelope::read(octets).ok()?;
        let clock = Clock::new();
        clock.guess(BOOTS, TIME, self.now);
        let (engine_id, keys) = (self.engine_id.clone(), Arc::clone(&known.keys));
        let security = Security::User(Association::new(&known.user, &self.context, engine_id, keys, Arc::new(clock)));
        Some(security.open(&envelope, self.now))
    }
}

/// Opens octets as an answer to each user, as they are and signed. What is wrongly signed is never believed.
pub(super) fn open(octets: &[u8]) {
    let Some(world) = WORLD.as_ref() else { return };
    for known in &world.users {
        let _ = world.open(known, octets);
        let (Some(authenticator), Ok(place)) = (known.keys.authenticator(), digest_place(octets)) else { continue };
        let mut signed = octets.to_vec();
        authenticator.sign(&mut signed, place.clone());
        let _ = world.open(known, &signed);
        if let Some(octet) = signed.get_mut(place.start) {
            *octet ^= 1;
            let opened = world.open(known, &signed);
            assert!(!matches!(opened, Some(Ok(_))), "a message with a wrong digest was believed: {opened:?}");
        }
    }
}

/// Messages that the users would accept, with the name of what they are: the seeds of the fuzz target.
#[must_use]
pub fn version_3_messages() -> Vec<(String, Vec<u8>)> {
    let Some(world) = WORLD.as_ref() else { return Vec::new() };
    let varbinds: Vec<Varbind> = (1..=9)
        .map(|row| Varbind {
            name: Oid::from([1, 3, 6, 1, 2, 1, 2, 2, 1, 10, row]),
            value: Value::Counter32(row << 28),
        })
        .collect();
    let not_in_time = Oid::from([1, 3, 6, 1, 6, 3, 15, 1, 1, 2, 0]);
    let report = vec![Varbind { name: not_in_time, value: Value::Counter32(7) }];
    let pdus = [("response", tag::RESPONSE, varbinds), ("report", tag::REPORT, report)];
    let messages = world.users.iter().flat_map(|known| {
        pdus.iter()
            .map(|(what, pdu_tag, varbinds)| (format!("{what}-{}", known.level), write(known, *pdu_tag, varbinds)))
    });
    messages.collect()
}

/// Writes what the agent says to a user.
fn write(known: &FuzzUser, pdu_tag: u8, varbinds: &[Varbind]) -> Vec<u8> {
    let scoped_pdu = |writer: &mut Writer| {
        writer.constructed(tag::SEQUENCE, |writer| {
            writer.constructed(pdu_tag, |writer| {
                writer.constructed(tag::SEQUENCE, |writer| {
                    varbinds.iter().rev().for_each(|varbind| writer.varbind(varbind));
                });
                [0, 0, 7].into_iter().for_each(|number| writer.integer(tag::INTEGER, number));
            });
            writer.octets(tag::OCTET_STRING, &[]);
            writer.octets(tag::OCTET_STRING, &ENGINE_ID);
        });
    };
    let digest_octets = known.keys.authenticator().map_or(0, |authenticator| authenticator.digest_octets());
    let mut salt = None;
    let mut writer = Writer::default();
    writer.constructed(tag::SEQUENCE, |writer| {
        match known.keys.cipher() {
            None => scoped_pdu(writer),
            Some(cipher) => writer.changed_octets(tag::OCTET_STRING, cipher.block_octets(), scoped_pdu, |text| {
                salt = Some(cipher.encrypt(BOOTS, TIME, text));
            }),
        }
        writer.constructed(tag::OCTET_STRING, |writer| {
            writer.constructed(tag::SEQUENCE, |writer| {
                writer.octets(tag::OCTET_STRING, salt.as_ref().map_or(&[], |salt| salt.as_slice()));
                writer.octets(tag::OCTET_STRING, &vec![0; digest_octets]);
                writer.octets(tag::OCTET_STRING, known.user.name().as_bytes());
                writer.integer(tag::INTEGER, i64::from(TIME));
                writer.integer(tag::INTEGER, i64::from(BOOTS));
                writer.octets(tag::OCTET_STRING, &ENGINE_ID);
            });
        });
        writer.constructed(tag::SEQUENCE, |writer| {
            let flags = u8::from(known.keys.authenticator().is_some()) + 2 * u8::from(salt.is_some());
            writer.integer(tag::INTEGER, 3);
            writer.octets(tag::OCTET_STRING, &[flags]);
            writer.integer(tag::INTEGER, crate::message::MAX_DATAGRAM as i64);
            writer.integer(tag::INTEGER, 7);
        });
        writer.integer(tag::INTEGER, 3);
    });
    let mut message = writer.finish();
    if let (Some(authenticator), Ok(place)) = (known.keys.authenticator(), digest_place(&message)) {
        authenticator.sign(&mut message, place);
    }
    message
}

/// Where the digest of a message is.
fn digest_place(octets: &[u8]) -> Result<Range<usize>, DecodeError> {
    let mut datagram = Reader::new(octets);
    let mut message = Reader::new(datagram.expect(tag::SEQUENCE)?);
    let message_end = octets.len() - datagram.octets_left();
    message.expect(tag::INTEGER)?;
    message.expect(tag::SEQUENCE)?;
    let mut parameters = Reader::new(message.expect(tag::OCTET_STRING)?);
    let parameters_end = message_end - message.octets_left();
    let mut fields = Reader::new(parameters.expect(tag::SEQUENCE)?);
    let fields_end = parameters_end - parameters.octets_left();
    for _ in ["engine id", "boots", "time", "user"] {
        fields.element()?;
    }
    let digest = fields.expect(tag::OCTET_STRING)?;
    let end = fields_end - fields.octets_left();
    Ok(end - digest.len()..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seeds_are_messages_that_are_believed() {
        let world = WORLD.as_ref().unwrap();
        let messages = version_3_messages();
        assert_eq!(messages.len(), 6);
        for (place, (name, octets)) in messages.iter().enumerate() {
            let opened = world.open(&world.users[place / 2], octets).unwrap();
            let is_believed = match name.as_str() {
                // Nobody signed it.
                "report-noauth" => matches!(opened, Err(Rejection::Report(_))),
                _ => opened.is_ok(),
            };
            assert!(is_believed, "{name}: {opened:?}");
            open(octets);
        }
    }
}
