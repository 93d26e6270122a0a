//! `snmp-proxy get`: single values of one device, without a server; and what its answer has in common with a walk's.

use std::{net::SocketAddr, time::Duration};

use clap::Args;
use config::Settings;
use job::{DeviceSpec, DirectError, GetSpec, ValueType};
use polling::{DeviceReading, DirectRunner};
use serde::Serialize;
use snmp::Oid;

use super::{
    CommandError, Exit, complain,
    device::DeviceFlags,
    oid::{self, NamingFlags},
    output,
    say::{note, warn},
};

/// Arguments of `snmp-proxy get`.
#[derive(Debug, Args)]
pub(super) struct GetArgs {
    #[command(flatten)]
    pub(super) device: DeviceFlags,
    /// OIDs to read, in numbers or by name: 1.3.6.1.2.1.1.5.0, sysName.0, IF-MIB::ifDescr[3]
    #[arg(required = true, value_name = "OID", value_parser = oid::object)]
    oids: Vec<Oid>,
    #[command(flatten)]
    naming: NamingFlags,
}

/// Reads the values and prints them in the order in which they were asked for.
pub(super) async fn get(args: GetArgs, settings: Settings) -> Result<Exit, CommandError> {
    let device = args.device.device(&settings)?;
    let naming = args.naming.naming(args.device.is_numeric());
    let timeout = args.device.timeout_or(settings.limits.snmp.get_timeout);
    let direct = DirectRunner::new(args.device.sessions(&settings).await?);
    let mut answers = Vec::new();
    for oid in args.oids {
        let answer = direct.get(&GetSpec { device: device.clone(), oid: oid.clone(), timeout }).await;
        answers.push((oid, answer));
    }
    let failed = answers.iter().filter(|(_, answer)| answer.result.is_err()).count();
    if args.device.json {
        let answers: Vec<_> = answers
            .iter()
            .map(|(oid, answer)| {
                let taken = (answer.address.filter(|_| !args.device.is_recording()), answer.elapsed);
                let body = match &answer.result {
                    Ok(read) => Body {
                        kind: Some(read.kind),
                        text: read.text.as_deref(),
                        ..Body::new(oid, Some(&read.value), None, &answer.warnings, taken)
                    },
                    Err(error) => {
                        Body::new(oid, None, Some(in_full(error, answer.hint.as_deref())), &answer.warnings, taken)
                    }
                };
                body.named(naming.name(oid.arcs()))
            })
            .collect();
        output::print_json(&answers)?;
    } else {
        let rows = answers
            .iter()
            .filter_map(|(oid, answer)| Some((oid.to_string(), answer.result.as_ref().ok()?.shown().to_owned())))
            .map(|(oid, value)| vec![naming.written(&oid), value]);
        output::print_table(&["OID", "VALUE"], rows)?;
        for (oid, answer) in &answers {
            if let Err(error) = &answer.result {
                complain(&format!("{oid}: {}", in_full(error, answer.hint.as_deref())));
            }
        }
    }
    let is_silent = answers.iter().any(|(_, answer)| answer.address.is_none());
    if let Some(hint) = args.device.port_hint().filter(|_| is_silent) {
        note(&hint);
    }
    // What is odd about the agent is in each answer.
    let mut told = Vec::new();
    for warning in answers.iter().flat_map(|(_, answer)| &answer.warnings) {
        if !told.contains(&warning) {
            warn(warning);
            told.push(warning);
        }
    }
    Ok(match failed {
        0 => Exit::Done,
        failed if failed == answers.len() => Exit::Failed,
        _ => Exit::Partial,
    })
}

/// An answer as the API gives it, with the OID that was asked for.
#[derive(Serialize)]
pub(super) struct Body<'a, T> {
    oid: String,
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    success: bool,
    data: T,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<ValueType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    error: Option<String>,
    warnings: &'a [String],
    address: Option<String>,
    timing: Timing,
}

#[derive(Serialize)]
struct Timing {
    total: f64,
}

impl<'a, T> Body<'a, T> {
    pub(super) fn new(
        oid: &Oid,
        data: T,
        error: Option<String>,
        warnings: &'a [String],
        taken: (Option<SocketAddr>, Duration),
    ) -> Self {
        let (address, elapsed) = taken;
        Self {
            oid: named(oid),
            name: None,
            success: error.is_none(),
            data,
            kind: None,
            text: None,
            error,
            warnings,
            address: address.map(|addr| addr.to_string()),
            timing: Timing { total: elapsed.as_secs_f64() },
        }
    }

    /// The same with what the OID is called.
    pub(super) fn named(self, name: Option<String>) -> Self {
        Self { name, ..self }
    }
}

/// Begins to read a device, or complains that it cannot be read.
pub(super) async fn begin_reading(
    direct: &DirectRunner,
    flags: &DeviceFlags,
    device: &DeviceSpec,
    timeout: Duration,
) -> Option<DeviceReading> {
    match direct.reading(device, timeout).await {
        Ok(reading) => Some(reading),
        Err(error) => {
            complain(&in_full(&error, None));
            if let Some(hint) = flags.port_hint() {
                note(&hint);
            }
            None
        }
    }
}

/// The error with all that there is to say of it, in one line.
pub(super) fn in_full(error: &DirectError, hint: Option<&str>) -> String {
    match (error.detail(), hint) {
        (Some(detail), _) => format!("{error}: {detail}"),
        (None, Some(hint)) => format!("{error}; {hint}"),
        (None, None) => error.to_string(),
    }
}

/// An OID; the root of all of them has no number.
pub(super) fn named(oid: &Oid) -> String {
    if oid.arcs().is_empty() { ".".to_owned() } else { oid.to_string() }
}
