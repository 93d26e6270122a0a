//! The content coding of a request's body (RFC 9110 section 8.4): none, or gzip.
//!
//! What comes out of a packed body has the same bound as a body that is not packed. Other codings are refused before the
//! body is read; a 415 names the one that is understood.

use std::io::Read as _;

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use flate2::bufread::MultiGzDecoder;

use super::error::ApiError;

/// How a body is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Identity,
    Gzip,
}

/// The body is packed in a way that is not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct UnknownCoding;

/// Why a body cannot be unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnpackError {
    TooLarge,
    Invalid,
}

impl Coding {
    /// The coding that the headers name. gzip twice is none that anybody means.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, UnknownCoding> {
        let mut found = Self::Identity;
        for value in headers.get_all(header::CONTENT_ENCODING) {
            for name in value.to_str().map_err(|_| UnknownCoding)?.split(',').map(str::trim) {
                // RFC 9110 section 8.4.1.3: x-gzip is gzip.
                let is = |known: &str| name.eq_ignore_ascii_case(known);
                match found {
                    _ if name.is_empty() || is("identity") => {}
                    Self::Identity if is("gzip") || is("x-gzip") => found = Self::Gzip,
                    _ => return Err(UnknownCoding),
                }
            }
        }
        Ok(found)
    }

    /// The body as it was before it was packed, if that has no more than `max` octets.
    pub(super) fn unpack(self, body: Bytes, max: usize) -> Result<Bytes, UnpackError> {
        if self == Self::Identity || body.is_empty() {
            return Ok(body);
        }
        let mut unpacked = Vec::new();
        let bound = u64::try_from(max).unwrap_or(u64::MAX).saturating_add(1);
        MultiGzDecoder::new(&*body).take(bound).read_to_end(&mut unpacked).map_err(|_| UnpackError::Invalid)?;
        if unpacked.len() > max { Err(UnpackError::TooLarge) } else { Ok(unpacked.into()) }
    }
}

impl IntoResponse for UnknownCoding {
    fn into_response(self) -> Response {
        let detail = "Unsupported Content-Encoding: send the body as it is, or with gzip";
        let understood = (header::ACCEPT_ENCODING, HeaderValue::from_static("gzip, identity"));
        ([understood], ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn of(values: &[&str]) -> Result<Coding, UnknownCoding> {
        let line = |value: &&str| (header::CONTENT_ENCODING, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        Coding::of(&values.iter().map(line).collect())
    }

    fn packed(body: &[u8]) -> Vec<u8> {
        let mut packing = GzEncoder::new(Vec::new(), Compression::best());
        packing.write_all(body).unwrap();
        packing.finish().unwrap()
    }

    fn unpacked(body: Vec<u8>, max: usize) -> Result<Vec<u8>, UnpackError> {
        Coding::Gzip.unpack(body.into(), max).map(Vec::from)
    }

    #[test]
    fn gzip_is_understood_however_it_is_written_and_nothing_else() {
        for identity in [&[][..], &[""], &["identity"], &["Identity, identity"]] {
            assert_eq!(of(identity), Ok(Coding::Identity), "{identity:?}");
        }
        for gzip in [&["gzip"][..], &["GZip"], &["x-gzip"], &["identity, gzip"], &["identity", " gzip ,"]] {
            assert_eq!(of(gzip), Ok(Coding::Gzip), "{gzip:?}");
        }
        for unknown in [&["br"][..], &["deflate"], &["gzip, gzip"], &["gzip", "gzip"], &["zstd, gzip"], &["caf\u{e9}"]]
        {
            assert_eq!(of(unknown), Err(UnknownCoding), "{unknown:?}");
        }
    }

    #[test]
    fn a_packed_body_has_the_bound_of_one_that_is_not() {
        assert_eq!(unpacked(packed(&[7; 100]), 100), Ok(vec![7; 100]));
        assert_eq!(unpacked(packed(&[7; 101]), 100), Err(UnpackError::TooLarge));
        // A thousand times its size, and again in further members (RFC 1952 section 2.2).
        assert_eq!(unpacked(packed(&[0; 1 << 20]).repeat(100), 1 << 10), Err(UnpackError::TooLarge));
        assert_eq!(unpacked([packed(b"{"), packed(b"}")].concat(), 100), Ok(b"{}".to_vec()));
    }

    #[test]
    fn what_is_not_gzip_is_invalid() {
        let whole = packed(b"{}");
        for length in 1..whole.len() {
            assert_eq!(unpacked(whole[..length].to_vec(), 100), Err(UnpackError::Invalid), "{length}");
        }
        assert_eq!(unpacked(b"{}".to_vec(), 100), Err(UnpackError::Invalid));
        assert_eq!(unpacked(Vec::new(), 100), Ok(Vec::new()), "there is nothing to unpack");
    }
}
