//! A JSON object in pieces: some written already, some compressed until they are sent.
//!
//! It is sent a part at a time, each of which holds octets of the budget until the connection has taken it. Its length
//! is known from the beginning, so on the wire it looks as if it had been written at once.

use std::{io, sync::Arc};

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use budget::{AnswerBudget, Permit};
use futures_util::stream;
use job::Client;
use serde::Serialize;
use tickets::{KeptReport, Packed};

/// Octets of an answer that are not counted: every connection has about as much for its header.
pub(crate) const SMALL_BYTES: usize = 16 << 10;

/// Some JSON of a report.
pub(crate) type PackedField = fn(&KeptReport) -> &Packed;

/// An object, or the beginning of one.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    /// What comes before the text.
    pieces: Vec<Piece>,
    text: Vec<u8>,
}

#[derive(Debug)]
enum Piece {
    Text(Vec<u8>),
    Packed(Arc<KeptReport>, PackedField),
}

impl Pieces {
    /// Adds a member.
    pub(crate) fn member(&mut self, name: &str, value: &impl Serialize) -> serde_json::Result<()> {
        self.name(name)?;
        serde_json::to_writer(&mut self.text, value)
    }

    /// Adds a member whose value is in a report.
    pub(crate) fn packed(
        &mut self,
        name: &str,
        report: &Arc<KeptReport>,
        field: PackedField,
    ) -> serde_json::Result<()> {
        self.name(name)?;
        self.pieces.push(Piece::Text(std::mem::take(&mut self.text)));
        self.pieces.push(Piece::Packed(Arc::clone(report), field));
        Ok(())
    }

    fn name(&mut self, name: &str) -> serde_json::Result<()> {
        self.text.push(if self.pieces.is_empty() && self.text.is_empty() { b'{' } else { b',' });
        serde_json::to_writer(&mut self.text, name)?;
        self.text.push(b':');
        Ok(())
    }

    /// The whole object as an answer.
    pub(crate) fn into_response(mut self, budget: &AnswerBudget, client: Client) -> Response {
        self.text.extend(if self.pieces.is_empty() && self.text.is_empty() { &b"{}"[..] } else { b"}" });
        self.pieces.push(Piece::Text(self.text));
        let pieces = self.pieces;
        let length: usize = pieces.iter().map(Piece::length).sum();
        let parts = Parts { pieces, piece: 0, part: 0 };
        let body = if length <= SMALL_BYTES {
            match parts.collect::<io::Result<Vec<_>>>() {
                Ok(parts) => Body::from(parts.concat()),
                Err(error) => Body::from_stream(stream::iter([Err::<Bytes, _>(error)])),
            }
        } else {
            let budget = budget.clone();
            Body::from_stream(stream::unfold((parts, budget), move |(mut parts, budget)| async move {
                let memory = budget.take(client, parts.next_length()?).await;
                let part = parts.next()?.map(|part| held(part, memory));
                Some((part, (parts, budget)))
            }))
        };
        let json = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let length = (header::CONTENT_LENGTH, HeaderValue::from(length));
        ([json, length], body).into_response()
    }
}

impl Piece {
    fn length(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Packed(report, field) => field(report).length(),
        }
    }
}

/// What is left to be sent.
struct Parts {
    pieces: Vec<Piece>,
    piece: usize,
    part: usize,
}

impl Parts {
    /// How long the next part is; nothing at the end.
    fn next_length(&self) -> Option<usize> {
        match self.pieces.get(self.piece)? {
            Piece::Text(text) => Some(text.len()),
            Piece::Packed(report, field) => Some(field(report).parts().get(self.part).map_or(0, tickets::Part::length)),
        }
    }
}

impl Iterator for Parts {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.pieces.get_mut(self.piece)? {
            Piece::Text(text) => {
                self.piece += 1;
                Some(Ok(std::mem::take(text)))
            }
            Piece::Packed(report, field) => {
                let parts = field(report).parts();
                let part = parts.get(self.part).map_or_else(|| Some(Vec::new()), tickets::Part::unpack);
                self.part += 1;
                if self.part >= parts.len() {
                    (self.piece, self.part) = (self.piece + 1, 0);
                }
                // The client sees a connection that ends too early, and no broken JSON.
                Some(part.ok_or_else(|| io::Error::other("a kept result cannot be unpacked")))
            }
        }
    }
}

/// Octets with their share of the budget, which is given back when they are sent.
struct Held<T> {
    octets: T,
    _memory: Permit,
}

impl<T: AsRef<[u8]>> AsRef<[u8]> for Held<T> {
    fn as_ref(&self) -> &[u8] {
        self.octets.as_ref()
    }
}

/// Octets that hold their share of the budget.
pub(crate) fn held(octets: impl AsRef<[u8]> + Send + 'static, memory: Permit) -> Bytes {
    Bytes::from_owner(Held { octets, _memory: memory })
}
