//! `snmp-proxy get` and `snmp-proxy walk`: one operation on one device, without a server.

use std::{net::SocketAddr, time::Duration};

use clap::Args;
use config::Settings;
use job::{DeviceSpec, GetSpec, WalkSpec, parse_oid};
use polling::direct::DirectError;
use proxy::Proxy;
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

/// Arguments of `snmp-proxy walk`.
#[derive(Debug, Args)]
pub(super) struct WalkArgs {
    #[command(flatten)]
    device: DeviceFlags,
    /// OID to read everything below of, with or without a leading dot
    #[arg(value_name = "OID", value_parser = oid)]
    oid: Oid,
}

/// Reads the values and prints them in the order in which they were asked for.
pub(super) async fn get(args: GetArgs, settings: Settings) -> Result<Exit, CommandError> {
    let device = args.device.device(&settings)?;
    let timeout = args.device.timeout_or(settings.limits.snmp.get_timeout);
    let proxy = Proxy::start_without_plugins(settings).await?;
    let mut answers = Vec::new();
    for oid in args.oids {
        let answer = proxy.get(&GetSpec { device: device.clone(), oid: oid.clone(), timeout }).await;
        answers.push((oid, answer));
    }
    let failed = answers.iter().filter(|(_, answer)| answer.result.is_err()).count();
    if args.device.json {
        let answers: Vec<_> = answers
            .iter()
            .map(|(oid, answer)| {
                let result = answer.result.as_ref();
                Body::new(oid, result.ok(), result.err(), &answer.warnings, (answer.address, answer.elapsed))
            })
            .collect();
        output::print_json(&answers)?;
    } else {
        let rows = answers
            .iter()
            .filter_map(|(oid, answer)| Some(vec![oid.to_string(), answer.result.as_ref().ok()?.clone()]));
        output::print_table(&["OID", "VALUE"], rows)?;
        for (oid, answer) in &answers {
            let Err(error) = &answer.result else { continue };
            let hint = match error {
                DirectError::NoSuchObject => hint(&proxy, &device, oid, timeout).await,
                _ => String::new(),
            };
            complain(&format!("{oid}: {}{hint}", in_full(error)));
        }
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

/// What to try instead of an object that the device does not have: most often the instance was forgotten.
async fn hint(proxy: &Proxy, device: &DeviceSpec, oid: &Oid, timeout: Duration) -> String {
    let Some(scalar) = instance(oid) else { return String::new() };
    let answer = proxy.get(&GetSpec { device: device.clone(), oid: scalar.clone(), timeout }).await;
    if answer.result.is_ok() {
        format!("; try {scalar}: the value of an object is that of its instance .0")
    } else {
        "; a value has an instance, such as .0: `walk` reads what is below an object, a column or a table".to_owned()
    }
}

/// What to do where nothing is below a name because it is that of a value itself.
async fn value_hint(proxy: &Proxy, device: DeviceSpec, oid: &Oid, timeout: Duration) -> &'static str {
    let answer = proxy.get(&GetSpec { device, oid: oid.clone(), timeout }).await;
    if answer.result.is_ok() { ", which is one value: read it with `get`" } else { "" }
}

/// The instance of a scalar object of this name (RFC 2578 section 7.9). None if the name has one already, or no place
/// for it.
fn instance(oid: &Oid) -> Option<Oid> {
    if oid.arcs().last() == Some(&0) {
        return None;
    }
    Oid::new(&[oid.arcs(), &[0]].concat()).ok()
}

/// Reads everything below the OID and prints what came, also when the walk broke off.
pub(super) async fn walk(args: WalkArgs, settings: Settings) -> Result<Exit, CommandError> {
    let device = args.device.device(&settings)?;
    let timeout = args.device.timeout_or(settings.limits.snmp.walk_timeout);
    let proxy = Proxy::start_without_plugins(settings).await?;
    let answer = proxy.walk(&WalkSpec { device: device.clone(), oid: args.oid.clone(), timeout }).await;
    let rows = answer.rows.unwrap_or_default();
    if args.device.json {
        let taken = (answer.address, answer.elapsed);
        output::print_json(&Body::new(&args.oid, &rows, answer.error.as_ref(), &answer.warnings, taken))?;
    } else {
        output::print_table(&["OID", "VALUE"], rows.iter().map(|row| vec![row.oid.clone(), row.value.clone()]))?;
        match &answer.error {
            Some(error) => complain(&in_full(error)),
            None if rows.is_empty() => {
                let hint = value_hint(&proxy, device, &args.oid, timeout).await;
                note(&format!("the device has nothing below {}{hint}", args.oid));
            }
            None => {}
        }
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
        error: Option<&DirectError>,
        warnings: &'a [String],
        taken: (Option<SocketAddr>, Duration),
    ) -> Self {
        let (address, elapsed) = taken;
        Self {
            oid: oid.to_string(),
            success: error.is_none(),
            data,
            error: error.map(in_full),
            warnings,
            address: address.map(|addr| addr.to_string()),
            timing: Timing { total: elapsed.as_secs_f64() },
        }
    }
}

/// The error with all that there is to say of it, in one line.
fn in_full(error: &DirectError) -> String {
    match error.detail() {
        Some(detail) => format!("{error}: {detail}"),
        None => error.to_string(),
    }
}

fn oid(text: &str) -> Result<Oid, String> {
    parse_oid(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_without_an_instance_may_be_a_scalar() {
        let instance = |text: &str| instance(&text.parse().unwrap()).map(|oid| oid.to_string());
        assert_eq!(instance("1.3.6.1.2.1.1.5").as_deref(), Some("1.3.6.1.2.1.1.5.0"));
        assert_eq!(instance("1.3.6.1.2.1.1.5.0"), None);
        assert_eq!(instance(&["1"; 128].join(".")), None);
    }
}
