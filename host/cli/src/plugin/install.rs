//! `snmp-proxy plugin install`: of a file or of a registry, checked before it is in place.

use std::path::Path;

use clap::Args;
use config::Settings;
use plugin_folder::{Bounds, Candidate, Installed, PluginName};
use proxy::bundled;
use registry::{Credentials, Reference, Registry, RegistryOptions};

use super::{
    check::{check, description},
    facts, folder,
    trust::TrustFlags,
};
use crate::{CommandError, Exit, output, say};

/// Arguments of `snmp-proxy plugin install`.
#[derive(Debug, Args)]
pub(super) struct InstallArgs {
    /// A .wasm file, with its signature in a .wasm.minisig beside it, or a reference such as ghcr.io/acme/fans:1.0.0
    #[arg(value_name = "FILE|REF")]
    source: String,
    /// Name that the plugin has to have; without it, the one in its manifest
    #[arg(long)]
    name: Option<PluginName>,
    #[command(flatten)]
    trust: TrustFlags,
    /// Use HTTP without TLS also for a registry of another machine
    #[arg(long)]
    plain_http: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Installs a plugin, and tells what changes.
pub(super) async fn install(args: InstallArgs, settings: Settings) -> Result<Exit, CommandError> {
    let folder = folder::open(&settings)?;
    let rules = args.trust.rules(&settings.plugins.rules)?;
    let mut candidate = candidate(&args, folder.bounds()).await?;
    if let Some(name) = &args.name {
        candidate.name = name.clone();
    }
    let source = candidate.source.clone();
    let made = folder.clone();
    if folder::blocking(move || made.create()).await? {
        say::note(&format!("created the plugin folder {}", folder.path().display()));
    }
    let staging = folder.clone();
    let staged = folder::blocking(move || staging.stage(candidate, &rules)).await?;
    let (staged, checked) = check(staged, &args.source, args.name.is_some(), &settings).await?;
    let description = description(&checked);
    let reads = description.reads.clone();
    let installed = folder::blocking(move || folder.install(staged, description)).await?;
    if args.json {
        output::print_json(&facts::InstalledBody::new(&installed, &source, &reads))?;
    } else {
        output::print(&facts::installed_text(&installed, &source, &reads))?;
    }
    warn_of(&installed);
    Ok(Exit::Done)
}

/// What is to be installed: what is meant by a path is a file, and all else is a reference.
async fn candidate(args: &InstallArgs, bounds: Bounds) -> Result<Candidate, CommandError> {
    let path = Path::new(&args.source);
    let is_path = args.source.ends_with(".wasm") || args.source.starts_with(['.', '/']) || path.exists();
    if is_path {
        let path = path.to_owned();
        let reading = tokio::task::spawn_blocking(move || Candidate::of_file(&path, bounds));
        let read = reading.await.unwrap_or_else(|panicked| std::panic::resume_unwind(panicked.into_panic()));
        return read.map_err(CommandError::PluginFile);
    }
    let reference: Reference = args
        .source
        .parse()
        .map_err(|error| CommandError::Usage(format!("there is no file {:?}, and {error}", args.source)))?;
    let credentials = Credentials::find(reference.registry()).await.map_err(registry::RegistryError::from)?;
    let options = RegistryOptions { file_bytes: bounds.file_bytes, plain_http: args.plain_http, credentials };
    let pulled = Registry::new(options).pull(&reference).await?;
    Ok(Candidate {
        // A name for the time being: that of the manifest counts.
        name: reference.last_part().parse().unwrap_or_else(|_| PluginName::unknown()),
        wasm: pulled.wasm,
        signature: pulled.signature,
        source: pulled.reference.to_string(),
    })
}

/// Tells what an operator should look at.
fn warn_of(installed: &Installed) {
    let name = &installed.name;
    if bundled().any(|(bundled, _)| bundled == name.as_str()) {
        say::note(&format!("{name} replaces the plugin of this name that comes with the program"));
    }
    if !installed.is_enabled {
        say::note(&format!("{name} is disabled and stays so; `snmp-proxy plugin enable {name}` loads it"));
    }
    if let Some(changes) = &installed.changes {
        let gained = changes.gained.as_deref().unwrap_or_default();
        if !gained.is_empty() {
            say::warn(&format!("{name} declares subtrees that it did not before: {}", facts::list(gained)));
        }
        if !changes.lost.is_empty() {
            say::note(&format!("{name} does not declare any more: {}", facts::list(&changes.lost)));
        }
        if let Some(key) = &changes.signer_lost {
            say::warn(&format!("{name} was signed with the key {key}, and this version is not"));
        }
    }
    if let Some(narrowed) = &installed.narrowed {
        if !narrowed.withheld.is_empty() {
            let withheld = facts::list(&narrowed.withheld);
            say::note(&format!("`reads` in plugins.lock narrows what {name} reads; not, or not all of: {withheld}"));
        }
        if !narrowed.beyond.is_empty() {
            let beyond = facts::list(&narrowed.beyond);
            say::warn(&format!(
                "`reads` in plugins.lock has subtrees that {name} does not declare, to no effect: {beyond}"
            ));
        }
    }
}
