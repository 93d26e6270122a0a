//! What authors of plugins usually got wrong where a file is no plugin, or one that will disappoint, and what to do about
//! it.

use std::{fs, path::Path};

use runtime::{CollectError, Foreign, LoadError, LoadProblem, Survey, core_module_imports};

use crate::{Exit, complain, say::note};

/// Tells why a file is no plugin that can be used, and what to do about it.
pub(super) fn complain_of(file: &Path, problem: &LoadProblem) -> Exit {
    complain(&format!("{} {}", file.display(), problem.error.with_causes()));
    let wasm = fs::read(file).unwrap_or_default();
    cure(&problem.error, &wasm).iter().for_each(|cure| note(cure));
    Exit::Failed
}

/// What to do about it, where that is known.
pub(super) fn cure(error: &LoadError, wasm: &[u8]) -> Option<String> {
    let words = match error {
        LoadError::CoreModule => return Some(of_core_module(&core_module_imports(wasm))),
        LoadError::NotWebAssembly(foreign) => return of_foreign(*foreign).map(str::to_owned),
        LoadError::NotAComponent { reason } | LoadError::NotCompiled { reason } => {
            return of_features(reason).map(str::to_owned);
        }
        LoadError::ForbiddenImport { import } => return Some(of_import(import)),
        LoadError::OtherContract { .. } | LoadError::OtherVersion { .. } | LoadError::MixedVersions { .. } => {
            "build it with the SDK of this release (`snmp-proxy plugin new` writes it into `sdk`), or update snmp-proxy"
        }
        LoadError::NoInterface { .. } => return Some(of_exports(wasm).to_owned()),
        LoadError::SeveralKinds { .. } => "export one of them, and make a second plugin for the other",
        LoadError::OtherName { .. } => "the file, the folder of its configurations and the manifest have one name",
        LoadError::Misfit { .. } => {
            "its bindings are of another contract than wit/plugin.wit of this release: make them anew, or build it with the \
             SDK of this release"
        }
        LoadError::Describe(CollectError::Trapped { message, .. }) if message.contains("only while it collects") => {
            "`describe` always gives the same answer: read the device, log and ask for parameters in `collect`"
        }
        LoadError::Describe(CollectError::CpuBudget { .. } | CollectError::Deadline) => {
            "`describe` only says what the plugin is: leave what takes long to `collect`"
        }
        LoadError::NoConfiguration => {
            "put a configuration into the folder of its name beside it, or build a `collector`"
        }
        LoadError::Oversized(_) | LoadError::TooLarge { .. } => {
            "leave out what it does not use: build for release, without debug information, and with fewer dependencies"
        }
        _ => return None,
    };
    Some(words.to_owned())
}

fn of_core_module(imports: &[String]) -> String {
    let is_from = |module: &str| imports.iter().any(|import| import == module);
    let words = if is_from("wasi_snapshot_preview1") {
        "it is for WASI preview 1. Rust: build it for wasm32-wasip2, not for wasm32-wasip1; C: `snmp-proxy plugin build` \
         makes a component of it"
    } else if imports.iter().any(|import| import.starts_with("__wbindgen") || import == "wbg") {
        "it is for browsers (wasm-bindgen). Build it for wasm32-wasip2, without wasm-pack"
    } else if is_from("env") || is_from("a") {
        "it is of Emscripten or of a linker that left symbols open. C: `snmp-proxy plugin build` compiles with zig"
    } else if imports.iter().any(|import| import.starts_with("snmp-proxy:plugin/")) {
        "its bindings are right, and the last step is missing: `snmp-proxy plugin build` makes a component of it"
    } else {
        "Rust: build it for wasm32-wasip2, not for wasm32-unknown-unknown; C: `snmp-proxy plugin build` makes a component of it"
    };
    words.to_owned()
}

fn of_foreign(foreign: Foreign) -> Option<&'static str> {
    Some(match foreign {
        Foreign::Empty => "the file is empty: the build left nothing",
        Foreign::Packed => "it is packed: unpack it first",
        Foreign::Program => {
            "it is a program for this machine. Rust: build it with --target wasm32-wasip2, which leaves it below \
             target/wasm32-wasip2"
        }
        Foreign::Zip => "it is a zip archive: unpack it, or name the component in it",
        Foreign::LfsPointer => "it is a pointer of Git LFS: run `git lfs pull`",
        Foreign::TextForm => "it is WebAssembly's text form: make it binary with `wasm-tools parse`",
        Foreign::Text => {
            "it is a text, such as the source of a plugin: `snmp-proxy plugin build` makes a component of a folder"
        }
        Foreign::CutOff => "the file is cut off: copy or build it again",
        Foreign::OtherVersion => "build it with the tools of this release (`snmp-proxy plugin build`)",
        Foreign::Other => return None,
    })
}

/// What of WebAssembly it uses that the sandbox does not have.
fn of_features(reason: &str) -> Option<&'static str> {
    let has = |words: &str| reason.contains(words);
    if has("async") || has("task.") || has("stream") || has("future") {
        Some("the sandbox has no asynchronous functions. JavaScript: build with componentize-qjs and --sync")
    } else if has("shared memor") || has("threads") {
        Some("the sandbox has no threads: build without them")
    } else if has("memory64") || has("64-bit") {
        Some("the sandbox has memories of 32 bits: build for wasm32")
    } else if has("unexpected end") || has("unexpected-eof") {
        Some("the file is cut off: copy or build it again")
    } else {
        None
    }
}

fn of_import(import: &str) -> String {
    if import.starts_with("wasi:http/") {
        "a plugin has no network. JavaScript with componentize-js: disable `http` and `fetch-event`; Rust, Python: leave out \
         what sends requests"
            .to_owned()
    } else if import.starts_with("wasi:") && import.contains("@0.3") {
        "the sandbox has WASI 0.2: build for wasm32-wasip2, with tools that make no WASI 0.3".to_owned()
    } else if import.starts_with("wasi:") {
        "of WASI 0.2 there are cli, io, clocks, random, filesystem and sockets, with nothing behind them: leave out what uses \
         the rest"
            .to_owned()
    } else {
        "a plugin imports the plugin contract and WASI 0.2, and nothing else: leave out the interface, or compose the \
         component with what provides it"
            .to_owned()
    }
}

/// What a component does that is no plugin.
fn of_exports(wasm: &[u8]) -> &'static str {
    let exports = Survey::of(wasm, &limits::SandboxLimits::default()).map(|survey| survey.exports).unwrap_or_default();
    let has = |start: &str| exports.iter().any(|export| export.starts_with(start));
    if has("wasi:cli/run") {
        "it is a program and not a library. Rust: `crate-type = [\"cdylib\", \"rlib\"]` below [lib] in Cargo.toml and no \
         src/main.rs"
    } else if has("wasi:http/incoming-handler") {
        "it serves HTTP: build it for the world `collecting` of the plugin contract"
    } else if exports.is_empty() {
        "it exports nothing. Rust: `export_collector!(MyPlugin);` at the end of src/lib.rs; Python: `Collector = \
         plugin.export()`; JavaScript: `export const collector = exportCollector(plugin);`"
    } else {
        "build it for one of the worlds of the plugin contract, such as `collecting`"
    }
}

/// Something of a plugin that can be loaded and will disappoint.
pub(super) struct Advice {
    pub(super) what: String,
    pub(super) cure: &'static str,
}

/// Octets of memory at the start beyond which a plugin has reserved what it does not need. CPython has 11 MiB.
const MUCH_MEMORY: u64 = 16 << 20;

/// What will disappoint its author or its operator.
pub(super) fn advice(survey: &Survey) -> Vec<Advice> {
    let mut advice = Vec::new();
    let has_wasi = survey.imports.iter().any(|import| import.starts_with("wasi:"));
    let is_stubbed = survey.modules.iter().any(|module| module.starts_with("wit-component:adapter:wasi:"));
    if is_stubbed && !has_wasi {
        advice.push(Advice {
            what: "it is built with --stub-wasi: when it fails, nothing says why".to_owned(),
            cure: "build without --stub-wasi; the sandbox has WASI, with nothing behind it",
        });
    }
    if !survey.has_function_names {
        advice.push(Advice {
            what: "its functions have no names: the backtrace of a trap says nothing".to_owned(),
            cure: "Rust: `strip = \"debuginfo\"` in [profile.release], not `true`; C: compile with -g",
        });
    }
    if survey.initial_memory > MUCH_MEMORY {
        advice.push(Advice {
            what: format!("it begins with {} MiB of memory", survey.initial_memory >> 20),
            cure: "C: zig reserves a stack of 16 MiB, and -Wl,--stack,131072 is enough; else look for large static arrays",
        });
    }
    if survey.tools.iter().any(|tool| tool.starts_with("Go ") || tool == "Go" || tool.starts_with("TinyGo")) {
        advice.push(Advice {
            what: "plugins in Go are experimental: its garbage collector may run in a call of the host, which traps"
                .to_owned(),
            cure: "switch it off (GOGC=off, debug.SetGCPercent(-1)) and call runtime.GC() between batches",
        });
    }
    advice
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(error: &LoadError, wasm: &[u8], expected: &str) {
        let cure = cure(error, wasm).unwrap_or_default();
        assert!(cure.contains(expected), "{error}: {cure}");
    }

    #[test]
    fn a_core_module_is_told_which_step_is_missing() {
        let cure =
            |imports: &[&str]| of_core_module(&imports.iter().map(|import| (*import).to_owned()).collect::<Vec<_>>());
        assert!(cure(&["wasi_snapshot_preview1"]).contains("not for wasm32-wasip1"));
        assert!(cure(&["__wbindgen_placeholder__"]).contains("browsers"));
        assert!(cure(&["env"]).contains("Emscripten"));
        assert!(cure(&["snmp-proxy:plugin/snmp@0.1.0"]).contains("the last step is missing"));
        assert!(cure(&[]).contains("not for wasm32-unknown-unknown"));
    }

    #[test]
    fn a_file_that_is_no_webassembly_is_told_what_to_do_with_it() {
        check(&LoadError::NotWebAssembly(Foreign::Packed), b"", "unpack it first");
        check(&LoadError::NotWebAssembly(Foreign::Text), b"", "`snmp-proxy plugin build` makes a component");
        assert_eq!(cure(&LoadError::NotWebAssembly(Foreign::Other), b""), None);
    }

    #[test]
    fn what_the_sandbox_does_not_have_is_told_how_to_leave_it_out() {
        let import = |import: &str| LoadError::ForbiddenImport { import: import.to_owned() };
        check(&import("wasi:http/types@0.2.0"), b"", "fetch-event");
        check(&import("wasi:cli/stdout@0.3.0"), b"", "WASI 0.2");
        check(&import("wasi:keyvalue/store"), b"", "leave out what uses the rest");
        check(&import("my:own/thing"), b"", "and nothing else");
        let reason = "task.cancel requires the component model async feature".to_owned();
        check(&LoadError::NotAComponent { reason }, b"\0asm", "--sync");
        let reason = "shared memories require the threads proposal".to_owned();
        check(&LoadError::NotCompiled { reason }, b"\0asm", "no threads");
    }

    fn survey() -> Survey {
        Survey {
            imports: vec!["snmp-proxy:plugin/snmp@0.1.0".to_owned()],
            exports: Vec::new(),
            kind: Err(LoadError::CoreModule),
            initial_memory: 1 << 20,
            tools: Vec::new(),
            has_function_names: true,
            modules: Vec::new(),
        }
    }

    #[test]
    fn a_plugin_that_will_disappoint_is_told_so() {
        let told =
            |survey: Survey| advice(&survey).into_iter().map(|advice| advice.what).collect::<Vec<_>>().join("; ");
        assert_eq!(told(survey()), "");
        let stubs = vec!["wit-component:adapter:wasi:cli/stderr@0.2.0".to_owned()];
        assert!(told(Survey { modules: stubs.clone(), ..survey() }).contains("--stub-wasi"));
        let imports = vec!["wasi:cli/stderr@0.2.0".to_owned()];
        assert_eq!(told(Survey { modules: stubs, imports, ..survey() }), "");
        assert!(told(Survey { has_function_names: false, ..survey() }).contains("no names"));
        assert!(told(Survey { initial_memory: 17 << 20, ..survey() }).contains("17 MiB"));
        assert!(told(Survey { tools: vec!["Go 1.27".to_owned()], ..survey() }).contains("Go"));
    }
}
