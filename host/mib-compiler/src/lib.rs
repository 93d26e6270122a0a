//! Reads MIB files, and writes what they define into the compact form of [`mibs`].
//!
//! The parser, and the tree that it makes, are `mib-rs`'s: SMIv1 and SMIv2, as people have them, with their mistakes. This
//! crate takes the facts out of that tree: numbers, names, syntaxes, indexes. Descriptions stay behind.
//!
//! The program of this crate makes the table of the standard modules, which is checked in; so neither this crate nor the
//! parser is a part of the daemon.

mod convert;
pub mod sources;

use std::{collections::HashMap, io, path::PathBuf};

use mib_rs::{
    Loader, Module,
    source::SourceOrigin,
    types::{DiagnosticConfig, ReportingLevel, ResolverStrictness, Severity},
};
use mibs::write::{self, WriteError};

/// A MIB file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MibFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Whether other files only need its types, so that what it defines is left out.
    pub is_imported: bool,
}

/// What was made of MIB files.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The table in its compact form.
    pub table: Vec<u8>,
    /// What is wrong in the files: the module and the place where that is known, and what. It costs what depends on it.
    pub problems: Vec<String>,
}

/// Why MIB files were not compiled.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// A file cannot be read.
    #[error("cannot read the MIB files")]
    Read(#[source] io::Error),
    /// The parser gave up.
    #[error("cannot load the MIB files")]
    Load(#[source] mib_rs::LoadError),
    /// They are more than the compact form holds.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Compiles all modules of these files. Where several define a name or a number, the one of the earlier file counts.
pub fn compile(files: &[MibFile]) -> Result<Compiled, CompileError> {
    let ranks: HashMap<&PathBuf, usize> = files.iter().map(|file| &file.path).zip(0..).collect();
    let paths = files.iter().map(|file| &file.path);
    let loader = Loader::new()
        .source(mib_rs::source::files(paths).map_err(CompileError::Read)?)
        // What is missing costs what depends on it, and nothing else.
        .resolver_strictness(ResolverStrictness::Permissive)
        .diagnostic_config(DiagnosticConfig {
            reporting: ReportingLevel::Quiet,
            fail_at: Severity::Fatal,
            ..DiagnosticConfig::default()
        });
    let tree = loader.load().map_err(CompileError::Load)?;
    let rank = |module: &Module<'_>| match module.source_origin()? {
        SourceOrigin::File { path } => ranks.get(path).copied(),
        _ => None,
    };
    // What the parser brings itself comes last, and is left out where a file has a module of the same name.
    let mut modules: Vec<_> = tree.modules().map(|module| (rank(&module), module)).collect();
    modules.retain(|(rank, _)| rank.and_then(|rank| files.get(rank)).is_none_or(|file| !file.is_imported));
    modules.sort_by_key(|(rank, module)| (rank.unwrap_or(usize::MAX), module.name()));
    let modules: Vec<Module<'_>> = modules.into_iter().map(|(_, module)| module).collect();
    let report = tree.diagnostic_report();
    let problems = report.iter().filter(|entry| {
        let diagnostic = entry.diagnostic();
        let module = diagnostic.module.as_deref();
        diagnostic.severity <= Severity::Error
            && module.is_none_or(|name| modules.iter().any(|module| module.name() == name))
    });
    let problems = problems.map(|entry| entry.render().unwrap_or_else(|_| entry.diagnostic().to_string())).collect();
    Ok(Compiled { table: write::write(&convert::definitions(&tree, &modules))?, problems })
}
