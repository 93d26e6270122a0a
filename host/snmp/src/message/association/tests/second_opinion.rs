//! Messages that go to and come from another implementation, with keys that it has derived itself.

use async_snmp::{
    Oid as OtherOid, Value as OtherValue, VarBind, Version,
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

use std::ops::Range;

use super::*;
use crate::usm::second_opinion;

/// The other implementation as the agent.
struct Other {
    auth: LocalizedKey,
    privacy: Option<PrivKey>,
}

impl Other {
    /// Nothing where it has no such protocol.
    fn new(auth: AuthProtocol, privacy: Option<PrivProtocol>) -> Option<Self> {
        let auth = second_opinion::auth(auth);
        let (password, engine_id) = (b"authpass-1234", engine());
        let privacy = match privacy {
            None => None,
            Some(privacy) => {
                let privacy = second_opinion::privacy(privacy)?;
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
    let crate::message::Message::V3(message) = Envelope::read(datagram).unwrap().message else { unreachable!() };
    message.digest
}

#[test]
fn another_implementation_understands_requests_and_is_understood() {
    let mut pairs = 0;
    for auth in AuthProtocol::ALL {
        for privacy in PrivProtocol::ALL.map(Some).into_iter().chain([None]) {
            let Some(other) = Other::new(auth, privacy) else { continue };
            let security = association(&user(Some(auth), privacy));
            let Security::User(association) = &security else { unreachable!() };
            association.clock().guess(3, 1_000, at(0));
            let request = security.seal(ID, &request(), at(0));
            assert_eq!(other.read(&request, digest_place(&request)), (PduType::GetRequest, 1), "{auth} {privacy:?}");
            assert_eq!(words(open(&security, &other.write(), 0)), "1 varbinds", "{auth} {privacy:?}");
            pairs += 1;
        }
    }
    assert_eq!(pairs, 48);
}

#[test]
fn another_implementation_understands_a_discovery() {
    let datagram = Security::Discovery.seal(ID, &Request::discovery(), at(0));
    let message = OtherMessage::decode(datagram.into(), DecodeConfig::STRICT).unwrap().value;
    let pdu = message.pdu().unwrap();
    assert_eq!((message.msg_id(), pdu.pdu_type(), pdu.varbinds().len()), (ID, PduType::GetRequest, 0));
}
