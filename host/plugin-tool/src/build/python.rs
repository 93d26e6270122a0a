//! Python: the SDK's own build, in an environment of the plugin's folder.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    BuildError, newest_of_dist, sources,
    tool::{Tool, venv},
};

/// What stands at the beginning of a line of the plugin's module: it exports what makes it a plugin.
const EXPORTS: [&str; 3] = ["Collector =", "ConfiguredCollector =", "TrapEnricher ="];

/// Builds the component.
pub(super) fn build(folder: &Path) -> Result<PathBuf, BuildError> {
    let module = module(folder)?;
    let python = venv(folder)?;
    let module = module.strip_prefix(folder).unwrap_or(&module);
    Tool::new(&python, "", folder)
        .args(["-m", "snmp_proxy_sdk", "build"])
        .args([module])
        .env("VIRTUAL_ENV", folder.join(".venv"))
        .run()?;
    newest_of_dist(folder, "`python -m snmp_proxy_sdk build` writes dist/NAME.wasm")
}

/// The module that is the plugin.
fn module(folder: &Path) -> Result<PathBuf, BuildError> {
    let all = sources(folder, "py");
    let exports = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap_or_default();
        text.lines().any(|line| EXPORTS.iter().any(|export| line.starts_with(export)))
    };
    let plugins: Vec<PathBuf> = all.into_iter().filter(exports).collect();
    let wrong = |reason: String| BuildError::Sources { folder: folder.to_owned(), reason };
    match plugins.as_slice() {
        [module] => Ok(module.clone()),
        [] => Err(wrong("no module in src ends with `Collector = plugin.export()`".to_owned())),
        several => {
            let names: Vec<String> = several.iter().map(|path| path.display().to_string()).collect();
            Err(wrong(format!("several modules are a plugin, and a component is one: {}", names.join(", "))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_that_exports_is_the_plugin() {
        let folder = tempfile::tempdir().unwrap();
        let src = folder.path().join("src");
        fs::create_dir(&src).unwrap();
        fs::write(src.join("names.py"), "class Collector:\n    pass\n").unwrap();
        assert!(module(folder.path()).unwrap_err().to_string().contains("no module in src ends with"));
        fs::write(src.join("fans.py"), "plugin = 1\n\nCollector = plugin.export()\n").unwrap();
        assert_eq!(module(folder.path()).unwrap(), src.join("fans.py"));
        fs::write(src.join("more.py"), "TrapEnricher = enricher.export()\n").unwrap();
        assert!(module(folder.path()).unwrap_err().to_string().contains("several modules"));
    }
}
