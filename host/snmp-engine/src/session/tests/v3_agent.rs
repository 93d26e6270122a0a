//! An agent of version 3 that keeps the rules of RFC 3414, and as many bad manners as it is told.

use std::{
    cell::{Cell, RefCell},
    sync::Arc,
};

use snmp::usm::{AuthProtocol, EngineId, KeyCache, Keys, Password, PrivProtocol, Protection, User};

use super::*;

const NOT_IN_TIME_WINDOW: u32 = 2;
const UNKNOWN_USER: u32 = 3;
const UNKNOWN_ENGINE_ID: u32 = 4;
const WRONG_DIGEST: u32 = 5;

/// An agent with one user.
pub(super) struct V3Agent {
    pub(super) agent: Agent,
    pub(super) engine_id: RefCell<EngineId>,
    pub(super) boots: Cell<u32>,
    pub(super) booted: Cell<Instant>,
    password: &'static str,
    /// How long it takes to answer anything.
    pub(super) delay: Duration,
    /// What it does wrong.
    pub(super) manners: Cell<Manners>,
    pub(super) discoveries: Cell<u32>,
    answers: Cell<i32>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Manners {
    Good,
    /// Sends Reports that nobody signed before each answer, as somebody in between would.
    Forged,
    /// Finds every message outside the time window.
    NeverInTime,
    /// Does not know its own engine id.
    NeverItself,
    /// Changes an octet of each answer that is signed.
    Tampered,
    /// Says nothing to what it cannot decrypt, which is everything.
    CannotDecrypt,
    /// Says nothing.
    Silent,
}

/// A request of version 3 as the agent sees it.
struct V3Seen {
    id: i32,
    engine_id: Vec<u8>,
    boots: u32,
    time: u32,
    user: Vec<u8>,
    is_authentic: bool,
    /// The scoped PDU, decrypted; empty where that is impossible.
    scoped_pdu: Vec<u8>,
}

impl V3Agent {
    pub(super) async fn bind() -> Self {
        Self {
            agent: Agent::bind().await,
            engine_id: RefCell::new(engine_id(1)),
            boots: Cell::new(5),
            booted: Cell::new(Instant::now()),
            password: "authpass-1234",
            delay: Duration::ZERO,
            manners: Cell::new(Manners::Good),
            discoveries: Cell::new(0),
            answers: Cell::new(0),
        }
    }

    fn keys(&self) -> Arc<Keys> {
        let cache = KeyCache::new(10).unwrap();
        let found = cache.find(&user(self.password), &self.engine_id.borrow());
        found.unwrap_or_else(|work| cache.put(work.run()))
    }

    fn time(&self) -> u32 {
        self.booted.get().elapsed().as_secs() as u32
    }

    /// Serves until it is dropped.
    pub(super) async fn serve(&self) {
        let mut keys = (self.engine_id.borrow().clone(), self.keys());
        loop {
            let mut buffer = vec![0; 65_507];
            let (length, from) = self.agent.socket.recv_from(&mut buffer).await.unwrap();
            if keys.0 != *self.engine_id.borrow() {
                keys = (self.engine_id.borrow().clone(), self.keys());
            }
            let seen = V3Seen::read(&buffer[..length], &keys.1);
            for answer in self.answers(&seen, &keys.1) {
                tokio::time::sleep(self.delay).await;
                self.agent.socket.send_to(&answer, from).await.unwrap();
            }
        }
    }

    fn answers(&self, seen: &V3Seen, keys: &Keys) -> Vec<Vec<u8>> {
        let manners = self.manners.get();
        let is_ours = seen.engine_id == self.engine_id.borrow().octets();
        if manners == Manners::Silent {
            return Vec::new();
        }
        if !is_ours || manners == Manners::NeverItself {
            self.discoveries.set(self.discoveries.get() + u32::from(seen.engine_id.is_empty()));
            return vec![self.report(seen, UNKNOWN_ENGINE_ID, None)];
        }
        if seen.user != b"monitor" {
            return vec![self.report(seen, UNKNOWN_USER, None)];
        }
        if !seen.is_authentic {
            return vec![self.report(seen, WRONG_DIGEST, None)];
        }
        let is_timely = seen.boots == self.boots.get() && seen.time.abs_diff(self.time()) <= 150;
        if !is_timely || manners == Manners::NeverInTime {
            return vec![self.report(seen, NOT_IN_TIME_WINDOW, Some(keys))];
        }
        let mut answers = Vec::new();
        if manners == Manners::CannotDecrypt {
            return answers;
        }
        if manners == Manners::Forged {
            for counter in [UNKNOWN_USER, WRONG_DIGEST, NOT_IN_TIME_WINDOW, UNKNOWN_ENGINE_ID] {
                answers.push(self.report(seen, counter, None));
            }
        }
        let mut answer = self.response(seen, keys);
        if manners == Manners::Tampered {
            *answer.last_mut().unwrap() ^= 1;
        }
        answers.push(answer);
        answers
    }

    /// A Report, signed where there are keys for that.
    fn report(&self, seen: &V3Seen, counter: u32, keys: Option<&Keys>) -> Vec<u8> {
        let name = Oid::from([1, 3, 6, 1, 6, 3, 15, 1, 1, counter, 0]);
        let varbind = Varbind { name, value: Value::Counter32(1) };
        let text = self.scoped_pdu(tag::REPORT, 0, &[], &varbind);
        self.message(seen, keys, &text, None)
    }

    fn response(&self, seen: &V3Seen, keys: &Keys) -> Vec<u8> {
        self.answers.set(self.answers.get() + 1);
        let mut scoped = Reader::new(Reader::new(&seen.scoped_pdu).expect(tag::SEQUENCE).unwrap());
        scoped.expect(tag::OCTET_STRING).unwrap();
        let context = scoped.expect(tag::OCTET_STRING).unwrap();
        let (_, pdu) = scoped.element().unwrap();
        let mut pdu = Reader::new(pdu);
        let request_id = pdu.integer().unwrap();
        pdu.integer().unwrap();
        pdu.integer().unwrap();
        let name = Reader::new(pdu.expect(tag::SEQUENCE).unwrap()).varbind().unwrap().name;
        let varbind = Varbind { name, value: Value::Integer(self.answers.get()) };
        let mut text = self.scoped_pdu(tag::RESPONSE, request_id, context, &varbind);
        let cipher = keys.cipher().unwrap();
        text.resize(text.len().next_multiple_of(cipher.block_octets()), 0);
        let salt = cipher.encrypt(self.boots.get(), self.time(), &mut text);
        self.message(seen, Some(keys), &text, Some(&salt))
    }

    fn scoped_pdu(&self, pdu: u8, request_id: i32, context: &[u8], varbind: &Varbind) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.constructed(tag::SEQUENCE, |writer| {
            writer.constructed(pdu, |writer| {
                writer.constructed(tag::SEQUENCE, |writer| writer.varbind(varbind));
                writer.integer(tag::INTEGER, 0);
                writer.integer(tag::INTEGER, 0);
                writer.integer(tag::INTEGER, i64::from(request_id));
            });
            writer.octets(tag::OCTET_STRING, context);
            writer.octets(tag::OCTET_STRING, self.engine_id.borrow().octets());
        });
        writer.finish()
    }

    /// A message around a scoped PDU, or around what that was encrypted to.
    fn message(&self, seen: &V3Seen, keys: Option<&Keys>, text: &[u8], salt: Option<&[u8]>) -> Vec<u8> {
        let authenticator = keys.map(|keys| keys.authenticator().unwrap());
        let digest = vec![0; authenticator.map_or(0, |authenticator| authenticator.digest_octets())];
        let mut writer = Writer::default();
        let mut behind_digest = 0;
        writer.constructed(tag::SEQUENCE, |writer| {
            match salt {
                Some(_) => writer.octets(tag::OCTET_STRING, text),
                None => writer.octets(tag::SEQUENCE, Reader::new(text).expect(tag::SEQUENCE).unwrap()),
            }
            writer.constructed(tag::OCTET_STRING, |writer| {
                writer.constructed(tag::SEQUENCE, |writer| {
                    writer.octets(tag::OCTET_STRING, salt.unwrap_or_default());
                    behind_digest = writer.octets_written();
                    writer.octets(tag::OCTET_STRING, &digest);
                    writer.octets(tag::OCTET_STRING, &seen.user);
                    writer.integer(tag::INTEGER, i64::from(self.time()));
                    writer.integer(tag::INTEGER, i64::from(self.boots.get()));
                    writer.octets(tag::OCTET_STRING, self.engine_id.borrow().octets());
                });
            });
            writer.constructed(tag::SEQUENCE, |writer| {
                writer.integer(tag::INTEGER, 3);
                writer.octets(tag::OCTET_STRING, &[u8::from(keys.is_some()) | u8::from(salt.is_some()) << 1]);
                writer.integer(tag::INTEGER, 65_507);
                writer.integer(tag::INTEGER, i64::from(seen.id));
            });
            writer.integer(tag::INTEGER, 3);
        });
        let mut message = writer.finish();
        if let Some(authenticator) = authenticator {
            let end = message.len() - behind_digest;
            authenticator.sign(&mut message, end - digest.len()..end);
        }
        message
    }
}

impl V3Seen {
    fn read(datagram: &[u8], keys: &Keys) -> Self {
        let mut message = Reader::new(Reader::new(datagram).expect(tag::SEQUENCE).unwrap());
        assert_eq!(message.integer().unwrap(), 3);
        let mut global = Reader::new(message.expect(tag::SEQUENCE).unwrap());
        let id = global.integer().unwrap();
        global.integer().unwrap();
        let flags = global.expect(tag::OCTET_STRING).unwrap()[0];
        let mut fields =
            Reader::new(Reader::new(message.expect(tag::OCTET_STRING).unwrap()).expect(tag::SEQUENCE).unwrap());
        let engine_id = fields.expect(tag::OCTET_STRING).unwrap().to_vec();
        let (boots, time) = (fields.natural().unwrap(), fields.natural().unwrap());
        let user = fields.expect(tag::OCTET_STRING).unwrap().to_vec();
        let digest = fields.expect(tag::OCTET_STRING).unwrap();
        let start = digest.as_ptr() as usize - datagram.as_ptr() as usize;
        let is_signed = flags & 1 != 0;
        let is_authentic = is_signed && keys.authenticator().unwrap().verify(datagram, start..start + digest.len());
        let salt = fields.expect(tag::OCTET_STRING).unwrap();
        let (_, data) = message.element().unwrap();
        let mut scoped_pdu = data.to_vec();
        if flags & 2 != 0 && is_authentic {
            keys.cipher().unwrap().decrypt(boots, time, salt, &mut scoped_pdu).unwrap();
        }
        Self { id, engine_id, boots, time, user, is_authentic, scoped_pdu }
    }
}

pub(super) fn engine_id(last: u8) -> EngineId {
    EngineId::new(&[0x80, 0, 0, 0, last]).unwrap()
}

pub(super) fn user(password: &str) -> User {
    let password = Password::new(&password.to_owned().into()).unwrap();
    let protection = Protection::AuthPriv {
        auth: AuthProtocol::Md5,
        auth_password: password.clone(),
        privacy: PrivProtocol::Aes128,
        priv_password: password,
    };
    User::new("monitor", protection).unwrap()
}
