//! What the folder has to say of plugins, for people and for programs.

use plugin_folder::{Contents, Entry, Installed, Narrowed, PluginFile, Refusal, Rules, Signed, narrow};
use serde::Serialize;
use serde_json::{Map, Value};
use snmp::Oid;

/// A plugin that was installed, as JSON.
#[derive(Debug, Serialize)]
pub(super) struct InstalledBody {
    name: String,
    version: Option<String>,
    file: String,
    digest: String,
    source: String,
    signature: SignatureBody,
    enabled: bool,
    /// What it declares.
    declares: Vec<String>,
    /// What it may read of that.
    reads: Vec<String>,
    /// Null: there was none before.
    changes: Option<ChangesBody>,
}

#[derive(Debug, Serialize)]
struct ChangesBody {
    /// The version before.
    version: Option<String>,
    same_file: bool,
    /// Null: nobody knows what the version before declared.
    gained: Option<Vec<String>>,
    lost: Vec<String>,
    signer_lost: Option<String>,
}

/// What a signature is worth.
#[derive(Debug, Serialize)]
pub(super) struct SignatureBody {
    /// `none`, `untrusted` or `trusted`.
    state: &'static str,
    key: Option<String>,
    comment: Option<String>,
}

/// What the folder says of a plugin.
#[derive(Debug, Serialize)]
pub(super) struct FolderBody {
    pub(super) name: String,
    /// None for a plugin that comes with the program.
    file: Option<String>,
    /// `admitted`, `disabled`, `refused` or `missing`.
    pub(super) state: &'static str,
    /// Why, in words, where it is not admitted.
    pub(super) reason: Option<String>,
    /// Whether the file is another one than was installed.
    pub(super) changed: bool,
    /// Whether only the file with this digest is loaded.
    pinned: bool,
    digest: Option<String>,
    version: Option<String>,
    source: Option<String>,
    signature: Option<SignatureBody>,
    /// What it declared when it was installed.
    declares: Option<Vec<String>>,
    /// What the operator narrows it to.
    reads: Option<Vec<String>>,
    /// Of those what it does not declare.
    pub(super) beyond: Vec<String>,
    /// Parameters for polls that give none.
    params: Option<Map<String, Value>>,
}

impl InstalledBody {
    pub(super) fn new(installed: &Installed, source: &str, declares: &[Oid]) -> Self {
        let changes = installed.changes.as_ref().map(|changes| ChangesBody {
            version: changes.version.clone(),
            same_file: changes.is_same_file,
            gained: changes.gained.as_deref().map(texts),
            lost: texts(&changes.lost),
            signer_lost: changes.signer_lost.as_ref().map(ToString::to_string),
        });
        Self {
            name: installed.name.to_string(),
            version: installed.version.clone(),
            file: installed.path.display().to_string(),
            digest: installed.digest.to_string(),
            source: source.to_owned(),
            signature: SignatureBody::new(&installed.signed),
            enabled: installed.is_enabled,
            declares: texts(declares),
            reads: texts(installed.narrowed.as_ref().map_or(declares, |narrowed| &narrowed.reads)),
            changes,
        }
    }
}

impl SignatureBody {
    pub(super) fn new(signed: &Signed) -> Self {
        match signed {
            Signed::No => Self { state: "none", key: None, comment: None },
            Signed::Untrusted { key } => Self { state: "untrusted", key: Some(key.to_string()), comment: None },
            Signed::By { key, comment } => {
                Self { state: "trusted", key: Some(key.to_string()), comment: Some(comment.clone()) }
            }
        }
    }
}

impl FolderBody {
    /// What is said of a file of the folder. It is read for that.
    pub(super) fn of_file(file: &PluginFile, rules: &Rules, read: impl FnOnce() -> Option<Vec<u8>>) -> Self {
        let mut body = Self::of_entry(&file.name, file.entry.as_ref());
        body.file = Some(file.path.display().to_string());
        body.pinned = file.is_pinned();
        let admitted = match read() {
            // What cannot be read is told by whoever loads it.
            None => return body,
            Some(wasm) => file.admit(&wasm, rules),
        };
        match admitted {
            Ok(admitted) => {
                body.changed = admitted.is_changed;
                body.digest = Some(admitted.digest.to_string());
                body.signature = Some(SignatureBody::new(&admitted.signed));
            }
            Err(refusal) => {
                body.state = if refusal == Refusal::Disabled { "disabled" } else { "refused" };
                body.reason = Some(refusal.to_string());
            }
        }
        body
    }

    /// What is said of a plugin that has no file.
    pub(super) fn of_entry(name: &str, entry: Option<&Entry>) -> Self {
        let declares = entry.and_then(|entry| entry.declares.as_deref());
        let reads = entry.and_then(|entry| entry.reads.as_deref());
        let Narrowed { beyond, .. } = declares.zip(reads).map(|(all, given)| narrow(all, given)).unwrap_or_default();
        let is_disabled = entry.is_some_and(|entry| !entry.is_enabled);
        Self {
            name: name.to_owned(),
            file: None,
            state: if is_disabled { "disabled" } else { "admitted" },
            reason: is_disabled.then(|| Refusal::Disabled.to_string()),
            changed: false,
            pinned: false,
            digest: entry.and_then(|entry| entry.digest.as_ref()).map(ToString::to_string),
            version: entry.and_then(|entry| entry.version.clone()),
            source: entry.and_then(|entry| entry.source.clone()),
            signature: None,
            declares: declares.map(texts),
            reads: reads.map(texts),
            beyond: texts(&beyond),
            params: entry.and_then(|entry| entry.params.clone()),
        }
    }

    /// Rows for people: a title, and what there is.
    pub(super) fn rows(&self) -> Vec<(&'static str, String)> {
        let mut rows = vec![("state", self.reason.clone().unwrap_or_else(|| self.state.to_owned()))];
        if self.changed {
            rows.push(("changed", "the file is not the one that was installed".to_owned()));
        }
        rows.extend(self.source.clone().map(|source| ("source", source)));
        if let Some(signature) = &self.signature {
            rows.push(("signature", signature.text()));
        }
        rows.extend(self.digest.as_ref().filter(|_| self.pinned).map(|digest| ("pinned", digest.clone())));
        rows.extend(self.reads.as_ref().map(|reads| ("narrowed to", joined(reads))));
        rows.extend(self.params.clone().map(|params| ("parameters", Value::Object(params).to_string())));
        if !self.beyond.is_empty() {
            rows.push(("no effect", format!("{} (not declared)", self.beyond.join("\n"))));
        }
        rows
    }
}

impl SignatureBody {
    fn text(&self) -> String {
        match (&self.key, &self.comment) {
            (Some(key), Some(comment)) => format!("key {key}: {comment}"),
            (Some(key), None) => format!("key {key}, which is not among the trusted keys"),
            _ => "none".to_owned(),
        }
    }
}

/// What the folder says of all plugins in it, and of those that come with the program where the lock names them.
pub(super) fn of_contents(
    contents: &Contents,
    rules: &Rules,
    read: impl Fn(&PluginFile) -> Option<Vec<u8>>,
) -> Vec<FolderBody> {
    let files = contents.files.iter().map(|file| FolderBody::of_file(file, rules, || read(file)));
    let missing = contents.missing.iter().map(|entry| {
        let mut body = FolderBody::of_entry(entry.name.as_str(), Some(entry));
        body.state = "missing";
        body.reason = Some(format!(
            "is in plugins.lock, and its file {} is not there",
            entry.file.as_deref().unwrap_or_default()
        ));
        body
    });
    let is_bundled = |entry: &&Entry| entry.file.is_none() && contents.file(&entry.name).is_none();
    let bundled = contents.lock.entries().iter().filter(is_bundled);
    let bundled = bundled.map(|entry| FolderBody::of_entry(entry.name.as_str(), Some(entry)));
    files.chain(missing).chain(bundled).collect()
}

/// What was installed, for people.
pub(super) fn installed_text(installed: &Installed, source: &str, declares: &[Oid]) -> String {
    let version = installed.version.as_deref().map(|version| format!(" {version}")).unwrap_or_default();
    let before = match &installed.changes {
        None => String::new(),
        Some(changes) if changes.is_same_file => ", the same file as before".to_owned(),
        Some(changes) => {
            format!(" in the place of {}", changes.version.as_deref().unwrap_or("a file of this name"))
        }
    };
    let reads = installed.narrowed.as_ref().map_or(declares, |narrowed| &narrowed.reads);
    let rows = [
        ("file", installed.path.display().to_string()),
        ("digest", installed.digest.to_string()),
        ("source", source.to_owned()),
        ("signature", SignatureBody::new(&installed.signed).text()),
        ("reads", joined(&texts(reads))),
    ];
    format!("installed {}{version}{before}\n{}", installed.name, lines(&rows))
}

/// Rows below a title.
pub(super) fn lines(rows: &[(&'static str, String)]) -> String {
    let rows = rows.iter().map(|(title, text)| vec![format!("  {title}"), text.clone()]);
    crate::output::table_within(None, &[], rows, crate::colours::Colours::None)
}

/// Subtrees in a sentence.
pub(super) fn list(subtrees: &[Oid]) -> String {
    texts(subtrees).join(", ")
}

fn joined(texts: &[String]) -> String {
    if texts.is_empty() { "nothing".to_owned() } else { texts.join("\n") }
}

fn texts(subtrees: &[Oid]) -> Vec<String> {
    subtrees.iter().map(ToString::to_string).collect()
}
