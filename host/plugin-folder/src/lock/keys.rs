//! The keys of `plugins.lock`, with the kinds of their values.

use limits::{
    PLUGIN_SUBTREES,
    kind::{Kind, Raw, Text, cut, expected, quoted},
    section,
};
use serde_json::{Map, Value};
use snmp::Oid;
use toml::de::{DeTable, DeValue};

use super::Entry;
use crate::{Digest, KeyId, PluginName, name::is_plugin_file};

/// The version of the format.
pub(super) const VERSION: u64 = 1;

section! {
    /// The lock itself.
    pub(super) struct LockKeys = "" {
        /// The version of its format.
        version: Option<u64> as Version = None;
        /// Whether only plugins that are in it are loaded, with the very digest.
        pinned: bool as Switch = false;
    }
}

section! {
    /// One plugin.
    pub(super) struct EntryKeys = "plugins" {
        /// Its name.
        name: Option<PluginName> as Parsed = None;
        /// Its file in the folder.
        file: Option<String> as FileName = None;
        /// The digest of the file.
        digest: Option<Digest> as Parsed = None;
        /// Its version.
        version: Option<String> as Given = None;
        /// Where it came from.
        source: Option<String> as Given = None;
        /// The key that it is signed with.
        signer: Option<KeyId> as Parsed = None;
        /// What its manifest declares that it reads.
        declares: Option<Vec<Oid>> as Subtrees = None;
        /// Whether it is loaded.
        enabled: bool as Switch = true;
        /// What the operator narrows it to.
        reads: Option<Vec<Oid>> as Subtrees = None;
        /// Parameters for polls that give none.
        params: Option<Map<String, Value>> as Params = None;
    }
}

impl EntryKeys {
    /// Makes an entry of them. The name was checked for.
    pub(super) fn entry(self, name: PluginName) -> Entry {
        Entry {
            name,
            file: self.file,
            digest: self.digest,
            version: self.version,
            source: self.source,
            signer: self.signer,
            declares: self.declares,
            is_enabled: self.enabled,
            reads: self.reads,
            params: self.params,
        }
    }
}

/// The version of the format.
#[derive(Debug)]
pub(super) struct Version;

/// What is read from text by its own rules.
#[derive(Debug)]
pub(super) struct Parsed;

/// A text that need not be given.
#[derive(Debug)]
pub(super) struct Given;

/// The name of a plugin's file in the folder, without a way to leave it.
#[derive(Debug)]
pub(super) struct FileName;

/// Subtrees.
#[derive(Debug)]
pub(super) struct Subtrees;

/// Parameters of a plugin.
#[derive(Debug)]
pub(super) struct Params;

impl Kind<Option<u64>> for Version {
    const EXPECTS: &'static str = "version = 1";

    fn read(raw: Raw<'_>) -> Result<Option<u64>, String> {
        match <limits::kind::Count as Kind<u64>>::read(raw)? {
            VERSION => Ok(Some(VERSION)),
            other => Err(format!("this program reads version {VERSION} and not {other}: update snmp-proxy")),
        }
    }

    fn write(value: &Option<u64>) -> Option<String> {
        value.map(|version| version.to_string())
    }
}

/// What the rules of a type say of a wrong text.
impl<T: std::str::FromStr<Err: ToString> + ToString> Kind<Option<T>> for Parsed {
    const EXPECTS: &'static str = "a text";

    fn read(raw: Raw<'_>) -> Result<Option<T>, String> {
        let text = <Text as Kind<String>>::read(raw)?;
        text.parse().map(Some).map_err(|error: T::Err| error.to_string())
    }

    fn write(value: &Option<T>) -> Option<String> {
        value.as_ref().map(|value| quoted(&value.to_string()))
    }
}

impl Kind<Option<String>> for Given {
    const EXPECTS: &'static str = "a text";

    fn read(raw: Raw<'_>) -> Result<Option<String>, String> {
        <Text as Kind<String>>::read(raw).map(Some)
    }

    fn write(value: &Option<String>) -> Option<String> {
        value.as_deref().map(quoted)
    }
}

impl Kind<Option<String>> for FileName {
    const EXPECTS: &'static str = "the name of a file in this folder such as \"fan-speeds.wasm\"";

    fn read(raw: Raw<'_>) -> Result<Option<String>, String> {
        let text = <Text as Kind<String>>::read(raw)?;
        if is_plugin_file(text.as_ref()) && !text.contains(['/', '\\', '\0']) {
            Ok(Some(text))
        } else {
            Err(format!("expected {}, found {:?}", Self::EXPECTS, cut(&text)))
        }
    }

    fn write(value: &Option<String>) -> Option<String> {
        value.as_deref().map(quoted)
    }
}

impl Kind<Option<Vec<Oid>>> for Subtrees {
    const EXPECTS: &'static str = "a list of subtrees such as [\"1.3.6.1.2.1.2\"]";

    fn read(raw: Raw<'_>) -> Result<Option<Vec<Oid>>, String> {
        let Raw::Toml(DeValue::Array(items)) = raw else { return Err(expected(Self::EXPECTS, raw)) };
        if items.len() > PLUGIN_SUBTREES {
            return Err(format!("has more than {PLUGIN_SUBTREES} subtrees"));
        }
        let subtree = |(item, place): (&toml::Spanned<DeValue<'_>>, u64)| {
            let text = <Text as Kind<String>>::read(Raw::Toml(item.get_ref()))
                .map_err(|message| format!("entry {place}: {message}"))?;
            let oid = text.strip_prefix('.').unwrap_or(&text).parse::<Oid>();
            oid.map_err(|error| format!("entry {place}: {:?} is not an OID: {error}", cut(&text)))
        };
        items.iter().zip(1..).map(subtree).collect::<Result<_, _>>().map(Some)
    }

    fn write(value: &Option<Vec<Oid>>) -> Option<String> {
        let subtrees = value.as_ref()?.iter().map(|subtree| quoted(&subtree.to_string()));
        Some(format!("[{}]", subtrees.collect::<Vec<_>>().join(", ")))
    }
}

impl Kind<Option<Map<String, Value>>> for Params {
    const EXPECTS: &'static str = "a table of parameters such as { all = true }";

    fn read(raw: Raw<'_>) -> Result<Option<Map<String, Value>>, String> {
        match raw {
            Raw::Toml(DeValue::Table(table)) => object(table).map(Some),
            _ => Err(expected(Self::EXPECTS, raw)),
        }
    }

    fn write(_: &Option<Map<String, Value>>) -> Option<String> {
        // They are the operator's, and never written.
        None
    }
}

fn object(table: &DeTable<'_>) -> Result<Map<String, Value>, String> {
    table.iter().map(|(key, value)| Ok((key.get_ref().to_string(), json(value.get_ref())?))).collect()
}

/// The JSON that a value of TOML is. The parser bounds how deep it goes.
fn json(value: &DeValue<'_>) -> Result<Value, String> {
    Ok(match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map(Value::from)
            .map_err(|_| format!("{} is too large", cut(number.as_str())))?,
        DeValue::Float(number) => {
            let finite = number.as_str().parse::<f64>().ok().and_then(serde_json::Number::from_f64);
            finite.map(Value::Number).ok_or_else(|| format!("{} is not a number of JSON", cut(number.as_str())))?
        }
        DeValue::Datetime(date) => Value::String(date.to_string()),
        DeValue::Array(items) => Value::Array(items.iter().map(|item| json(item.get_ref())).collect::<Result<_, _>>()?),
        DeValue::Table(table) => Value::Object(object(table)?),
    })
}
