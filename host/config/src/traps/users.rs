//! The entries `[[traps.users]]`: users of version 3 who may send notifications.

use std::path::PathBuf;

use limits::{TRAP_USERS, section};
use secrecy::SecretString;
use snmp::{Credentials, usm::SecurityLevel};
use traps::listener::TrapUser;

use super::user::{SecretOf, UserOf, user_of};
use crate::{
    list::{Entry, EntryProblem, Given, Listed},
    origin::Findings,
};

section! {
    /// Users of version 3 who may send notifications, as many entries as wanted. Several of one name are that user with
    /// old passwords and with new ones. Protocols are named as in the API.
    pub(crate) struct UserKeys = "traps.users" {
        /// Its name.
        name: Option<String> as Maybe<Text> = None, such as "\"core-routers\"";
        /// How well each of its messages must be secured at least: "noAuthNoPriv", "authNoPriv" or "authPriv". Without
        /// it, as well as its passwords allow.
        level: Option<SecurityLevel> as Maybe<Choice> = None, such as "\"authPriv\"";
        /// How messages are authenticated: MD5, SHA, SHA224, SHA256, SHA384, SHA512. Without it, SHA.
        auth_protocol: Option<String> as Maybe<Text> = None, such as "\"SHA256\"";
        /// Password of authentication.
        auth_password: Option<SecretString> as Secret = None, such as "\"at-least-8-characters\"";
        /// File that holds the password of authentication; white space around it is ignored.
        auth_password_file: Option<PathBuf> as Path = None, such as "\"/etc/snmp-proxy/trap-auth\"";
        /// How messages are encrypted: DES, 3DES, AES, AES192, AES256, and 3DESB, AES192B, AES256B with their keys
        /// extended as net-snmp does. Without it, AES.
        priv_protocol: Option<String> as Maybe<Text> = None, such as "\"AES256\"";
        /// Password of privacy.
        priv_password: Option<SecretString> as Secret = None, such as "\"at-least-8-characters\"";
        /// File that holds the password of privacy; white space around it is ignored.
        priv_password_file: Option<PathBuf> as Path = None, such as "\"/etc/snmp-proxy/trap-priv\"";
        /// Whether its messages may come from engines whose ID has fewer octets than 5 or more than 32, which RFC 3411
        /// does not allow and some agents have. The log tells of such an engine once a minute at most.
        any_engine_id: Option<bool> as Maybe<Switch> = None, such as "true";
    }
}

impl Entry for UserKeys {
    const MAX_ENTRIES: usize = TRAP_USERS;

    fn check(&self, given: Given<'_>) -> Vec<EntryProblem> {
        if given.has("name") { self.user().check() } else { vec![EntryProblem::entry("an entry needs a name")] }
    }
}

impl UserKeys {
    fn user(&self) -> UserOf<'_> {
        user_of!(self, name)
    }
}

/// Returns the user of an entry; `None` after saying what is wrong.
pub(super) fn user(entry: &Listed<UserKeys>, findings: &mut Findings) -> Option<TrapUser> {
    let keys = entry.right()?;
    let Credentials::V3 { user, .. } = keys.user().credentials(entry, findings)? else { return None };
    let highest = user.level();
    let level = keys.level.unwrap_or(highest);
    if level > highest {
        let missing = if highest == SecurityLevel::NoAuthNoPriv { "auth_password" } else { "priv_password" };
        findings.problems.push(entry.problem(Some("level"), format!("{level} needs {missing}")));
        return None;
    }
    if level == SecurityLevel::NoAuthNoPriv {
        let message =
            format!("anybody can send notifications in the name of {:?}: no password is asked for", user.name());
        findings.warnings.push(entry.problem(None, message));
    }
    Some(TrapUser { user, level, any_engine_id: keys.any_engine_id.unwrap_or(false) })
}
