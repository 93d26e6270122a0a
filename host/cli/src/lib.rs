//! The command line: what one can type, and what happens then.
//!
//! Without a subcommand the program serves, with the flags of the reference. The subcommands use the same engine and
//! the same plugins without a server. Results go to standard output, everything else to standard error; the exit
//! codes are in `exit.rs`, and nowhere else.

use std::{error::Error, process::ExitCode};

use ::config::{Flag, Loaded, MinLogLevel, Origin, PluginsDir};
use clap::{Args, Parser, Subcommand};

mod exit;
mod flags;
mod output;
mod signals;

mod colours;
mod say;

mod banner;
mod compile;
mod descriptors;
mod loading;
mod serve;
mod supervisor;

mod columns;
mod decode;
mod device;
mod direct;
mod net_snmp;
mod oid;
mod packet_json;
mod packet_text;
mod poll;
mod record;
mod replay;
mod sections;
mod trap;
mod units;
mod user;
mod walk;

mod config;
mod healthcheck;
mod manual;
mod plugin;
mod simulate;

pub use exit::{CommandError, Exit};
use flags::{ProgramFlags, ServeFlags};
pub use runtime::open_page_map;
pub use say::{complain, note};

/// What the program is, and what it does without a command.
const ABOUT: &str = "\
Polls SNMP devices for clients that cannot reach them, by ticket over REST.

Without a command it runs the server: the REST API on all addresses of this machine at port 8899 (--host, --port), and \
a listener for traps and informs at each --trap-listen. The commands need no server.";

/// What was typed.
#[derive(Debug, Parser)]
#[command(
    name = "snmp-proxy",
    version,
    about = ABOUT,
    after_help = exit::HELP,
    max_term_width = 120
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeFlags,
    #[command(flatten)]
    program: ProgramFlags,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read single values of a device
    #[command(after_help = exit::HELP, aliases = ["snmpget"])]
    Get(direct::GetArgs),
    /// Read everything below an OID: mib-2, if none is given
    #[command(after_help = exit::HELP, aliases = ["snmpwalk", "bulkwalk", "snmpbulkwalk"])]
    Walk(walk::WalkArgs),
    /// Poll a device with plugins, as POST /snmp/poll does
    #[command(after_help = exit::HELP)]
    Poll(poll::PollArgs),
    /// Record what a device has in a file that `simulate` and `recording:FILE` play
    #[command(after_help = exit::HELP)]
    #[command(mut_arg("timeout", |arg| arg.help("Deadline of the whole recording, such as 10m [default: 1h]")))]
    #[command(mut_arg("json", |arg| arg.help("Print what came of it as JSON")))]
    Record(record::RecordArgs),
    /// Decode packets: hex, base64, captures; POST /snmp/decode does the same
    #[command(after_help = exit::HELP)]
    Decode(decode::DecodeArgs),
    /// Send a trap or an inform
    #[command(after_help = format!("{}\n\n{}", trap::HELP, exit::HELP), aliases = ["snmptrap"])]
    Trap(trap::TrapArgs),
    /// List the plugins and their problems, or show one plugin in full
    Plugins(plugin::PluginsArgs),
    /// Begin plugins, build, test and measure them; install and publish them
    Plugin(plugin::PluginArgs),
    /// Simulate devices: answer SNMP from recordings
    #[command(after_help = simulate::HELP)]
    Simulate(simulate::SimulateArgs),
    /// Check the configuration, or show every value and its origin
    Config(ConfigArgs),
    /// Ask whether the server of the configuration serves: 0 where it does, else 1
    #[command(after_help = exit::HELP)]
    Healthcheck(healthcheck::HealthcheckArgs),
    /// Print the completions of a shell, to be read by it
    Completions(manual::CompletionsArgs),
    /// Print the manual page, or write one for each command
    Man(manual::ManArgs),
    /// Compile one plugin: the program starts itself so
    #[command(hide = true)]
    CompilePlugin(compile::CompileArgs),
}

#[derive(Debug, Args)]
struct ConfigArgs {
    #[command(subcommand)]
    command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Report everything that is wrong
    Check(ServeFlags),
    /// Print every value and where it comes from, with secrets hidden
    Show(ServeFlags),
}

impl Command {
    /// Returns whether the command needs the plugin folder, or makes it.
    fn plugins_dir(&self) -> PluginsDir {
        match self {
            Self::Plugin(args) if args.makes_folder() => PluginsDir::MayBeMissing,
            _ => PluginsDir::IsThere,
        }
    }

    /// Returns the flags of the server where the command is about them.
    fn server_flags(&self) -> Option<&ServeFlags> {
        match self {
            Self::Config(ConfigArgs { command: ConfigCommand::Check(flags) | ConfigCommand::Show(flags) }) => {
                Some(flags)
            }
            _ => None,
        }
    }
}

impl Cli {
    /// Reads the arguments of this process, or ends it with what is wrong with them.
    #[must_use]
    pub fn of_arguments() -> Self {
        Self::try_parse().unwrap_or_else(|error| net_snmp::with_tip(error).exit())
    }

    /// Does the work of a child of this program, if it was started for that: it needs no configuration and has no log.
    #[must_use]
    pub fn as_compiler(&self) -> Option<ExitCode> {
        match &self.command {
            Some(Command::CompilePlugin(args)) => Some(compile::compile(args)),
            _ => None,
        }
    }

    /// Does what needs neither a configuration nor a log, if that is what was asked for.
    #[must_use]
    pub fn run_without_configuration(&self) -> Option<Result<Exit, CommandError>> {
        match &self.command {
            Some(Command::Man(args)) => Some(manual::man(args)),
            Some(Command::Completions(args)) => Some(manual::completions(args)),
            _ => None,
        }
    }

    /// Reads the configuration with the flags of whichever command was given, and warns of what looks wrong.
    pub fn load(&self) -> Result<Loaded, CommandError> {
        let loaded = match &self.command {
            None => self.program.load(&self.serve, PluginsDir::IsThere),
            Some(command) => {
                self.refuse_server_flags()?;
                let flags = command.server_flags();
                self.program.load(flags.unwrap_or(&ServeFlags::default()), command.plugins_dir())
            }
        }?;
        for warning in &loaded.warnings {
            say::warn(&warning.to_string());
        }
        Ok(loaded)
    }

    /// A flag of the server before a command that starts none would do nothing, silently.
    fn refuse_server_flags(&self) -> Result<(), CommandError> {
        match self.serve.flags().next() {
            None => Ok(()),
            Some(Flag { name, .. }) => Err(CommandError::Usage(format!(
                "{name} is a flag of the server, and this command starts none; only `config check` and `config show` take \
                 it, after the command"
            ))),
        }
    }

    /// Returns whether the program goes on until it is told to stop, with nobody who watches it.
    #[must_use]
    pub fn is_server(&self) -> bool {
        matches!(self.command, None | Some(Command::Simulate(_)))
    }

    /// Returns whether the command asks one device for a little, or none: one thread is enough for what it does beside
    /// waiting, and each more costs it time to start.
    #[must_use]
    pub fn is_small(&self) -> bool {
        matches!(
            self.command,
            Some(Command::Get(_) | Command::Walk(_) | Command::Trap(_) | Command::Config(_) | Command::Healthcheck(_))
        )
    }

    /// Returns the least serious log lines to write: commands for people stay quiet unless told otherwise.
    #[must_use]
    pub fn log_level(&self, loaded: &Loaded) -> MinLogLevel {
        match &self.command {
            Some(_) if *loaded.origin("log", "level") == Origin::Default => MinLogLevel::Warning,
            _ => loaded.settings.log_level,
        }
    }

    /// Does what was asked for, until it is done or a signal ends it.
    pub async fn run(self, loaded: Loaded) -> Result<Exit, CommandError> {
        let settings = loaded.settings.clone();
        match self.command {
            None => serve::serve(loaded).await,
            Some(Command::Get(args)) => signals::unless_ended(direct::get(args, settings)).await,
            Some(Command::Walk(args)) => signals::unless_ended(walk::walk(args, settings)).await,
            Some(Command::Poll(args)) => signals::unless_ended(poll::poll(args, settings)).await,
            Some(Command::Record(args)) => record::record(args, settings).await,
            Some(Command::Decode(args)) => signals::unless_ended(decode::decode(args, settings)).await,
            Some(Command::Trap(args)) => signals::unless_ended(trap::trap(args, settings)).await,
            Some(Command::Plugins(args)) => signals::unless_ended(plugin::list(args, settings)).await,
            Some(Command::Plugin(args)) => signals::unless_ended(plugin::plugin(args, settings)).await,
            Some(Command::Simulate(args)) => simulate::simulate(args).await,
            Some(Command::Config(ConfigArgs { command: ConfigCommand::Check(_) })) => config::check(&loaded),
            Some(Command::Config(ConfigArgs { command: ConfigCommand::Show(_) })) => config::show(&loaded),
            Some(Command::Healthcheck(args)) => signals::unless_ended(healthcheck::healthcheck(args, &settings)).await,
            // They are done before there is a configuration.
            Some(Command::CompilePlugin(_) | Command::Man(_) | Command::Completions(_)) => Ok(Exit::Usage),
        }
    }
}

/// Returns whether the error says that whoever read standard output has gone.
#[must_use]
pub fn is_closed_pipe(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe) {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests;
