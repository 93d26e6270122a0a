//! JSON at rest: compressed, since results wait for up to an hour and are rarely asked for twice.
//!
//! Tables of a device repeat themselves, so what is kept takes a tenth of what is sent.

use serde_json::value::RawValue;

/// JSON, compressed where that makes it smaller.
#[derive(Debug)]
pub(crate) struct Packed {
    octets: Box<[u8]>,
    form: Form,
}

#[derive(Debug)]
enum Form {
    Plain,
    /// Compressed; so long before that.
    Zstd {
        length: usize,
    },
}

/// The fastest. The next ones take longer than it takes to send what they save.
const LEVEL: i32 = 1;

impl Packed {
    /// Compresses `json`.
    pub(crate) fn new(json: &RawValue) -> Self {
        let plain = json.get().as_bytes();
        match zstd::bulk::compress(plain, LEVEL) {
            Ok(smaller) if smaller.len() < plain.len() => {
                Self { octets: smaller.into_boxed_slice(), form: Form::Zstd { length: plain.len() } }
            }
            _ => Self { octets: plain.into(), form: Form::Plain },
        }
    }

    /// The JSON as it was; nothing only if this machine had no memory for it.
    pub(crate) fn unpack(&self) -> Option<Box<RawValue>> {
        let plain = match self.form {
            Form::Plain => self.octets.to_vec(),
            Form::Zstd { length } => zstd::bulk::decompress(&self.octets, length).ok()?,
        };
        RawValue::from_string(String::from_utf8(plain).ok()?).ok()
    }

    /// The memory it takes.
    pub(crate) fn len(&self) -> usize {
        self.octets.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, shrinks: bool) {
        let json = RawValue::from_string(json.to_owned()).unwrap();
        let packed = Packed::new(&json);
        assert_eq!(packed.len() < json.get().len(), shrinks);
        assert_eq!(packed.unpack().unwrap().get(), json.get());
    }

    #[test]
    fn json_comes_out_as_it_went_in() {
        check("null", false);
        check(&format!("[{}1]", r#"{"index": 1, "oper_status_name": "up"}, "#.repeat(100)), true);
    }
}
