//! A user of version 3 in an entry, the same for those who send notifications and for those in whose name they are
//! forwarded. The checks are those of the API; what they find is said at the key.

use std::path::PathBuf;

use job::user::{AskedUser, UserPart};
use secrecy::SecretString;
use snmp::Credentials;

use crate::{
    list::{Entry, EntryProblem, Listed},
    origin::Findings,
    secret_file,
};

/// The keys of an entry that describe a user.
#[derive(Clone, Copy, Debug)]
pub(super) struct UserOf<'a> {
    /// The key of the name.
    pub(super) name_key: &'static str,
    pub(super) name: &'a str,
    pub(super) auth_protocol: Option<&'a str>,
    pub(super) auth_password: SecretOf<'a>,
    pub(super) priv_protocol: Option<&'a str>,
    pub(super) priv_password: SecretOf<'a>,
}

/// A secret in an entry, or in the file that the entry names.
#[derive(Clone, Copy, Debug)]
pub(super) struct SecretOf<'a> {
    /// The key of the secret.
    pub(super) key: &'static str,
    pub(super) secret: Option<&'a SecretString>,
    /// The key of the file.
    pub(super) file_key: &'static str,
    pub(super) file: Option<&'a PathBuf>,
}

/// The user that the keys of an entry describe; their names are the same in both lists, but for that of the name.
macro_rules! user_of {
    ($keys:expr, $name:ident) => {
        UserOf {
            name_key: stringify!($name),
            name: $keys.$name.as_deref().unwrap_or_default(),
            auth_protocol: $keys.auth_protocol.as_deref(),
            auth_password: SecretOf::of(
                ("auth_password", &$keys.auth_password),
                ("auth_password_file", &$keys.auth_password_file),
            ),
            priv_protocol: $keys.priv_protocol.as_deref(),
            priv_password: SecretOf::of(
                ("priv_password", &$keys.priv_password),
                ("priv_password_file", &$keys.priv_password_file),
            ),
        }
    };
}
pub(super) use user_of;
impl<'a> SecretOf<'a> {
    /// Describes it by its two keys and what they hold.
    pub(super) fn of(
        (key, secret): (&'static str, &'a Option<SecretString>),
        (file_key, file): (&'static str, &'a Option<PathBuf>),
    ) -> Self {
        Self { key, secret: secret.as_ref(), file_key, file: file.as_ref() }
    }

    /// Whether the entry has it.
    pub(super) fn is_given(self) -> bool {
        self.secret.is_some() || self.file.is_some()
    }

    /// Refuses a secret that is given twice: only one of them can hold, and no one could say which.
    pub(super) fn check(self) -> Option<EntryProblem> {
        let twice = self.secret.is_some() && self.file.is_some();
        twice.then(|| EntryProblem::key(self.file_key, format!("is given beside {}; give only one of them", self.key)))
    }

    /// Returns the secret; `None` where there is none, or after saying why it cannot be read.
    pub(super) fn read<K: Entry>(self, entry: &Listed<K>, findings: &mut Findings) -> Option<SecretString> {
        let Some(path) = self.file else { return self.secret.cloned() };
        match secret_file::read(path) {
            Ok(file) => {
                if file.world_readable {
                    findings.warnings.push(entry.problem(Some(self.file_key), secret_file::everybody_may_read(path)));
                }
                Some(file.secret)
            }
            Err(error) => {
                findings.problems.push(entry.problem(Some(self.file_key), secret_file::cannot_read(path, &error)));
                None
            }
        }
    }

    /// The key that the secret comes from.
    fn source(self) -> &'static str {
        if self.file.is_some() { self.file_key } else { self.key }
    }
}

impl UserOf<'_> {
    /// Refuses passwords that are given twice, and protocols that would be used for nothing.
    pub(super) fn check(self) -> Vec<EntryProblem> {
        let unused = |key: &'static str, protocol: Option<&str>, password: SecretOf<'_>| {
            let is_unused = protocol.is_some_and(|name| !name.eq_ignore_ascii_case("NONE")) && !password.is_given();
            is_unused.then(|| EntryProblem::key(key, format!("does nothing without {}", password.key)))
        };
        let found = [
            self.auth_password.check(),
            self.priv_password.check(),
            unused("auth_protocol", self.auth_protocol, self.auth_password),
            unused("priv_protocol", self.priv_protocol, self.priv_password),
        ];
        found.into_iter().flatten().collect()
    }

    /// Returns the credentials; `None` after saying what is wrong.
    pub(super) fn credentials<K: Entry>(self, entry: &Listed<K>, findings: &mut Findings) -> Option<Credentials> {
        let before = findings.problems.len();
        let auth_password = self.auth_password.read(entry, findings);
        let priv_password = self.priv_password.read(entry, findings);
        if findings.problems.len() > before {
            return None;
        }
        let asked = AskedUser {
            name: self.name,
            auth_protocol: self.auth_protocol,
            auth_password,
            priv_protocol: self.priv_protocol,
            priv_password,
            context_name: "",
            context_engine_id: None,
        };
        let wrong = |(part, problem): (UserPart, _)| entry.problem(Some(self.key(part)), format!("{problem}"));
        asked.credentials().map_err(|problems| findings.problems.extend(problems.into_iter().map(wrong))).ok()
    }

    fn key(self, part: UserPart) -> &'static str {
        match part {
            UserPart::AuthProtocol => "auth_protocol",
            UserPart::AuthPassword => self.auth_password.source(),
            UserPart::PrivProtocol => "priv_protocol",
            UserPart::PrivPassword => self.priv_password.source(),
            UserPart::Name | UserPart::ContextName | UserPart::ContextEngineId => self.name_key,
        }
    }
}
