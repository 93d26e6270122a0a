//! Messages of the crate `snmp` that go to and come from another implementation, with keys that it has derived itself.
//!
//! They stand here because that implementation brings tokio with it, which no part of `snmp` may see.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    ops::Range,
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};

use async_snmp::{
    AuthProtocol as OtherAuth, Oid as OtherOid, PrivProtocol as OtherPriv, Value as OtherValue, VarBind, Version,
    ber::Decoder,
    compatibility::DecodeConfig,
    message::{
        MsgFlags, MsgGlobalData, ScopedPdu as OtherScopedPdu, SecurityLevel as OtherLevel, V3Message as OtherMessage,
        V3MessageData,
    },
    message_size::MessageSize,
    pdu::{PduType, ResponsePdu},
    v3::{
        DesSaltState, LocalizedKey, PrivKey, SaltCounter, UsmSecurityParams,
        auth::{authenticate_message, verify_message},
    },
};

use snmp::{
    Oid,
    message::{Association, Envelope, Opened, Security},
    pdu::{Request, RequestKind},
    usm::{AuthProtocol, Clock, Context, EngineId, KeyCache, Password, PrivProtocol, Protection, User},
};

const ID: i32 = 4_711;

static CACHE: LazyLock<KeyCache> = LazyLock::new(|| KeyCache::new(1_000).unwrap());

fn password() -> Password {
    Password::new(&"authpass-1234".into()).unwrap()
}

fn user(auth: AuthProtocol, privacy: Option<PrivProtocol>) -> User {
    let auth_password = password();
    let protection = match privacy {
        None => Protection::Auth { auth, auth_password },
        Some(privacy) => Protection::AuthPriv { auth, auth_password, privacy, priv_password: password() },
    };
    User::new("monitor", protection).unwrap()
}

fn engine() -> EngineId {
    "80001f8880e9630000d61ff449".parse().unwrap()
}

/// The user at the engine, whose clock is at boot 3 and second 1,000.
fn association(user: &User, now: Instant) -> Security {
    let keys = CACHE.find(user, &engine()).unwrap_or_else(|work| CACHE.put(work.run()));
    let clock = Arc::new(Clock::new());
    clock.guess(3, 1_000, now);
    Security::User(Association::new(user, &Context::default(), engine(), keys, clock))
}

/// The other implementation as the agent.
struct Other {
    auth: LocalizedKey,
    privacy: Option<PrivKey>,
}

impl Other {
    /// Nothing where it has no such protocol.
    fn new(auth: AuthProtocol, privacy: Option<PrivProtocol>) -> Option<Self> {
        let auth = other_auth(auth);
        let (password, engine_id) = (b"authpass-1234", engine());
        let privacy = match privacy {
            None => None,
            Some(privacy) => {
                let privacy = other_privacy(privacy)?;
                Some(PrivKey::from_password(auth, privacy, password, engine_id.octets()).unwrap())
            }
        };
        let auth = LocalizedKey::from_password(auth, password, engine_id.octets()).unwrap();
        Some(Self { auth, privacy })
    }

    fn level(&self) -> OtherLevel {
        if self.privacy.is_some() { OtherLevel::AuthPriv } else { OtherLevel::AuthNoPriv }
    }

    /// Reads a request as strictly as it can; returns its PDU's type and number of varbinds.
    fn read(&self, datagram: &[u8], digest: Range<usize>) -> (PduType, usize) {
        assert!(verify_message(&self.auth, datagram, digest.start, digest.len()).unwrap());
        let message = OtherMessage::decode(datagram.to_vec().into(), DecodeConfig::STRICT).unwrap().value;
        assert_eq!((message.msg_id(), message.security_level()), (ID, self.level()));
        let parameters = UsmSecurityParams::decode(message.security_params().clone(), DecodeConfig::STRICT);
        let parameters = parameters.unwrap().value;
        assert_eq!(
            (parameters.engine_id(), parameters.username()),
            (&engine().octets().to_vec().into(), &"monitor".into())
        );
        let scoped_pdu = match message.data() {
            V3MessageData::Plaintext(scoped_pdu) => scoped_pdu.clone(),
            V3MessageData::Encrypted(text) => {
                let (boots, time) = (parameters.engine_boots(), parameters.engine_time());
                let text = self.privacy.as_ref().unwrap().decrypt(text, boots, time, parameters.priv_params());
                OtherScopedPdu::decode(&mut Decoder::new(text.unwrap())).unwrap()
            }
        };
        assert_eq!(scoped_pdu.context_engine_id, engine().octets().to_vec());
        (scoped_pdu.pdu.pdu_type(), scoped_pdu.pdu.varbinds().len())
    }

    /// Writes an answer.
    fn write(&self) -> Vec<u8> {
        let varbinds = vec![VarBind::new(OtherOid::from_slice(&[1, 3, 6, 1]), OtherValue::Integer(5))];
        let pdu = ResponsePdu::success(Version::V3, ID, varbinds).unwrap();
        let scoped_pdu = OtherScopedPdu::new(engine().octets().to_vec(), "", pdu);
        let size = MessageSize::new(65_507).unwrap();
        let global = MsgGlobalData::new(ID, size, MsgFlags::new(self.level(), false)).unwrap();
        let parameters = UsmSecurityParams::new(engine().octets().to_vec(), 3, 1_000, "monitor").unwrap();
        let parameters = parameters.with_auth_placeholder(self.auth.mac_len()).unwrap();
        let message = match &self.privacy {
            None => OtherMessage::new(global, parameters.encode().unwrap(), scoped_pdu),
            Some(key) => {
                let text = scoped_pdu.encode_to_bytes().unwrap();
                let aes = || key.encrypt_aes(&text, 3, 1_000, &SaltCounter::new().unwrap());
                let des = || {
                    let salts = DesSaltState::install(|_| Ok::<_, std::io::Error>(())).unwrap();
                    key.encrypt_des_family(&text, &salts)
                };
                let (encrypted, salt) = aes().or_else(|_| des()).unwrap();
                let parameters = parameters.with_priv_params(salt).unwrap().encode().unwrap();
                OtherMessage::new_with_opaque_encrypted_scoped_pdu(global, parameters, encrypted)
            }
        };
        let mut datagram = message.unwrap().encode().unwrap().to_vec();
        let digest = digest_place(&datagram);
        authenticate_message(&self.auth, &mut datagram, digest.start, digest.len()).unwrap();
        datagram
    }
}

fn digest_place(datagram: &[u8]) -> Range<usize> {
    let (start, length) = UsmSecurityParams::find_auth_params_offset(datagram).unwrap();
    start..start + length
}

/// The same protocol.
fn other_auth(protocol: AuthProtocol) -> OtherAuth {
    match protocol {
        AuthProtocol::Md5 => OtherAuth::Md5,
        AuthProtocol::Sha1 => OtherAuth::Sha1,
        AuthProtocol::Sha224 => OtherAuth::Sha224,
        AuthProtocol::Sha256 => OtherAuth::Sha256,
        AuthProtocol::Sha384 => OtherAuth::Sha384,
        AuthProtocol::Sha512 => OtherAuth::Sha512,
    }
}

/// The same protocol, if it is known there.
fn other_privacy(protocol: PrivProtocol) -> Option<OtherPriv> {
    Some(match protocol {
        PrivProtocol::Des => OtherPriv::Des,
        PrivProtocol::TripleDesReeder => OtherPriv::Des3,
        PrivProtocol::TripleDesBlumenthal => return None,
        PrivProtocol::Aes128 => OtherPriv::Aes128,
        PrivProtocol::Aes192Reeder => OtherPriv::Aes192Reeder,
        PrivProtocol::Aes192Blumenthal => OtherPriv::Aes192Blumenthal,
        PrivProtocol::Aes256Reeder => OtherPriv::Aes256Reeder,
        PrivProtocol::Aes256Blumenthal => OtherPriv::Aes256Blumenthal,
    })
}

#[test]
fn another_implementation_understands_requests_and_is_understood() {
    let mut pairs = 0;
    for auth in AuthProtocol::ALL {
        for privacy in PrivProtocol::ALL.map(Some).into_iter().chain([None]) {
            let Some(other) = Other::new(auth, privacy) else { continue };
            let now = Instant::now();
            let security = association(&user(auth, privacy), now);
            let request = Request { kind: RequestKind::Get, names: vec![Oid::from([1, 3, 6, 1])] };
            let request = security.seal(ID, &request, now);
            assert_eq!(other.read(&request, digest_place(&request)), (PduType::GetRequest, 1), "{auth} {privacy:?}");
            let answer = other.write();
            match security.open(&Envelope::read(&answer).unwrap(), now + Duration::from_secs(1)).unwrap() {
                Opened::Response(response) => assert_eq!(response.varbinds.len(), 1, "{auth} {privacy:?}"),
                opened => panic!("{auth} {privacy:?}: {opened:?}"),
            }
            pairs += 1;
        }
    }
    assert_eq!(pairs, 48);
}

#[test]
fn another_implementation_understands_a_discovery() {
    let datagram = Security::Discovery.seal(ID, &Request::discovery(), Instant::now());
    let message = OtherMessage::decode(datagram.into(), DecodeConfig::STRICT).unwrap().value;
    let pdu = message.pdu().unwrap();
    assert_eq!((message.msg_id(), pdu.pdu_type(), pdu.varbinds().len()), (ID, PduType::GetRequest, 0));
}
