//! `snmp-proxy get` and `snmp-proxy walk`: one operation on one device, without a server.

use std::{net::SocketAddr, time::Duration};

use clap::Args;
use config::Settings;
use job::{DeviceSpec, DirectError, GetSpec, ValueType, WalkSpec, parse_oid, parse_walk_root};
use polling::DirectRunner;
use serde::Serialize;
use snmp::Oid;

use super::{
    CommandError, Exit, complain,
    device::DeviceFlags,
    output,
    say::{note, warn},
};

/// Arguments of `snmp-proxy get`.
#[derive(Debug, Args)]
pub(super) struct GetArgs {
    #[command(flatten)]
    pub(super) device: DeviceFlags,
    /// OIDs to read, with or without a leading dot
    #[arg(required = true, value_name = "OID", value_parser = oid)]
    oids: Vec<Oid>,
}

/// What is walked where nothing is said: mib-2, as with net-snmp's `snmpwalk`.
const MIB_2: &str = "1.3.6.1.2.1";

/// Arguments of `snmp-proxy walk`.
#[derive(Debug, Args)]
pub(super) struct WalkArgs {
    #[command(flatten)]
    device: DeviceFlags,
    /// OID to read everything below of, with or without a leading dot; .1 or . for all that the device has
    #[arg(value_name = "OID", default_value = MIB_2, value_parser = root)]
    oid: Oid,
}

/// Reads the values and prints them in the order in which they were asked for.
pub(super) async fn get(args: GetArgs, settings: Settings) -> Result<Exit, CommandError> {
    let device = args.device.device(&settings)?;
    let timeout = args.device.timeout_or(settings.limits.snmp.get_timeout);
    let direct = proxy::direct(&settings).await?;
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
                let taken = (answer.address, answer.elapsed);
                match &answer.result {
                    Ok(read) => Body {
                        kind: Some(read.kind),
                        text: read.text.as_deref(),
                        ..Body::new(oid, Some(&read.value), None, &answer.warnings, taken)
                    },
                    Err(error) => {
                        Body::new(oid, None, Some(in_full(error, answer.hint.as_deref())), &answer.warnings, taken)
                    }
                }
            })
            .collect();
        output::print_json(&answers)?;
    } else {
        let rows = answers
            .iter()
            .filter_map(|(oid, answer)| Some(vec![oid.to_string(), answer.result.as_ref().ok()?.shown().to_owned()]));
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

/// What to do where nothing is below a name because it is that of a value itself.
async fn value_hint(direct: &DirectRunner, device: DeviceSpec, oid: &Oid, timeout: Duration) -> &'static str {
    let answer = direct.get(&GetSpec { device, oid: oid.clone(), timeout }).await;
    if answer.result.is_ok() { ", which is one value: read it with `get`" } else { "" }
}

/// Reads everything below the OID and prints what came, also when the walk broke off.
pub(super) async fn walk(args: WalkArgs, settings: Settings) -> Result<Exit, CommandError> {
    let device = args.device.device(&settings)?;
    let timeout = args.device.timeout_or(settings.limits.snmp.walk_timeout);
    let direct = proxy::direct(&settings).await?;
    let answer = direct.walk(&WalkSpec { device: device.clone(), oid: args.oid.clone(), timeout }).await;
    let rows = answer.rows.unwrap_or_default();
    if args.device.json {
        let taken = (answer.address, answer.elapsed);
        let error = answer.error.as_ref().map(|error| in_full(error, None));
        output::print_json(&Body::new(&args.oid, &rows, error, &answer.warnings, taken))?;
    } else {
        output::print_table(
            &["OID", "VALUE"],
            rows.iter().map(|row| vec![row.oid.clone(), row.read.shown().to_owned()]),
        )?;
        match &answer.error {
            Some(error) => complain(&in_full(error, None)),
            None if rows.is_empty() => {
                let hint = value_hint(&direct, device, &args.oid, timeout).await;
                note(&format!("the device has nothing below {}{hint}", named(&args.oid)));
            }
            None => {}
        }
    }
    if let Some(hint) = args.device.port_hint().filter(|_| answer.address.is_none()) {
        note(&hint);
    }
    answer.warnings.iter().for_each(|warning| warn(warning));
    Ok(match answer.error {
        None => Exit::Done,
        Some(_) if rows.is_empty() => Exit::Failed,
        Some(_) => Exit::Partial,
    })
}

/// An answer as the API gives it, with the OID that was asked for.
#[derive(Serialize)]
struct Body<'a, T> {
    oid: String,
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
    fn new(
        oid: &Oid,
        data: T,
        error: Option<String>,
        warnings: &'a [String],
        taken: (Option<SocketAddr>, Duration),
    ) -> Self {
        let (address, elapsed) = taken;
        Self {
            oid: named(oid),
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
}

/// The error with all that there is to say of it, in one line.
fn in_full(error: &DirectError, hint: Option<&str>) -> String {
    match (error.detail(), hint) {
        (Some(detail), _) => format!("{error}: {detail}"),
        (None, Some(hint)) => format!("{error}; {hint}"),
        (None, None) => error.to_string(),
    }
}

/// An OID; the root of all of them has no number.
fn named(oid: &Oid) -> String {
    if oid.arcs().is_empty() { ".".to_owned() } else { oid.to_string() }
}

fn oid(text: &str) -> Result<Oid, String> {
    parse_oid(text).map_err(|error| error.to_string())
}

fn root(text: &str) -> Result<Oid, String> {
    parse_walk_root(text).map_err(|error| error.to_string())
}
