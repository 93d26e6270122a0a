//! What goes over the wire, as the OpenAPI document describes it.
//!
//! The types of requests are descriptions only: requests are read by the module `requests`, which finds everything that
//! is wrong with one at once, and a test holds the two together. The types of answers are what is sent.

use std::{collections::BTreeMap, sync::Arc};

use secrecy::SecretString;
use serde::{
    Serialize,
    ser::{SerializeMap, Serializer},
};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::poll::{
    Gap,
    direct::WalkedObject,
    report::{LogLine, PollStats},
};

/// What to poll.
#[derive(Debug, ToSchema)]
pub struct PollRequest {
    /// The device: an IPv4 or IPv6 address, or a name.
    #[schema(min_length = 1, max_length = 255, example = "192.0.2.1")]
    pub target: String,
    /// The community of versions 1 and 2c.
    #[schema(value_type = String, default = "public", write_only)]
    pub community: Option<SecretString>,
    /// The version of SNMP.
    #[schema(default = "2c")]
    pub version: Option<VersionName>,
    /// The agent's UDP port.
    #[schema(minimum = 1, maximum = 65535, default = 161)]
    pub port: Option<u16>,
    /// The user of version 3.
    pub v3_auth: Option<V3Auth>,
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
    /// The device: an IPv4 or IPv6 address, or a name.
    #[schema(min_length = 1, max_length = 255, example = "192.0.2.1")]
    pub target: String,
    /// The community of versions 1 and 2c.
    #[schema(value_type = String, default = "public", write_only)]
    pub community: Option<SecretString>,
    /// The version of SNMP.
    #[schema(default = "2c")]
    pub version: Option<VersionName>,
    /// The agent's UDP port.
    #[schema(minimum = 1, maximum = 65535, default = 161)]
    pub port: Option<u16>,
    /// The user of version 3.
    pub v3_auth: Option<V3Auth>,
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
    /// The device: an IPv4 or IPv6 address, or a name.
    #[schema(min_length = 1, max_length = 255, example = "192.0.2.1")]
    pub target: String,
    /// The community of versions 1 and 2c.
    #[schema(value_type = String, default = "public", write_only)]
    pub community: Option<SecretString>,
    /// The version of SNMP.
    #[schema(default = "2c")]
    pub version: Option<VersionName>,
    /// The agent's UDP port.
    #[schema(minimum = 1, maximum = 65535, default = 161)]
    pub port: Option<u16>,
    /// The user of version 3.
    pub v3_auth: Option<V3Auth>,
    /// The root of the subtree, with or without a leading dot.
    #[schema(example = "1.3.6.1.2.1.1")]
    pub oid: String,
    /// Seconds that the operation may take.
    #[schema(minimum = 10, maximum = 600, default = 120)]
    pub timeout: Option<u64>,
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
    /// `MD5`, `SHA`, `SHA224`, `SHA256`, `SHA384`, `SHA512` or `NONE`, in any case of letters.
    #[schema(default = "SHA")]
    pub auth_protocol: Option<String>,
    /// The password of authentication; without it there is none.
    #[schema(value_type = Option<String>, min_length = 8, write_only)]
    pub auth_password: Option<SecretString>,
    /// `DES`, `3DES`, `AES`, `AES128`, `AES192`, `AES256` or `NONE`, in any case of letters.
    #[schema(default = "AES")]
    pub priv_protocol: Option<String>,
    /// The password of privacy; without it there is none.
    #[schema(value_type = Option<String>, min_length = 8, write_only)]
    pub priv_password: Option<SecretString>,
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

/// Whether the proxy is well.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`.
    #[schema(example = "ok")]
    pub status: &'static str,
    /// The proxy's version.
    pub version: &'static str,
    /// Tickets that wait or run.
    pub active_jobs: usize,
    /// Tickets that can be asked for.
    pub total_jobs: usize,
    /// Polls and direct operations that may run at the same time.
    pub max_concurrent: usize,
    /// Seconds since the start.
    pub uptime_seconds: f64,
}

/// A poll that was queued.
#[derive(Debug, Serialize, ToSchema)]
pub struct Submitted {
    /// The ticket to ask with: a UUID.
    #[schema(example = "3be6bd9a-876a-40e4-8c4e-15a40d4172e4")]
    pub ticket: String,
    /// Always `queued`.
    #[schema(example = "queued")]
    pub status: &'static str,
    /// The target as it was sent.
    #[schema(value_type = String)]
    pub target: Arc<str>,
    /// Fields of the request that this server does not know and did not look at. Absent where there are none. Long names
    /// are cut, and of very many only the first are there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20, example = json!(["recipe"]))]
    pub ignored: Vec<String>,
}

/// How a poll is going, or what it found. Every key is always there, null where it has no value.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatusBody<'a> {
    /// The ticket.
    pub ticket: String,
    /// The target as it was sent.
    pub target: &'a str,
    /// `queued`, `running`, `complete`, `failed` or `cancelled`.
    #[schema(example = "complete")]
    pub status: &'static str,
    /// How far it is, for people.
    pub progress: &'a str,
    /// Counters of how far it is.
    #[schema(value_type = BTreeMap<String, u64>)]
    pub progress_detail: Pairs<'a, u64>,
    /// Seconds since it started, until it ended; null before.
    pub elapsed_seconds: Option<f64>,
    /// What was found, when complete: `target`, and the sections of the recipes. Without `recipes` in the request,
    /// `interfaces` and `arp_table` are always there, empty where they were not collected.
    #[schema(value_type = Option<Object>)]
    pub data: Option<Box<RawValue>>,
    /// Seconds by recipe, and `total`, when complete.
    #[schema(value_type = Option<BTreeMap<String, f64>>)]
    pub timing: Option<Pairs<'a, f64>>,
    /// Why it failed.
    pub error: Option<&'a str>,
    /// Whether `data` lacks something that was asked for, when complete.
    pub partial: Option<bool>,
    /// What `data` lacks and why, when complete.
    pub gaps: Option<&'a [Gap]>,
    /// Gaps that are not listed, because there were too many.
    #[serde(skip_serializing_if = "is_zero")]
    pub gaps_dropped: u64,
    /// What looked wrong to the recipes about what they read, as `recipe: line`, when complete.
    #[schema(example = json!(["arp: ipNetToPhysicalTable: 1 row left out for a malformed index, e.g. 1.1.192.0.2.1"]))]
    pub warnings: Option<&'a [String]>,
    /// What the poll took, when complete.
    pub stats: Option<&'a PollStats>,
    /// What the recipes logged, when complete and asked for by `?log=1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<&'a [LogLine]>,
    /// Log lines that are not kept, because there were too many.
    #[serde(skip_serializing_if = "is_zero")]
    pub log_dropped: u64,
    /// Grows with every change, for `?since=`.
    pub version: u64,
}

/// The tickets.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobList<'a> {
    /// Newest first.
    pub jobs: Vec<ListedJob<'a>>,
    /// How many there are.
    pub total: usize,
}

/// One ticket of the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedJob<'a> {
    /// The ticket.
    pub ticket: String,
    /// The target as it was sent.
    pub target: &'a str,
    /// `queued`, `running`, `complete`, `failed` or `cancelled`.
    pub status: &'static str,
    /// When it was submitted (RFC 3339, UTC).
    #[schema(example = "2026-11-20T11:52:12.058085Z")]
    pub created_at: String,
    /// Seconds since it started, until it ended; null before.
    pub elapsed_seconds: Option<f64>,
}

/// What became of a ticket that was not wanted any more.
#[derive(Debug, Serialize, ToSchema)]
pub struct Removed {
    /// `cancelling` if it waited or ran, `deleted` if it had ended.
    #[schema(example = "cancelling")]
    pub status: &'static str,
    /// The ticket.
    pub ticket: String,
}

/// What a direct GET came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct GetBody {
    /// Whether there is a value.
    pub success: bool,
    /// The value as text.
    pub data: Option<String>,
    /// Why there is none.
    pub error: Option<String>,
    /// Seconds, as `get`.
    pub timing: BTreeMap<&'static str, f64>,
}

/// What a direct walk came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct WalkBody {
    /// Whether everything was read.
    pub success: bool,
    /// What was read, also when it broke off.
    pub data: Option<Vec<WalkedObject>>,
    /// Why it broke off.
    pub error: Option<String>,
    /// Seconds, as `walk`.
    pub timing: BTreeMap<&'static str, f64>,
}

/// The body of every error but 422.
#[derive(Debug, Serialize, ToSchema)]
pub struct Detail {
    /// What is wrong.
    pub detail: String,
}

/// The plugins.
#[derive(Debug, Serialize, ToSchema)]
pub struct PluginList {
    /// Those that can be asked for, by name.
    pub plugins: Vec<PluginBody>,
    /// Those that could not be loaded.
    pub problems: Vec<PluginProblem>,
}

/// A plugin.
#[derive(Debug, Serialize, ToSchema)]
pub struct PluginBody {
    /// Its name, by which `recipes` asks for it.
    #[schema(example = "interfaces")]
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it does, in one sentence.
    pub summary: String,
    /// `bundled`, or the file it was loaded from.
    #[schema(example = "bundled")]
    pub origin: String,
    /// The digest of its component.
    #[schema(example = "sha256:…")]
    pub digest: String,
    /// What its component imports.
    pub imports: Vec<String>,
    /// The parts of `data` that it fills, with the JSON Schemas of their values.
    pub sections: Vec<PluginSection>,
    /// The key of its time in `timing`.
    pub timing: String,
    /// The line of `progress` when it starts.
    pub starting: String,
    /// The subtrees it reads, as dotted OIDs. Others are refused.
    pub reads: Vec<String>,
    /// The sysObjectID prefixes that `auto` chooses it for; empty: every device.
    pub device_prefixes: Vec<String>,
    /// The JSON Schema of its parameters.
    #[schema(value_type = Object)]
    pub params_schema: serde_json::Value,
}

/// A part of `data` that a plugin fills.
#[derive(Debug, Serialize, ToSchema)]
pub struct PluginSection {
    /// Its key.
    pub name: String,
    /// The JSON Schema of its value.
    #[schema(value_type = Object)]
    pub schema: serde_json::Value,
}

/// A plugin that could not be loaded.
#[derive(Debug, Serialize, ToSchema)]
pub struct PluginProblem {
    /// Its name.
    pub name: String,
    /// Its file, unless it is bundled.
    pub path: Option<String>,
    /// What is wrong with it.
    pub error: String,
}

/// Names and numbers, written as an object in their own order.
#[derive(Clone, Copy, Debug)]
pub struct Pairs<'a, T>(pub &'a [(String, T)]);

impl<T: Serialize> Serialize for Pairs<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.0.len()))?;
        for (name, number) in self.0 {
            object.serialize_entry(name, number)?;
        }
        object.end()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
