//! What becomes a plugin, and in which words everything else is refused.

use std::{fs, path::Path, sync::Arc, time::Duration};

use limits::SandboxLimits;
use parking_lot::Mutex;
use runtime::{
    ChildProgram, Compiler, LivePlugins, LoadEvents, Origin, PluginSet, PluginSource, PluginSources, Runtime,
    RuntimeOptions,
};

use crate::{
    guest::Guest,
    world::{collect, load, runtime, runtime_with, said},
};

async fn refused(runtime: &Runtime, wasm: Vec<u8>) -> String {
    let source = PluginSource::Bundled { name: "bad", wasm: wasm.leak() };
    runtime.load(source).await.expect_err("it is no plugin").with_causes()
}

/// Describes a set in text: its plugins, then its problems.
fn text(set: &PluginSet, dir: &Path) -> String {
    let from = |origin: &Origin| match origin {
        Origin::Bundled => "bundled".to_owned(),
        Origin::File(path) => path.strip_prefix(dir).unwrap().display().to_string(),
    };
    let plugins = set.plugins().map(|plugin| format!("{} from {}\n", plugin.manifest().name, from(plugin.origin())));
    let problems = set.problems().iter().map(|problem| format!("problem: {problem}\n"));
    plugins.chain(problems).collect::<String>().replace(&format!("{}/", dir.display()), "DIR/")
}

fn good(name: &'static str) -> &'static [u8] {
    Guest::good(name).build().leak()
}

#[tokio::test]
async fn a_plugin_tells_what_it_is() {
    let plugin = load(&runtime(), "first", Guest::good("first").build()).await;
    assert_eq!(plugin.manifest().name, "first");
    assert_eq!(plugin.manifest().sections.len(), 1);
    assert_eq!(plugin.origin(), &Origin::Bundled);
    assert!(plugin.digest().starts_with("sha256:") && plugin.digest().len() == 71, "{}", plugin.digest());
    let ours = |import: &String| import.starts_with("snmp-proxy:plugin/");
    assert!(plugin.imports().iter().all(ours), "{:?}", plugin.imports());
}

#[tokio::test]
async fn what_is_no_plugin_is_refused_in_words() {
    let runtime = runtime();
    let wat = |text: &str| wat::parse_str(text).unwrap();
    assert_eq!(refused(&runtime, b"hello".to_vec()).await, "is not a WebAssembly component: it is a text");
    assert_eq!(
        refused(&runtime, wat("(module)")).await,
        "is a core module and not a component (Rust: build it for wasm32-wasip2)"
    );
    assert_eq!(
        refused(&runtime, wat("(component)")).await,
        "exports none of `snmp-proxy:plugin/collector`, `snmp-proxy:plugin/configured-collector`, `snmp-proxy:plugin/trap-decoder`, `snmp-proxy:plugin/trap-enricher` of version 0.1"
    );
    assert_eq!(
        refused(&runtime, wat(r#"(component (import "wasi:http/types@0.2.0" (instance)))"#)).await,
        "imports `wasi:http/types@0.2.0`, which plugins must not import"
    );
    assert_eq!(
        refused(&runtime, wat(r#"(component (import "snmp-proxy:plugin/snmp@0.9.0" (instance)))"#)).await,
        "imports `snmp-proxy:plugin/snmp@0.9.0`, which is of another contract than this host's 0.1"
    );
    let newer = r#"(component
        (import "snmp-proxy:plugin/job@0.1.7" (instance (export "stop" (func))))
        (instance $empty)
        (export "snmp-proxy:plugin/collector@0.1.0" (instance $empty)))"#;
    let text = refused(&runtime, wat(newer)).await;
    assert!(text.starts_with("does not fit the contract: ") && text.contains("`describe`"), "{text}");
    assert_eq!(refused(&runtime, Guest::good("good").build()).await, "calls itself `good` in its manifest");
}

#[tokio::test]
async fn a_component_of_an_unknown_version_of_the_contract_says_so_in_plain_words() {
    let runtime = runtime();
    for kind in ["collector", "trap-decoder", "trap-enricher"] {
        let export = format!("snmp-proxy:plugin/{kind}@0.9.0");
        let component = format!(r#"(component (instance $empty) (export "{export}" (instance $empty)))"#);
        assert_eq!(
            refused(&runtime, wat::parse_str(&component).unwrap()).await,
            format!(
                "exports `{export}`, and this host has version 0.1 of the contract only: update snmp-proxy, or build \
                 the plugin for one of these"
            )
        );
    }
}

#[tokio::test]
async fn a_plugin_that_fails_to_describe_itself_is_refused() {
    let limits = SandboxLimits { cpu: Duration::from_millis(100), ..SandboxLimits::default() };
    let runtime = runtime_with(limits);
    let describing = |body: &'static str| Guest { describe: Some(body), ..Guest::good("bad") }.build();
    assert_eq!(
        refused(&runtime, describing("(unreachable)")).await,
        "`describe` failed: trapped: wasm `unreachable` instruction executed"
    );
    assert_eq!(
        refused(&runtime, describing("(loop $l (br $l)) (unreachable)")).await,
        "`describe` failed: used more than 100ms of CPU time (limit `cpu`)"
    );
    assert_eq!(
        refused(&runtime, describing("(call $params (i32.const 512)) (i32.const 0)")).await,
        "`describe` failed: trapped: called the host's `job.params`, which it may do only while it collects"
    );
    let wrong = Guest { sections: &[], ..Guest::good("bad") }.build();
    assert_eq!(refused(&runtime, wrong).await, "has a wrong manifest: sections: there are 0, and 1 to 32 are possible");
}

#[tokio::test]
async fn a_plugin_of_too_many_parts_or_too_much_memory_does_not_start() {
    let runtime = runtime_with(SandboxLimits { instances: 1, ..SandboxLimits::default() });
    let text = refused(&runtime, Guest::good("bad").build()).await;
    assert!(text.contains("instance"), "{text}");
    let runtime = runtime_with(SandboxLimits { memory_bytes: 1 << 20, ..SandboxLimits::default() });
    assert_eq!(
        refused(&runtime, Guest::good("bad").build()).await,
        "`describe` failed: wanted more than 1 MiB of memory (limit `memory_bytes`)"
    );
}

#[tokio::test]
async fn a_file_adds_a_plugin_or_takes_the_place_of_a_bundled_one() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("arp.wasm"), good("arp")).unwrap();
    fs::write(dir.path().join("extra.wasm"), good("extra")).unwrap();
    fs::write(dir.path().join("README.md"), "not for the host").unwrap();
    fs::write(dir.path().join(".half-copied.wasm"), "not yet").unwrap();
    let bundled = [("arp", good("arp")), ("interfaces", good("interfaces"))];
    let set = PluginSet::load(&runtime(), bundled, Some(dir.path())).await;
    assert_eq!(text(&set, dir.path()), "arp from arp.wasm\nextra from extra.wasm\ninterfaces from bundled\n");
}

/// Such a name was written into logs and terminals as it is.
#[cfg(unix)]
#[tokio::test]
async fn a_file_whose_name_no_plugin_can_have_is_refused_and_its_name_moves_no_cursor() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["a\u{1b}[2J\nb.wasm", "Arp.wasm", "an other.wasm", "..wasm"] {
        fs::write(dir.path().join(name), good("extra")).unwrap();
    }
    let set = PluginSet::load(&runtime(), [], Some(dir.path())).await;
    let why =
        "has an invalid file name: a plugin is a file NAME.wasm, and NAME is lower-kebab-case of at most 64 octets";
    assert_eq!(
        text(&set, dir.path()),
        format!("problem: `Arp` {why}\nproblem: `a\\u{{1b}}[2J\\nb` {why}\nproblem: `an other` {why}\n")
    );
}

#[derive(Default)]
struct Told(Mutex<Vec<String>>);

impl LoadEvents for Told {
    fn compiling(&self, name: &str) {
        self.0.lock().push(format!("{name} compiling"));
    }

    fn ended(&self, name: &str) {
        self.0.lock().push(format!("{name} ended"));
    }
}

#[tokio::test]
async fn it_is_told_which_plugins_are_compiled_and_which_cannot_be_loaded() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("bad.wasm"), "broken").unwrap();
    let told = Arc::new(Told::default());
    let bundled = vec![("arp", good("arp"))];
    let sources = PluginSources { bundled, dir: Some(dir.path().to_owned()), takes_over: Vec::new() };
    let events = Arc::clone(&told) as Arc<dyn LoadEvents>;
    LivePlugins::start(&runtime(), sources, events).await.loaded().await;
    let mut told = std::mem::take(&mut *told.0.lock());
    told.sort();
    assert_eq!(told, ["arp compiling", "arp ended", "bad ended"]);
}

#[tokio::test]
async fn a_plugin_whose_machine_code_is_kept_is_not_compiled_again() {
    let (dir, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(dir.path().join("extra.wasm"), good("extra")).unwrap();
    let start = async || {
        let cache_dir = Some(cache.path().to_owned());
        let runtime = Runtime::new(RuntimeOptions { threads: 2, cache_dir, ..RuntimeOptions::default() }).unwrap();
        let told = Arc::new(Told::default());
        let sources = PluginSources { bundled: Vec::new(), dir: Some(dir.path().to_owned()), takes_over: Vec::new() };
        let events = Arc::clone(&told) as Arc<dyn LoadEvents>;
        LivePlugins::start(&runtime, sources, events).await.loaded().await;
        std::mem::take(&mut *told.0.lock())
    };
    assert_eq!(start().await, ["extra compiling", "extra ended"]);
    assert_eq!(start().await, ["extra ended"]);
}

#[tokio::test]
async fn a_broken_file_stops_nobody_and_the_bundled_plugin_keeps_serving() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("arp.wasm"), "broken").unwrap();
    fs::write(dir.path().join("other-name.wasm"), good("extra")).unwrap();
    fs::write(dir.path().join("large.wasm"), vec![0; 100_001]).unwrap();
    fs::create_dir(dir.path().join("folder.wasm")).unwrap();
    fs::write(dir.path().join("extra.wasm"), good("extra")).unwrap();
    let runtime = runtime_with(SandboxLimits { file_bytes: 100_000, ..SandboxLimits::default() });
    let set = PluginSet::load(&runtime, [("arp", good("arp"))], Some(dir.path())).await;
    let text = text(&set, dir.path());
    let (start, end) = text.split_once("problem: `folder`").unwrap();
    assert!(
        start.starts_with(
            "arp from bundled\nextra from extra.wasm\nproblem: `arp` is not a WebAssembly component: it is a text\n"
        ),
        "{text}"
    );
    assert_eq!(
        end,
        " cannot be read: it is not a file\n\
         problem: `large` has more than 97.65 KiB (100000 octets) (limit `file_bytes`)\n\
         problem: `other-name` calls itself `extra` in its manifest\n"
    );
    assert_eq!(said(&collect(&runtime, set.get("arp").unwrap()).await), r#"{"good":{}}"#);
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_a_problem_and_no_more() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("plugins");
    let set = PluginSet::load(&runtime(), [("arp", good("arp"))], Some(&missing)).await;
    assert_eq!(
        text(&set, dir.path()),
        "arp from bundled\nproblem: `DIR/plugins` cannot be read: No such file or directory (os error 2)\n"
    );
}

#[tokio::test]
async fn only_so_many_files_are_read() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.wasm"), good("a")).unwrap();
    fs::write(dir.path().join("b.wasm"), good("b")).unwrap();
    let runtime = runtime_with(SandboxLimits { files: 1, ..SandboxLimits::default() });
    let set = PluginSet::load(&runtime, [], Some(dir.path())).await;
    assert_eq!(
        text(&set, dir.path()),
        "a from a.wasm\nproblem: `b` is not read: the folder holds more than 1 plugins (limit `files`)\n"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn the_cache_is_for_this_user_alone_and_can_be_done_without() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let cache = dir.path().join("a/cache");
    let start = |dir: &Path| {
        let options = RuntimeOptions { cache_dir: Some(dir.to_owned()), ..RuntimeOptions::default() };
        Runtime::new(options).unwrap()
    };
    load(&start(&cache), "arp", good("arp").to_vec()).await;
    assert_eq!(fs::metadata(&cache).unwrap().permissions().mode() & 0o777, 0o700);
    assert!(fs::read_dir(&cache).unwrap().count() > 0, "compiled code is kept");
    load(&start(&cache), "arp", good("arp").to_vec()).await;

    let open = dir.path().join("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
    load(&start(&open), "arp", good("arp").to_vec()).await;
    assert_eq!(fs::read_dir(&open).unwrap().count(), 0, "what others may write is not run");
    load(&start(Path::new("/dev/null/cache")), "arp", good("arp").to_vec()).await;
}

/// A stranger's file kept the port closed for as long as it took to compile it.
#[cfg(unix)]
#[tokio::test]
async fn what_is_there_can_be_used_while_a_file_is_compiled_and_that_one_can_be_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    fs::create_dir(at("plugins")).unwrap();
    fs::write(at("plugins/slow.wasm"), good("slow")).unwrap();
    // What the child will answer, made beforehand.
    let options = RuntimeOptions { cache_dir: Some(at("made")), ..RuntimeOptions::default() };
    load(&Runtime::new(options).unwrap(), "slow", good("slow").to_vec()).await;
    let packed = fs::read_dir(at("made")).unwrap().next().unwrap().unwrap().path();
    fs::write(at("code"), zstd::decode_all(fs::File::open(packed).unwrap()).unwrap()).unwrap();
    // Who reads a FIFO waits until somebody writes into it.
    assert!(std::process::Command::new("mkfifo").arg(at("go")).status().unwrap().success());
    let script = format!("cat {}; cat {}", at("go").display(), at("code").display());
    let compiler =
        Compiler::Children(ChildProgram { program: "/bin/sh".into(), arguments: vec!["-c".into(), script.into()] });
    let runtime = Runtime::new(RuntimeOptions { compiler, ..RuntimeOptions::default() }).unwrap();

    let bundled = vec![("arp", good("arp"))];
    let sources = PluginSources { bundled, dir: Some(at("plugins")), takes_over: Vec::new() };
    let live = LivePlugins::start(&runtime, sources, Arc::new(())).await;
    let now = live.now();
    assert_eq!(text(&now, dir.path()), "arp from bundled\n");
    assert_eq!(now.compiling().map(|(name, _)| name).collect::<Vec<_>>(), ["slow"]);
    assert!(now.is_compiling("slow") && !now.is_compiling("arp"));

    let waiting = live.until(|set| !set.is_compiling("slow"));
    let go = tokio::task::spawn_blocking({
        let go = at("go");
        move || fs::write(go, "").unwrap()
    });
    let (waited, written) = tokio::join!(waiting, go);
    written.unwrap();
    assert_eq!(text(&waited, dir.path()), "arp from bundled\nslow from plugins/slow.wasm\n");
    assert_eq!(live.loaded().await.compiling().count(), 0);
}

#[tokio::test]
async fn the_standard_plugins_are_plugins() {
    let bundled = bundle::PLUGINS.iter().map(|plugin| (plugin.name, plugin.wasm));
    let set = PluginSet::load(&runtime(), bundled, None).await;
    assert_eq!(text(&set, Path::new("")), "arp from bundled\ninterfaces from bundled\nsystem-info from bundled\n");
}

#[tokio::test]
async fn a_component_that_is_configured_is_a_plugin_for_each_configuration_beside_it() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, octets: &[u8]| fs::write(dir.path().join(name), octets).unwrap();
    write("profiles.wasm", &Guest::configured().build());
    fs::create_dir(dir.path().join("profiles")).unwrap();
    write("profiles/fans.yaml", b"fans");
    write("profiles/vlans.yaml", b"vlans");
    write("profiles/bad.yaml", b"!line 3: there is no such table");
    write("profiles/other.yaml", b"another");
    write("profiles/octets.yaml", b"\xff");
    write("profiles/.hidden", b"hidden");
    write("alone.wasm", &Guest::configured().build());
    let runtime = runtime();
    let set = PluginSet::load(&runtime, [], Some(dir.path())).await;
    expect_test::expect![[r#"
        fans from profiles/fans.yaml
        vlans from profiles/vlans.yaml
        problem: `alone` is configured by files in a folder of its own name beside it, and there is none
        problem: `bad` refuses its configuration: !line 3: there is no such table
        problem: `octets` cannot be read: invalid utf-8 sequence of 1 bytes from index 0
        problem: `other` calls itself `another` in its manifest
    "#]]
    .assert_eq(&text(&set, dir.path()));
    let [fans, vlans] = ["fans", "vlans"].map(|name| set.get(name).unwrap());
    assert_ne!(fans.digest(), vlans.digest(), "what a ticket names must tell them apart");
    assert_eq!(said(&collect(&runtime, fans).await), r#"{"good":{}}"#);
}
