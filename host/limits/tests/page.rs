//! `docs/plugins/limits.md` says the limits as they are.
//! After a change, `UPDATE_EXPECT=1 cargo test -p limits --test page` writes it anew.

use std::collections::BTreeSet;

use expect_test::expect_file;
use limits::{Key, Limits, PLUGIN_SUBTREES, PLUGINS_LOCK_BYTES, SIGNATURE_BYTES, Section};

/// What a table is about, and its keys.
type Group = (&'static str, &'static str, &'static [&'static str]);

const GROUPS: &[Group] = &[
    (
        "A run",
        "A run is one plugin in one poll. It has a memory of its own, which is gone when it ends.",
        &[
            "sandbox.memory_bytes",
            "sandbox.cpu",
            "sandbox.cpu_per_row",
            "sandbox.cpu_ceiling",
            "polls.job_deadline",
            "sandbox.host_calls",
            "sandbox.handles",
            "sandbox.concurrent_guests",
            "sandbox.guests_memory_bytes",
        ],
    ),
    (
        "Reading",
        "Where a reading ends at a limit, the rows so far are there and the plugin goes on: `outcome` says why it ended, \
         and the result of the poll has a gap.",
        &[
            "sandbox.get_names",
            "sandbox.columns",
            "sandbox.open_readers",
            "sandbox.readers",
            "snmp.rows",
            "snmp.bytes",
            "snmp.cells_ahead",
            "snmp.get_timeout",
            "snmp.walk_timeout",
            "snmp.seen_names",
        ],
    ),
    (
        "Results and words",
        "A section that is larger than `sandbox.output_bytes` is handed over in parts (`output.rows`).",
        &[
            "sandbox.output_bytes",
            "sandbox.hostcall_bytes",
            "sandbox.rows_bytes",
            "sandbox.message_bytes",
            "sandbox.log_lines",
            "sandbox.log_line_bytes",
            "sandbox.print_bytes",
            "sandbox.progress_calls",
            "sandbox.progress_line_bytes",
            "sandbox.progress_counters",
        ],
    ),
    (
        "Loading",
        "`snmp-proxy plugin check` tells beforehand what of this a file breaks.",
        &[
            "sandbox.file_bytes",
            "sandbox.files",
            "sandbox.functions",
            "sandbox.function_bytes",
            "sandbox.function_locals",
            "sandbox.code_bytes",
            "sandbox.data_bytes",
            "sandbox.modules",
            "sandbox.items",
            "sandbox.instances",
            "sandbox.memories",
            "sandbox.compile_time",
            "sandbox.compile_cpu",
            "sandbox.compile_memory",
            "sandbox.describe",
        ],
    ),
    (
        "Plugins for notifications",
        "",
        &[
            "sandbox.batch_notifications",
            "sandbox.batch_octets",
            "sandbox.trap_cpu",
            "sandbox.trap_time",
            "sandbox.trap_guests",
            "sandbox.enricher_failures",
            "sandbox.enricher_pause",
            "sandbox.record_bytes",
        ],
    ),
];

#[test]
fn the_page_has_every_limit_on_plugins_as_it_is() {
    let limits = Limits::default();
    let sections: [&dyn Section; 3] = [&limits.sandbox, &limits.polls, &limits.snmp];
    let find = |path: &str| -> Key {
        let (table, name) = path.split_once('.').unwrap();
        let section = sections.iter().find(|section| section.name() == table).unwrap();
        let found = section.keys().into_iter().find(|key| key.name == name);
        found.unwrap_or_else(|| panic!("there is no limit {path} any more"))
    };
    let listed: BTreeSet<&str> = GROUPS.iter().flat_map(|(_, _, keys)| keys.iter().copied()).collect();
    for key in limits.sandbox.keys() {
        let path = format!("sandbox.{}", key.name);
        assert!(listed.contains(path.as_str()), "{path} is in no table of docs/plugins/limits.md: add it to GROUPS");
    }

    let mut page = INTRODUCTION.to_owned();
    for (title, text, keys) in GROUPS {
        page.push_str(&format!("## {title}\n\n"));
        if !text.is_empty() {
            page.push_str(&format!("{text}\n\n"));
        }
        page.push_str("| Limit | Default | From, to | |\n|---|---|---|---|\n");
        for path in *keys {
            let key = find(path);
            let (from, to) = key.range.unwrap_or_default();
            let doc: Vec<&str> = key.doc.iter().map(|line| line.trim()).collect();
            let value = key.value.unwrap_or_default();
            page.push_str(&format!("| `{path}` | `{value}` | `{from}`, `{to}` | {} |\n", doc.join(" ")));
        }
        page.push('\n');
    }
    page.push_str(&format!(
        "## Fixed\n\n| | |\n|---|---|\n| Octets of `plugins.lock` | {PLUGINS_LOCK_BYTES} |\n| Subtrees of one list in it \
         | {PLUGIN_SUBTREES} |\n| Octets of a signature | {SIGNATURE_BYTES} |\n",
    ));
    expect_file!["../../../docs/plugins/limits.md"].assert_eq(&page);
}

const INTRODUCTION: &str = "\
# Limits

<!-- Made of host/limits by host/limits/tests/page.rs: write it anew with UPDATE_EXPECT=1. -->

What a plugin may use, and what happens beyond it.
Every limit is a key of the proxy's configuration, such as `memory_bytes` in its table `[sandbox]`: these are defaults. A \
plugin cannot ask for more.

`snmp-proxy plugin test` runs with the same limits and prints what a run takes of them: requests, rows, host calls, memory \
and CPU time. `snmp-proxy plugin bench` does it many times.

A plugin that ends at a limit loses its own result and nobody else's; what it handed over in parts is kept.
The ticket says which limit it was, and `plugin test` says it with all that the plugin logged and printed.

";
