//! Reads a request's body as JSON, with bounds on its size, also once it is unpacked, and on the time it takes to arrive.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::{
    Shared,
    coding::{Coding, UnpackError},
    encoding,
    error::ApiError,
    fields::NOT_AN_OBJECT,
    problem::{Problems, Step},
};

/// A body that is JSON.
#[derive(Debug)]
pub(super) struct JsonBody(pub(super) Value);

impl FromRequest<Shared> for JsonBody {
    type Rejection = Response;

    async fn from_request(request: Request, api: &Shared) -> Result<Self, Response> {
        let limits = &api.settings.limits.http;
        let json = is_json(request.headers());
        let coding = Coding::of(request.headers()).map_err(IntoResponse::into_response)?;
        let body = match tokio::time::timeout(limits.body_time, Bytes::from_request(request, api)).await {
            Ok(Ok(body)) => body,
            Ok(Err(rejection)) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                return Err(too_large(limits.body_bytes));
            }
            Ok(Err(_)) => {
                return Err(ApiError::new(StatusCode::BAD_REQUEST, "The body could not be read").into_response());
            }
            Err(_) => {
                let detail = "The body took too long to arrive (limit `http.body_time`)";
                return Err(ApiError::new(StatusCode::REQUEST_TIMEOUT, detail).into_response());
            }
        };
        let body = coding.unpack(body, limits.body_bytes).map_err(|error| match error {
            UnpackError::TooLarge => too_large(limits.body_bytes),
            UnpackError::Invalid => {
                ApiError::new(StatusCode::BAD_REQUEST, "The body is not valid gzip, as Content-Encoding says it is")
                    .into_response()
            }
        })?;
        read(&body, json).map(Self).map_err(Problems::into_response)
    }
}

fn too_large(max: usize) -> Response {
    let detail = format!("The body has more than {} (limit `http.body_bytes`)", snmp::size(max));
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, detail).into_response()
}

fn read(body: &[u8], json: bool) -> Result<Value, Problems> {
    let at = [Step::name("body")];
    if body.is_empty() {
        Err(Problems::one("missing", &at, "Field required"))
    } else if json {
        let invalid =
            |place| Problems::one("json_invalid", &[Step::name("body"), Step::Index(place)], "JSON decode error");
        let text = encoding::text(body).map_err(invalid)?;
        serde_json::from_str(&text).map_err(|error| invalid(place(&text, &error)))
    } else {
        let msg = format!("{NOT_AN_OBJECT}; the content type should be application/json");
        Err(Problems::one("model_attributes_type", &at, msg))
    }
}

/// Like the reference: JSON if the header says so, or if there is none.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(content_type) = headers.get(CONTENT_TYPE) else { return true };
    let Ok(content_type) = content_type.to_str() else { return false };
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence.strip_prefix("application/").is_some_and(|kind| kind == "json" || kind.ends_with("+json"))
}

/// Where in the text an error is: characters before it, as the reference counts them.
fn place(text: &str, error: &serde_json::Error) -> usize {
    let before = text.split_inclusive('\n').take(error.line().saturating_sub(1));
    let octets = before.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
    text.char_indices().take_while(|(place, _)| *place < octets).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: &str) {
        assert_eq!(shown(read(body.as_bytes(), true)), expected);
    }

    fn shown(read: Result<Value, Problems>) -> String {
        match read {
            Ok(value) => value.to_string(),
            Err(problems) => serde_json::to_string(&problems).unwrap(),
        }
    }

    #[test]
    fn a_body_that_does_not_say_it_is_json_is_told_how_to() {
        // What `curl -d` sends without a header of one's own is application/x-www-form-urlencoded.
        let msg = "Input should be a valid dictionary or object to extract fields from; \
                   the content type should be application/json";
        let expected = format!(r#"{{"detail":[{{"type":"model_attributes_type","loc":["body"],"msg":"{msg}"}}]}}"#);
        assert_eq!(shown(read(b"{}", false)), expected);
    }

    #[test]
    fn a_body_that_is_not_json_is_reported_with_its_place() {
        check("{bad", r#"{"detail":[{"type":"json_invalid","loc":["body",1],"msg":"JSON decode error"}]}"#);
        check("{\n\"a\": x}", r#"{"detail":[{"type":"json_invalid","loc":["body",7],"msg":"JSON decode error"}]}"#);
        check("", r#"{"detail":[{"type":"missing","loc":["body"],"msg":"Field required"}]}"#);
        check("[1]", "[1]");
        let after_an_umlaut = r#"{"detail":[{"type":"json_invalid","loc":["body",8],"msg":"JSON decode error"}]}"#;
        check("{\"a\": \"ä\" x}", &after_an_umlaut.replace('8', "10"));
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_a_body() {
        check("\u{feff}{\"a\": 1}", r#"{"a":1}"#);
        let of_bad = r#"{"detail":[{"type":"json_invalid","loc":["body",1],"msg":"JSON decode error"}]}"#;
        check("\u{feff}{bad", of_bad);
        check("\u{feff}", &of_bad.replace('1', "0"));
        let utf_16: Vec<u8> = "\u{feff}{\"a\": \"ä\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(shown(read(&utf_16, true)), r#"{"a":"ä"}"#);
    }

    #[test]
    fn octets_that_are_no_text_are_reported_at_their_place() {
        let expected = r#"{"detail":[{"type":"json_invalid","loc":["body",5],"msg":"JSON decode error"}]}"#;
        assert_eq!(shown(read(b"{\"a\":\xff}", true)), expected);
    }

    #[test]
    fn a_body_is_json_by_its_header_or_without_one() {
        let json = |value: &'static str| is_json(&HeaderMap::from_iter([(CONTENT_TYPE, value.parse().unwrap())]));
        assert!(json("application/json") && json("Application/JSON; charset=utf-8") && json("application/x+json"));
        assert!(!json("text/plain") && !json("application/x-www-form-urlencoded"));
        assert!(is_json(&HeaderMap::new()));
    }
}
