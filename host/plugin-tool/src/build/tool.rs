//! Programs that build: how they are started, and what is said where one is missing or fails.

use std::{
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
};

/// Why a program did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// It is not there.
    #[error("`{tool}` is missing: {install}")]
    Missing {
        /// The program, or a part of it.
        tool: String,
        /// How it is installed.
        install: &'static str,
    },
    /// The system does not start it.
    #[error("`{tool}` does not run: {source}")]
    NotRun {
        /// The program.
        tool: String,
        /// Why.
        source: io::Error,
    },
    /// It ended with an error, which it has printed.
    #[error("`{command}` failed ({status}){hint}")]
    Failed {
        /// What was run.
        command: String,
        /// How it ended.
        status: ExitStatus,
        /// What may help.
        hint: &'static str,
    },
}

/// A program that is run in the folder of a plugin.
pub(super) struct Tool {
    command: Command,
    shown: String,
    install: &'static str,
    hint: &'static str,
}

impl Tool {
    /// A program, and how it is installed.
    pub(super) fn new(program: impl AsRef<OsStr>, install: &'static str, folder: &Path) -> Self {
        let program = program.as_ref();
        let mut command = Command::new(program);
        command.current_dir(folder).stdin(Stdio::null());
        let shown = Path::new(program).strip_prefix(folder).unwrap_or(Path::new(program)).display().to_string();
        Self { command, shown, install, hint: "" }
    }

    /// Adds arguments.
    pub(super) fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        for argument in arguments {
            self.shown.push(' ');
            self.shown.push_str(&argument.as_ref().to_string_lossy());
            self.command.arg(argument);
        }
        self
    }

    /// Sets a variable of its environment.
    pub(super) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// What may help where it fails.
    pub(super) fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }

    /// Runs it. What it prints goes to standard error.
    pub(super) fn run(mut self) -> Result<(), ToolError> {
        self.command.stdout(io::stderr());
        let status = self.command.status().map_err(|error| self.not_run(error))?;
        self.ended(status)
    }

    /// Runs it, and returns what it writes to standard output.
    pub(super) fn output(mut self) -> Result<Vec<u8>, ToolError> {
        self.command.stderr(Stdio::inherit());
        let output = self.command.output().map_err(|error| self.not_run(error))?;
        self.ended(output.status).map(|()| output.stdout)
    }

    fn ended(self, status: ExitStatus) -> Result<(), ToolError> {
        if status.success() {
            return Ok(());
        }
        Err(ToolError::Failed { command: self.shown, status, hint: self.hint })
    }

    fn not_run(&self, source: io::Error) -> ToolError {
        let tool = self.shown.split(' ').next().unwrap_or_default().to_owned();
        if source.kind() == io::ErrorKind::NotFound {
            ToolError::Missing { tool, install: self.install }
        } else {
            ToolError::NotRun { tool, source }
        }
    }
}

/// The Python of the plugin's own environment, with the packages that its requirements.txt pins.
pub(super) fn venv(folder: &Path) -> Result<PathBuf, super::BuildError> {
    const INSTALL: &str = "install Python 3.10 or later; Debian: apt install python3 python3-venv";
    const VENV: &str = ": where `venv` or `ensurepip` is missing, Debian: apt install python3-venv";
    let environment = folder.join(".venv");
    let python = if cfg!(windows) { environment.join("Scripts/python.exe") } else { environment.join("bin/python") };
    let requirements = folder.join("requirements.txt");
    let wrong = |path: &Path| {
        let path = path.to_owned();
        move |source| super::BuildError::File { path, source }
    };
    let wanted = std::fs::read(&requirements).map_err(wrong(&requirements))?;
    // What was installed stands in the environment, so that an unchanged list costs nothing.
    let installed = environment.join("installed-requirements.txt");
    if python.exists() && std::fs::read(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    if !python.exists() {
        let system = if cfg!(windows) { "python" } else { "python3" };
        Tool::new(system, INSTALL, folder).args(["-m", "venv", ".venv"]).hint(VENV).run()?;
    }
    Tool::new(&python, INSTALL, folder)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", "requirements.txt"])
        .run()?;
    std::fs::write(&installed, wanted).map_err(wrong(&installed))?;
    Ok(python)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_missing_is_told_with_how_it_is_installed() {
        let folder = tempfile::tempdir().unwrap();
        let tool = Tool::new("no-such-program", "apt install it", folder.path()).args(["--version"]);
        assert_eq!(tool.run().unwrap_err().to_string(), "`no-such-program` is missing: apt install it");
    }

    #[test]
    fn a_program_that_fails_is_told_as_it_was_typed() {
        let folder = tempfile::tempdir().unwrap();
        let tool = Tool::new("cargo", "", folder.path()).args(["no-such-command"]).hint(": look above");
        let error = tool.output().unwrap_err().to_string();
        assert!(error.starts_with("`cargo no-such-command` failed (") && error.ends_with("): look above"), "{error}");
    }
}
