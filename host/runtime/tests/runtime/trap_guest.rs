//! Builds small plugins for notifications from WebAssembly text. A decoder does what the first octet of a PDU tells it;
//! an enricher does the same thing with every record.

use wit_component::{ComponentEncoder, StringEncoding};

/// First octets of PDUs, and what the decoder does with them.
pub(crate) mod act {
    pub(crate) const GOOD: u8 = 0;
    pub(crate) const TRAP: u8 = 1;
    pub(crate) const SPIN: u8 = 2;
    pub(crate) const HUGE_TEXT: u8 = 3;
    pub(crate) const TOO_FEW_ANSWERS: u8 = 4;
    pub(crate) const MILLIONS_OF_ANSWERS: u8 = 5;
    pub(crate) const INVALID_JSON: u8 = 6;
    pub(crate) const OTHER_JSON: u8 = 7;
    pub(crate) const REFUSE: u8 = 8;
    pub(crate) const GROW: u8 = 9;
    pub(crate) const NO_UNICODE: u8 = 10;
    pub(crate) const NESTED: u8 = 11;
}

/// What the decoder says about every good PDU.
pub(crate) const GOOD_RECORD: &str = "{\"snmp\":{\"version\":\"2c\",\"pdu\":\"trap\"},\r\n\"trap\":{\"oid\":\"1.3.6.1.4.1.9.1\"},\
     \"varbinds\":[{\"oid\":\"1.3.6.1.4.1.9.2\",\"value\":1,\"text\":\"1\"}],\"unknown\":[[[]]]}";

/// A decoder that is called so.
pub(crate) fn decoder(name: &str) -> Vec<u8> {
    let mut data = Data::default();
    let manifest = [data.text(name), data.text("1.0.0"), data.text("Made by a test."), [0, 0]].concat();
    let manifest = data.words(&manifest);
    let nested =
        format!(r#"{{"snmp":{{"version":"1","pdu":"trap"}},"varbinds":[],"v1":{{"generic":{}1"#, "[".repeat(500));
    let (kind, refusal) = (data.text("limit-exceeded"), data.text("no, thank you"));
    let texts = [
        (act::GOOD, data.text(GOOD_RECORD)),
        (act::INVALID_JSON, data.text(r#"{"snmp":"#)),
        (act::OTHER_JSON, data.text(r#"{"snmp":{"version":"1","pdu":"trap"},"varbinds":{}}"#)),
        (act::NO_UNICODE, data.text(r#"{"snmp":{"version":"\ud800","pdu":"trap"},"varbinds":[]}"#)),
        (act::NESTED, data.text(&nested)),
    ];
    let texts = texts.map(|(act, [place, length])| on(act, &ok(place, length))).concat();
    let ([kind, kind_length], [refusal, refusal_length]) = (kind, refusal);
    let acts = [
        texts,
        on(act::TRAP, "(unreachable)"),
        on(act::SPIN, "(loop $spin (br $spin))"),
        on(act::HUGE_TEXT, &ok(0, 500_000)),
        on(act::TOO_FEW_ANSWERS, "(local.set $answered (i32.const -1))"),
        on(act::MILLIONS_OF_ANSWERS, "(local.set $answered (i32.const 28000))"),
        on(
            act::REFUSE,
            &format!(
                "(i32.store8 (local.get $at) (i32.const 1))
             (i32.store offset=4 (local.get $at) (i32.const {kind}))
             (i32.store offset=8 (local.get $at) (i32.const {kind_length}))
             (i32.store offset=12 (local.get $at) (i32.const {refusal}))
             (i32.store offset=16 (local.get $at) (i32.const {refusal_length}))"
            ),
        ),
        on(act::GROW, "(loop $grow (br_if $grow (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) (unreachable)"),
    ];
    let functions = format!(
        r#"
  (func (export "snmp-proxy:plugin/trap-decoder@0.1.0#describe") (result i32) (i32.const {manifest}))
  (func (export "snmp-proxy:plugin/trap-decoder@0.1.0#decode") (param $list i32) (param $count i32) (result i32)
    (local $place i32) (local $at i32) (local $act i32) (local $answered i32)
    (local.set $at (i32.const 131072))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $place) (local.get $count)))
      (local.set $act (i32.load8_u (i32.load offset=4 (i32.add (local.get $list) (i32.mul (local.get $place) (i32.const 20))))))
      {acts}
      (local.set $place (i32.add (local.get $place) (i32.const 1)))
      (local.set $at (i32.add (local.get $at) (i32.const 32)))
      (br $next)))
    (i32.store (i32.const 512) (i32.const 131072))
    (i32.store (i32.const 516) (i32.add (local.get $count) (local.get $answered)))
    (i32.const 512))
  (func (export "snmp-proxy:plugin/trap-decoder@0.1.0#tree") (param i32 i32 i32) (result i32)
    (local $act i32) (local $at i32) (local $answered i32)
    (local.set $act (i32.load8_u (local.get 1)))
    (local.set $at (i32.const 512))
    {acts}
    (i32.const 512))"#,
        acts = acts.concat()
    );
    build("trap-decoding", &functions, &data)
}

/// An enricher for `1.3.6.1.4.1.9` that answers `additions` to every record, or nothing.
pub(crate) fn enricher(name: &str, additions: Option<&str>) -> Vec<u8> {
    let mut data = Data::default();
    let answer = additions.map(|json| data.text(json)).map_or(String::new(), |[place, length]| {
        format!(
            "(i32.store8 offset=4 (local.get $at) (i32.const 1))
             (i32.store offset=8 (local.get $at) (i32.const {place}))
             (i32.store offset=12 (local.get $at) (i32.const {length}))"
        )
    });
    enriching(name, data, &answer)
}

/// An enricher that does this with every record.
pub(crate) fn enricher_doing(name: &str, act: &str) -> Vec<u8> {
    enriching(name, Data::default(), act)
}

fn enriching(name: &str, mut data: Data, act: &str) -> Vec<u8> {
    let prefix = data.words(&[1, 3, 6, 1, 4, 1, 9]);
    let prefixes = data.words(&[prefix, 7]);
    let manifest =
        [data.text(name), data.text("1.0.0"), data.text("Made by a test."), [prefixes, 1], data.text("{}"), [0, 0]];
    let manifest = data.words(&manifest.concat());
    let functions = format!(
        r#"
  (func (export "snmp-proxy:plugin/trap-enricher@0.1.0#describe") (result i32) (i32.const {manifest}))
  (func (export "snmp-proxy:plugin/trap-enricher@0.1.0#enrich") (param $list i32) (param $count i32) (result i32)
    (local $place i32) (local $at i32)
    (local.set $at (i32.const 131072))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $place) (local.get $count)))
      {act}
      (local.set $place (i32.add (local.get $place) (i32.const 1)))
      (local.set $at (i32.add (local.get $at) (i32.const 32)))
      (br $next)))
    (i32.store (i32.const 512) (i32.const 131072))
    (i32.store (i32.const 516) (local.get $count))
    (i32.const 512))"#
    );
    build("trap-enriching", &functions, &data)
}

fn on(act: u8, body: &str) -> String {
    format!("(if (i32.eq (local.get $act) (i32.const {act})) (then {body}))\n")
}

/// Answers the text that is there.
fn ok(place: u32, length: u32) -> String {
    format!(
        "(i32.store offset=4 (local.get $at) (i32.const {place}))
         (i32.store offset=8 (local.get $at) (i32.const {length}))"
    )
}

fn build(world: &str, functions: &str, data: &Data) -> Vec<u8> {
    let module = MODULE.replace("FUNCTIONS", functions).replace("DATA", &data.as_wat());
    let mut module = wat::parse_str(&module).unwrap();
    let mut resolve = wit_parser::Resolve::default();
    let wit = concat!(env!("CARGO_MANIFEST_DIR"), "/../../wit");
    let (package, _) = resolve.push_path(wit).unwrap();
    let world = resolve.select_world(&[package], Some(world)).unwrap();
    wit_component::embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&module).unwrap().validate(true).encode().unwrap()
}

/// Where the data of a guest begins.
const DATA_START: usize = 1024;

/// What lies in a guest's memory.
#[derive(Default)]
struct Data(Vec<u8>);

impl Data {
    /// Puts a text there; answers where it is and how long.
    fn text(&mut self, text: &str) -> [u32; 2] {
        [self.octets(text.as_bytes()), text.len().try_into().unwrap()]
    }

    fn words(&mut self, words: &[u32]) -> u32 {
        let octets: Vec<_> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.octets(&octets)
    }

    fn octets(&mut self, octets: &[u8]) -> u32 {
        self.0.resize(self.0.len().next_multiple_of(4), 0);
        let place = DATA_START + self.0.len();
        self.0.extend_from_slice(octets);
        place.try_into().unwrap()
    }

    fn as_wat(&self) -> String {
        self.0.iter().map(|octet| format!("\\{octet:02x}")).collect()
    }
}

const MODULE: &str = r#"
(module
  (memory (export "memory") 16)
  (global $free (mut i32) (i32.const 262144))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (local $place i32)
    (local.set $place (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
    (global.set $free (i32.add (local.get $place) (local.get 3)))
    (local.get $place))
  FUNCTIONS
  (data (i32.const 1024) "DATA"))
"#;
