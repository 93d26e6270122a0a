//! JSON Schema as far as the plugin contract takes it: 2020-12 with the keywords that are checked without surprises.
//!
//! Schemas come from plugins, and values from devices and clients, so neither is trusted. There are no regular
//! expressions, and no references out of the schema; what is left is bounded by a number of steps. A keyword that is not
//! known is refused when a schema is read, so that no part of a schema goes unchecked. Plugins' tests and the host use
//! the same code, so that a plugin whose tests pass gets no warnings in the field.

mod equal;
mod fit;
mod mismatch;
mod read;
mod text;

use std::sync::Arc;

use serde_json::Value;

pub use self::{
    mismatch::{Mismatch, Step},
    read::SchemaError,
    text::count_values,
};

/// A schema that can be checked against. Cloning is cheap.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema(Arc<Value>);

/// Everything is as it says.
impl Default for Schema {
    fn default() -> Self {
        Self(Arc::new(Value::Bool(true)))
    }
}

impl Schema {
    /// Takes a schema, if everything in it is known.
    pub fn new(schema: &Value) -> Result<Self, SchemaError> {
        read::check(schema)?;
        Ok(Self(Arc::new(schema.clone())))
    }

    /// Says where and why a value is not as the schema says: the first place that is found.
    pub fn check(&self, value: &Value) -> Result<(), Mismatch> {
        fit::Fitting::new(&self.0, value).check(&self.0, value)
    }

    fn root(&self) -> &Value {
        &self.0
    }
}
