//! JSON at rest: compressed, since results wait for up to an hour and are rarely asked for twice.
//!
//! Tables of a device repeat themselves, so what is kept takes a tenth of what is sent. It is compressed in parts of
//! [`PART_BYTES`], each by itself, so that whoever sends it unpacks one part at a time and needs no more memory than
//! that, however large the whole and however slow the reader is.

use serde::Serialize;

/// JSON, compressed where that makes it smaller.
#[derive(Debug)]
pub struct Packed {
    parts: Box<[Part]>,
    length: usize,
}

/// A part of it, which is no JSON by itself.
#[derive(Debug)]
pub struct Part {
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

/// Octets of a part before it is compressed. Larger parts compress little better: rows of a table are some hundred
/// octets.
pub const PART_BYTES: usize = 64 << 10;

/// The fastest. The next ones take longer than it takes to send what they save.
const LEVEL: i32 = 1;

impl Packed {
    /// Compresses `json`.
    pub(crate) fn new(json: &str) -> Self {
        let parts = json.as_bytes().chunks(PART_BYTES).map(Part::new).collect();
        Self { parts, length: json.len() }
    }

    /// Compresses what is numbers and texts: there is nothing that JSON could not say.
    pub(crate) fn of(value: &impl Serialize) -> Self {
        Self::new(serde_json::to_string(value).as_deref().unwrap_or("null"))
    }

    /// How long it is when it is unpacked.
    #[must_use]
    pub fn length(&self) -> usize {
        self.length
    }

    /// Its parts in order.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The JSON as it was; nothing only if this machine had no memory for it.
    #[must_use]
    pub fn unpack(&self) -> Option<String> {
        let mut plain = Vec::with_capacity(self.length);
        for part in &self.parts {
            plain.extend(part.unpack()?);
        }
        String::from_utf8(plain).ok()
    }

    /// The memory it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.parts.iter().map(|part| size_of::<Part>() + part.octets.len()).sum()
    }
}

impl Part {
    fn new(plain: &[u8]) -> Self {
        match zstd::bulk::compress(plain, LEVEL) {
            Ok(smaller) if smaller.len() < plain.len() => {
                Self { octets: smaller.into_boxed_slice(), form: Form::Zstd { length: plain.len() } }
            }
            _ => Self { octets: plain.into(), form: Form::Plain },
        }
    }

    /// How long it is when it is unpacked.
    #[must_use]
    pub fn length(&self) -> usize {
        match self.form {
            Form::Plain => self.octets.len(),
            Form::Zstd { length } => length,
        }
    }

    /// The octets as they were; nothing only if this machine had no memory for them.
    #[must_use]
    pub fn unpack(&self) -> Option<Vec<u8>> {
        match self.form {
            Form::Plain => Some(self.octets.to_vec()),
            Form::Zstd { length } => zstd::bulk::decompress(&self.octets, length).ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, parts: usize, shrinks: bool) {
        let packed = Packed::new(json);
        assert_eq!((packed.parts().len(), packed.bytes() < json.len()), (parts, shrinks));
        assert_eq!((packed.unpack().as_deref(), packed.length()), (Some(json), json.len()));
        assert!(packed.parts().iter().all(|part| part.unpack().is_some_and(|plain| plain.len() <= PART_BYTES)));
    }

    #[test]
    fn json_comes_out_as_it_went_in_a_part_at_a_time() {
        check("null", 1, false);
        check(&format!("[{}1]", r#"{"index": 1, "oper_status_name": "up"}, "#.repeat(100)), 1, true);
        check(&format!("[{}1]", r#"{"alias": "Zürich"}, "#.repeat(10_000)), 4, true);
    }
}
