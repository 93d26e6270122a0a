//! Writes tables: what was read from MIB files, into the compact form.
//!
//! The writer takes definitions in the order of their rank: of several for one number the first one is what the number is,
//! and the others are further names of it. The same definitions give the same octets.

mod nodes;
mod pools;

use nodes::Nodes;
use pools::Writer;

use crate::{Access, Base, Kind};

/// Octets of a text at most. The rest of a longer one is left out.
pub const MAX_TEXT_OCTETS: usize = 255;

/// What modules define.
#[derive(Clone, Debug, Default)]
pub struct Definitions {
    /// The names of the modules.
    pub modules: Vec<String>,
    /// What has a number, in the order of rank.
    pub objects: Vec<ObjectDefinition>,
    /// The textual conventions.
    pub conventions: Vec<SyntaxDefinition>,
}

/// What a module defines at a number.
#[derive(Clone, Debug)]
pub struct ObjectDefinition {
    /// Its number.
    pub oid: Vec<u32>,
    /// Its name.
    pub name: String,
    /// The module; none for what all of them know, such as `iso`.
    pub module: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// What may be done with it.
    pub access: Access,
    /// What its values are.
    pub syntax: Option<SyntaxDefinition>,
    /// The unit of its values; empty for none.
    pub units: String,
    /// Of a row, how its instances are numbered.
    pub index: Option<IndexDefinition>,
    /// Of a notification, the numbers of the objects that it carries.
    pub notified: Vec<Vec<u32>>,
}

/// A syntax, or a textual convention.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SyntaxDefinition {
    /// The textual convention; empty for a base type.
    pub convention: String,
    /// The module that defines the convention.
    pub module: Option<String>,
    /// The type of the values, as [`Base`] numbers it.
    pub base: u8,
    /// DISPLAY-HINT; empty for none.
    pub hint: String,
    /// Names of numbers, or of bits by their positions.
    pub names: Vec<(i32, String)>,
    /// Numbers or lengths that values may have: from and to.
    pub ranges: Vec<(i64, i64)>,
}

/// How the instances of a row are numbered.
#[derive(Clone, Debug)]
pub enum IndexDefinition {
    /// By these parts.
    Parts(Vec<PartDefinition>),
    /// As those of this row.
    Augments(Vec<u32>),
}

/// A part of an index.
#[derive(Clone, Debug)]
pub struct PartDefinition {
    /// What it is.
    pub of: PartOf,
    /// Whether its length does not stand before it.
    pub is_implied: bool,
}

/// What a part of an index is.
#[derive(Clone, Debug)]
pub enum PartOf {
    /// An object, by its number.
    Object(Vec<u32>),
    /// A type alone (SMIv1).
    Syntax(SyntaxDefinition),
}

/// Why a table cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The compact form counts with three octets, and modules with two.
    #[error("too much for one table: more than {limit} {what}")]
    TooMuch {
        /// Of what.
        what: &'static str,
        /// How much fits.
        limit: usize,
    },
}

impl SyntaxDefinition {
    /// A base type.
    #[must_use]
    pub fn of(base: Base) -> Self {
        Self { base: base as u8, ..Self::default() }
    }
}

/// Writes a table.
pub fn write(definitions: &Definitions) -> Result<Vec<u8>, WriteError> {
    let mut writer = Writer::default();
    writer.pools();
    writer.modules(&definitions.modules)?;
    let nodes = Nodes::of(definitions)?;
    // The syntax that nothing has is the first.
    writer.syntax(&SyntaxDefinition::default())?;
    writer.nodes(&nodes)?;
    writer.conventions(&definitions.conventions)?;
    writer.finish()
}

/// The text as far as it fits.
fn cut(text: &str) -> &str {
    let end = (0..=MAX_TEXT_OCTETS.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or_default()).unwrap_or_default()
}

fn fits(what: &'static str, count: usize, limit: usize) -> Result<(), WriteError> {
    if count <= limit { Ok(()) } else { Err(WriteError::TooMuch { what, limit }) }
}
