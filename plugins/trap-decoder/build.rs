//! Compiles `severities.txt` into a table that is sorted by the octets of the names, so that a lookup is one search.
//! What is wrong in the file is an error that names its line.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    println!("cargo:rerun-if-changed=severities.txt");
    let mut severities: BTreeMap<Vec<u8>, String> = BTreeMap::new();
    for (line, number) in fs::read_to_string("severities.txt")?.lines().zip(1..) {
        let words: Vec<&str> = line.split('#').next().unwrap_or_default().split_whitespace().collect();
        let [oid, severity] = *words.as_slice() else {
            if words.is_empty() {
                continue;
            }
            return Err(format!("severities.txt, line {number}: write `OID severity`").into());
        };
        let oid = encoded(oid).map_err(|wrong| format!("severities.txt, line {number}: {wrong}"))?;
        if severities.insert(oid, severity.to_owned()).is_some() {
            return Err(format!("severities.txt, line {number}: this OID is there already").into());
        }
    }
    let mut source = String::from("static SEVERITIES: &[(&[u8], Severity)] = &[\n");
    for (oid, severity) in &severities {
        writeln!(source, "    (&{oid:?}, Severity::{severity}),")?;
    }
    source.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR for build scripts")?);
    fs::write(out.join("severities.rs"), source)?;
    Ok(())
}

/// The contents of an OBJECT IDENTIFIER.
fn encoded(oid: &str) -> Result<Vec<u8>, Failure> {
    let arcs =
        oid.split('.').map(str::parse).collect::<Result<Vec<u32>, _>>().map_err(|_| format!("{oid} is no oid"))?;
    let [first, second, rest @ ..] = arcs.as_slice() else {
        return Err(format!("{oid} has one arc").into());
    };
    let mut octets = Vec::new();
    for arc in [first * 40 + second].iter().chain(rest) {
        let groups = (32 - arc.leading_zeros()).div_ceil(7).max(1);
        for group in (0..groups).rev() {
            let more = if group == 0 { 0 } else { 0x80 };
            octets.push(u8::try_from(arc >> (group * 7) & 0x7f)? | more);
        }
    }
    Ok(octets)
}
