//! `snmp-proxy plugin` as an operator types it: what is in the folder then, what is printed, and how it ends.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use harness::{DockerRegistry, Ended, snmp_proxy_binary};
use serde_json::Value;

/// A plugin folder, a folder to install from, and the commands with both.
struct Operator {
    place: tempfile::TempDir,
}

impl Operator {
    fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        std::fs::create_dir(place.path().join("plugins")).unwrap();
        Self { place }
    }

    /// One who has installed `arp` and pinned it, with the file that it came from.
    async fn with_pinned_arp() -> (Self, String) {
        let operator = Self::new();
        let file = operator.file("arp.wasm", "arp");
        assert_eq!(operator.run(&format!("plugin install {file}")).await.code, 0);
        operator.edit_lock("pinned = false", "pinned = true");
        (operator, file)
    }

    /// A file to install: the component of a standard plugin.
    fn file(&self, file: &str, plugin: &str) -> String {
        let found = bundle::PLUGINS.iter().chain(bundle::TRAP_ENRICHERS).find(|bundled| bundled.name == plugin);
        std::fs::write(self.place.path().join(file), found.unwrap().wasm).unwrap();
        self.place.path().join(file).display().to_string()
    }

    fn plugins(&self) -> PathBuf {
        self.place.path().join("plugins")
    }

    fn lock(&self) -> String {
        std::fs::read_to_string(self.plugins().join("plugins.lock")).unwrap_or_default()
    }

    fn edit_lock(&self, from: &str, to: &str) {
        assert!(self.lock().contains(from), "{}", self.lock());
        std::fs::write(self.plugins().join("plugins.lock"), self.lock().replace(from, to)).unwrap();
    }

    /// What is in the plugin folder, but for hidden files.
    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.plugins()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.filter(|name| !name.starts_with('.')).collect();
        names.sort();
        names
    }

    async fn run(&self, line: &str) -> Ended {
        self.run_with(line, &[]).await
    }

    async fn run_with(&self, line: &str, environment: &[(&str, &str)]) -> Ended {
        self.run_words_with(&line.split_whitespace().collect::<Vec<_>>(), environment).await
    }

    async fn run_words(&self, words: &[&str]) -> Ended {
        self.run_words_with(words, &[]).await
    }

    async fn run_words_with(&self, words: &[&str], environment: &[(&str, &str)]) -> Ended {
        let mut command = Command::new(snmp_proxy_binary());
        // The plugin cache is shared by all tests of a run: compiling is not what they test.
        let cache = std::env::temp_dir().join("snmp-proxy-tests-cache");
        command.args(words).arg("--cache-dir").arg(cache);
        command.arg("--plugins-dir").arg(self.plugins()).env_remove("CLICOLOR_FORCE");
        // What the person who runs the tests told docker is nobody's business.
        command.env("DOCKER_CONFIG", self.place.path()).env("REGISTRY_AUTH_FILE", self.place.path().join("none"));
        command.envs(environment.iter().copied());
        Ended::run(command).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_is_installed_under_its_manifest_s_name_and_removed_again() {
    let operator = Operator::new();
    let file = operator.file("Some build-1.0.wasm", "arp");
    let installed = operator.run_words(&["plugin", "install", &file]).await;
    assert_eq!(installed.code, 0, "{}", installed.err);
    assert!(installed.out.starts_with("installed arp "), "{}", installed.out);
    assert!(
        installed.err.contains("note: arp replaces the plugin of this name that comes with the program"),
        "{}",
        installed.err
    );
    assert_eq!(operator.files(), ["arp.wasm", "plugins.lock"]);

    let list = operator.run("plugin list --json").await.json();
    let arp = list["plugins"].as_array().unwrap().iter().find(|plugin| plugin["name"] == "arp").unwrap();
    assert!(arp["origin"].as_str().unwrap().ends_with("plugins/arp.wasm"), "{arp}");
    let in_folder = &list["folder"][0];
    assert_eq!((&in_folder["state"], &in_folder["digest"]), (&"admitted".into(), &arp["digest"]));
    assert_eq!(in_folder["declares"], arp["reads"]);
    assert_eq!(operator.run("plugin list").await.out, operator.run("plugins").await.out);

    let removed = operator.run("plugin remove arp --json").await;
    assert_eq!((removed.code, removed.json()["files"].as_array().unwrap().len()), (0, 1), "{}", removed.err);
    assert_eq!(operator.files(), ["plugins.lock"]);
    let again = operator.run("plugin remove arp").await;
    assert!(again.code == 2 && again.err.contains("comes with the program and cannot be removed"), "{}", again.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_load_is_not_installed_and_what_was_there_stays() {
    let operator = Operator::new();
    let file = operator.file("arp.wasm", "arp");
    assert_eq!(operator.run(&format!("plugin install {file}")).await.code, 0);
    let (files, lock) = (operator.files(), operator.lock());
    for (octets, words) in [
        (&b"plugin"[..], "is not a WebAssembly component: it is a text"),
        (b"\0asm\x01\0\0\0", "is a core module and not a component"),
        (b"", "is not a WebAssembly component: the file is empty"),
    ] {
        std::fs::write(&file, octets).unwrap();
        let ended = operator.run(&format!("plugin install {file}")).await;
        assert!(ended.code == 1 && ended.err.contains(words), "{} {}", ended.code, ended.err);
        assert!(ended.err.starts_with(&format!("error: {file} is ")), "{}", ended.err);
        // What to do about it is told as `check` tells it.
        let note = |ended: &Ended| ended.err.lines().find(|line| line.starts_with("note: ")).map(str::to_owned);
        let checked = operator.run(&format!("plugin check {file}")).await;
        assert!(note(&ended).is_some() && note(&ended) == note(&checked), "{} {}", ended.err, checked.err);
    }
    let enricher = operator.file("arp.wasm", "cisco-traps");
    let ended = operator.run(&format!("plugin install {enricher} --name arp")).await;
    assert!(ended.code == 1 && ended.err.contains("calls itself `cisco-traps`"), "{}", ended.err);
    for (line, words) in [
        ("plugin install nowhere.wasm", "cannot read nowhere.wasm"),
        ("plugin install fans", "there is no file \"fans\", and \"fans\" is not a reference of a registry"),
        ("plugin install x.wasm --require-signature", "--require-signature needs a key"),
        ("plugin disable system-info", "every poll needs system-info"),
        ("plugin disable apr", "there is no plugin \"apr\""),
    ] {
        let ended = operator.run(line).await;
        assert!(ended.code == 2 && ended.err.contains(words), "{line}: {} {}", ended.code, ended.err);
    }
    assert_eq!((operator.files(), operator.lock()), (files, lock));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_keeps_the_operator_s_narrowing_and_tells_what_changes() {
    let operator = Operator::new();
    let file = operator.file("arp.wasm", "arp");
    let first = operator.run(&format!("plugin install {file} --json")).await.json();
    assert_eq!((&first["changes"], &first["declares"]), (&Value::Null, &first["reads"]));
    let subtree = first["declares"][0].as_str().unwrap();
    operator.edit_lock("enabled = true", &format!("enabled = false\nreads = [\"{subtree}.1\", \"1.3.6.1.4.1.4711\"]"));
    // As if the version before had declared something else.
    operator.edit_lock(&format!("    \"{subtree}\",\n"), "    \"1.3.6.1.4.1.4712\",\n");
    let second = operator.run(&format!("plugin install {file} --json")).await;
    let body = second.json();
    assert_eq!((&body["enabled"], &body["reads"]), (&Value::Bool(false), &serde_json::json!([format!("{subtree}.1")])));
    assert_eq!(body["changes"]["lost"], serde_json::json!(["1.3.6.1.4.1.4712"]));
    for words in [
        "note: arp is disabled and stays so",
        &format!("warning: arp declares subtrees that it did not before: {subtree}"),
        "warning: `reads` in plugins.lock has subtrees that arp does not declare, to no effect: 1.3.6.1.4.1.4711",
    ] {
        assert!(second.err.contains(words), "{words}: {}", second.err);
    }
    let enabled = operator.run("plugin enable arp").await;
    assert_eq!((enabled.code, enabled.out.as_str()), (0, "arp is enabled\n"));
    assert_eq!(operator.run("plugin enable arp").await.out, "arp is enabled already\n");
    assert!(operator.lock().contains("4711"), "{}", operator.lock());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pinned_and_changed_is_told_and_so_is_a_lock_with_a_mistake() {
    let (operator, file) = Operator::with_pinned_arp().await;
    let list = operator.run("plugin list").await;
    assert_eq!((list.code, list.err.as_str()), (0, ""));
    std::fs::copy(operator.file("other.wasm", "interfaces"), operator.plugins().join("interfaces.wasm")).unwrap();
    let list = operator.run("plugin list").await;
    assert!(list.code == 1 && list.err.contains("interfaces.wasm): is not in plugins.lock"), "{}", list.err);
    let info = operator.run("plugin info interfaces").await;
    assert!(info.code == 1 && info.out.contains("is not in plugins.lock"), "{} {}", info.out, info.err);

    operator.edit_lock("pinned = true", "pined = true");
    for line in ["plugin list", "plugin disable arp", &format!("plugin install {file}")] {
        let ended = operator.run(line).await;
        let words = "plugins.lock:10:1: pined: unknown key, did you mean pinned?";
        assert!(ended.code != 0 && ended.err.contains(words), "{line}: {}", ended.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_plugin_says_who_signed_it_and_another_one_is_refused() {
    if !prerequisites::programs(&["minisign"]) {
        return;
    }
    let operator = Operator::new();
    let file = operator.file("arp.wasm", "arp");
    let minisign = |words: &str| {
        let mut command = Command::new("minisign");
        assert!(command.args(words.split(' ')).current_dir(operator.place.path()).output().unwrap().status.success());
    };
    minisign("-G -W -p maker.pub -s maker.key");
    let install = format!(
        "plugin install {file} --require-signature --trusted-key {}",
        operator.place.path().join("maker.pub").display()
    );
    let unsigned = operator.run(&install).await;
    assert!(unsigned.code == 1 && unsigned.err.contains("it is not signed"), "{}", unsigned.err);
    minisign("-S -W -s maker.key -m arp.wasm -t release-7");
    let signed = operator.run(&format!("{install} --json")).await.json();
    assert_eq!(
        (&signed["signature"]["state"], &signed["signature"]["comment"]),
        (&"trusted".into(), &"release-7".into())
    );
    assert_eq!(operator.files(), ["arp.wasm", "arp.wasm.minisig", "plugins.lock"]);
    let key =
        std::fs::read_to_string(operator.place.path().join("maker.pub")).unwrap().lines().nth(1).unwrap().to_owned();
    let info = operator.run(&format!("plugin info arp --trusted-key {key}")).await;
    assert!(info.code == 0 && info.out.contains("release-7"), "{} {}", info.out, info.err);

    // Another file under the same signature.
    operator.file("arp.wasm", "interfaces");
    let other = operator.run(&install).await;
    assert!(other.code == 1 && other.err.contains("was changed after signing"), "{}", other.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_goes_through_a_registry_and_is_pinned_by_its_digest() {
    let Some(server) = DockerRegistry::start_with_password().await else { return };
    let operator = Operator::new();
    let file = operator.file("arp.wasm", "arp");
    let reference = format!("{}/acme/snmp_arp:1.2.3", server.address);
    let user = [
        ("SNMP_PROXY_REGISTRY_USER", DockerRegistry::USER),
        ("SNMP_PROXY_REGISTRY_PASSWORD", DockerRegistry::PASSWORD),
    ];
    let stranger = operator.run(&format!("plugin publish {file} {reference}")).await;
    assert!(stranger.code == 1 && stranger.err.contains("docker login"), "{}", stranger.err);
    let published = operator.run_with(&format!("plugin publish {file} {reference} --json"), &user).await;
    assert_eq!(published.code, 0, "{}", published.err);
    let published = published.json();
    let pinned = published["reference"].as_str().unwrap();
    assert!(pinned.starts_with(&format!("{reference}@sha256:")), "{pinned}");

    // As `docker login` leaves it.
    let encoded = "cHVibGlzaGVyOmNhbmFyeS1wYXNzd29yZA==";
    let login = serde_json::json!({ "auths": { &server.address: { "auth": encoded } } });
    std::fs::write(operator.place.path().join("config.json"), login.to_string()).unwrap();
    for asked in [&reference, pinned] {
        let installed = operator.run(&format!("plugin install {asked} --json")).await;
        assert_eq!(installed.code, 0, "{}", installed.err);
        let body = installed.json();
        assert_eq!((&body["name"], &body["source"]), (&"arp".into(), &pinned.into()));
        assert_eq!(body["digest"], published["digest"]);
        assert!(!format!("{}{}", installed.out, installed.err).contains("canary"));
    }
    assert!(operator.lock().contains(pinned), "{}", operator.lock());
    let line = format!("plugin install {reference} --log-level trace");
    let stranger = [("SNMP_PROXY_REGISTRY_USER", "me"), ("SNMP_PROXY_REGISTRY_PASSWORD", "canary-wrong")];
    let wrong = operator.run_with(&line, &stranger).await;
    assert!(wrong.code == 1 && wrong.err.contains("refuses"), "{}", wrong.err);
    // In base64 as well, as it goes over the wire.
    for secret in ["canary", "bWU6Y2FuYXJ5LXdyb25n"] {
        assert!(!wrong.err.contains(secret), "{}", wrong.err);
    }
    assert!(!Path::new("config.json").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_not_there_is_made_by_install_and_by_nobody_else() {
    let operator = Operator::new();
    let file = operator.file("arp.wasm", "arp");
    std::fs::remove_dir(operator.plugins()).unwrap();
    let ended = operator.run("plugin disable arp").await;
    assert!(ended.code == 2 && ended.err.contains("plugins.dir: cannot read"), "{}", ended.err);
    let ended = operator.run(&format!("plugin install {file}")).await;
    let told = format!("note: created the plugin folder {}\n", operator.plugins().display());
    assert!(ended.code == 0 && ended.err.contains(&told), "{}", ended.err);
    let again = operator.run(&format!("plugin install {file}")).await;
    assert!(again.code == 0 && !again.err.contains("created"), "{}", again.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_lock_makes_of_a_plugin_is_shown_with_it_and_a_mistake_in_it_once() {
    let (operator, file) = Operator::with_pinned_arp().await;
    let lock = operator.lock() + "reads = [\"1.3.6.1.2.1.4.22.1.2\"]\nparams = { all = true }\n";
    std::fs::write(operator.plugins().join("plugins.lock"), lock).unwrap();
    for line in ["plugin info arp".to_owned(), format!("plugin check {file}")] {
        let shown = operator.run(&line).await;
        assert!(
            shown.out.contains("1.3.6.1.2.1.4.22.1.2\n") && shown.out.contains(r#"{"all":true}"#),
            "{line}: {}",
            shown.out
        );
        assert!(shown.out.contains("pin"), "{line}: {}", shown.out);
    }
    let json = operator.run("plugin info arp --json").await.json()["plugin"].clone();
    assert_eq!(json["reads"], serde_json::json!(["1.3.6.1.2.1.4.22.1.2"]));
    assert!(json["declares"].as_array().unwrap().len() > 1, "{json}");
    let lock = &json["lock"];
    assert_eq!((&lock["pinned"], &lock["params"]["all"]), (&Value::Bool(true), &Value::Bool(true)), "{lock}");
    assert_eq!(lock["digest"], json["digest"]);

    operator.edit_lock("pinned = true", "pined = true");
    let ended = operator.run("plugin list").await;
    let told = ended.err.lines().filter(|line| line.contains("pined")).count();
    assert_eq!((ended.code, told), (1, 1), "{}", ended.err);
}
