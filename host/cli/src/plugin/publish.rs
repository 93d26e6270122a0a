//! `snmp-proxy plugin publish`: into an OCI registry, once it is known to be a plugin.

use std::path::PathBuf;

use clap::Args;
use config::Settings;
use plugin_folder::{Candidate, Folder, Rules};
use registry::{Artefact, Credentials, Reference, Registry, RegistryError, RegistryOptions};
use serde::Serialize;

use super::{check::check, facts, folder};
use crate::{CommandError, Exit, output};

/// Arguments of `snmp-proxy plugin publish`.
#[derive(Debug, Args)]
pub(super) struct PublishArgs {
    /// A .wasm file; where a .wasm.minisig is beside it, that is published with it
    file: PathBuf,
    /// Where to: a host, a repository and a tag, such as ghcr.io/acme/fans:1.0.0
    #[arg(value_name = "REF")]
    reference: Reference,
    /// Use HTTP without TLS also for a registry of another machine
    #[arg(long)]
    plain_http: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct PublishedBody {
    name: String,
    version: String,
    /// With the digest of the manifest: what to install, the same for ever.
    reference: String,
    /// The digest of the file.
    digest: String,
    signed: bool,
}

/// Publishes a plugin.
pub(super) async fn publish(args: PublishArgs, settings: Settings) -> Result<Exit, CommandError> {
    let bounds = folder::bounds(&settings);
    let (file, reading) = (args.file.clone(), move |file: PathBuf| Candidate::of_file(&file, bounds));
    let read = tokio::task::spawn_blocking(move || reading(file)).await;
    let read = read.unwrap_or_else(|panicked| std::panic::resume_unwind(panicked.into_panic()));
    let candidate = read.map_err(CommandError::PluginFile)?;
    let (wasm, signature) = (candidate.wasm.clone(), candidate.signature.clone());

    // It is checked aside, under the name that it has.
    let aside = tempfile::tempdir().map_err(|source| CommandError::Input { path: std::env::temp_dir(), source })?;
    let folder = Folder::new(aside.path(), bounds);
    let staged = folder::blocking(move || folder.stage(candidate, &Rules::default())).await?;
    let (staged, checked) = check(staged, &args.file.display().to_string(), false, &settings).await?;

    let artefact = Artefact {
        name: staged.name().to_string(),
        version: checked.version.unwrap_or_else(|| args.reference.tag().to_owned()),
        summary: checked.summary.unwrap_or_default(),
        wasm,
        signature,
    };
    let credentials = Credentials::find(args.reference.registry()).await.map_err(RegistryError::from)?;
    let options = RegistryOptions { file_bytes: bounds.file_bytes, plain_http: args.plain_http, credentials };
    let published = Registry::new(options).publish(&artefact, &args.reference).await?;
    let body = PublishedBody {
        name: artefact.name,
        version: artefact.version,
        reference: published.reference.to_string(),
        digest: published.component,
        signed: artefact.signature.is_some(),
    };
    if args.json {
        output::print_json(&body)?;
    } else {
        let signed = if body.signed { "with its signature" } else { "not signed" };
        let rows = [("reference", body.reference), ("digest", body.digest), ("signature", signed.to_owned())];
        output::print(&format!("published {} {}\n{}", body.name, body.version, facts::lines(&rows)))?;
    }
    Ok(Exit::Done)
}
