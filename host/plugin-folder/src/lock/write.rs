//! From entries to text, into the text that was there: what did not change stays as it was written.

use snmp::Oid;
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, Value, value};

use super::Entry;

/// What a new lock begins with.
const HEAD: &str = "\
# The plugins of this folder. `snmp-proxy plugin` writes this file, and you may edit it: what you
# change and your comments stay. `snmp-proxy plugin list` says what is wrong with it.
#
# Yours to set: pinned, and of each plugin enabled, reads (the subtrees that it may read, out of
# those that it declares) and params (parameters for polls that give none).

version = 1

# Whether only plugins that are in this file are loaded, and only with the very digest.
pinned = false
";

/// Writes the entries into a text. The text is one that was read, or empty.
pub(super) fn write(text: &str, entries: &[Entry]) -> String {
    let text = if text.trim().is_empty() { HEAD } else { text };
    // What was read is TOML, and so is the head.
    let Ok(mut document) = text.parse::<DocumentMut>() else { return text.to_owned() };
    let list = document.entry("plugins").or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    // A list that was written in one line becomes one of tables.
    if let Some(inline) = list.as_array().cloned() {
        let tables = inline.iter().filter_map(Value::as_inline_table).cloned().map(toml_edit::InlineTable::into_table);
        *list = Item::ArrayOfTables(tables.collect());
    }
    if let Some(tables) = list.as_array_of_tables_mut() {
        tables.retain(|table| entries.iter().any(|entry| name_of(table) == Some(entry.name.as_str())));
        for entry in entries {
            let known = tables.iter_mut().find(|table| name_of(table) == Some(entry.name.as_str()));
            if let Some(table) = known {
                put(table, entry);
            } else {
                let mut table = Table::new();
                table.decor_mut().set_prefix("\n");
                put(&mut table, entry);
                tables.push(table);
            }
        }
    }
    document.to_string()
}

fn name_of(table: &Table) -> Option<&str> {
    table.get("name")?.as_str()
}

/// Puts into a table what is not there already. The operator's parameters stay as they are.
fn put(table: &mut Table, entry: &Entry) {
    set(table, "name", Some(entry.name.as_str().into()));
    set(table, "file", entry.file.as_deref().map(Into::into));
    set(table, "version", entry.version.as_deref().map(Into::into));
    set(table, "digest", entry.digest.as_ref().map(|digest| digest.as_str().into()));
    set(table, "source", entry.source.as_deref().map(Into::into));
    set(table, "signer", entry.signer.as_ref().map(|signer| signer.to_string().into()));
    set(table, "declares", entry.declares.as_deref().map(list));
    set(table, "enabled", Some(entry.is_enabled.into()));
    set(table, "reads", entry.reads.as_deref().map(list));
}

/// Subtrees in one line; more than that are a line each, so that a line can be deleted.
const IN_ONE_LINE: usize = 3;

fn list(subtrees: &[Oid]) -> Value {
    let mut list: Array = subtrees.iter().map(ToString::to_string).collect();
    if subtrees.len() > IN_ONE_LINE {
        for subtree in list.iter_mut() {
            subtree.decor_mut().set_prefix("\n    ");
        }
        list.set_trailing_comma(true);
        list.set_trailing("\n");
    }
    Value::Array(list)
}

/// Sets a key where it says something else, and keeps the comment behind it.
fn set(table: &mut Table, key: &str, wanted: Option<Value>) {
    let Some(mut wanted) = wanted else {
        table.remove(key);
        return;
    };
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(written) if same(written, &wanted) => {}
        Some(written) => {
            *wanted.decor_mut() = written.decor().clone();
            *written = wanted;
        }
        None => {
            table.insert(key, value(wanted));
        }
    }
}

/// Whether two values say the same, however they are written. Subtrees may have a dot in front.
fn same(written: &Value, wanted: &Value) -> bool {
    let texts = |value: &Value| {
        let text = |item: &Value| item.as_str().map(|text| text.strip_prefix('.').unwrap_or(text).to_owned());
        value.as_array().map(|items| items.iter().map(text).collect::<Vec<_>>())
    };
    match (written, wanted) {
        (Value::String(written), Value::String(wanted)) => written.value() == wanted.value(),
        (Value::Boolean(written), Value::Boolean(wanted)) => written.value() == wanted.value(),
        (Value::Array(_), Value::Array(_)) => texts(written) == texts(wanted),
        _ => false,
    }
}
