//! `snmp-proxy man` and `snmp-proxy completions`: made of the commands themselves, so that they cannot say anything else.

use std::{fs, path::PathBuf};

use clap::{Args, Command, CommandFactory as _};
use clap_complete::Shell;

use super::{Cli, CommandError, Exit, output};

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Folder to write a page for each command into; without it, the page of the program is printed
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// Shell to complete commands in
    shell: Shell,
}

/// Writes manual pages (man(7)).
pub(super) fn man(args: &ManArgs) -> Result<Exit, CommandError> {
    let program = program();
    let Some(dir) = &args.dir else {
        let mut page = Vec::new();
        clap_mangen::Man::new(program).render(&mut page).map_err(CommandError::Output)?;
        return print(&page);
    };
    let failed = |source| CommandError::Manual { path: dir.clone(), source };
    fs::create_dir_all(dir).map_err(failed)?;
    clap_mangen::generate_to(program, dir).map_err(failed)?;
    Ok(Exit::Done)
}

/// Writes the completions of a shell.
pub(super) fn completions(args: &CompletionsArgs) -> Result<Exit, CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut program(), "snmp-proxy", &mut script);
    print(&script)
}

/// The program with all its commands, but for those that people do not type.
fn program() -> Command {
    Cli::command().disable_help_subcommand(true)
}

fn print(octets: &[u8]) -> Result<Exit, CommandError> {
    output::print(&String::from_utf8_lossy(octets))?;
    Ok(Exit::Done)
}
