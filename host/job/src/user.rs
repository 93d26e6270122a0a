//! A user of SNMPv3 as it was asked for, made into credentials, or everything that is wrong with it.
//!
//! The API, the configuration and the command line name the parts differently and ask the same of them. Where there is
//! no password, or where the protocol is `NONE`, a level is off; a protocol that then has no password, or a password
//! that has no protocol, is a mistake, since whoever gave it wants the level. No text of a secret is repeated.

use std::{ops::RangeInclusive, str::FromStr};

use secrecy::{ExposeSecret as _, SecretString};
use snmp::{
    Credentials,
    usm::{
        AuthProtocol, Context, EngineId, NAME_OCTETS, PASSWORD_OCTETS, Password, PrivProtocol, Protection, User,
        UserError,
    },
};

/// A user as it was asked for.
#[derive(Clone, Debug)]
pub struct AskedUser<'a> {
    /// Its name.
    pub name: &'a str,
    /// How messages are authenticated, or `NONE`; without it, SHA where there is a password.
    pub auth_protocol: Option<&'a str>,
    /// With what.
    pub auth_password: Option<SecretString>,
    /// How messages are encrypted, or `NONE`; without it, AES where there is a password.
    pub priv_protocol: Option<&'a str>,
    /// With what.
    pub priv_password: Option<SecretString>,
    /// Which of the device's contexts is asked; the default one has no name.
    pub context_name: &'a str,
    /// The engine that holds the context, in hexadecimal; the device's own where nothing is given.
    pub context_engine_id: Option<&'a str>,
}

/// A part of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserPart {
    /// [`AskedUser::name`]
    Name,
    /// [`AskedUser::auth_protocol`]
    AuthProtocol,
    /// [`AskedUser::auth_password`]
    AuthPassword,
    /// [`AskedUser::priv_protocol`]
    PrivProtocol,
    /// [`AskedUser::priv_password`]
    PrivPassword,
    /// [`AskedUser::context_name`]
    ContextName,
    /// [`AskedUser::context_engine_id`]
    ContextEngineId,
}

/// What is wrong with a part.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserProblem {
    /// It is too short.
    #[error("needs at least {0} octets")]
    TooShort(usize),
    /// It is too long.
    #[error("has at most {0} octets")]
    TooLong(usize),
    /// It is none of these.
    #[error("is one of {0}")]
    NoneOf(String),
    /// It is a protocol, and its password is missing.
    #[error("does nothing without a password")]
    WithoutPassword,
    /// It is a password, and its protocol is `NONE`.
    #[error("does nothing without a protocol")]
    WithoutProtocol,
    /// There is a password of privacy, but none of authentication.
    #[error("is missing: privacy requires authentication")]
    NoAuthentication,
    /// The engine refuses it for this reason.
    #[error("{0}")]
    Refused(UserError),
}

/// The word that switches a level off.
const NONE: &str = "NONE";

impl AskedUser<'_> {
    /// The credentials, or every part that is wrong.
    pub fn credentials(&self) -> Result<Credentials, Vec<(UserPart, UserProblem)>> {
        let mut problems = Vec::new();
        let mut wrong = |part, problem| problems.push((part, problem));
        if let Err(problem) = within(self.name.len(), NAME_OCTETS) {
            wrong(UserPart::Name, problem);
        }
        let names = |names: Vec<&str>| UserProblem::NoneOf([names.as_slice(), &[NONE]].concat().join(", "));
        let auth = protocol(self.auth_protocol, AuthProtocol::Sha1).unwrap_or_else(|()| {
            wrong(UserPart::AuthProtocol, names(AuthProtocol::ALL.map(AuthProtocol::as_str).into()));
            ProtocolChoice::Default(AuthProtocol::Sha1)
        });
        let privacy = protocol(self.priv_protocol, PrivProtocol::Aes128).unwrap_or_else(|()| {
            wrong(UserPart::PrivProtocol, names(PrivProtocol::ALL.map(PrivProtocol::as_str).into()));
            ProtocolChoice::Default(PrivProtocol::Aes128)
        });
        let auth = auth.with(self.auth_password.as_ref());
        let privacy = privacy.with(self.priv_password.as_ref());
        match (&auth, &privacy) {
            (Ok(None) | Err(UserProblem::WithoutPassword), Ok(Some(_))) => {
                wrong(UserPart::AuthPassword, UserProblem::NoAuthentication);
            }
            (Err(problem), _) => wrong(problem.part(UserPart::AuthProtocol, UserPart::AuthPassword), problem.clone()),
            _ => {}
        }
        if let Err(problem) = &privacy {
            wrong(problem.part(UserPart::PrivProtocol, UserPart::PrivPassword), problem.clone());
        }
        let (auth, privacy) = (auth.unwrap_or_default(), privacy.unwrap_or_default());
        let mut read = |part, password: &SecretString| match checked(password) {
            Ok(password) => Some(password),
            Err(problem) => {
                wrong(part, problem);
                None
            }
        };
        let auth = auth.map(|(auth, password)| (auth, read(UserPart::AuthPassword, password)));
        let privacy = privacy.map(|(privacy, password)| (privacy, read(UserPart::PrivPassword, password)));
        if let Err(problem) = within(self.context_name.len(), 0..=*NAME_OCTETS.end()) {
            wrong(UserPart::ContextName, problem);
        }
        let engine_id = self.context_engine_id.map(EngineId::from_str).transpose().unwrap_or_else(|error| {
            wrong(UserPart::ContextEngineId, UserProblem::Refused(error));
            None
        });

        let protection = match (auth, privacy) {
            (None, None) => Some(Protection::None),
            (Some((auth, Some(auth_password))), None) => Some(Protection::Auth { auth, auth_password }),
            (Some((auth, Some(auth_password))), Some((privacy, Some(priv_password)))) => {
                Some(Protection::AuthPriv { auth, auth_password, privacy, priv_password })
            }
            // Something of it is wrong, which has been said.
            _ => None,
        };
        if !problems.is_empty() {
            return Err(problems);
        }
        let refused = |error| vec![(UserPart::Name, UserProblem::Refused(error))];
        let protection = protection.ok_or_else(|| refused(UserError::Password))?;
        let user = User::new(self.name, protection).map_err(refused)?;
        Ok(Credentials::V3 { user, context: Context { engine_id, name: self.context_name.into() } })
    }
}

/// The protocol of a level.
enum ProtocolChoice<P> {
    /// Nobody named one.
    Default(P),
    Named(P),
    /// The level is switched off.
    None,
}

fn protocol<P: FromStr>(name: Option<&str>, default: P) -> Result<ProtocolChoice<P>, ()> {
    match name {
        None => Ok(ProtocolChoice::Default(default)),
        Some(name) if name.eq_ignore_ascii_case(NONE) => Ok(ProtocolChoice::None),
        Some(name) => name.parse().map(ProtocolChoice::Named).map_err(|_| ()),
    }
}

impl<P> ProtocolChoice<P> {
    /// The protocol and its password; nothing where the level is off.
    fn with(self, password: Option<&SecretString>) -> Result<Option<(P, &SecretString)>, UserProblem> {
        match (self, password) {
            (Self::Default(protocol) | Self::Named(protocol), Some(password)) => Ok(Some((protocol, password))),
            (Self::Named(_), None) => Err(UserProblem::WithoutPassword),
            (Self::None, Some(password)) if !password.expose_secret().is_empty() => Err(UserProblem::WithoutProtocol),
            (Self::Default(_), None) | (Self::None, _) => Ok(None),
        }
    }
}

impl UserProblem {
    /// Which part of a level it is about.
    fn part(&self, protocol: UserPart, password: UserPart) -> UserPart {
        if matches!(self, Self::WithoutPassword) { protocol } else { password }
    }
}

fn checked(password: &SecretString) -> Result<Password, UserProblem> {
    within(password.expose_secret().len(), PASSWORD_OCTETS)?;
    Password::new(password).map_err(UserProblem::Refused)
}

fn within(octets: usize, range: RangeInclusive<usize>) -> Result<(), UserProblem> {
    if octets < *range.start() {
        Err(UserProblem::TooShort(*range.start()))
    } else if octets > *range.end() {
        Err(UserProblem::TooLong(*range.end()))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes credentials of `auth protocol`, `auth password`, `privacy protocol`, `privacy password`, where `-` is none at
    /// all.
    #[track_caller]
    fn check(parts: [&str; 4], expected: &str) {
        let [auth_protocol, auth_password, priv_protocol, priv_password] = parts;
        let password = |text: &str| (text != "-").then(|| SecretString::from(text));
        let asked = AskedUser {
            name: "monitor",
            auth_protocol: Some(auth_protocol).filter(|text| *text != "-"),
            auth_password: password(auth_password),
            priv_protocol: Some(priv_protocol).filter(|text| *text != "-"),
            priv_password: password(priv_password),
            context_name: "vlan-7",
            context_engine_id: Some("8000000001020304"),
        };
        let shown = match asked.credentials() {
            Err(problems) => {
                let words = problems.iter().map(|(part, problem)| format!("{part:?} {problem}"));
                words.collect::<Vec<_>>().join("; ")
            }
            Ok(Credentials::V3 { user, context }) => {
                assert_eq!((user.name(), &*context.name), ("monitor", "vlan-7"));
                assert_eq!(context.engine_id.unwrap().to_string(), "8000000001020304");
                match user.protection() {
                    Protection::None => "nothing".to_owned(),
                    Protection::Auth { auth, .. } => auth.to_string(),
                    Protection::AuthPriv { auth, privacy, .. } => format!("{auth} {privacy}"),
                }
            }
            Ok(_) => "another version".to_owned(),
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_missing_password_and_the_word_none_switch_a_level_off() {
        check(["-", "-", "-", "-"], "nothing");
        check(["none", "-", "NONE", "-"], "nothing");
        check(["none", "", "NONE", ""], "nothing");
        check(["-", "longenough", "-", "-"], "SHA");
        check(["-", "longenough", "-", "longenough"], "SHA AES");
        check(["SHA-256", "longenough", "-", "-"], "SHA256");
        check(["SHA-256", "longenough", "none", "-"], "SHA256");
        check(["md5", "longenough", "AES-256", "longenough"], "MD5 AES256B");
        check(["SHA512", "longenough", "aes256", "longenough"], "SHA512 AES256");
    }

    #[test]
    fn a_protocol_needs_a_password_and_a_password_a_protocol() {
        let (auth, privacy) =
            ("AuthProtocol does nothing without a password", "PrivProtocol does nothing without a password");
        check(["SHA", "-", "-", "-"], auth);
        check(["SHA", "-", "AES", "-"], &format!("{auth}; {privacy}"));
        check(["SHA256", "longenough", "AES", "-"], privacy);
        check(["-", "longenough", "AES256", "-"], privacy);
        check(["NONE", "longenough", "-", "-"], "AuthPassword does nothing without a protocol");
        check(["-", "longenough", "none", "longenough"], "PrivPassword does nothing without a protocol");
        let expected = "AuthPassword does nothing without a protocol; PrivPassword does nothing without a protocol";
        check(["none", "longenough", "NONE", "x"], expected);
        let missing = "AuthPassword is missing: privacy requires authentication";
        check(["SHA", "-", "AES", "longenough"], missing);
        check(["NONE", "-", "-", "longenough"], missing);
        check(["-", "-", "AES", "longenough"], missing);
    }

    #[test]
    fn everything_that_is_wrong_is_said_and_nothing_is_repeated() {
        check(
            ["SHA", "", "AES", "short"],
            "AuthPassword needs at least 8 octets; PrivPassword needs at least 8 octets",
        );
        check(["SHA", &"x".repeat(1_025), "-", "-"], "AuthPassword has at most 1024 octets");
        let expected = "AuthProtocol is one of MD5, SHA, SHA224, SHA256, SHA384, SHA512, NONE; PrivProtocol is one of \
                        DES, 3DES, 3DESB, AES, AES192, AES192B, AES256, AES256B, NONE";
        check(["hunter2", "-", "hunter3", "-"], expected);
    }

    #[test]
    fn debugging_shows_no_password() {
        let password = || Some(SecretString::from("canary-canary"));
        let asked = AskedUser {
            name: "monitor",
            auth_protocol: Some("SHA"),
            auth_password: password(),
            priv_protocol: Some("AES"),
            priv_password: password(),
            context_name: "",
            context_engine_id: None,
        };
        let shown = format!("{asked:?} {:?}", asked.credentials());
        assert!(shown.contains("monitor") && !shown.contains("canary"), "{shown}");
    }

    #[test]
    fn names_have_their_bounds() {
        let long = "n".repeat(33);
        let asked = AskedUser {
            name: "",
            auth_protocol: None,
            auth_password: None,
            priv_protocol: None,
            priv_password: None,
            context_name: &long,
            context_engine_id: Some("xyz"),
        };
        let parts: Vec<_> = asked.credentials().unwrap_err().into_iter().map(|(part, _)| part).collect();
        assert_eq!(parts, [UserPart::Name, UserPart::ContextName, UserPart::ContextEngineId]);
    }
}
