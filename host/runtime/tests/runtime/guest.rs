//! Builds small plugins from WebAssembly text. What a guest says about itself is laid out in its memory by hand, as the
//! component model prescribes, so that a test can say anything at all.

use std::fmt::Write as _;

use wit_component::{ComponentEncoder, StringEncoding};

/// A plugin to be built. `describe` and `collect` are bodies of functions that return an address.
pub(crate) struct Guest {
    pub(crate) name: &'static str,
    pub(crate) sections: &'static [&'static str],
    pub(crate) reads: &'static [&'static [u32]],
    pub(crate) describe: Option<&'static str>,
    pub(crate) collect: String,
    pub(crate) data: Data,
    /// Functions that it imports beside the usual ones.
    pub(crate) imports: &'static str,
    /// Whether it is configured: `describe` and `collect` then have the parameters `$text` and `$length`.
    pub(crate) is_configured: bool,
    /// The contract that it is made for, where that is not this host's: its text and its release.
    pub(crate) contract: Option<(String, &'static str)>,
}

/// The contract that this host has.
pub(crate) const CONTRACT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../wit/plugin.wit");

/// Where the data of a guest begins.
const DATA_START: usize = 1024;

pub(crate) struct Data(Vec<u8>);

impl Guest {
    /// A guest that returns an empty object for its only section, `good`.
    pub(crate) fn good(name: &'static str) -> Self {
        let mut guest = Self {
            name,
            sections: &["good"],
            reads: &[&[1, 3, 6, 1, 2, 1]],
            describe: None,
            collect: String::new(),
            data: Data(Vec::new()),
            imports: "",
            is_configured: false,
            contract: None,
        };
        guest.collect = guest.returning(r#"{"good": {}}"#);
        guest
    }

    /// A guest whose `collect` does this.
    pub(crate) fn doing(name: &'static str, collect: &str) -> Self {
        Self { collect: collect.to_owned(), ..Self::good(name) }
    }

    /// The body of a `collect` that returns `json`.
    pub(crate) fn returning(&mut self, json: &str) -> String {
        let (place, length) = self.text(json);
        let result = self.data.words(&[0, place, length]);
        format!("(i32.const {result})")
    }

    /// Puts a text into the guest's memory; returns where it is and how long.
    pub(crate) fn text(&mut self, text: &str) -> (u32, u32) {
        (self.data.octets(text.as_bytes()), text.len().try_into().unwrap())
    }

    /// Puts numbers into the guest's memory; returns where they are.
    pub(crate) fn words(&mut self, words: &[u32]) -> u32 {
        self.data.words(words)
    }

    /// Puts OIDs into the guest's memory as the list that `get` takes; returns where it is.
    pub(crate) fn oids(&mut self, oids: &[&[u32]]) -> u32 {
        let mut list = Vec::new();
        for oid in oids {
            list.extend([self.data.words(oid), oid.len().try_into().unwrap()]);
        }
        self.data.words(&list)
    }

    pub(crate) fn build(mut self) -> Vec<u8> {
        let describe = match self.describe {
            Some(body) => body.to_owned(),
            None => format!("(i32.const {})", self.manifest()),
        };
        let release = self.contract.as_ref().map_or("0.1.0", |(_, release)| release);
        let module = MODULE
            .replace("IMPORTS", self.imports)
            .replace("@0.1.0", &format!("@{release}"))
            .replace("DESCRIBE", &describe)
            .replace("COLLECT", &self.collect)
            .replace("DATA", &self.data.as_wat());
        let (world, module) = match self.is_configured {
            true => {
                let module = module
                    .replace("plugin/collector@", "plugin/configured-collector@")
                    .replace("#describe\")", "#describe\") (param $text i32) (param $length i32)")
                    .replace("#collect\")", "#collect\") (param $text i32) (param $length i32)");
                ("collecting-configured", module)
            }
            false => ("collecting", module),
        };
        let mut module = wat::parse_str(&module).unwrap();
        let mut resolve = wit_parser::Resolve::default();
        let package = match &self.contract {
            Some((text, _)) => resolve.push_str("contract.wit", text).unwrap(),
            None => resolve.push_path(CONTRACT).unwrap().0,
        };
        let world = resolve.select_world(&[package], Some(world)).unwrap();
        wit_component::embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
        ComponentEncoder::default().module(&module).unwrap().validate(true).encode().unwrap()
    }

    /// A component that is a plugin for each configuration, which is the plugin's name. It refuses one that begins with
    /// `!`, with the configuration as the message.
    pub(crate) fn configured() -> Self {
        let mut guest = Self { is_configured: true, ..Self::good("") };
        let manifest = guest.manifest_words();
        let described = guest.words(&[&[0], &*manifest].concat());
        let (kind, kind_length) = guest.text("invalid-argument");
        let refused = guest.words(&[1, kind, kind_length, 0, 0, 0, 0, 0]);
        let body = format!(
            "(i32.store (i32.const {}) (local.get $text)) (i32.store (i32.const {}) (local.get $length))
             (i32.store (i32.const {}) (local.get $text)) (i32.store (i32.const {}) (local.get $length))
             (select (i32.const {refused}) (i32.const {described})
                 (i32.eq (i32.load8_u (local.get $text)) (i32.const 33)))",
            described + 4,
            described + 8,
            refused + 12,
            refused + 16,
        );
        guest.describe = Some(body.leak());
        guest
    }

    /// The record `manifest`: a pointer and a length for each field.
    fn manifest(&mut self) -> u32 {
        let words = self.manifest_words();
        self.words(&words)
    }

    fn manifest_words(&mut self) -> Vec<u32> {
        let mut sections = Vec::new();
        for section in self.sections {
            let (name, name_length) = self.text(section);
            let (schema, schema_length) = self.text("{}");
            sections.extend([name, name_length, schema, schema_length, 0, 0]);
        }
        let sections = (self.words(&sections), self.sections.len().try_into().unwrap());
        let reads = (self.oids(self.reads), self.reads.len().try_into().unwrap());
        let fields = [
            self.text(self.name),
            self.text("1.0.0"),
            self.text("Made by a test."),
            sections,
            reads,
            (0, 0),
            self.text("{}"),
            (0, 0),
        ];
        fields.into_iter().flat_map(|(place, length)| [place, length]).collect()
    }
}

impl Data {
    fn octets(&mut self, octets: &[u8]) -> u32 {
        self.0.resize(self.0.len().next_multiple_of(4), 0);
        let place = DATA_START + self.0.len();
        self.0.extend_from_slice(octets);
        place.try_into().unwrap()
    }

    fn words(&mut self, words: &[u32]) -> u32 {
        let octets: Vec<_> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.octets(&octets)
    }

    fn as_wat(&self) -> String {
        self.0.iter().fold(String::new(), |mut wat, octet| {
            write!(wat, "\\{octet:02x}").unwrap();
            wat
        })
    }
}

const MODULE: &str = r#"
(module
  (import "snmp-proxy:plugin/snmp@0.1.0" "device" (func $device (result i32)))
  (import "snmp-proxy:plugin/snmp@0.1.0" "[method]agent.get" (func $get (param i32 i32 i32 i32)))
  (import "snmp-proxy:plugin/snmp@0.1.0" "[method]agent.open-table" (func $open_table (param i32 i32 i32 i32)))
  (import "snmp-proxy:plugin/snmp@0.1.0" "[method]table-reader.next" (func $next (param i32 i32)))
  (import "snmp-proxy:plugin/snmp@0.1.0" "[method]table-reader.outcome" (func $outcome (param i32 i32)))
  (import "snmp-proxy:plugin/snmp@0.1.0" "[resource-drop]table-reader" (func $drop_reader (param i32)))
  (import "snmp-proxy:plugin/job@0.1.0" "log" (func $log (param i32 i32 i32)))
  (import "snmp-proxy:plugin/job@0.1.0" "progress" (func $progress (param i32 i32 i32 i32)))
  (import "snmp-proxy:plugin/job@0.1.0" "params" (func $params (param i32)))
  IMPORTS
  (memory (export "memory") 16)
  (global $free (mut i32) (i32.const 262144))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (local $place i32)
    (local.set $place (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
    (global.set $free (i32.add (local.get $place) (local.get 3)))
    (local.get $place))
  (global $agent (mut i32) (i32.const 0))
  (func $agent (result i32)
    (if (i32.eqz (global.get $agent)) (then (global.set $agent (call $device))))
    (global.get $agent))
  (func $recurse (param i32) (result i32)
    (i32.add (call $recurse (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))
  (func (export "snmp-proxy:plugin/collector@0.1.0#describe") (result i32) DESCRIBE)
  (func $work (export "snmp-proxy:plugin/collector@0.1.0#collect") (result i32) (local $count i32) COLLECT)
  (data (i32.const 1024) "DATA"))
"#;
