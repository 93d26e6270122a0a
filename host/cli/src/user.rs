//! The user of SNMPv3 on the command line, with the short flags that net-snmp has for it.
//!
//! A password in an argument is in every process list, so there are files and variables for it.

use std::path::PathBuf;

use clap::Args;
use config::read_secret_file;
use job::user::{AskedUser, UserPart};
use secrecy::SecretString;
use snmp::Credentials;

use super::CommandError;

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
    /// Context to ask [default: the one without a name]
    #[arg(short = 'n', long, value_name = "NAME", requires = "user", help_heading = HEADING)]
    context: Option<String>,
    /// Engine that holds the context, in hexadecimal [default: the device's own]
    #[arg(short = 'E', long, value_name = "HEX", requires = "user", help_heading = HEADING)]
    context_engine_id: Option<String>,
}

/// Flags of a user of version 3.
#[derive(Debug, Default, Args)]
pub(super) struct NamedUserFlags {
    /// User of version 3, which it then is
    #[arg(short, long, value_name = "NAME", help_heading = HEADING)]
    user: Option<String>,
    /// MD5, SHA, SHA224, SHA256, SHA384, SHA512 or NONE [default: SHA]
    #[arg(short, long, value_name = "NAME", requires = "user", help_heading = HEADING)]
    auth_protocol: Option<String>,
    /// Password of authentication; everyone on this machine can see it here, $SNMP_PROXY_AUTH_PASSWORD is better
    #[arg(short = 'A', long, value_name = "TEXT", requires = "user", help_heading = HEADING)]
    auth_password: Option<SecretString>,
    /// File with the password of authentication
    #[arg(long, value_name = "FILE", requires = "user", conflicts_with = "auth_password", help_heading = HEADING)]
    auth_password_file: Option<PathBuf>,
    /// DES, 3DES, AES, AES192, AES256 (with B behind it: the key extended as net-snmp does) or NONE [default: AES]
    #[arg(short = 'x', long, value_name = "NAME", requires = "user", help_heading = HEADING)]
    priv_protocol: Option<String>,
    /// Password of privacy; everyone on this machine can see it here, $SNMP_PROXY_PRIV_PASSWORD is better
    #[arg(short = 'X', long, value_name = "TEXT", requires = "user", help_heading = HEADING)]
    priv_password: Option<SecretString>,
    /// File with the password of privacy
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
        let asked = AskedUser {
            name,
            auth_protocol: self.auth_protocol.as_deref(),
            auth_password: passwords.auth.clone(),
            priv_protocol: self.priv_protocol.as_deref(),
            priv_password: passwords.privacy.clone(),
            context_name,
            context_engine_id,
        };
        asked.credentials().map_err(|problems| {
            let lines: Vec<_> = problems.iter().map(|(part, problem)| format!("{}: {problem}", flag(*part))).collect();
            CommandError::Usage(lines.join("\n"))
        })
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
