//! What can be told of a file before it is compiled: what of the contract it is, what it asks for, what it begins with, and
//! which tools made it. For the author of a plugin; who only loads it needs none of it.

use limits::SandboxLimits;
use wasmparser::{KnownCustom, Parser, Payload};

use crate::{LoadError, PluginKind, contract::VERSIONS, imports, precheck, text};

/// What can be told of a component before it is compiled.
#[derive(Debug)]
pub struct Survey {
    /// The interfaces that it imports, in its order.
    pub imports: Vec<String>,
    /// The interfaces that it exports, in its order.
    pub exports: Vec<String>,
    /// Which plugin it is, or why it is none.
    pub kind: Result<SurveyedKind, LoadError>,
    /// Octets of all its memories before anything of it has run.
    pub initial_memory: u64,
    /// The tools that say that they made it, each with its version, e.g. `rustc 1.95.0`.
    pub tools: Vec<String>,
    /// Whether functions have names, which the backtrace of a trap shows.
    pub has_function_names: bool,
    /// Names of its modules, such as those of libraries that are linked into it, as far as it says them.
    pub modules: Vec<String>,
}

/// A kind of plugin, and the line of versions of the contract that it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SurveyedKind {
    /// What it does.
    pub kind: PluginKind,
    /// E.g. `0.1`.
    pub contract: &'static str,
}

/// Tools and modules that are listed.
const LISTED: usize = 100;

/// Octets of a name of a tool or a module.
const NAME_OCTETS: usize = 100;

/// Octets of a page of memory.
const PAGE: u64 = 65_536;

impl Survey {
    /// Looks at a file within the limits that hold for loading it.
    pub fn of(wasm: &[u8], limits: &SandboxLimits) -> Result<Self, LoadError> {
        let interfaces = precheck::check(wasm, limits)?;
        let (imports, exports) = (interfaces.imports.clone(), interfaces.exports.clone());
        let kind = imports::check(interfaces, VERSIONS)
            .map(|known| SurveyedKind { kind: known.kind, contract: known.version.line });
        let mut survey = Self {
            imports,
            exports,
            kind,
            initial_memory: 0,
            tools: Vec::new(),
            has_function_names: false,
            modules: Vec::new(),
        };
        // What cannot be read here was read by the check, or is said by the compiler.
        for payload in Parser::new(0).parse_all(wasm).map_while(Result::ok) {
            survey.take(&payload);
        }
        survey.name_interpreter();
        Ok(survey)
    }

    /// The interpreter of Python is in C and its bindings are in Rust: that is not what its author wrote a plugin in.
    fn name_interpreter(&mut self) {
        let has = |library: &str| self.modules.iter().any(|module| module == library);
        let version = |module: &String| Some(module.strip_prefix("libpython")?.strip_suffix(".so")?.to_owned());
        if let Some(version) = self.modules.iter().find_map(version) {
            let tool = if has("libcomponentize_py_runtime.so") { " (componentize-py)" } else { "" };
            self.tools.retain(|tool| tool != "Rust" && !tool.starts_with("rustc "));
            self.tools.insert(0, format!("Python {version}{tool}"));
        }
    }

    fn take(&mut self, payload: &Payload<'_>) {
        match payload {
            Payload::MemorySection(section) => {
                for memory in section.clone().into_iter().map_while(Result::ok) {
                    let page = memory.page_size_log2.map_or(PAGE, |log| 1_u64.checked_shl(log).unwrap_or(PAGE));
                    self.initial_memory = self.initial_memory.saturating_add(memory.initial.saturating_mul(page));
                }
            }
            Payload::CustomSection(section) => match section.as_known() {
                KnownCustom::Producers(fields) => {
                    let values = fields.into_iter().map_while(Result::ok).flat_map(|field| field.values);
                    for value in values.map_while(Result::ok) {
                        let tool = format!("{} {}", value.name, value.version);
                        note(&mut self.tools, tool.trim_end());
                    }
                }
                KnownCustom::Name(names) => {
                    for name in names.into_iter().map_while(Result::ok) {
                        match name {
                            wasmparser::Name::Function(functions) => self.has_function_names |= functions.count() > 0,
                            wasmparser::Name::Module { name, .. } => note(&mut self.modules, name),
                            _ => {}
                        }
                    }
                }
                KnownCustom::ComponentName(names) => {
                    for name in names.into_iter().map_while(Result::ok) {
                        if let wasmparser::ComponentName::CoreModules(modules) = name {
                            for module in modules.into_iter().map_while(Result::ok) {
                                note(&mut self.modules, module.name);
                            }
                        }
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
}

/// The modules that a core module imports from, each once: they tell which kind of build made it.
#[must_use]
pub fn core_module_imports(wasm: &[u8]) -> Vec<String> {
    let mut modules = Vec::new();
    for payload in Parser::new(0).parse_all(wasm).map_while(Result::ok) {
        if let Payload::ImportSection(section) = payload {
            for import in section.into_imports().map_while(Result::ok) {
                note(&mut modules, import.module);
            }
        }
    }
    modules
}

/// Adds a name that is not there yet.
fn note(names: &mut Vec<String>, name: &str) {
    let name = text::clean(name, NAME_OCTETS);
    if names.len() < LISTED && !names.contains(&name) {
        names.push(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survey(component: &str) -> Survey {
        Survey::of(&wat::parse_str(component).unwrap(), &SandboxLimits::default()).unwrap()
    }

    #[test]
    fn what_a_component_begins_with_is_told_before_it_is_compiled() {
        let survey = survey(
            r#"(component
                (import "snmp-proxy:plugin/snmp@0.1.0" (instance))
                (core module $main (memory 17) (func $collect))
                (core module (memory 1))
                (instance $empty)
                (export "snmp-proxy:plugin/collector@0.1.0" (instance $empty)))"#,
        );
        assert_eq!(survey.kind.unwrap(), SurveyedKind { kind: PluginKind::Collector, contract: "0.1" });
        assert_eq!((survey.imports.len(), survey.exports.len()), (1, 1));
        assert_eq!(survey.initial_memory, 18 * PAGE);
        assert!(survey.has_function_names);
        assert_eq!(survey.modules, ["main"]);
    }

    #[test]
    fn what_is_no_plugin_is_surveyed_all_the_same() {
        let survey = survey(r#"(component (import "wasi:http/types@0.2.0" (instance)))"#);
        assert_eq!(survey.imports, ["wasi:http/types@0.2.0"]);
        assert!(matches!(survey.kind, Err(LoadError::ForbiddenImport { .. })));
        assert!(!survey.has_function_names);
    }

    #[test]
    fn a_core_module_tells_what_it_imports_from() {
        let wasm = wat::parse_str(
            r#"(module
                (import "wasi_snapshot_preview1" "fd_write" (func))
                (import "wasi_snapshot_preview1" "fd_read" (func))
                (import "env" "f" (func)))"#,
        );
        assert_eq!(core_module_imports(&wasm.unwrap()), ["wasi_snapshot_preview1", "env"]);
        assert_eq!(core_module_imports(b"no module"), [""; 0]);
    }

    #[test]
    fn tools_are_named_once() {
        let wasm = wat::parse_str(
            r#"(component
                (core module (@producers (processed-by "rustc" "1.95.0") (language "Rust" "")))
                (core module (@producers (processed-by "rustc" "1.95.0"))))"#,
        );
        let survey = Survey::of(&wasm.unwrap(), &SandboxLimits::default()).unwrap();
        assert_eq!(survey.tools.iter().filter(|tool| *tool == "rustc 1.95.0").count(), 1);
        assert!(survey.tools.contains(&"Rust".to_owned()), "{:?}", survey.tools);
    }

    #[test]
    fn a_plugin_in_python_is_not_said_to_be_made_with_the_compiler_of_its_interpreter() {
        let wasm = wat::parse_str(
            r#"(component
                (core module $libpython3.14.so (@producers (processed-by "wit-component" "0.245.1")))
                (core module $libcomponentize_py_runtime.so
                    (@producers (processed-by "rustc" "1.75.0") (language "Rust" ""))))"#,
        );
        let survey = Survey::of(&wasm.unwrap(), &SandboxLimits::default()).unwrap();
        assert_eq!(survey.tools, ["Python 3.14 (componentize-py)", "wit-component 0.245.1"]);
    }
}
