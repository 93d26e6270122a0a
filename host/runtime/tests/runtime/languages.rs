//! Plugins that were compiled from other languages, as they are kept in `tests/fixtures`: they load, collect, and fail in
//! words.

use std::sync::Arc;

use limits::SandboxLimits;
use runtime::{Plugin, PluginSource, Runtime};
use tokio::sync::OnceCell;

use crate::world::{Heard, TestDevice, job, load, runtime, runtime_with, said};

const JAVASCRIPT: &[u8] = include_bytes!("../fixtures/javascript-fixture.wasm");
const C: &[u8] = include_bytes!("../fixtures/c-fixture.wasm");
const RUST: &[u8] = include_bytes!("../fixtures/rust-fixture.wasm");
/// 19 MB, of which CPython is almost all.
const PYTHON: &[u8] = include_bytes!("../fixtures/python-fixture.wasm.zst");

/// A plugin of another language in a runtime of the tests that need it; to compile QuickJS takes seconds.
async fn javascript() -> (Runtime, Plugin) {
    static SHARED: OnceCell<(Runtime, Plugin)> = OnceCell::const_new();
    let start = || async {
        let runtime = runtime();
        let plugin = load(&runtime, "javascript-fixture", JAVASCRIPT.to_vec()).await;
        (runtime, plugin)
    };
    SHARED.get_or_init(start).await.clone()
}

async fn c() -> (Runtime, Plugin) {
    let runtime = runtime();
    let plugin = load(&runtime, "c-fixture", C.to_vec()).await;
    (runtime, plugin)
}

async fn rust() -> (Runtime, Plugin) {
    let runtime = runtime();
    let plugin = load(&runtime, "rust-fixture", RUST.to_vec()).await;
    (runtime, plugin)
}

/// What a run comes to that is told to do this.
async fn act((runtime, plugin): &(Runtime, Plugin), act: &str) -> String {
    let mut job = job(TestDevice::default(), &Arc::<Heard>::default());
    job.params.insert("act".to_owned(), act.into());
    said(&runtime.collect(plugin, job).await)
}

/// What ends in the same words in every language: an error of the plugin's own, a name that it does not declare, and a loop without an end.
async fn fails_in_words(plugin: &(Runtime, Plugin)) {
    assert_eq!(act(plugin, "error").await, "unsupported: nothing here");
    assert!(act(plugin, "undeclared").await.starts_with("not-declared: 1.3.6.1.2.1.1.1.0 is outside the "));
    assert_eq!(act(plugin, "spin").await, "cpu-budget: used more than 2s of CPU time (limit `cpu`)");
}

#[tokio::test]
async fn a_plugin_in_javascript_says_what_it_is() {
    let (_, plugin) = javascript().await;
    let manifest = plugin.manifest();
    assert_eq!(manifest.summary, "A plugin in JavaScript, kept as it was compiled.");
    let reads: Vec<_> = manifest.reads.iter().map(ToString::to_string).collect();
    assert_eq!(reads, ["1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.2.2.1.4", "1.3.6.1.2.1.1.5"]);
}

#[tokio::test]
async fn a_plugin_in_javascript_collects() {
    let javascript = javascript().await;
    assert_eq!(act(&javascript, "rows").await, r#"{"fixture":{"rows":3,"sys_name":["integer"]}}"#);
    assert_eq!(act(&javascript, "parts").await, r#"{"fixture":[1,1,1]}"#);
}

#[tokio::test]
async fn a_plugin_in_javascript_fails_with_type_text_and_place() {
    let javascript = javascript().await;
    assert_eq!(
        act(&javascript, "exception").await,
        "exception: TypeError: cannot read property 'at' of undefined at broken (plugin.js:7:10)"
    );
    fails_in_words(&javascript).await;
    let recursed = act(&javascript, "recurse").await;
    assert!(recursed.contains("stack"), "{recursed}");
    assert!(act(&javascript, "rows").await.starts_with("{"), "nothing is left of it");
}

#[tokio::test]
async fn a_plugin_in_c_collects_and_fails_in_words() {
    let c = c().await;
    assert_eq!(c.1.manifest().summary, "A plugin in C, kept as it was compiled.");
    assert_eq!(act(&c, "rows").await, r#"{"fixture":{"rows":3}}"#);
    fails_in_words(&c).await;
    let trapped = act(&c, "trap").await;
    assert!(
        trapped.starts_with("trap: trapped: wasm `unreachable` instruction executed in broken < collect"),
        "{trapped}"
    );
}

#[tokio::test]
async fn a_plugin_in_rust_collects_and_fails_in_words() {
    let rust = rust().await;
    assert_eq!(rust.1.manifest().summary, "A plugin in Rust, kept as it was compiled.");
    assert_eq!(act(&rust, "rows").await, r#"{"fixture":{"rows":3}}"#);
    fails_in_words(&rust).await;
    assert!(act(&rust, "panic").await.contains("broken on purpose"));
    assert!(act(&rust, "memory").await.starts_with("memory-limit: "));
    assert!(act(&rust, "recurse").await.contains("stack"));
    assert_eq!(act(&rust, "rows").await, r#"{"fixture":{"rows":3}}"#, "nothing is left of it");
}

/// To compile CPython takes a minute where the compiler is not optimised.
#[tokio::test]
async fn a_plugin_in_python_collects_and_fails_in_words() {
    if !prerequisites::long_tests() {
        return;
    }
    let runtime = runtime();
    let plugin = load(&runtime, "python-fixture", zstd::decode_all(PYTHON).unwrap()).await;
    let python = (runtime, plugin);
    assert_eq!(python.1.manifest().summary, "A plugin in Python, kept as it was compiled.");
    assert_eq!(act(&python, "rows").await, r#"{"fixture":{"rows":3}}"#);
    fails_in_words(&python).await;
    assert!(act(&python, "exception").await.starts_with("exception: KeyError: 'nothing'"));
    for hostile in ["memory", "recurse"] {
        let ended = act(&python, hostile).await;
        assert!(
            ["memory-limit: ", "exception: MemoryError", "exception: RecursionError", "stack-overflow: "]
                .iter()
                .any(|word| ended.starts_with(word)),
            "{ended}"
        );
    }
    assert_eq!(act(&python, "rows").await, r#"{"fixture":{"rows":3}}"#, "nothing is left of it");
}

#[tokio::test]
async fn a_component_has_as_many_memories_as_the_limit_allows() {
    let limits = SandboxLimits { memories: 1, ..SandboxLimits::default() };
    let runtime = runtime_with(limits);
    let refused = runtime.load(PluginSource::Bundled { name: "javascript-fixture", wasm: JAVASCRIPT }).await;
    let refused = refused.map(|_| ()).unwrap_err().with_causes();
    assert!(refused.contains("memor"), "{refused}");
    load(&runtime, "c-fixture", C.to_vec()).await;
}
