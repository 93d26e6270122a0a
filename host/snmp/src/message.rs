//! Messages: what is around a PDU, and who it is from.
//!
//! This is the one place for each security model. [`Security::seal`] turns a request into octets; on the way back
//! [`Envelope::read`] finds the id that says which request a datagram may answer, and that request's
//! [`Security::open`] decides whether it does. Version 3 adds a variant to each, with its msgID as the id.
//! Pure: ids come in as arguments, nothing is looked up or sent.

use std::net::SocketAddr;

use crate::{
    Community, Credentials,
    ber::{DecodeError, Reader, Writer, tag},
    pdu::{Request, Response},
};

/// What a session needs to write its requests and to recognise their answers.
#[derive(Clone, Debug)]
pub enum Security {
    /// Versions 1 and 2c: a version and a community.
    Community {
        /// The version field.
        version: i32,
        /// The community.
        community: Community,
    },
}

/// A datagram, opened as far as needed to see whom it is for. Nothing in it can be trusted yet.
#[derive(Clone, Debug)]
pub struct Envelope<'a> {
    /// The version field.
    pub version: i32,
    /// What connects an answer with its request.
    pub id: i32,
    community: &'a [u8],
    pdu_tag: u8,
    pdu: &'a [u8],
}

/// Why a datagram was not taken as the answer it seems to be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// It could not be read.
    #[error("an answer could not be read: {0}")]
    Malformed(DecodeError),
    /// It is of another version.
    #[error("an answer came in another version of SNMP (version field {0})")]
    Version(i32),
    /// It has another community.
    #[error("an answer came with another community")]
    Community,
    /// It is no response.
    #[error("a message came that is no response (PDU 0x{0:02x})")]
    PduType(u8),
    /// It came from elsewhere.
    #[error("an answer came from {0} instead")]
    Source(SocketAddr),
}

impl Security {
    /// Prepares what `credentials` say.
    #[must_use]
    pub fn new(credentials: Credentials) -> Self {
        let (version, community) = match credentials {
            Credentials::V1 { community } => (VERSION_1, community),
            Credentials::V2c { community } => (VERSION_2C, community),
        };
        Self::Community { version, community }
    }

    /// Whether the version has GETBULK.
    #[must_use]
    pub fn has_bulk(&self) -> bool {
        match self {
            Self::Community { version, .. } => *version != VERSION_1,
        }
    }

    /// Writes a request under an id.
    #[must_use]
    pub fn seal(&self, id: i32, request: &Request) -> Vec<u8> {
        let arcs: usize = request.names.iter().map(|name| name.arcs().len() + 8).sum();
        let mut writer = Writer::with_capacity(arcs + 64);
        match self {
            Self::Community { version, community } => writer.constructed(tag::SEQUENCE, |writer| {
                request.write(id, writer);
                writer.octets(tag::OCTET_STRING, community.expose());
                writer.integer(tag::INTEGER, i64::from(*version));
            }),
        }
        writer.finish()
    }

    /// Reads the answer in an envelope, if it is one and from whom it should be.
    pub fn open(&self, envelope: &Envelope<'_>) -> Result<Response, Rejection> {
        match self {
            Self::Community { version, community } => {
                if envelope.version != *version {
                    return Err(Rejection::Version(envelope.version));
                }
                if !community.matches(envelope.community) {
                    return Err(Rejection::Community);
                }
                if envelope.pdu_tag != tag::RESPONSE {
                    return Err(Rejection::PduType(envelope.pdu_tag));
                }
                Response::read(envelope.pdu).map_err(Rejection::Malformed)
            }
        }
    }
}

impl<'a> Envelope<'a> {
    /// Reads a datagram up to the id. Octets behind the message are ignored: some agents pad.
    pub fn read(datagram: &'a [u8]) -> Result<Self, Rejection> {
        let mut message = Reader::new(Reader::new(datagram).expect(tag::SEQUENCE)?);
        let version = message.integer()?;
        if version != VERSION_1 && version != VERSION_2C {
            return Err(Rejection::Version(version));
        }
        let community = message.expect(tag::OCTET_STRING)?;
        let (pdu_tag, pdu) = message.element()?;
        if !(tag::GET_REQUEST..=tag::REPORT).contains(&pdu_tag) || pdu_tag == tag::TRAP_V1 {
            return Err(Rejection::PduType(pdu_tag));
        }
        let id = Reader::new(pdu).integer()?;
        Ok(Self { version, id, community, pdu_tag, pdu })
    }
}

impl From<DecodeError> for Rejection {
    fn from(error: DecodeError) -> Self {
        Self::Malformed(error)
    }
}

const VERSION_1: i32 = 0;
const VERSION_2C: i32 = 1;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Oid, pdu::RequestKind};

    fn security(community: &str) -> Security {
        Security::new(Credentials::V2c { community: community.into() })
    }

    fn hex(text: &str) -> Vec<u8> {
        text.split_whitespace().map(|octet| u8::from_str_radix(octet, 16).unwrap()).collect()
    }

    #[track_caller]
    fn check(datagram: &str, expected: &str) {
        let octets = hex(datagram);
        let read = match Envelope::read(&octets).and_then(|envelope| security("c").open(&envelope)) {
            Ok(Response { request_id, error_status, error_index, varbinds }) => {
                format!("{request_id} {error_status} {error_index} {varbinds:?}")
            }
            Err(rejection) => rejection.to_string(),
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn a_request_is_written_to_the_octet() {
        let request = Request { kind: RequestKind::GetBulk { max_repetitions: 10 }, names: vec![Oid::from([1, 3, 6])] };
        let expected = "30 1b 02 01 01 04 01 63 a5 13 02 01 07 02 01 00 02 01 0a 30 08 30 06 06 02 2b 06 05 00";
        let written = security("c").seal(7, &request);
        assert_eq!(written, hex(expected));
    }

    #[test]
    fn an_answer_is_read() {
        let answer = "30 1c 02 01 01 04 01 63 a2 14 02 01 07 02 01 00 02 01 00 30 09 30 07 06 02 2b 06 02 01 05";
        check(answer, "7 noError 0 [Varbind { name: 1.3.6, value: Integer(5) }]");
    }

    #[test]
    fn octets_behind_the_message_are_ignored() {
        check("30 13 02 01 01 04 01 63 a2 0b 02 01 07 02 01 00 02 01 00 30 00 00 00", "7 noError 0 []");
    }

    #[test]
    fn the_varbinds_of_an_error_are_not_looked_at() {
        check("30 14 02 01 01 04 01 63 a2 0c 02 01 07 02 01 63 02 02 03 e8 04 00", "7 error-status 99 1000 []");
    }

    #[test]
    fn another_version_community_or_pdu_is_no_answer() {
        let rest = "02 01 07 02 01 00 02 01 00 30 00";
        let version = "an answer came in another version of SNMP (version field 0)";
        check(&format!("30 13 02 01 00 04 01 63 a2 0b {rest}"), version);
        check(&format!("30 13 02 01 01 04 01 64 a2 0b {rest}"), "an answer came with another community");
        check(&format!("30 13 02 01 01 04 01 63 a0 0b {rest}"), "a message came that is no response (PDU 0xa0)");
    }

    #[test]
    fn half_an_answer_is_no_answer() {
        let cut = "30 1c 02 01 01 04 01 63 a2 14 02 01 07";
        check(cut, "an answer could not be read: a length is indefinite or reaches behind the end");
        let short_list = "30 14 02 01 01 04 01 63 a2 0c 02 01 07 02 01 00 02 01 00 30 01 30";
        check(short_list, "an answer could not be read: a length is indefinite or reaches behind the end");
    }

    proptest! {
        #[test]
        fn random_datagrams_are_read_without_a_panic(octets in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(envelope) = Envelope::read(&octets) {
                let _ = security("c").open(&envelope);
            }
        }

        #[test]
        fn damaged_datagrams_are_read_without_a_panic(place in 0..30usize, octet: u8, end in 0..31usize) {
            let mut datagram =
                hex("30 1c 02 01 01 04 01 63 a2 14 02 01 07 02 01 00 02 01 00 30 09 30 07 06 02 2b 06 02 01 05");
            datagram[place] = octet;
            datagram.truncate(end);
            if let Ok(envelope) = Envelope::read(&datagram) {
                let _ = security("c").open(&envelope);
            }
        }
    }
}
