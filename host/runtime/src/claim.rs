//! Checks of single claims of a manifest, and in which words a claim is refused.

use snmp::Oid;

use crate::text;

/// What is wrong with a plugin's manifest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct ManifestError {
    /// The part of the manifest, e.g. `sections[1].name`.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

/// OIDs in a list. It is not configuration: a manifest beyond it is a mistake.
const OIDS: usize = 256;
/// Shorter than `1.3.6` is everything that there is.
pub(crate) const READS_ARCS: usize = 3;

pub(crate) fn check_oids(field: &str, claimed: &[Vec<u32>], least: usize) -> Result<Vec<Oid>, ManifestError> {
    if claimed.len() > OIDS {
        return Err(problem(field, format!("there are {}, and at most {OIDS} are possible", claimed.len())));
    }
    let check = |(place, arcs): (usize, &Vec<u32>)| {
        let field = format!("{field}[{place}]");
        let oid = Oid::new(arcs).map_err(|error| problem(&field, error.to_string()))?;
        if arcs.len() < least {
            return Err(wrong(&field, &oid.to_string(), &format!("has fewer than {least} arcs")));
        }
        if !can_be_encoded(&oid) {
            return Err(wrong(&field, &oid.to_string(), "starts with arcs that no OID has"));
        }
        Ok(oid)
    };
    claimed.iter().enumerate().map(check).collect()
}

/// Whether the first two arcs fit into the one number in which BER puts them (X.690 section 8.19.4).
pub(crate) fn can_be_encoded(oid: &Oid) -> bool {
    match oid.arcs() {
        [0 | 1, second, ..] => *second < 40,
        [2, second, ..] => *second <= u32::MAX - 80,
        _ => false,
    }
}

pub(crate) fn check_snake_case(field: &str, name: &str) -> Result<(), ManifestError> {
    if text::is_snake_case(name) {
        Ok(())
    } else {
        Err(wrong(field, name, "is not lower_snake_case of at most 64 octets"))
    }
}

pub(crate) fn check_line(field: &str, line: &str, max: usize) -> Result<(), ManifestError> {
    if line.trim().is_empty() {
        return Err(problem(field, "it is empty".to_owned()));
    }
    if line.len() > max || text::clean(line, max) != line {
        return Err(problem(field, format!("it is not one line of at most {max} octets")));
    }
    Ok(())
}

pub(crate) fn wrong(field: &str, value: &str, why: &str) -> ManifestError {
    problem(field, format!("`{}` {why}", text::clean(value, 100)))
}

pub(crate) fn problem(field: &str, problem: String) -> ManifestError {
    ManifestError { field: field.to_owned(), problem }
}
