//! `snmp-proxy walk`: everything below an OID of one device, without a server.

use std::time::Duration;

use clap::{Args, ValueEnum};
use config::Settings;
use job::{DeviceSpec, GetSpec, ReadValue, WalkSpec, WalkedObject};
use polling::DirectRunner;
use serde::Serialize;
use simulator::{snmprec_line, snmpwalk_line};
use snmp::{Oid, Value, Varbind, counted};

use super::{
    CommandError, Exit, complain,
    device::DeviceFlags,
    direct::{Body, begin_reading, in_full, named},
    oid::{self, Naming, NamingFlags},
    output,
    say::{note, warn},
};

/// What is walked where nothing is said: mib-2, as with net-snmp's `snmpwalk`.
const MIB_2: &str = "1.3.6.1.2.1";

/// Arguments of `snmp-proxy walk`.
#[derive(Debug, Args)]
pub(super) struct WalkArgs {
    #[command(flatten)]
    device: DeviceFlags,
    /// OID to read everything below of, in numbers or by name: 1.3.6.1.2.1.2.2, ifTable; .1 or . for all that the device
    /// has
    #[arg(value_name = "OID", default_value = MIB_2, value_parser = oid::root)]
    oid: Oid,
    /// How to print what comes; snmprec and snmpwalk keep every octet [default: table]
    #[arg(long, value_name = "FORMAT", conflicts_with = "json")]
    format: Option<WalkFormat>,
    #[command(flatten)]
    naming: NamingFlags,
}

/// How a walk is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum WalkFormat {
    /// A table for people
    Table,
    /// What POST /snmp/walk answers, as --json
    Json,
    /// Lines of OID|TAG|VALUE, as snmpsim has them
    Snmprec,
    /// What `snmpwalk -On` prints without MIBs
    Snmpwalk,
}

/// A row as POST /snmp/walk answers it, with what its OID is called.
#[derive(Serialize)]
struct NamedObject<'a> {
    oid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(flatten)]
    read: &'a ReadValue,
}

impl<'a> NamedObject<'a> {
    fn new(object: &'a WalkedObject, naming: Naming) -> Self {
        Self { oid: &object.oid, name: naming.name_of(&object.oid), read: &object.read }
    }
}

impl WalkArgs {
    fn format(&self) -> WalkFormat {
        match self.format {
            Some(format) => format,
            None if self.device.json => WalkFormat::Json,
            None => WalkFormat::Table,
        }
    }
}

impl WalkFormat {
    /// The lines of a varbind; whether its value has a form.
    fn lines(self, varbind: &Varbind) -> (String, bool) {
        match self {
            Self::Snmpwalk => (snmpwalk_line(varbind), !matches!(varbind.value, Value::Unknown { .. })),
            _ => {
                let line = snmprec_line(varbind);
                let has_form = !line.starts_with('#');
                (line, has_form)
            }
        }
    }
}

/// That nothing is below a name, and what to do where that is the name of a value itself.
async fn nothing_below(direct: &DirectRunner, device: DeviceSpec, oid: &Oid, timeout: Duration) -> String {
    let answer = direct.get(&GetSpec { device, oid: oid.clone(), timeout }).await;
    let hint = if answer.result.is_ok() { ", which is one value: read it with `get`" } else { "" };
    format!("the device has nothing below {}{hint}", named(oid))
}

/// Reads everything below the OID and prints what came, also when the walk broke off.
pub(super) async fn walk(args: WalkArgs, settings: Settings) -> Result<Exit, CommandError> {
    let format = args.format();
    if let WalkFormat::Snmprec | WalkFormat::Snmpwalk = format {
        return lines(&args, format, &settings).await;
    }
    let device = args.device.device(&settings)?;
    let timeout = args.device.timeout_or(settings.limits.snmp.walk_timeout);
    let direct = DirectRunner::new(args.device.sessions(&settings).await?);
    let answer = direct.walk(&WalkSpec { device: device.clone(), oid: args.oid.clone(), timeout }).await;
    let rows = answer.rows.unwrap_or_default();
    let naming = args.naming.naming(args.device.is_numeric());
    if format == WalkFormat::Json {
        let taken = (answer.address.filter(|_| !args.device.is_recording()), answer.elapsed);
        let error = answer.error.as_ref().map(|error| in_full(error, None));
        let rows: Vec<_> = rows.iter().map(|row| NamedObject::new(row, naming)).collect();
        let body = Body::new(&args.oid, &rows, error, &answer.warnings, taken);
        output::print_json(&body.named(naming.name(args.oid.arcs())))?;
    } else {
        output::print_table(
            &["OID", "VALUE"],
            rows.iter().map(|row| vec![naming.written(&row.oid), row.read.shown().to_owned()]),
        )?;
        match &answer.error {
            Some(error) => complain(&in_full(error, None)),
            None if rows.is_empty() => {
                note(&nothing_below(&direct, device, &args.oid, timeout).await);
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

/// Prints what comes as it comes, in a form that programs read again.
async fn lines(args: &WalkArgs, format: WalkFormat, settings: &Settings) -> Result<Exit, CommandError> {
    let device = args.device.device(settings)?;
    let timeout = args.device.timeout_or(settings.limits.snmp.walk_timeout);
    let direct = DirectRunner::new(args.device.sessions(settings).await?);
    let Some(reading) = begin_reading(&direct, &args.device, &device, timeout).await else {
        return Ok(Exit::Failed);
    };
    let mut subtree = reading.subtree(&args.oid, None);
    let (mut values, mut without_form) = (0_u64, 0_u64);
    while let Some(varbinds) = subtree.next().await {
        let mut text = String::new();
        for varbind in &varbinds {
            let (line, has_form) = format.lines(varbind);
            text += &line;
            text.push('\n');
            values += 1;
            without_form += u64::from(!has_form);
        }
        output::print(&text)?;
    }
    let end = subtree.end();
    reading.warnings().iter().chain(&end.warnings).for_each(|warning| warn(warning));
    if without_form > 0 {
        warn(&format!(
            "{} not of its type, which this form cannot hold: --json has the octets",
            is_or_are(without_form)
        ));
    }
    match &end.error {
        Some(error) => complain(&in_full(error, None)),
        None if values == 0 => note(&nothing_below(&direct, device, &args.oid, timeout).await),
        None => {}
    }
    Ok(match (&end.error, values) {
        (None, _) if without_form == 0 => Exit::Done,
        (Some(_), 0) => Exit::Failed,
        _ => Exit::Partial,
    })
}

fn is_or_are(values: u64) -> String {
    let verb = if values == 1 { "is" } else { "are" };
    format!("{} {verb}", counted(values, "value"))
}
