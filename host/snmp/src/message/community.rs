//! Messages of versions 1 and 2c (RFC 1157, RFC 1901): a community is all that is around a PDU.

use super::{opened::Opened, rejection::Rejection};
use crate::{
    Community,
    ber::{Reader, Writer, tag},
    pdu::{Request, Response},
};

/// What is in a message of version 1 or 2c.
#[derive(Clone, Debug)]
pub(super) struct CommunityMessage<'a> {
    community: &'a [u8],
    pdu_tag: u8,
    pdu: &'a [u8],
}

/// Writes a request.
pub(super) fn seal(version: i32, community: &Community, id: i32, request: &Request) -> Vec<u8> {
    let mut writer = Writer::with_capacity(request.probable_octets() + community.expose().len() + 24);
    writer.constructed(tag::SEQUENCE, |writer| {
        request.write(id, writer);
        writer.octets(tag::OCTET_STRING, community.expose());
        writer.integer(tag::INTEGER, i64::from(version));
    });
    writer.finish()
}

/// Reads an answer.
pub(super) fn open(community: &Community, message: &CommunityMessage<'_>) -> Result<Opened, Rejection> {
    if !community.matches(message.community) {
        return Err(Rejection::Community);
    }
    if message.pdu_tag != tag::RESPONSE {
        return Err(Rejection::PduType(message.pdu_tag));
    }
    Ok(Opened::Response(Response::read(message.pdu)?))
}

impl<'a> CommunityMessage<'a> {
    /// Reads what is behind the version, up to the id.
    pub(super) fn read(mut message: Reader<'a>) -> Result<(i32, Self), Rejection> {
        let community = message.expect(tag::OCTET_STRING)?;
        let (pdu_tag, pdu) = message.element()?;
        if !(tag::GET_REQUEST..=tag::REPORT).contains(&pdu_tag) || pdu_tag == tag::TRAP_V1 {
            return Err(Rejection::PduType(pdu_tag));
        }
        let id = Reader::new(pdu).integer()?;
        Ok((id, Self { community, pdu_tag, pdu }))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use proptest::prelude::*;

    use super::*;
    use crate::{
        Credentials, Oid,
        message::{Envelope, Security},
        pdu::RequestKind,
    };

    fn security(community: &str) -> Security {
        Security::new(&Credentials::V2c { community: community.into() })
    }

    fn hex(text: &str) -> Vec<u8> {
        text.split_whitespace().map(|octet| u8::from_str_radix(octet, 16).unwrap()).collect()
    }

    #[track_caller]
    fn check(datagram: &str, expected: &str) {
        let octets = hex(datagram);
        let read = match Envelope::read(&octets).and_then(|envelope| security("c").open(&envelope, Instant::now())) {
            Ok(Opened::Response(Response { request_id, error_status, error_index, varbinds })) => {
                format!("{request_id} {error_status} {error_index} {varbinds:?}")
            }
            Ok(other) => format!("{other:?}"),
            Err(rejection) => rejection.to_string(),
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn a_request_is_written_to_the_octet() {
        let request = Request { kind: RequestKind::GetBulk { max_repetitions: 10 }, names: vec![Oid::from([1, 3, 6])] };
        let expected = "30 1b 02 01 01 04 01 63 a5 13 02 01 07 02 01 00 02 01 0a 30 08 30 06 06 02 2b 06 05 00";
        let written = security("c").seal(7, &request, Instant::now());
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
        check(&format!("30 13 02 01 01 04 01 63 a0 0b {rest}"), "a message came that is not a response (PDU 0xa0)");
    }

    #[test]
    fn half_an_answer_is_no_answer() {
        let cut = "30 1c 02 01 01 04 01 63 a2 14 02 01 07";
        check(cut, "an answer could not be read: invalid length: indefinite, or beyond the end of the message");
        let short_list = "30 14 02 01 01 04 01 63 a2 0c 02 01 07 02 01 00 02 01 00 30 01 30";
        check(short_list, "an answer could not be read: invalid length: indefinite, or beyond the end of the message");
    }

    proptest! {
        #[test]
        fn random_datagrams_are_read_without_a_panic(octets in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(envelope) = Envelope::read(&octets) {
                let _ = security("c").open(&envelope, Instant::now());
            }
        }

        #[test]
        fn damaged_datagrams_are_read_without_a_panic(place in 0..30usize, octet: u8, end in 0..31usize) {
            let mut datagram =
                hex("30 1c 02 01 01 04 01 63 a2 14 02 01 07 02 01 00 02 01 00 30 09 30 07 06 02 2b 06 02 01 05");
            datagram[place] = octet;
            datagram.truncate(end);
            if let Ok(envelope) = Envelope::read(&datagram) {
                let _ = security("c").open(&envelope, Instant::now());
            }
        }
    }
}
