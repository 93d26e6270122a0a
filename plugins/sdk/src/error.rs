//! How a plugin says that it can give no result at all.

use crate::{Error, ErrorKind, Oid};

impl Error {
    /// An error that is about no object in particular.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        Error { kind, message: message.into(), at: None }
    }

    /// The same error, about this object.
    #[must_use]
    pub fn at(self, name: impl Into<Oid>) -> Error {
        Error { at: Some(name.into()), ..self }
    }
}
