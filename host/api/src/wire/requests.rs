//! Requests, as the OpenAPI document describes them.
//!
//! Descriptions only: requests are read by the module `requests`, which finds everything that is wrong with one at once,
//! and a test holds the two together.

use secrecy::SecretString;
use utoipa::ToSchema;

/// What to poll.
#[derive(Debug, ToSchema)]
pub struct PollRequest {
    /// The device: an IPv4 address in four decimal numbers without leading zeros, an IPv6 address with or without
    /// brackets and zone, or a host name. Of a name all addresses are tried. The port has a field of its own.
    #[schema(min_length = 1, max_length = 255, example = "192.0.2.1")]
    pub target: String,
    /// The community of versions 1 and 2c.
    #[schema(value_type = String, required = false, default = "public", write_only)]
    pub community: Option<SecretString>,
    /// The version of SNMP.
    #[schema(default = "2c")]
    pub version: Option<VersionName>,
    /// The agent's UDP port.
    #[schema(minimum = 1, maximum = 65535, default = 161)]
    pub port: Option<u16>,
    /// The user of version 3, which then must be there.
    pub v3_auth: Option<V3Auth>,
    /// How to talk to this device, other than usual.
    pub options: Option<RequestOptions>,
    /// Whether to run the recipe `interfaces`. Not looked at when `recipes` is there.
    #[schema(default = true)]
    pub collect_interfaces: Option<bool>,
    /// Whether to run the recipe `arp`. Not looked at when `recipes` is there.
    #[schema(default = true)]
    pub collect_arp: Option<bool>,
    /// The recipes to run, by name or with parameters. `auto` stands for all that fit the device.
    /// `system-info` always runs, and first.
    pub recipes: Option<RecipeList>,
    /// Seconds that one GET may take, with all repetitions.
    #[schema(minimum = 1, maximum = 60, default = 10)]
    pub get_timeout: Option<u64>,
    /// Seconds that one walk may take. What was read by then is in the result.
    #[schema(minimum = 10, maximum = 600, default = 120)]
    pub walk_timeout: Option<u64>,
}

/// The value of which object to read.
#[derive(Debug, ToSchema)]
pub struct GetRequest {
    /// The device: an IPv4 address in four decimal numbers without leading zeros, an IPv6 address with or without
    /// brackets and zone, or a host name. Of a name all addresses are tried. The port has a field of its own.
    #[schema(min_length = 1, max_length = 255, example = "192.0.2.1")]
    pub target: String,
    /// The community of versions 1 and 2c.
    #[schema(value_type = String, required = false, default = "public", write_only)]
    pub community: Option<SecretString>,
    /// The version of SNMP.
    #[schema(default = "2c")]
    pub version: Option<VersionName>,
    /// The agent's UDP port.
    #[schema(minimum = 1, maximum = 65535, default = 161)]
    pub port: Option<u16>,
    /// The user of version 3, which then must be there.
    pub v3_auth: Option<V3Auth>,
    /// How to talk to this device, other than usual.
    pub options: Option<RequestOptions>,
    /// The object's instance, with or without a leading dot.
    #[schema(example = "1.3.6.1.2.1.1.5.0")]
    pub oid: String,
    /// Seconds that the operation may take.
    #[schema(minimum = 1, maximum = 60, default = 10)]
    pub timeout: Option<u64>,
}

/// Below which OID to read everything.
#[derive(Debug, ToSchema)]
pub struct WalkRequest {
    /// The device: an IPv4 address in four decimal numbers without leading zeros, an IPv6 address with or without
    /// brackets and zone, or a host name. Of a name all addresses are tried. The port has a field of its own.
    #[schema(min_length = 1, max_length = 255, example = "192.0.2.1")]
    pub target: String,
    /// The community of versions 1 and 2c.
    #[schema(value_type = String, required = false, default = "public", write_only)]
    pub community: Option<SecretString>,
    /// The version of SNMP.
    #[schema(default = "2c")]
    pub version: Option<VersionName>,
    /// The agent's UDP port.
    #[schema(minimum = 1, maximum = 65535, default = 161)]
    pub port: Option<u16>,
    /// The user of version 3, which then must be there.
    pub v3_auth: Option<V3Auth>,
    /// How to talk to this device, other than usual.
    pub options: Option<RequestOptions>,
    /// The root of the subtree, with or without a leading dot; `.1`, `.0` or `.2` for all of a tree, `.` for all that the
    /// device has.
    #[schema(example = "1.3.6.1.2.1.1")]
    pub oid: String,
    /// Seconds that the operation may take.
    #[schema(minimum = 10, maximum = 600, default = 120)]
    pub timeout: Option<u64>,
}

/// What to decode.
#[derive(Debug, ToSchema)]
pub struct DecodeRequest {
    /// Packets as text: hexadecimal digits with or without blanks, a dump of `tcpdump -x`, `xxd`, `hexdump -C` or
    /// Wireshark, base64, or a capture file (pcap or pcapng) as base64. A packet is an SNMP message, a PDU, a UDP
    /// datagram, an IP packet or an Ethernet frame; which one is found out.
    #[schema(
        example = "30 26 02 01 01 04 06 70 75 62 6c 69 63 a0 19 02 01 07 02 01 00 02 01 00 30 0e 30 0c 06 08 2b 06 01 02 01 01 05 00 05 00"
    )]
    pub input: String,
    /// How the input is written: `auto`, `hex`, `base64` or `pcap`.
    #[schema(default = "auto")]
    pub format: Option<String>,
    /// Users of version 3, whose messages are verified and decrypted. Contexts are not looked at.
    pub users: Option<Vec<V3Auth>>,
}

/// A version of SNMP.
#[derive(Debug, ToSchema)]
pub enum VersionName {
    /// SNMPv1.
    #[schema(rename = "1")]
    V1,
    /// SNMPv2c.
    #[schema(rename = "2c")]
    V2c,
    /// SNMPv3.
    #[schema(rename = "3")]
    V3,
}

/// A user of version 3.
#[derive(Debug, ToSchema)]
pub struct V3Auth {
    /// The user's name.
    #[schema(min_length = 1, max_length = 32)]
    pub username: String,
    /// `MD5`, `SHA`, `SHA224`, `SHA256`, `SHA384`, `SHA512` or `NONE`, in any case of letters; other spellings such as
    /// `SHA-256` are understood, too.
    #[schema(default = "SHA")]
    pub auth_protocol: Option<String>,
    /// The password of authentication; without it, or with null, there is none. A protocol that is named needs it, and
    /// beside `NONE` it is refused: whoever gives one of the two wants the level. Only the default protocol may stand beside
    /// a password that is null.
    #[schema(value_type = Option<String>, min_length = 8, max_length = 1024, write_only)]
    pub auth_password: Option<SecretString>,
    /// `DES`, `3DES`, `AES`, `AES192`, `AES256` or `NONE`, in any case of letters. `3DES`, `AES192` and `AES256` extend
    /// the key as Reeder's draft and Cisco do; `3DESB`, `AES192B` and `AES256B` as Blumenthal's draft and net-snmp do,
    /// whose spellings `AES-192` and `AES-256` mean the latter, too.
    #[schema(default = "AES")]
    pub priv_protocol: Option<String>,
    /// The password of privacy; without it, or with null, there is none. As with authentication.
    #[schema(value_type = Option<String>, min_length = 8, max_length = 1024, write_only)]
    pub priv_password: Option<SecretString>,
    /// Which of the device's contexts to ask; the default one where nothing is given.
    #[schema(max_length = 32, example = "vlan-7")]
    pub context_name: Option<String>,
    /// The engine that holds the context: 5 to 32 octets in hexadecimal; the device's own where nothing is given.
    #[schema(example = "8000000001020304")]
    pub context_engine_id: Option<String>,
}

/// How to talk to this device, other than usual. What is not given is as the configuration has it, which may have
/// options for this device of its own. Unknown names are refused.
#[derive(Debug, ToSchema)]
pub struct RequestOptions {
    /// Rows asked for by one GETBULK: by the first one, and at most.
    #[schema(minimum = 1, maximum = 1000)]
    pub max_repetitions: Option<u16>,
    /// How often a packet is sent again.
    #[schema(minimum = 0, maximum = 20)]
    pub retries: Option<u32>,
    /// Seconds to wait for the answer to one packet, perhaps with a fraction.
    #[schema(minimum = 0.01, maximum = 60)]
    pub packet_timeout: Option<f64>,
    /// What a walk does when names do not increase: `stop` with a gap, or `continue` with names not seen before.
    #[schema(example = "stop")]
    pub on_non_increasing: Option<String>,
    /// Whether GETBULK is used: `auto` where the version has it, or `never`.
    #[schema(example = "auto")]
    pub bulk: Option<String>,
    /// Whether answers may come from another address than was asked. It makes forging answers easier.
    pub any_source: Option<bool>,
    /// The most requests in flight.
    #[schema(minimum = 1, maximum = 64)]
    pub window: Option<usize>,
}

/// Recipes to run.
#[derive(Debug, ToSchema)]
#[serde(untagged)]
pub enum RecipeList {
    /// `auto`: all recipes that fit the device.
    Auto(String),
    /// These recipes.
    These(Vec<RecipeEntry>),
}

/// A recipe to run.
#[derive(Debug, ToSchema)]
#[serde(untagged)]
pub enum RecipeEntry {
    /// Its name, or `auto`.
    Name(String),
    /// Its name and its parameters.
    WithParams {
        /// Its name.
        name: String,
        /// Its parameters, as `GET /plugins/{name}` describes them.
        #[schema(value_type = Object)]
        params: Option<serde_json::Map<String, serde_json::Value>>,
    },
}
