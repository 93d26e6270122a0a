//! Compiles the files of `objects` into a table that is sorted by the octets of the names, so that a lookup is one search.
//! What is wrong in a file is an error that names its line.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    println!("cargo:rerun-if-changed=objects");
    let mut table = Table::default();
    // In the order of their names: base.txt is the first, and has what the others share.
    let mut files = fs::read_dir("objects")?.map(|file| Ok(file?.path())).collect::<Result<Vec<_>, Failure>>()?;
    files.sort();
    for file in files {
        for (number, line) in fs::read_to_string(&file)?.lines().enumerate() {
            table.take(line).map_err(|wrong| format!("{}, line {}: {wrong}", file.display(), number + 1))?;
        }
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR for build scripts")?);
    fs::write(out.join("objects.rs"), table.source()?)?;
    Ok(())
}

#[derive(Default)]
struct Table {
    mib: String,
    conventions: BTreeMap<String, String>,
    /// By the octets of the name: the rest of the entry as Rust.
    objects: BTreeMap<Vec<u8>, String>,
    /// Names of numbers as Rust, each once: many objects share them.
    names: Vec<String>,
}

impl Table {
    fn take(&mut self, line: &str) -> Result<(), Failure> {
        let words: Vec<&str> = line.split('#').next().unwrap_or_default().split_whitespace().collect();
        match *words.as_slice() {
            [] => Ok(()),
            ["mib", mib] => {
                mib.clone_into(&mut self.mib);
                Ok(())
            }
            ["convention", name, ref syntax @ ..] => {
                let syntax = self.syntax(syntax)?;
                match self.conventions.insert(name.to_owned(), syntax) {
                    None => Ok(()),
                    Some(_) => Err(format!("the convention {name} is there already").into()),
                }
            }
            ["trap", oid, name, severity] => {
                self.add(oid, name, "Syntax::Plain", &format!("Some(Severity::{severity})"))
            }
            [oid, name, ref syntax @ ..] => {
                let syntax = self.syntax(syntax)?;
                self.add(oid, name, &syntax, "None")
            }
            [word] => Err(format!("{word} alone says nothing").into()),
        }
    }

    fn syntax(&mut self, words: &[&str]) -> Result<String, Failure> {
        Ok(match words {
            [] => "Syntax::Plain".to_owned(),
            ["text"] => "Syntax::Text".to_owned(),
            ["mac"] => "Syntax::Mac".to_owned(),
            ["date"] => "Syntax::DateAndTime".to_owned(),
            ["address"] => "Syntax::InetAddress".to_owned(),
            ["ifindex"] => "Syntax::IfIndex".to_owned(),
            ["octets"] => "Syntax::Octets".to_owned(),
            ["bits", names @ ..] => format!("Syntax::Bits({})", self.named(names)?),
            [name] if self.conventions.contains_key(*name) => self.conventions.get(*name).cloned().unwrap_or_default(),
            names => format!("Syntax::Enumeration({})", self.named(names)?),
        })
    }

    /// `up=1 down=2` as the name of a static of Rust.
    fn named(&mut self, words: &[&str]) -> Result<String, Failure> {
        let pairs = pairs(words)?;
        let place = self.names.iter().position(|known| *known == pairs).unwrap_or(self.names.len());
        if place == self.names.len() {
            self.names.push(pairs);
        }
        Ok(format!("NAMES_{place}"))
    }

    fn add(&mut self, oid: &str, name: &str, syntax: &str, severity: &str) -> Result<(), Failure> {
        let entry = format!("mib: {:?}, name: {name:?}, syntax: {syntax}, severity: {severity}", self.mib);
        match self.objects.insert(encoded(oid)?, entry) {
            None => Ok(()),
            Some(other) => Err(format!("{oid} is there already: {other}").into()),
        }
    }

    fn source(&self) -> Result<String, Failure> {
        let mut source = String::new();
        for (place, names) in self.names.iter().enumerate() {
            writeln!(source, "static NAMES_{place}: &Names = &[{names}];")?;
        }
        source.push_str("pub(crate) static OBJECTS: &[Object] = &[\n");
        let mut before: Option<&Vec<u8>> = None;
        for (oid, entry) in &self.objects {
            if let Some(before) = before.filter(|before| oid.starts_with(before)) {
                return Err(format!("{before:?} contains {oid:?}, but a lookup looks at one neighbour only").into());
            }
            writeln!(source, "    Object {{ oid: &{oid:?}, {entry} }},")?;
            before = Some(oid);
        }
        source.push_str("];\n");
        Ok(source)
    }
}

/// `up=1 down=2` as pairs of Rust.
fn pairs(words: &[&str]) -> Result<String, Failure> {
    let mut pairs = String::new();
    for word in words {
        let (name, number) = word.split_once('=').ok_or_else(|| format!("{word} is no name=number"))?;
        write!(pairs, "({}, {name:?}), ", number.parse::<i64>()?)?;
    }
    Ok(pairs)
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
