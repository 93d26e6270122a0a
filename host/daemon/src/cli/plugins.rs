//! `snmp-proxy plugins`: which plugins there are, what they may read, and which of them are broken.

use std::collections::BTreeSet;

use clap::Args;
use plugin_runtime::{LoadProblem, Origin, Plugin};
use serde::Serialize;

use super::{CommandError, Exit, chain, complain, flags::ProgramFlags, output};
use crate::{Proxy, config::Settings};

/// Arguments of `snmp-proxy plugins`.
#[derive(Debug, Args)]
pub(super) struct PluginsArgs {
    /// Print JSON, with every OID that a plugin may read and every interface that it imports
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    program: ProgramFlags,
}

impl PluginsArgs {
    pub(super) fn program(&self) -> &ProgramFlags {
        &self.program
    }
}

/// Lists the plugins; fails if one of them is broken.
pub(super) async fn plugins(args: PluginsArgs, settings: Settings) -> Result<Exit, CommandError> {
    let proxy = Proxy::start(settings).await?;
    let plugins: Vec<_> = proxy.plugins().plugins().map(PluginLine::of).collect();
    let problems: Vec<_> = proxy.plugins().problems().iter().map(ProblemLine::of).collect();
    if args.json {
        output::print_json(&serde_json::json!({ "plugins": plugins, "problems": problems }))?;
    } else {
        let header = ["NAME", "VERSION", "ORIGIN", "SECTIONS", "READS", "IMPORTS", "DIGEST"];
        output::print_table(&header, plugins.iter().map(PluginLine::cells))?;
        for problem in &problems {
            let path = problem.path.as_ref().map(|path| format!(" ({path})")).unwrap_or_default();
            complain(&format!("plugin {}{path}: {}", problem.name, problem.error));
        }
    }
    Ok(if problems.is_empty() { Exit::Done } else { Exit::Failed })
}

#[derive(Serialize)]
struct PluginLine {
    name: String,
    version: String,
    summary: String,
    origin: String,
    sections: Vec<String>,
    reads: Vec<String>,
    imports: Vec<String>,
    digest: String,
}

#[derive(Serialize)]
struct ProblemLine {
    name: String,
    path: Option<String>,
    error: String,
}

impl PluginLine {
    fn of(plugin: &Plugin) -> Self {
        let manifest = plugin.manifest();
        Self {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            summary: manifest.summary.clone(),
            origin: match plugin.origin() {
                Origin::Bundled => "bundled".to_owned(),
                Origin::File(path) => path.display().to_string(),
            },
            sections: manifest.sections.iter().map(|section| section.name.clone()).collect(),
            reads: manifest.reads.iter().map(ToString::to_string).collect(),
            imports: plugin.imports().to_vec(),
            digest: plugin.digest().to_owned(),
        }
    }

    fn cells(&self) -> Vec<String> {
        // Twelve digits tell plugins apart; the whole digest is in the JSON.
        let digest = self.digest.strip_prefix("sha256:").unwrap_or(&self.digest);
        vec![
            self.name.clone(),
            self.version.clone(),
            self.origin.clone(),
            self.sections.join("\n"),
            format!("{} subtrees", self.reads.len()),
            packages(&self.imports).join("\n"),
            digest.chars().take(12).collect(),
        ]
    }
}

impl ProblemLine {
    fn of(problem: &LoadProblem) -> Self {
        Self {
            name: problem.name.clone(),
            path: problem.path.as_ref().map(|path| path.display().to_string()),
            error: chain(&problem.error),
        }
    }
}

/// Leaves of `wasi:cli/stdin@0.2.6` and its like what they belong to, `wasi:cli@0.2.6`, once.
fn packages(imports: &[String]) -> Vec<String> {
    let package = |import: &String| match import.split_once('/') {
        Some((package, interface)) => {
            let version = interface.split_once('@').map(|(_, version)| format!("@{version}")).unwrap_or_default();
            format!("{package}{version}")
        }
        None => import.clone(),
    };
    imports.iter().map(package).collect::<BTreeSet<_>>().into_iter().collect()
}
