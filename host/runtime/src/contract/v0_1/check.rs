//! Checks what a guest asks to read: every argument, before anything is sent.

use ::snmp::Oid;

use crate::{
    DeviceError, ErrorKind, Manifest, TablePart, claim,
    run::{PartHandle, TooMany},
    secrets::{self, Secret},
};

/// A name that a guest may ask for.
pub(super) struct Checked {
    pub(super) name: Oid,
    /// Whether the operator takes it away: it is not read.
    pub(super) is_withheld: bool,
}

pub(super) fn names(names: &[Vec<u32>], max: usize, manifest: &Manifest) -> Result<Vec<Checked>, DeviceError> {
    if names.len() > max {
        return Err(beyond("get_names", max));
    }
    names.iter().map(|arcs| name(arcs, manifest)).collect()
}

pub(super) fn name(arcs: &[u32], manifest: &Manifest) -> Result<Checked, DeviceError> {
    let name = readable(arcs)?;
    if !manifest.declares(&name) {
        return Err(not_declared(name));
    }
    if !manifest.may_read(&name) {
        return Ok(Checked { name, is_withheld: true });
    }
    match secrets::around(&name, &manifest.allowed_secrets) {
        Some(secret) => Err(of_secret(name, secret)),
        None => Ok(Checked { name, is_withheld: false }),
    }
}

pub(super) fn columns(columns: &[Vec<u32>], max: usize, manifest: &Manifest) -> Result<Vec<Checked>, DeviceError> {
    if columns.is_empty() {
        return Err(invalid("a table is read by its columns, and there is none".to_owned()));
    }
    if columns.len() > max {
        return Err(beyond("columns", max));
    }
    let columns: Vec<Checked> = columns.iter().map(|arcs| name(arcs, manifest)).collect::<Result<_, _>>()?;
    for column in columns.iter().filter(|column| !column.is_withheld) {
        // What is above a table is no column of it, and would give its cells all the same.
        if let Some(secret) = secrets::below(&column.name, &manifest.allowed_secrets).first() {
            return Err(of_secret(column.name.clone(), secret));
        }
    }
    for (place, Checked { name: column, .. }) in columns.iter().enumerate() {
        // A column in another one would have the same cells at other indexes.
        if columns
            .iter()
            .take(place)
            .any(|Checked { name: other, .. }| other.starts_with(column) || column.starts_with(other))
        {
            return Err(invalid(format!("column {column} is named twice")));
        }
    }
    Ok(columns)
}

/// The part that a guest has put together, of these columns.
pub(super) fn part(part: &PartHandle, columns: &[Checked]) -> Result<TablePart, DeviceError> {
    let index = |arcs: &[u32]| Oid::new(arcs).map_err(|error| invalid(error.to_string()));
    let (below, after) = (index(&part.below)?, part.after.as_deref().map(index).transpose()?);
    if let Some(after) = after.as_ref().filter(|after| !after.starts_with(&below)) {
        return Err(invalid(format!("the index {after} does not begin with {below}")));
    }
    for Checked { name: column, .. } in columns {
        column.join(after.as_ref().unwrap_or(&below).arcs()).map_err(|error| invalid(error.to_string()))?;
    }
    Ok(TablePart { below, after, at_most: part.at_most })
}

/// An OID that can be sent.
fn readable(arcs: &[u32]) -> Result<Oid, DeviceError> {
    let name = Oid::new(arcs).map_err(|error| invalid(error.to_string()))?;
    if arcs.len() < 2 {
        return Err(invalid(format!("`{name}` has fewer than 2 arcs")));
    }
    if !claim::can_be_encoded(&name) {
        return Err(invalid(format!("`{name}` starts with arcs that no OID has")));
    }
    Ok(name)
}

fn not_declared(name: Oid) -> DeviceError {
    let message = format!("{name} is outside the subtrees that the manifest declares, so nothing was sent");
    DeviceError { kind: ErrorKind::NOT_DECLARED, message, at: Some(Box::new(name)) }
}

fn of_secret(name: Oid, secret: &Secret) -> DeviceError {
    let message = format!(
        "{name} is not read: {} holds secrets, and the operator does not allow it to this plugin (key \
         `plugins.may_read_secrets`)",
        secret.name
    );
    DeviceError { kind: ErrorKind::SECRET, message, at: Some(Box::new(name)) }
}

pub(super) fn too_many(TooMany { limit, max }: TooMany) -> DeviceError {
    beyond(limit, max)
}

pub(super) fn beyond(limit: &str, max: usize) -> DeviceError {
    let message = format!("at most {max} are possible (limit `{limit}`)");
    DeviceError { kind: ErrorKind::LIMIT_EXCEEDED, message, at: None }
}

pub(super) fn invalid(message: String) -> DeviceError {
    DeviceError { kind: ErrorKind::INVALID_ARGUMENT, message, at: None }
}
