//! The folder of plugins changes while they are in use.

use std::{fs, path::Path, sync::Arc, time::Duration};

use runtime::{LivePlugins, PluginSet, PluginSources, Runtime};

use crate::{
    guest::Guest,
    world::{collect, runtime, said},
};

/// A plugin whose section `good` is this number.
fn guest(name: &'static str, number: u32) -> Vec<u8> {
    let mut guest = Guest::good(name);
    guest.collect = guest.returning(&format!(r#"{{"good": {number}}}"#));
    guest.build()
}

async fn live(runtime: &Runtime, dir: &Path) -> LivePlugins {
    let bundled = vec![("arp", &*guest("arp", 0).leak())];
    let sources = PluginSources { bundled, dir: Some(dir.to_owned()), takes_over: Vec::new() };
    let live = LivePlugins::start(runtime, sources, Arc::new(())).await;
    live.loaded().await;
    live
}

/// What each plugin answers, then what is wrong.
async fn answers(runtime: &Runtime, set: &PluginSet) -> Vec<String> {
    let mut answers = Vec::new();
    for plugin in set.plugins() {
        answers.push(format!("{} {}", plugin.manifest().name, said(&collect(runtime, plugin).await)));
    }
    answers.extend(set.problems().iter().map(ToString::to_string));
    answers
}

/// As a program puts a file in the place of another.
fn put(dir: &Path, name: &str, octets: &[u8]) {
    let aside = dir.join("aside");
    fs::write(&aside, octets).unwrap();
    fs::rename(aside, dir.join(name)).unwrap();
}

#[tokio::test]
async fn what_is_new_or_has_changed_is_loaded_and_nothing_else() {
    let (dir, runtime) = (tempfile::tempdir().unwrap(), runtime());
    put(dir.path(), "fans.wasm", &guest("fans", 1));
    put(dir.path(), "vlans.wasm", &guest("vlans", 1));
    let live = live(&runtime, dir.path()).await;
    let before = live.now();
    let first = [r#"arp {"good":0}"#, r#"fans {"good":1}"#, r#"vlans {"good":1}"#];
    assert_eq!(answers(&runtime, &before).await, first);
    let nothing = live.reload().await;
    assert_eq!((nothing.read, nothing.removed, nothing.problems), (vec![], vec![], vec![]));

    put(dir.path(), "fans.wasm", &guest("fans", 2));
    put(dir.path(), "arp.wasm", &guest("arp", 7));
    fs::remove_file(dir.path().join("vlans.wasm")).unwrap();
    let reloaded = live.reload().await;
    assert_eq!(
        (reloaded.read, reloaded.removed),
        (vec!["arp".to_owned(), "fans".to_owned()], vec!["vlans".to_owned()])
    );
    assert_eq!(answers(&runtime, &live.now()).await, [r#"arp {"good":7}"#, r#"fans {"good":2}"#]);
    assert_eq!(answers(&runtime, &before).await, first, "who has begun goes on with what there was");

    fs::remove_file(dir.path().join("arp.wasm")).unwrap();
    live.reload().await;
    assert_eq!(answers(&runtime, &live.now()).await, [r#"arp {"good":0}"#, r#"fans {"good":2}"#]);
}

#[tokio::test]
async fn a_file_that_cannot_be_loaded_costs_nobody_the_plugin_before_it() {
    let (dir, runtime) = (tempfile::tempdir().unwrap(), runtime());
    put(dir.path(), "fans.wasm", &guest("fans", 1));
    let live = live(&runtime, dir.path()).await;
    put(dir.path(), "fans.wasm", b"(module)");
    put(dir.path(), "vlans.wasm", &guest("other", 1));
    let reloaded = live.reload().await;
    let fans = "`fans` is not a WebAssembly component: ";
    let vlans = "`vlans` calls itself `other` in its manifest";
    assert!(reloaded.problems[0].starts_with(fans), "{:?}", reloaded.problems);
    assert!(reloaded.problems[0].ends_with("; version 1.0.0 stays in use"), "{:?}", reloaded.problems);
    assert_eq!(reloaded.problems[1], vlans);
    let now = answers(&runtime, &live.now()).await;
    assert_eq!(now[..2], [r#"arp {"good":0}"#, r#"fans {"good":1}"#]);
    assert_eq!(now[2..], reloaded.problems, "what is wrong can be seen as long as it is");
    assert_eq!(live.now().problems()[0].in_force.as_deref(), Some("1.0.0"));
    let again = live.reload().await;
    assert_eq!((again.read, again.problems), (vec![], vec![]), "what has not changed is not tried again");

    put(dir.path(), "fans.wasm", &guest("fans", 3));
    live.reload().await;
    assert_eq!(answers(&runtime, &live.now()).await, [r#"arp {"good":0}"#, r#"fans {"good":3}"#, vlans]);
}

#[tokio::test]
async fn a_configuration_that_is_refused_costs_nobody_the_one_before_it() {
    let (dir, runtime) = (tempfile::tempdir().unwrap(), runtime());
    put(dir.path(), "profiles.wasm", &Guest::configured().build());
    fs::create_dir(dir.path().join("profiles")).unwrap();
    put(dir.path(), "profiles/fans.yaml", b"fans");
    put(dir.path(), "profiles/vlans.yaml", b"vlans");
    let live = live(&runtime, dir.path()).await;
    let both = ["arp {\"good\":0}", "fans {\"good\":{}}", "vlans {\"good\":{}}"];
    assert_eq!(answers(&runtime, &live.now()).await, both);

    put(dir.path(), "profiles/fans.yaml", b"!line 3: there is no such table");
    let refused = live.reload().await.problems;
    assert_eq!(
        refused,
        ["`fans` refuses its configuration: !line 3: there is no such table; version 1.0.0 stays in use"]
    );
    assert_eq!(answers(&runtime, &live.now()).await[..3], both);
    put(dir.path(), "profiles.wasm", b"nothing");
    assert!(live.reload().await.problems[0].ends_with("; version 1.0.0 stays in use"));
    assert_eq!(answers(&runtime, &live.now()).await[..3], both);
    put(dir.path(), "profiles.wasm", &Guest::configured().build());
    put(dir.path(), "profiles/fans.yaml", b"fans");
    fs::remove_file(dir.path().join("profiles/vlans.yaml")).unwrap();
    assert_eq!(live.reload().await.problems, [""; 0]);
    assert_eq!(answers(&runtime, &live.now()).await, both[..2]);
}

#[tokio::test]
async fn a_folder_that_is_gone_for_a_moment_takes_no_plugins_with_it() {
    let (dir, runtime) = (tempfile::tempdir().unwrap(), runtime());
    let (folder, away) = (dir.path().join("plugins"), dir.path().join("away"));
    fs::create_dir(&folder).unwrap();
    put(&folder, "fans.wasm", &guest("fans", 1));
    let live = live(&runtime, &folder).await;
    fs::rename(&folder, &away).unwrap();
    let reloaded = live.reload().await;
    assert!(reloaded.removed.is_empty() && reloaded.problems[0].contains("cannot be read"), "{reloaded:?}");
    assert!(live.now().get("fans").is_some());
    fs::rename(&away, &folder).unwrap();
    assert_eq!(live.reload().await.problems, [""; 0]);
    assert_eq!(answers(&runtime, &live.now()).await, [r#"arp {"good":0}"#, r#"fans {"good":1}"#]);
}

#[tokio::test]
async fn a_folder_that_is_watched_is_loaded_when_it_has_changed() {
    let (dir, runtime) = (tempfile::tempdir().unwrap(), runtime());
    let live = live(&runtime, dir.path()).await;
    let known = live.now();
    let watching = tokio::spawn({
        let live = live.clone();
        async move { live.watch(Duration::from_millis(10), |_| ()).await }
    });
    put(dir.path(), "fans.wasm", &guest("fans", 1));
    let found = live.changed(&known).await;
    // First it is there to be waited for, then it is loaded.
    let found = if found.get("fans").is_some() { found } else { live.loaded().await };
    assert_eq!(answers(&runtime, &found).await, [r#"arp {"good":0}"#, r#"fans {"good":1}"#]);
    watching.abort();
}

/// What there is after this lock is written and the plugins are loaded again: each with its subtrees, then problems.
async fn under(live: &LivePlugins, dir: &Path, lock: &str) -> Vec<String> {
    put(dir, "plugins.lock", lock.as_bytes());
    let problems = live.reload().await.problems;
    let set = live.now();
    let reads = |plugin: &runtime::Plugin| {
        let reads: Vec<String> = plugin.manifest().reads.iter().map(ToString::to_string).collect();
        format!("{} {}", plugin.manifest().name, reads.join(" "))
    };
    set.plugins().map(reads).chain(problems).collect()
}

#[tokio::test]
async fn what_the_lock_says_of_a_plugin_holds_from_the_next_time_it_is_read() {
    let (dir, runtime) = (tempfile::tempdir().unwrap(), runtime());
    put(dir.path(), "fans_all.wasm", &guest("fans-all", 1));
    let live = live(&runtime, dir.path()).await;
    let (dir, all) = (dir.path(), ["arp 1.3.6.1.2.1", "fans-all 1.3.6.1.2.1"]);
    assert_eq!(under(&live, dir, "version = 1\n").await, all);

    let entry = |rest: &str| format!("version = 1\n[[plugins]]\nname = \"fans-all\"\nfile = \"fans_all.wasm\"\n{rest}");
    let narrowed = under(&live, dir, &entry("reads = [\"1.3.6.1.2.1.2\", \"1.3.6.1.4.1\"]\n")).await;
    assert_eq!(narrowed, ["arp 1.3.6.1.2.1", "fans-all 1.3.6.1.2.1.2"], "the operator takes away and never adds");
    assert_eq!(under(&live, dir, &entry("enabled = false\n")).await, ["arp 1.3.6.1.2.1"]);
    assert_eq!(under(&live, dir, "version = 1\n[[plugins]]\nname = \"arp\"\nenabled = false\n").await, all[1..]);
    assert_eq!(
        under(&live, dir, "version = 1\n[[plugins]]\nname = \"arp\"\nreads = [\"1.3.6.1.2.1.4\"]\n").await,
        ["arp 1.3.6.1.2.1.4", "fans-all 1.3.6.1.2.1"]
    );

    let digest = live.now().get("fans-all").unwrap().digest().to_owned();
    let pinned = |digest: &str| entry(&format!("digest = \"{digest}\"\n")).replace("1\n", "1\npinned = true\n");
    assert_eq!(under(&live, dir, &pinned(&digest)).await, all);
    let other = format!("sha256:{}", "0".repeat(64));
    let refused = under(&live, dir, &pinned(&other)).await;
    assert_eq!(refused[..2], all, "what was loaded before stays in use");
    assert!(refused[2].starts_with("`fans-all` is not the file that was installed: its digest is "), "{refused:?}");

    let wrong = under(&live, dir, "version = 1\npined = true\n").await;
    assert_eq!(wrong[..2], all);
    assert!(wrong[2].contains("cannot be used: ") && wrong[2].contains("did you mean"), "{wrong:?}");
}

#[tokio::test]
async fn parameters_of_the_operator_are_those_of_jobs_that_give_none() {
    let (dir, runtime) = (tempfile::tempdir().unwrap(), runtime());
    put(dir.path(), "fans.wasm", &guest("fans", 1));
    let live = live(&runtime, dir.path()).await;
    let given =
        |params: &str| format!("version = 1\n[[plugins]]\nname = \"fans\"\nfile = \"fans.wasm\"\nparams = {params}\n");
    under(&live, dir.path(), &given("{ rack = 4 }")).await;
    let params = live.now().get("fans").unwrap().manifest().default_params.clone();
    assert_eq!(serde_json::Value::from(params), serde_json::json!({ "rack": 4 }));
}
