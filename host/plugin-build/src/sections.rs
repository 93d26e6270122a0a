//! What a core module imports, exports and carries along.

use std::ops::Range;

use wasmparser::{Parser, Payload};

use crate::{BuildError, one_line};

/// Sections that only debuggers read.
const DEBUG: &str = ".debug";

/// Sections in which bindings say which world they are of.
const TYPES: &str = "component-type";

/// What a core module says of itself.
pub(crate) struct Module {
    /// The modules that it imports from; each may come several times.
    pub(crate) imports: Vec<String>,
    /// The names that it exports.
    pub(crate) exports: Vec<String>,
    /// Where debug information lies, with the headers of its sections.
    pub(crate) debug: Vec<Range<usize>>,
    /// Whether it says which world it is of.
    pub(crate) has_types: bool,
}

impl Module {
    /// Reads a module's sections.
    pub(crate) fn read(octets: &[u8]) -> Result<Self, BuildError> {
        let wrong = |error: wasmparser::BinaryReaderError| BuildError::NotAModule { reason: one_line(&error) };
        if Parser::is_component(octets) {
            return Err(BuildError::IsComponent);
        }
        let mut module = Self { imports: Vec::new(), exports: Vec::new(), debug: Vec::new(), has_types: false };
        // A section's header lies between the end of the section before it and its own contents.
        let mut end = HEADER;
        for payload in Parser::new(0).parse_all(octets) {
            let payload = payload.map_err(wrong)?;
            match &payload {
                Payload::ImportSection(imports) => {
                    for import in imports.clone().into_imports() {
                        module.imports.push(import.map_err(wrong)?.module.to_owned());
                    }
                }
                Payload::ExportSection(exports) => {
                    for export in exports.clone() {
                        module.exports.push(export.map_err(wrong)?.name.to_owned());
                    }
                }
                Payload::CustomSection(section) if section.name().starts_with(DEBUG) => {
                    module.debug.push(end..section.range().end);
                }
                Payload::CustomSection(section) => module.has_types |= section.name().starts_with(TYPES),
                _ => {}
            }
            if let Some((_, range)) = payload.as_section() {
                end = range.end;
            }
        }
        Ok(module)
    }
}

/// Octets of the magic number and the version, which stand before all sections.
const HEADER: usize = 8;
