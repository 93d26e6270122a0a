//! One plugin in full, for people: what it is, what it may read, what it takes and what it gives.

use std::{collections::BTreeSet, fmt::Write, sync::Arc};

use api::wire::PluginBody;
use serde_json::{Value, value::RawValue};
use snmp::counted;

use crate::{
    colours::{Colours, Style},
    columns::TableHints,
    output,
};

/// Lays out a plugin that collects, in lines of at most so many characters.
pub(super) fn of_collector(plugin: &PluginBody, colours: Colours, width: Option<usize>) -> String {
    let devices = match plugin.device_prefixes.as_slice() {
        [] => "every device".to_owned(),
        prefixes => format!("those whose sysObjectID begins with {}", prefixes.join(", ")),
    };
    let mut page = Page::new(&plugin.name, &plugin.version, &plugin.summary, colours, width);
    let lock = plugin.lock.as_ref();
    let is_pinned = lock.is_some_and(|lock| lock.pinned && lock.digest.is_some());
    let pinned = if is_pinned { "\nplugins.lock pins it: no other file is loaded" } else { "" };
    let mut facts = vec![
        ("kind", "collects from devices".to_owned()),
        ("origin", plugin.origin.clone()),
        ("digest", format!("{}{pinned}", plugin.digest)),
        ("for", devices),
    ];
    if !plugin.probe.is_empty() {
        facts.push(("probe", format!("{}\n`auto` takes it where a device has one of these", list(&plugin.probe))));
    }
    facts.extend([
        ("timing", plugin.timing.clone()),
        ("progress", plugin.starting.clone()),
        ("reads", list(&plugin.reads)),
    ]);
    let withheld: Vec<String> =
        plugin.declares.iter().filter(|declared| !plugin.reads.contains(declared)).cloned().collect();
    if !withheld.is_empty() {
        facts.push(("declares", format!("{}\nplugins.lock takes these away, or a part of them", list(&withheld))));
    }
    if let Some(params) = lock.and_then(|lock| lock.params.as_ref()) {
        let params = Value::Object(params.clone());
        facts.push(("defaults", format!("{params}\nof plugins.lock, for polls that give no parameters")));
    }
    facts.push(("imports", list(&folded(&plugin.imports))));
    page.facts(&facts);
    page.schema("parameters", plugin.params_schema.get(), false);
    for section in &plugin.sections {
        page.schema(&format!("section {}", section.name), section.schema.get(), true);
    }
    page.text
}

/// What there is to tell of a plugin for notifications.
#[derive(Debug, serde::Serialize)]
pub(super) struct TrapPlugin {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) summary: String,
    /// `trap-decoder` or `trap-enricher`.
    pub(super) kind: &'static str,
    pub(super) origin: String,
    pub(super) digest: String,
    /// The trap OIDs that it is for begin with one of these; empty: all notifications.
    pub(super) prefixes: Vec<String>,
    /// The JSON Schema of what it adds to a record; null: none.
    pub(super) schema: Option<Arc<RawValue>>,
}

/// Lays out a plugin for notifications, in lines of at most so many characters.
pub(super) fn of_traps(plugin: &TrapPlugin, colours: Colours, width: Option<usize>) -> String {
    let (kind, traps) = match plugin.prefixes.as_slice() {
        [] => ("reads notifications", "all of them".to_owned()),
        prefixes => ("adds to what notifications say", format!("those below {}", prefixes.join(", "))),
    };
    let mut page = Page::new(&plugin.name, &plugin.version, &plugin.summary, colours, width);
    page.facts(&[
        ("kind", kind.to_owned()),
        ("origin", plugin.origin.clone()),
        ("digest", plugin.digest.clone()),
        ("for", traps),
    ]);
    if let Some(schema) = &plugin.schema {
        page.schema("adds to a record", schema.get(), false);
    }
    page.text
}

struct Page {
    text: String,
    colours: Colours,
    width: Option<usize>,
}

impl Page {
    fn new(name: &str, version: &str, summary: &str, colours: Colours, width: Option<usize>) -> Self {
        let title = colours.paint(Style::Title, &format!("{name} {version}"));
        Self { text: format!("{title}\n{}\n", output::wrapped(summary, width)), colours, width }
    }

    fn facts(&mut self, facts: &[(&str, String)]) {
        let rows = facts.iter().map(|(name, value)| vec![format!("  {name}"), value.clone()]);
        self.text += &output::table_within(self.width, &[], rows, Colours::None);
    }

    /// The properties that a schema describes; with a mark those that people see where they say nothing.
    fn schema(&mut self, what: &str, schema: &str, has_columns: bool) {
        // A schema that cannot be read was refused when the plugin was loaded.
        let schema: &Value = &serde_json::from_str(schema).unwrap_or_default();
        let hints = TableHints::of(schema);
        let usual = hints.columns();
        let description = text_of(schema, "description");
        let about = if description.is_empty() { String::new() } else { format!(": {description}") };
        // Writing to a String cannot fail.
        let _ = write!(self.text, "\n{}", output::wrapped(&format!("{what}{about}"), self.width));
        let rows: Vec<Vec<String>> = hints
            .properties()
            .map(|(name, property)| {
                let mark = if usual.contains(&name.as_str()) { "*" } else { "" };
                let unit = hints.unit(name).map(|unit| format!(" ({unit})")).unwrap_or_default();
                let default = property.get("default").map(|value| format!(" Default: {value}.")).unwrap_or_default();
                vec![
                    format!("  {name}{mark}"),
                    types_of(property) + &unit,
                    (text_of(property, "description").to_owned() + &default).trim().to_owned(),
                ]
            })
            .collect();
        if rows.is_empty() {
            self.text += if has_columns { "  not described\n" } else { "  none\n" };
            return;
        }
        self.text += &output::table_within(self.width, &["  NAME", "TYPE", "WHAT"], rows, self.colours);
        if !usual.is_empty() {
            self.text += &(self.colours.paint(Style::Aside, "  * shown in tables") + "\n");
        }
    }
}

/// Imports with those of WASI in one line: they are many, and say only which compiler made the component.
pub(super) fn folded(imports: &[String]) -> Vec<String> {
    let (wasi, mut folded): (Vec<&String>, Vec<&String>) =
        imports.iter().partition(|import| import.starts_with("wasi:"));
    let interfaces = |import: &&String| Some(import.strip_prefix("wasi:")?.split(['/', '@']).next()?.to_owned());
    let packages: BTreeSet<String> = wasi.iter().filter_map(interfaces).collect();
    let packages = packages.into_iter().collect::<Vec<_>>().join(", ");
    let line = format!("WASI: {packages} ({})", counted(wasi.len() as u64, "interface"));
    if !wasi.is_empty() {
        folded.push(&line);
    }
    folded.into_iter().cloned().collect()
}

fn list(items: &[String]) -> String {
    if items.is_empty() { "nothing".to_owned() } else { items.join("\n") }
}

fn text_of<'a>(schema: &'a Value, keyword: &str) -> &'a str {
    schema.get(keyword).and_then(Value::as_str).unwrap_or_default()
}

/// The types that a schema allows, but null, which every second value may be.
fn types_of(schema: &Value) -> String {
    let types = match schema.get("type") {
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        one => one.and_then(Value::as_str).into_iter().collect::<Vec<_>>(),
    };
    types.into_iter().filter(|name| *name != "null").collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use api::wire::{PluginLock, PluginSection};
    use expect_test::{Expect, expect};
    use serde_json::json;

    use super::*;

    fn text(json: &Value) -> Arc<RawValue> {
        serde_json::value::to_raw_value(json).unwrap().into()
    }

    fn check(width: Option<usize>, expected: &Expect) {
        let section = json!({
            "description": "The fans.",
            "items": { "properties": {
                "index": { "type": "integer", "description": "Its number." },
                "rpm": { "type": ["integer", "null"], "description": "Revolutions in a minute, as the sensor of the tray says." },
            } },
            "x-table": { "columns": ["index"], "units": { "rpm": "rpm" } },
        });
        let plugin = PluginBody {
            name: "fan-speeds".to_owned(),
            state: "ready",
            version: "1.0.0".to_owned(),
            summary: "How fast fans turn.".to_owned(),
            origin: "/plugins/fan-speeds.wasm".to_owned(),
            digest: "sha256:00".to_owned(),
            imports: [
                "wasi:io/error@0.2.6",
                "snmp-proxy:plugin/snmp@0.1.0",
                "wasi:io/poll@0.2.6",
                "wasi:cli/exit@0.2.6",
            ]
            .map(str::to_owned)
            .into(),
            sections: vec![
                PluginSection { name: "fans".to_owned(), schema: text(&section) },
                PluginSection { name: "trays".to_owned(), schema: text(&json!({})) },
            ],
            timing: "fan_speeds".to_owned(),
            starting: "Walking fans...".to_owned(),
            declares: vec!["1.3.6.1.4.1.9.9.13".to_owned(), "1.3.6.1.4.1.9.9.91".to_owned()],
            reads: vec!["1.3.6.1.4.1.9.9.13".to_owned()],
            probe: vec!["1.3.6.1.4.1.9.9.13.1".to_owned()],
            device_prefixes: vec!["1.3.6.1.4.1.9".to_owned()],
            params_schema: text(&json!({ "properties": { "all": { "type": "boolean", "default": false } } })),
            lock: Some(PluginLock {
                pinned: true,
                digest: Some("sha256:00".to_owned()),
                reads: Some(vec!["1.3.6.1.4.1.9.9.13".to_owned()]),
                params: json!({ "all": true }).as_object().cloned(),
            }),
        };
        expected.assert_eq(&of_collector(&plugin, Colours::None, width));
    }

    #[test]
    fn a_plugin_is_shown_in_full() {
        check(
            None,
            &expect![[r#"
            fan-speeds 1.0.0
            How fast fans turn.

              kind      collects from devices
              origin    /plugins/fan-speeds.wasm
              digest    sha256:00
                        plugins.lock pins it: no other file is loaded
              for       those whose sysObjectID begins with 1.3.6.1.4.1.9
              probe     1.3.6.1.4.1.9.9.13.1
                        `auto` takes it where a device has one of these
              timing    fan_speeds
              progress  Walking fans...
              reads     1.3.6.1.4.1.9.9.13
              declares  1.3.6.1.4.1.9.9.91
                        plugins.lock takes these away, or a part of them
              defaults  {"all":true}
                        of plugins.lock, for polls that give no parameters
              imports   snmp-proxy:plugin/snmp@0.1.0
                        WASI: cli, io (3 interfaces)

            parameters
              NAME  TYPE     WHAT
              all   boolean  Default: false.

            section fans: The fans.
              NAME    TYPE           WHAT
              index*  integer        Its number.
              rpm     integer (rpm)  Revolutions in a minute, as the sensor of the tray says.
              * shown in tables

            section trays
              not described
        "#]],
        );
        check(
            Some(60),
            &expect![[r#"
            fan-speeds 1.0.0
            How fast fans turn.

              kind      collects from devices
              origin    /plugins/fan-speeds.wasm
              digest    sha256:00
                        plugins.lock pins it: no other file is loaded
              for       those whose sysObjectID begins with
                        1.3.6.1.4.1.9
              probe     1.3.6.1.4.1.9.9.13.1
                        `auto` takes it where a device has one of
                        these
              timing    fan_speeds
              progress  Walking fans...
              reads     1.3.6.1.4.1.9.9.13
              declares  1.3.6.1.4.1.9.9.91
                        plugins.lock takes these away, or a part of
                        them
              defaults  {"all":true}
                        of plugins.lock, for polls that give no
                        parameters
              imports   snmp-proxy:plugin/snmp@0.1.0
                        WASI: cli, io (3 interfaces)

            parameters
              NAME  TYPE     WHAT
              all   boolean  Default: false.

            section fans: The fans.
              NAME    TYPE           WHAT
              index*  integer        Its number.
              rpm     integer (rpm)  Revolutions in a minute, as the
                                     sensor of the tray says.
              * shown in tables

            section trays
              not described
        "#]],
        );
    }

    #[test]
    fn a_plugin_for_notifications_is_shown_in_full() {
        let plugin = TrapPlugin {
            name: "cisco-traps".to_owned(),
            version: "1.0.0".to_owned(),
            summary: "What they mean.".to_owned(),
            kind: "trap-enricher",
            origin: "bundled".to_owned(),
            digest: "sha256:00".to_owned(),
            prefixes: vec!["1.3.6.1.4.1.9".to_owned()],
            schema: Some(text(&json!({ "properties": { "peer": { "type": "string" } } }))),
        };
        expect![[r#"
            cisco-traps 1.0.0
            What they mean.

              kind    adds to what notifications say
              origin  bundled
              digest  sha256:00
              for     those below 1.3.6.1.4.1.9

            adds to a record
              NAME  TYPE    WHAT
              peer  string
        "#]]
        .assert_eq(&of_traps(&plugin, Colours::None, None));
    }
}
