//! The user of SNMPv3 on the command line, with the short flags that net-snmp has for it.
//!
//! A password in an argument is in every process list, so there are files and variables for it.

use std::path::PathBuf;

use clap::Args;
use config::read_secret_file;
use job::user::{AskedUser, UserPart};
use secrecy::SecretString;
use snmp::Credentials;

use super::{CommandError, net_snmp::Level};

/// The environment variables with the passwords, which no process list shows.
const AUTH_VARIABLE: &str = "SNMP_PROXY_AUTH_PASSWORD";
const PRIV_VARIABLE: &str = "SNMP_PROXY_PRIV_PASSWORD";

/// The flags have a place of their own in the help.
const HEADING: &str = "SNMPv3";

/// Flags of a user of version 3, and of the context that is asked.
#[derive(Debug, Default, Args)]
pub(super) struct UserFlags {
    #[command(flatten)]
    named: NamedUserFlags,
    /// Context name [default: the empty name]
    #[arg(short = 'n', long, value_name = "NAME", requires = "user", help_heading = HEADING)]
    context: Option<String>,
    /// Context engine ID in hexadecimal [default: the engine ID of the device]
    #[arg(short = 'E', long, value_name = "HEX", requires = "user", help_heading = HEADING)]
    context_engine_id: Option<String>,
}

/// Flags of a user of version 3.
#[derive(Debug, Default, Args)]
pub(super) struct NamedUserFlags {
    /// User name of version 3; selects version 3
    #[arg(short, long, value_name = "NAME", help_heading = HEADING)]
    user: Option<String>,
    /// noAuthNoPriv, authNoPriv or authPriv [default: what the passwords allow]
    #[arg(short, long, value_name = "LEVEL", value_parser = Level::read, requires = "user", help_heading = HEADING)]
    level: Option<Level>,
    /// MD5, SHA, SHA224, SHA256, SHA384, SHA512 or NONE [default: SHA]
    #[arg(short, long, value_name = "NAME", requires = "user", help_heading = HEADING)]
    auth_protocol: Option<String>,
    /// Authentication password; visible to everyone on this machine, prefer $SNMP_PROXY_AUTH_PASSWORD
    #[arg(short = 'A', long, value_name = "TEXT", requires = "user", help_heading = HEADING)]
    auth_password: Option<SecretString>,
    /// File with the authentication password
    #[arg(long, value_name = "FILE", requires = "user", conflicts_with = "auth_password", help_heading = HEADING)]
    auth_password_file: Option<PathBuf>,
    /// DES, 3DES, AES, AES192, AES256 or NONE; 3DESB, AES192B and AES256B extend the key as net-snmp does [default: AES]
    #[arg(short = 'x', long, value_name = "NAME", requires = "user", help_heading = HEADING)]
    priv_protocol: Option<String>,
    /// Privacy password; visible to everyone on this machine, prefer $SNMP_PROXY_PRIV_PASSWORD
    #[arg(short = 'X', long, value_name = "TEXT", requires = "user", help_heading = HEADING)]
    priv_password: Option<SecretString>,
    /// File with the privacy password
    #[arg(long, value_name = "FILE", requires = "user", conflicts_with = "priv_password", help_heading = HEADING)]
    priv_password_file: Option<PathBuf>,
}

/// The passwords that were given.
#[derive(Debug)]
pub(super) struct Passwords {
    pub(super) auth: Option<SecretString>,
    pub(super) privacy: Option<SecretString>,
}

impl UserFlags {
    /// Whether a user was named.
    pub(super) fn is_given(&self) -> bool {
        self.named.user.is_some()
    }

    /// Whether a context was named, or the engine that holds it.
    pub(super) fn names_a_context(&self) -> bool {
        self.context.is_some() || self.context_engine_id.is_some()
    }

    /// Returns the credentials, or what is wrong with the user.
    pub(super) fn credentials(&self) -> Result<Credentials, CommandError> {
        let (context, engine_id) = (self.context.as_deref().unwrap_or_default(), self.context_engine_id.as_deref());
        self.named.credentials(&self.named.passwords()?, context, engine_id)
    }
}

impl NamedUserFlags {
    /// The user's name, if one was given.
    pub(super) fn name(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// Reads the passwords from wherever they are.
    pub(super) fn passwords(&self) -> Result<Passwords, CommandError> {
        Ok(Passwords {
            auth: password(
                self.auth_password.as_ref(),
                self.auth_password_file.as_ref(),
                variable(AUTH_VARIABLE, self.auth_protocol.as_deref()),
            )?,
            privacy: password(
                self.priv_password.as_ref(),
                self.priv_password_file.as_ref(),
                variable(PRIV_VARIABLE, self.priv_protocol.as_deref()),
            )?,
        })
    }

    /// Returns the credentials, or what is wrong with the user.
    pub(super) fn credentials(
        &self,
        passwords: &Passwords,
        context_name: &str,
        context_engine_id: Option<&str>,
    ) -> Result<Credentials, CommandError> {
        let Some(name) = &self.user else {
            return Err(CommandError::Usage("version 3 needs a user (--user)".to_owned()));
        };
        let missing = self.missing(passwords);
        if !missing.is_empty() {
            let lines: Vec<_> = missing.iter().map(|flag| format!("{flag}: is missing for this --level")).collect();
            return Err(CommandError::Usage(lines.join("\n")));
        }
        // A level switches off what is beyond it, also where the environment has the passwords for more.
        let has = |level| self.level.is_none_or(|wanted| wanted >= level);
        let asked = AskedUser {
            name,
            auth_protocol: self.auth_protocol.as_deref().filter(|_| has(Level::AuthNoPriv)),
            auth_password: passwords.auth.clone().filter(|_| has(Level::AuthNoPriv)),
            priv_protocol: self.priv_protocol.as_deref().filter(|_| has(Level::AuthPriv)),
            priv_password: passwords.privacy.clone().filter(|_| has(Level::AuthPriv)),
            context_name,
            context_engine_id,
        };
        asked.credentials().map_err(|problems| {
            let lines: Vec<_> = problems.iter().map(|(part, problem)| format!("{}: {problem}", flag(*part))).collect();
            CommandError::Usage(lines.join("\n"))
        })
    }

    /// What the level needs and is not there.
    fn missing(&self, passwords: &Passwords) -> Vec<&'static str> {
        let is_off =
            |protocol: &Option<String>| protocol.as_ref().is_some_and(|name| name.eq_ignore_ascii_case("none"));
        let parts = [
            (Level::AuthNoPriv, is_off(&self.auth_protocol), "--auth-protocol other than NONE"),
            (Level::AuthNoPriv, passwords.auth.is_none(), "--auth-password"),
            (Level::AuthPriv, is_off(&self.priv_protocol), "--priv-protocol other than NONE"),
            (Level::AuthPriv, passwords.privacy.is_none(), "--priv-password"),
        ];
        let wanted = self.level.unwrap_or(Level::NoAuthNoPriv);
        parts.into_iter().filter(|(level, lacks, _)| *lacks && wanted >= *level).map(|(.., flag)| flag).collect()
    }
}

/// The password from the argument, the file or the environment, whichever is there first.
fn password(
    argument: Option<&SecretString>,
    file: Option<&PathBuf>,
    variable: Option<&str>,
) -> Result<Option<SecretString>, CommandError> {
    if let Some(path) = file {
        let read = read_secret_file(path);
        return read.map(Some).map_err(|source| CommandError::SecretFile { path: path.clone(), source });
    }
    Ok(argument.cloned().or_else(|| std::env::var(variable?).ok().map(SecretString::from)))
}

/// The variable that may have the password of a level with this protocol. It may be there for another command: where the
/// level is switched off, it is not looked at.
fn variable(name: &'static str, protocol: Option<&str>) -> Option<&'static str> {
    protocol.is_none_or(|protocol| !protocol.eq_ignore_ascii_case("NONE")).then_some(name)
}

fn flag(part: UserPart) -> &'static str {
    match part {
        UserPart::Name => "--user",
        UserPart::AuthProtocol => "--auth-protocol",
        UserPart::AuthPassword => "--auth-password",
        UserPart::PrivProtocol => "--priv-protocol",
        UserPart::PrivPassword => "--priv-password",
        UserPart::ContextName => "--context",
        UserPart::ContextEngineId => "--context-engine-id",
    }
}
