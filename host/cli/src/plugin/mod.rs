//! `snmp-proxy plugin`: what is done with plugins. Each command has a file of its own.

mod bench;
mod build;
mod enable;
mod info;
mod inspect;
mod install;
mod list;
mod new;
mod publish;
mod remove;
mod test;

mod check;
mod cure;
mod facts;
mod folder;
mod params;
mod run;
mod staged;
mod text;
mod trust;

use clap::{Args, Subcommand};
use config::Settings;

pub(super) use self::list::PluginsArgs;
use super::{CommandError, Exit, exit};

/// Arguments of `snmp-proxy plugin`.
#[derive(Debug, Args)]
pub(super) struct PluginArgs {
    #[command(subcommand)]
    command: PluginCommand,
}

#[derive(Debug, Subcommand)]
enum PluginCommand {
    /// Begin a plugin: write a folder with one that works, its tests, a recording and what CI runs
    #[command(after_help = new::HELP)]
    New(new::NewArgs),
    /// Build the component of a plugin with the tools that its folder pins
    #[command(after_help = build::HELP)]
    Build(build::BuildArgs),
    /// Check whether a file is a plugin that can be loaded, and say what it will read
    #[command(after_help = inspect::HELP)]
    Check(inspect::CheckArgs),
    /// Run a plugin in the real sandbox against recordings, and compare what it gives with what is expected
    #[command(after_help = test::HELP)]
    Test(test::TestArgs),
    /// Run a plugin many times on a recording, and say what one run takes
    #[command(after_help = bench::HELP)]
    Bench(bench::BenchArgs),
    /// List the plugins and their problems, or show one plugin in full
    List(PluginsArgs),
    /// Show a plugin in full, with what the folder's plugins.lock says of it and who signed it
    Info(info::InfoArgs),
    /// Install a plugin of a file or of a registry into the plugin folder, or another version of it
    #[command(after_help = exit::HELP)]
    Install(install::InstallArgs),
    /// Remove a plugin from the plugin folder
    Remove(remove::RemoveArgs),
    /// Load a plugin again that was disabled
    Enable(enable::EnableArgs),
    /// Keep a plugin from being loaded, one of the folder or one that comes with the program
    Disable(enable::EnableArgs),
    /// Publish a plugin in an OCI registry
    #[command(after_help = exit::HELP)]
    Publish(publish::PublishArgs),
}

impl PluginArgs {
    /// Whether the command makes the plugin folder where it is not there.
    pub(super) fn makes_folder(&self) -> bool {
        matches!(self.command, PluginCommand::Install(_))
    }
}

/// Does one of them.
pub(super) async fn plugin(args: PluginArgs, settings: Settings) -> Result<Exit, CommandError> {
    match args.command {
        PluginCommand::New(args) => new::new(&args),
        PluginCommand::Build(args) => build::build(args, settings).await,
        PluginCommand::Check(args) => inspect::check(args, settings).await,
        PluginCommand::Test(args) => test::test(args, settings).await,
        PluginCommand::Bench(args) => bench::bench(args, settings).await,
        PluginCommand::List(args) => list(args, settings).await,
        PluginCommand::Info(args) => info::info(args, settings).await,
        PluginCommand::Install(args) => install::install(args, settings).await,
        PluginCommand::Remove(args) => remove::remove(args, settings).await,
        PluginCommand::Enable(args) => enable::set(args, true, settings).await,
        PluginCommand::Disable(args) => enable::set(args, false, settings).await,
        PluginCommand::Publish(args) => publish::publish(args, settings).await,
    }
}

/// `plugin list`, which is called `plugins` as well.
pub(super) async fn list(args: PluginsArgs, settings: Settings) -> Result<Exit, CommandError> {
    list::plugins(args, settings).await
}
