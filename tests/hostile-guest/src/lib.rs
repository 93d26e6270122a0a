//! A plugin that does what no plugin should, chosen by the parameter `act`.
//!
//! The tests run it in the real sandbox and see that nothing comes of it: the ticket says what it did, and the next
//! poll is served as if nothing had happened. It takes the raw bindings instead of the SDK's trait, because the SDK
//! would keep it from lying about its own result.

mod answers;
mod burning;
mod flooding;
mod probing;

use snmp_proxy_sdk::{
    Error, ErrorKind, Manifest,
    bindings::{exports::snmp_proxy::plugin::collector::Guest, snmp_proxy::plugin::job},
    oid,
    serde::Deserialize,
    serde_json,
};

/// The plugin.
#[derive(Debug)]
pub struct HostileGuest;

/// What it declares to read, and reads where it behaves.
pub(crate) const SYSTEM: &[u32] = oid!("1.3.6.1.2.1.1");
/// A table it declares.
pub(crate) const IF_ENTRY: &[u32] = oid!("1.3.6.1.2.1.2.2.1");

#[derive(Debug, Deserialize)]
#[serde(crate = "snmp_proxy_sdk::serde", deny_unknown_fields)]
struct Params {
    act: Act,
    /// For acts that make something big: how big, in MiB.
    #[serde(default = "hundred")]
    mib: usize,
}

fn hundred() -> usize {
    100
}

/// What it does.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(crate = "snmp_proxy_sdk::serde", rename_all = "snake_case")]
enum Act {
    /// Gives a fine result.
    Good,
    /// Says that the device has nothing for it, as any plugin may.
    NothingHere,
    /// Computes for ever.
    Spin,
    /// Computes for ever, with a call of the host every few milliseconds.
    SpinInBursts,
    /// Takes memory for ever.
    Grow,
    /// Calls itself for ever.
    Recurse,
    /// Panics.
    Panic,
    /// Runs into `unreachable`.
    Trap,
    /// Aborts the process.
    Abort,
    /// Ends the process.
    Exit,
    /// Sleeps on the clock for ever.
    SleepForEver,
    /// Asks the device in an endless loop.
    AskForEver,
    /// Asks the device until it is told that it is over, and then computes for ever.
    IgnoreCancel,
    /// Logs a hundred thousand short lines and `mib` long ones, then ends well.
    FloodLog,
    /// The same on standard error.
    FloodStderr,
    /// Tells of progress with a line of `mib` MiB and ten thousand counters, then ends well.
    HugeProgress,
    /// Opens a hundred thousand readers and keeps them.
    OpenReaders,
    /// Asks for `mib` MiB of names in one GET.
    HugeRequest,
    /// Opens a table of a hundred thousand columns.
    WideTable,
    /// Takes a hundred thousand contexts and keeps them.
    ManyContexts,
    /// Hands `mib` MiB of rows over, and then fails.
    HugeRows,
    /// Fails with a message of `mib` MiB.
    HugeError,
    /// Answers with a JSON string of `mib` MiB.
    HugeResult,
    /// Answers with `mib` MiB of the smallest objects.
    TinyObjects,
    /// Answers with a hundred thousand arrays in one another.
    DeepResult,
    /// Answers with half a JSON object.
    InvalidJson,
    /// Answers with JSON that is no object.
    NotAnObject,
    /// Answers with a section that it did not declare.
    UndeclaredSection,
    /// Answers without the section that it declared.
    MissingSection,
    /// Reads what it did not declare, in every way, and answers with what came of it.
    UndeclaredOid,
    /// Takes it for granted that the device answers, and with what.
    TrustTheDevice,
    /// Looks for files, and answers with what it could see.
    ReadFile,
    /// Looks for the network, and answers with what it could reach.
    OpenSocket,
    /// Looks at environment and arguments, and answers with what it could see.
    Env,
}

impl Guest for HostileGuest {
    fn describe() -> Manifest {
        Manifest::new("hostile-guest", env!("CARGO_PKG_VERSION"), "Does what no plugin should, for tests.")
            .section("hostile", "{}")
            .starting("Acting up...")
            .reads(&[SYSTEM, IF_ENTRY])
            .params_schema(r#"{"type": "object", "properties": {"act": {"type": "string"}, "mib": {"type": "integer"}}, "required": ["act"], "additionalProperties": false}"#)
    }

    fn collect() -> Result<String, Error> {
        let Params { act, mib } = serde_json::from_str(&job::params())
            .map_err(|wrong| Error::new(ErrorKind::InvalidArgument, format!("bad parameters: {wrong}")))?;
        match act {
            Act::Good => answers::good(),
            Act::NothingHere => Err(Error::new(ErrorKind::Unsupported, "the device has no fans")),
            Act::Spin => burning::spin(),
            Act::SpinInBursts => burning::spin_in_bursts(),
            Act::Grow => burning::grow(),
            Act::Recurse => burning::recurse(),
            Act::Panic => burning::panic_now(),
            Act::Trap => burning::trap(),
            Act::TrustTheDevice => burning::trust_the_device(),
            Act::Abort => std::process::abort(),
            Act::Exit => std::process::exit(3),
            Act::SleepForEver => burning::sleep_for_ever(),
            Act::AskForEver => burning::ask_for_ever(),
            Act::IgnoreCancel => burning::ignore_cancel(),
            Act::FloodLog => flooding::log(mib),
            Act::FloodStderr => flooding::stderr(mib),
            Act::HugeProgress => flooding::progress(mib),
            Act::OpenReaders => flooding::open_readers(),
            Act::HugeRequest => flooding::huge_request(mib),
            Act::WideTable => flooding::wide_table(),
            Act::ManyContexts => flooding::agents(),
            Act::HugeRows => flooding::rows(mib),
            Act::HugeError => Err(Error::new(ErrorKind::Other, answers::mebibytes(mib))),
            Act::HugeResult => answers::huge(mib),
            Act::TinyObjects => answers::tiny_objects(mib),
            Act::DeepResult => answers::deep(),
            Act::InvalidJson => Ok(r#"{"hostile": ["#.to_owned()),
            Act::NotAnObject => Ok(r#"["hostile"]"#.to_owned()),
            Act::UndeclaredSection => Ok(r#"{"hostile": "fine", "system": "forged"}"#.to_owned()),
            Act::MissingSection => Ok("{}".to_owned()),
            Act::UndeclaredOid => probing::undeclared_oid(),
            Act::ReadFile => probing::files(),
            Act::OpenSocket => probing::network(),
            Act::Env => probing::environment(),
        }
    }
}

#[cfg(target_arch = "wasm32")]
snmp_proxy_sdk::bindings::export!(HostileGuest with_types_in snmp_proxy_sdk::bindings);
