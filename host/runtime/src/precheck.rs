//! What can be said of a component before anything is compiled: which interfaces it imports and exports, and whether it
//! is larger than a plugin needs to be.
//!
//! A compiler's time does not follow the size of a file: 1.5 MB took 104 s, and 6.2 MB took 6.5 GB of memory. So the parts
//! that cost most are bounded: functions, the largest of them, locals, tables, modules. One pass over the octets, which are
//! neither validated nor copied; a component of 18 MB takes 70 ms.

use limits::SandboxLimits;
use wasmparser::{FunctionBody, Parser, Payload, SectionLimited, TableSectionReader};

use crate::{Foreign, LoadError, Oversized, Part, engine::TABLE_ELEMENTS, text};

/// The interfaces of a component, in its order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Interfaces {
    pub(crate) imports: Vec<String>,
    pub(crate) exports: Vec<String>,
}

/// Components in one another. What tools make of a module is flat.
const NESTING: u64 = 8;

/// Reads the interfaces of a component, and refuses what is none and one beyond the bounds.
pub(crate) fn check(wasm: &[u8], limits: &SandboxLimits) -> Result<Interfaces, LoadError> {
    if let Some(foreign) = Foreign::of(wasm) {
        return Err(LoadError::NotWebAssembly(foreign));
    }
    if wasm.starts_with(b"\0asm\x01\0\0\0") {
        return Err(LoadError::CoreModule);
    }
    let mut interfaces = Interfaces::default();
    let mut tally = Tally { limits, functions: 0, code: 0, tables: 0, data: 0, modules: 0, items: 0 };
    let mut nesting: u64 = 0;
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.map_err(unreadable)? {
            Payload::FunctionSection(section) => tally.functions(section.count())?,
            Payload::CodeSectionEntry(body) => tally.code(&body)?,
            Payload::TableSection(section) => tally.tables(section)?,
            Payload::DataSection(section) => tally.data(&section)?,
            Payload::ElementSection(section) => {
                tally.items(section.count())?;
                tally.data(&section)?;
            }
            Payload::ModuleSection { .. } => {
                nesting += 1;
                tally.module()?;
            }
            Payload::ComponentSection { .. } => {
                nesting += 1;
                tally.module()?;
                within(Part::Nesting, nesting, NESTING)?;
            }
            Payload::End(_) => nesting = nesting.saturating_sub(1),
            Payload::ComponentImportSection(section) => {
                tally.items(section.count())?;
                if nesting == 0 {
                    for import in section {
                        interfaces.imports.push(import.map_err(unreadable)?.name.name.to_owned());
                    }
                }
            }
            Payload::ComponentExportSection(section) => {
                tally.items(section.count())?;
                if nesting == 0 {
                    for export in section {
                        interfaces.exports.push(export.map_err(unreadable)?.name.name.to_owned());
                    }
                }
            }
            Payload::TypeSection(section) => tally.items(section.count())?,
            Payload::ImportSection(section) => tally.items(section.count())?,
            Payload::ExportSection(section) => tally.items(section.count())?,
            Payload::GlobalSection(section) => tally.items(section.count())?,
            Payload::TagSection(section) => tally.items(section.count())?,
            Payload::InstanceSection(section) => tally.items(section.count())?,
            Payload::CoreTypeSection(section) => tally.items(section.count())?,
            Payload::ComponentInstanceSection(section) => tally.items(section.count())?,
            Payload::ComponentAliasSection(section) => tally.items(section.count())?,
            Payload::ComponentTypeSection(section) => tally.items(section.count())?,
            Payload::ComponentCanonicalSection(section) => tally.items(section.count())?,
            _ => {}
        }
    }
    Ok(interfaces)
}

/// What was counted so far.
struct Tally<'a> {
    limits: &'a SandboxLimits,
    functions: u64,
    code: u64,
    tables: u64,
    data: u64,
    modules: u64,
    items: u64,
}

impl Tally<'_> {
    fn functions(&mut self, count: u32) -> Result<(), Oversized> {
        self.functions += u64::from(count);
        within(Part::Functions, self.functions, self.limits.functions)
    }

    fn code(&mut self, body: &FunctionBody<'_>) -> Result<(), LoadError> {
        let octets = body.as_bytes().len() as u64;
        self.code += octets;
        within(Part::FunctionBytes, octets, self.limits.function_bytes)?;
        within(Part::CodeBytes, self.code, self.limits.code_bytes)?;
        let mut locals = 0;
        for group in body.get_locals_reader().map_err(unreadable)? {
            let (count, _type) = group.map_err(unreadable)?;
            locals += u64::from(count);
            within(Part::Locals, locals, self.limits.function_locals)?;
        }
        Ok(())
    }

    fn tables(&mut self, section: TableSectionReader<'_>) -> Result<(), LoadError> {
        self.tables += u64::from(section.count());
        within(Part::Tables, self.tables, self.limits.instances as u64)?;
        for table in section {
            within(Part::TableElements, table.map_err(unreadable)?.ty.initial, TABLE_ELEMENTS as u64)?;
        }
        Ok(())
    }

    fn data<T>(&mut self, section: &SectionLimited<'_, T>) -> Result<(), Oversized> {
        self.data += section.range().len() as u64;
        within(Part::DataBytes, self.data, self.limits.data_bytes)
    }

    fn module(&mut self) -> Result<(), Oversized> {
        self.modules += 1;
        within(Part::Modules, self.modules, self.limits.modules)
    }

    fn items(&mut self, count: u32) -> Result<(), Oversized> {
        self.items += u64::from(count);
        within(Part::Items, self.items, self.limits.items)
    }
}

fn within(part: Part, found: u64, limit: u64) -> Result<(), Oversized> {
    if found <= limit { Ok(()) } else { Err(Oversized { part, limit }) }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn unreadable(error: wasmparser::BinaryReaderError) -> LoadError {
    const OCTETS: usize = 1_000;
    // The parser shows the octets around a mistake in several lines.
    let words = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
    let reason = format!("{words} at octet {}", error.offset());
    LoadError::NotAComponent { reason: text::clean(&reason, OCTETS) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> SandboxLimits {
        SandboxLimits {
            functions: 3,
            function_bytes: 40,
            function_locals: 5,
            code_bytes: 60,
            instances: 1,
            data_bytes: 30,
            modules: 2,
            items: 6,
            ..SandboxLimits::default()
        }
    }

    #[track_caller]
    fn check_in(module: &str, expected: &str) {
        check_text(&format!("(component (core module {module}))"), expected);
    }

    #[track_caller]
    fn check_text(component: &str, expected: &str) {
        let wasm = wat::parse_str(component).unwrap();
        let checked = check(&wasm, &small()).map_or_else(|error| error.to_string(), |_| "ok".to_owned());
        assert_eq!(checked, expected);
    }

    #[test]
    fn what_a_component_consists_of_is_bounded() {
        let nops = |count: usize| "nop ".repeat(count);
        check_in("(func) (func) (func)", "ok");
        check_in("(func) (func) (func) (func)", "has more than 3 functions (limit `functions`)");
        check_in(&format!("(func {})", nops(38)), "ok");
        check_in(&format!("(func {})", nops(39)), "has more than 40 octets in one function (limit `function_bytes`)");
        check_in(&format!("(func {0}) (func {0})", nops(30)), "has more than 60 octets of code (limit `code_bytes`)");
        check_in("(func (local i32 i32 i64 i64 f32))", "ok");
        check_in(
            "(func (local i32 i32 i64 i64 f32 f32))",
            "has more than 5 locals in one function (limit `function_locals`)",
        );
        check_in("(table 131072 funcref)", "ok");
        check_in("(table 131073 funcref)", "has more than 131072 elements in one table");
        check_in("(table 1 funcref) (table 1 funcref)", "has more than 1 tables (limit `instances`)");
        let data = |octets: usize| format!(r#"(memory 1) (data (i32.const 0) "{}")"#, "x".repeat(octets));
        check_in(&data(20), "ok");
        check_in(&data(30), "has more than 30 octets of data (limit `data_bytes`)");
    }

    #[test]
    fn parts_and_nesting_of_a_component_are_bounded() {
        let modules = "(core module)".repeat(2);
        check_text(&format!("(component {modules})"), "ok");
        check_text(&format!("(component {modules} (component))"), "has more than 2 modules (limit `modules`)");
        let types = "(type string)".repeat(7);
        check_text(
            &format!("(component {types})"),
            "has more than 6 types, imports, exports, globals and instances (limit `items`)",
        );
        let nested = format!("{}{}", "(component ".repeat(10), ")".repeat(10));
        let wasm = wat::parse_str(nested).unwrap();
        let error = check(&wasm, &SandboxLimits::default()).unwrap_err();
        assert_eq!(error.to_string(), "has more than 8 components in one another");
    }

    /// The count comes before the functions, and promises more than there are octets.
    #[test]
    fn a_count_that_lies_is_refused_or_unreadable() {
        let wasm = wat::parse_str("(component (core module (func)))").unwrap();
        let place = wasm.windows(4).position(|octets| octets == [3, 2, 1, 0]).unwrap();
        let mut lying = wasm;
        lying[place + 2] = 0x7f;
        assert_eq!(check(&lying, &small()).unwrap_err().to_string(), "has more than 3 functions (limit `functions`)");
        assert!(check(&lying, &SandboxLimits::default()).is_err());
    }

    #[test]
    fn the_interfaces_of_the_component_itself_are_found() {
        let text = r#"(component
            (import "a:b/c@1.0.0" (instance))
            (component (import "inner" (func)))
            (instance $empty)
            (export "d:e/f@1.0.0" (instance $empty)))"#;
        let interfaces = check(&wat::parse_str(text).unwrap(), &SandboxLimits::default()).unwrap();
        assert_eq!((interfaces.imports, interfaces.exports), (vec!["a:b/c@1.0.0".into()], vec!["d:e/f@1.0.0".into()]));
    }
}
