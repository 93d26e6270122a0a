//! Lists what a new plugin's folder is made of, for each language whose template is there: the template, in which
//! placeholders are filled in, and the SDK, which goes into the folder as it is. The program needs no repository then.

use std::{
    collections::BTreeSet,
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use toml::{Table, Value};

type Failure = Box<dyn Error>;

/// A language: its template in `plugins/templates`, and what of the repository lies in the new folder, and where.
struct Language {
    name: &'static str,
    sdk: &'static [(&'static str, &'static str)],
}

/// The crates of the SDK for Rust. They inherit from a workspace, so they bring a small one along.
const CRATES: [&str; 4] = ["sdk", "recording", "schema", "severity"];

const LANGUAGES: [Language; 4] = [
    Language {
        name: "rust",
        sdk: &[
            ("plugins/sdk", "sdk/plugins/sdk"),
            ("plugins/recording", "sdk/plugins/recording"),
            ("plugins/schema", "sdk/plugins/schema"),
            ("plugins/severity", "sdk/plugins/severity"),
            ("wit/plugin.wit", "sdk/wit/plugin.wit"),
        ],
    },
    Language { name: "python", sdk: &[("plugins/sdk-python", "sdk")] },
    Language { name: "javascript", sdk: &[("plugins/sdk-javascript", "sdk")] },
    Language { name: "c", sdk: &[("plugins/sdk-c", "sdk")] },
];

/// Folders that builds and tools leave behind.
const LEFT_BEHIND: [&str; 9] = [
    "target",
    "node_modules",
    "dist",
    "build",
    "__pycache__",
    ".venv",
    ".ruff_cache",
    ".mypy_cache",
    "snmp_proxy_sdk.egg-info",
];

/// Folders of an SDK that are of no use to a plugin.
const OF_THE_SDK_ALONE: [&str; 3] = ["tests", "test", "benches"];

fn main() -> Result<(), Failure> {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo sets CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let root = here.ancestors().nth(2).ok_or("this crate lies two folders below the workspace")?;
    let templates = root.join("plugins/templates");
    watch(&templates);
    let mut source = "[\n".to_owned();
    for Language { name, sdk } in LANGUAGES {
        let template = templates.join(name);
        let is_here = template.is_dir() && sdk.iter().all(|(place, _)| root.join(place).exists());
        if !is_here {
            continue;
        }
        let mut files = Vec::new();
        list(&template, Path::new(""), &LEFT_BEHIND, &mut files)?;
        writeln!(source, "Template {{ language: {name:?}, files: &[\n{}], sdk: &[", entries(&files))?;
        let mut files = Vec::new();
        let passed_over = [&LEFT_BEHIND[..], &OF_THE_SDK_ALONE].concat();
        for (place, target) in sdk {
            watch(&root.join(place));
            list(&root.join(place), Path::new(target), &passed_over, &mut files)?;
        }
        if name == "rust" {
            let manifest = out.join("rust-sdk.toml");
            fs::write(&manifest, workspace(root)?)?;
            files.push(("sdk/Cargo.toml".to_owned(), manifest));
        }
        writeln!(source, "{}] }},", entries(&files))?;
    }
    fs::write(out.join("templates.rs"), source + "]\n")?;
    Ok(())
}

fn watch(path: &Path) {
    println!("cargo:rerun-if-changed={}", path.display());
}

/// All files of a folder, or a file, with the places that they get, sorted.
fn list(path: &Path, target: &Path, passed_over: &[&str], files: &mut Vec<(String, PathBuf)>) -> Result<(), Failure> {
    if path.is_file() {
        files.push((target.to_str().ok_or("names of files are UTF-8")?.to_owned(), path.to_path_buf()));
        return Ok(());
    }
    let mut found: Vec<PathBuf> = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<Result<_, Failure>>()?;
    found.sort();
    for path in found {
        let name = path.file_name().and_then(|name| name.to_str()).ok_or("names of files are UTF-8")?;
        if !passed_over.contains(&name) {
            list(&path, &target.join(name), passed_over, files)?;
        }
    }
    Ok(())
}

fn entries(files: &[(String, PathBuf)]) -> String {
    let entry = |(place, path): &(String, PathBuf)| format!("({place:?}, include_bytes!({path:?})),\n");
    files.iter().map(entry).collect()
}

/// The workspace that the crates of the SDK inherit from: that of the repository, with what they name.
fn workspace(root: &Path) -> Result<String, Failure> {
    watch(&root.join("Cargo.toml"));
    let read = |path: PathBuf| -> Result<Table, Failure> { Ok(fs::read_to_string(path)?.parse()?) };
    let manifest = read(root.join("Cargo.toml"))?;
    let ours = manifest.get("workspace").and_then(Value::as_table).ok_or("there is a workspace")?;
    let mut named = BTreeSet::new();
    for name in CRATES {
        let manifest = read(root.join("plugins").join(name).join("Cargo.toml"))?;
        for kind in ["dependencies", "dev-dependencies"] {
            let table = manifest.get(kind).and_then(Value::as_table);
            named.extend(table.into_iter().flat_map(Table::keys).cloned());
        }
    }
    let mut workspace = Table::new();
    for name in ["resolver", "package", "lints"] {
        workspace.extend(ours.get(name).map(|value| (name.to_owned(), value.clone())));
    }
    let members = CRATES.iter().map(|name| Value::from(format!("plugins/{name}"))).collect::<Vec<_>>();
    workspace.insert("members".to_owned(), members.into());
    let all = ours.get("dependencies").and_then(Value::as_table).ok_or("the workspace has dependencies")?;
    let needed: Table = all
        .iter()
        .filter(|(name, _)| named.contains(*name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    workspace.insert("dependencies".to_owned(), needed.into());
    let manifest = Table::from_iter([("workspace".to_owned(), Value::from(workspace))]);
    Ok(format!("# The SDK of snmp-proxy, as it came with the program that made this folder.\n{manifest}"))
}
