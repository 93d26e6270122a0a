//! Why a guest ended without an answer, in words that say what it did.

use wasmtime::{Trap, WasmBacktrace};
use wasmtime_wasi::I32Exit;

use super::{RunState, Stop, budget::CpuLimit, exception};
use crate::{CollectError, engine::BACKTRACE_CALLS, kind::PACKAGE, text};

/// Functions of a backtrace that an error shows.
const SHOWN_CALLS: usize = 5;

/// Octets of a function's name that an error shows.
const SHOWN_NAME: usize = 100;

/// Says what `error`, which ended the guest of `state`, means.
pub(crate) fn classify(error: &wasmtime::Error, state: &RunState) -> CollectError {
    let limits = &state.limits;
    match error.downcast_ref() {
        Some(Stop::CpuBudget(CpuLimit { limit, setting })) => {
            return CollectError::CpuBudget { limit: *limit, setting };
        }
        Some(Stop::HostCalls { limit }) => return CollectError::HostCalls { limit: *limit },
        Some(stop @ Stop::CalledHost { .. }) => {
            return CollectError::Trapped { message: stop.to_string(), backtrace: Vec::new() };
        }
        Some(Stop::NewerContract { function }) => return CollectError::NewerContract { function: function.clone() },
        Some(Stop::Refused(refusal)) => return refusal.clone(),
        None => {}
    }
    let calls = error.downcast_ref::<WasmBacktrace>();
    let backtrace = calls.map(function_names).unwrap_or_default();
    if let Some(I32Exit(status)) = error.downcast_ref() {
        return CollectError::Exited { status: *status };
    }
    if is_out_of_hostcall_fuel(error) {
        // Only the result of a call is copied while no function of the guest is running.
        return if calls.is_some() {
            CollectError::HostCallTooLarge { limit: limits.hostcall_octets() }
        } else {
            CollectError::OutputTooLarge { limit: limits.output_bytes }
        };
    }
    let trap = error.downcast_ref::<Trap>();
    let deep = calls.is_some_and(|calls| calls.frames().len() == BACKTRACE_CALLS);
    match trap {
        Some(Trap::StackOverflow) => return CollectError::StackOverflow { backtrace },
        // A Rust guest keeps its stack at the lower end of its memory, and falls off that end.
        Some(Trap::MemoryOutOfBounds) if deep => return CollectError::StackOverflow { backtrace },
        _ => {}
    }
    if state.memory.refused() {
        return CollectError::MemoryLimit { limit: limits.memory_bytes };
    }
    let printed = state.printed_errors();
    if let Some(message) = exception::uncaught(&printed, limits.message_bytes) {
        return CollectError::Raised { message };
    }
    if let Some(message) = panic_message(&printed, limits.message_bytes) {
        return CollectError::Panicked { message, backtrace };
    }
    let message = match trap {
        Some(trap) => trap.to_string(),
        None if calls.is_none() => {
            return CollectError::NotRun { reason: text::clean(&format!("{error:#}"), limits.message_bytes) };
        }
        None => error.root_cause().to_string(),
    };
    let message = message.strip_prefix("wasm trap: ").unwrap_or(&message);
    CollectError::Trapped { message: text::clean(message, limits.message_bytes), backtrace }
}

/// wasmtime keeps the type of this error to itself.
fn is_out_of_hostcall_fuel(error: &wasmtime::Error) -> bool {
    error.root_cause().to_string().ends_with("fuel allocated for hostcalls has been exhausted")
}

/// The names of the innermost functions of the plugin itself.
fn function_names(calls: &WasmBacktrace) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in calls.frames().iter().filter_map(|frame| frame.func_name()) {
        let name = readable(name);
        if is_machinery(&name) || names.last() == Some(&name) {
            continue;
        }
        if names.len() == SHOWN_CALLS {
            break;
        }
        names.push(name);
    }
    names
}

/// A function's name as its author would write it: without mangling and its hash, and `Type::f` for `<Type as Trait>::f`.
fn readable(name: &str) -> String {
    let demangled = format!("{:#}", rustc_demangle::demangle(name));
    let method = demangled.strip_prefix('<').and_then(|rest| {
        let (implementor, rest) = rest.split_once(" as ")?;
        let (_of_trait, function) = rest.rsplit_once(">::")?;
        Some(format!("{implementor}::{function}"))
    });
    text::clean(&method.unwrap_or(demangled), SHOWN_NAME)
}

/// Whether the function belongs to how Rust panics or how the bindings call: that says nothing about the plugin.
fn is_machinery(name: &str) -> bool {
    const EXACTLY: [&str; 4] = ["abort", "rust_panic", "__rust_start_panic", "unreachable"];
    const BELOW: [&str; 8] = [
        "__rustc::",
        "alloc::alloc::",
        "alloc::raw_vec::",
        "core::panicking::",
        "std::alloc::",
        "std::panicking::",
        "std::process::abort",
        "std::sys::",
    ];
    EXACTLY.contains(&name)
        || BELOW.iter().any(|start| name.starts_with(start))
        || name.contains("::_export_")
        || name.starts_with(PACKAGE)
}

/// What a Rust guest printed when it panicked: the message, and where.
fn panic_message(printed: &str, max_bytes: usize) -> Option<String> {
    const MARK: &str = "panicked at ";
    let (_before, report) = printed.rsplit_once(MARK)?;
    let (place, message) = report.split_once('\n')?;
    let lines = message.lines().take_while(|line| !line.starts_with("note: "));
    let message = lines.collect::<Vec<_>>().join(" ");
    Some(text::clean(&format!("{} at {}", message.trim(), place.trim_end_matches(':')), max_bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_told_with_its_text_and_place() {
        let printed = "starting\n\nthread 'main' (1) panicked at plugins/arp/src/lib.rs:10:5:\nno such\nrow\n\
                       note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n";
        assert_eq!(panic_message(printed, 1_000).as_deref(), Some("no such row at plugins/arp/src/lib.rs:10:5"));
        assert_eq!(panic_message("all is well", 1_000), None);
    }

    #[test]
    fn functions_are_named_as_their_author_would() {
        assert_eq!(readable("_ZN3arp4walk17h0123456789abcdefE"), "arp::walk");
        assert_eq!(readable("<arp::Arp as sdk::Collector>::collect"), "arp::Arp::collect");
        assert!(is_machinery("std::sys::backtrace::__rust_end_short_backtrace"));
        assert!(!is_machinery("abort_the_walk"));
    }
}
