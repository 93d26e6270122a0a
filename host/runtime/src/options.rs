//! How the runtime is set up. Its limits are the section `[sandbox]` of the configuration itself.

use std::path::PathBuf;

use limits::SandboxLimits;
use plugin_folder::Rules;
use snmp::Oid;

use crate::Compiler;

/// How the runtime is set up.
#[derive(Clone, Debug)]
pub struct RuntimeOptions {
    /// Where compiled plugins are kept between starts; created for this user alone (mode 0700).
    ///
    /// A folder that cannot be used costs only time: plugins are compiled at every start, and a warning is logged.
    /// Nobody else may be able to write there, since what lies there is run as it is.
    pub cache_dir: Option<PathBuf>,
    /// How the files of the plugins folder are compiled.
    pub compiler: Compiler,
    /// Threads that guests run on; at least one. More guests than threads share them in turns of one tick.
    pub threads: usize,
    /// Bounds on each plugin.
    pub limits: SandboxLimits,
    /// Subtrees that hold secrets and that a plugin of this name may read all the same, where its manifest declares them.
    pub allowed_secrets: Vec<(String, Oid)>,
    /// What the operator demands of files of the plugin folder.
    pub rules: Rules,
}

impl Default for RuntimeOptions {
    fn default() -> Self {
        Self {
            cache_dir: None,
            compiler: Compiler::Here,
            threads: 2,
            limits: SandboxLimits::default(),
            allowed_secrets: Vec::new(),
            rules: Rules::default(),
        }
    }
}
