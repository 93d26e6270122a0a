//! What a component imports and exports, for the index that registries keep of it.

use wasmparser::{Parser, Payload};

use crate::RegistryError;

/// The names of what a component imports and exports.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Interfaces {
    pub(crate) exports: Vec<String>,
    pub(crate) imports: Vec<String>,
}

impl Interfaces {
    /// Reads them off a component.
    pub(crate) fn of(wasm: &[u8]) -> Result<Self, RegistryError> {
        let wrong = |error: wasmparser::BinaryReaderError| RegistryError::NotAComponent { reason: error.to_string() };
        if !Parser::is_component(wasm) {
            let reason = "it does not begin as one".to_owned();
            return Err(RegistryError::NotAComponent { reason });
        }
        let mut interfaces = Self::default();
        // Components lie in components: only what the outermost one says counts.
        let mut depth = 0_usize;
        for payload in Parser::new(0).parse_all(wasm) {
            match payload.map_err(wrong)? {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth = depth.saturating_add(1),
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::ComponentImportSection(section) if depth == 0 => {
                    for import in section {
                        interfaces.imports.push(import.map_err(wrong)?.name.name.to_owned());
                    }
                }
                Payload::ComponentExportSection(section) if depth == 0 => {
                    for export in section {
                        interfaces.exports.push(export.map_err(wrong)?.name.name.to_owned());
                    }
                }
                _ => {}
            }
        }
        Ok(interfaces)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_outermost_component_says_counts() {
        let text = r#"(component
            (import "acme:a/b@0.1.0" (instance))
            (core module (import "x" "y" (func)))
            (component (import "inner" (func)) (export "inner-too" (func 0)))
            (instance $given (export "f" (instance 0)))
            (export "acme:c/d@0.1.0" (instance $given)))"#;
        let interfaces = Interfaces::of(&wat::parse_str(text).unwrap()).unwrap();
        assert_eq!(interfaces.imports, ["acme:a/b@0.1.0"]);
        assert_eq!(interfaces.exports, ["acme:c/d@0.1.0"]);
        for wrong in [&b"plugin"[..], b"\0asm\x01\0\0\0", b"\0asm\x0d\0\x01\0\x0b\xff"] {
            assert!(matches!(Interfaces::of(wrong), Err(RegistryError::NotAComponent { .. })));
        }
    }
}
