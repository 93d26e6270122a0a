//! Reads `v3_auth`: its types always, as the reference does, its values only where they are used.

use job::user::{AskedUser, UserPart, UserProblem};
use secrecy::SecretString;
use snmp::Credentials;

use super::{fields::Fields, options::refuse_unknown};

/// The fields of a user.
const NAMES: [&str; 7] = [
    "username",
    "auth_protocol",
    "auth_password",
    "priv_protocol",
    "priv_password",
    "context_name",
    "context_engine_id",
];

/// The credentials of version 3; nothing where there is no user, or where problems were added.
pub(super) fn v3_auth(fields: &mut Fields<'_>, is_used: bool) -> Option<Credentials> {
    match fields.object("v3_auth")? {
        Some(user) => credentials(user, is_used),
        None if is_used => {
            fields.add("missing", "v3_auth", "Field required");
            None
        }
        None => None,
    }
}

/// The credentials that such an object is about; nothing where problems were added.
pub(super) fn credentials(mut user: Fields<'_>, is_used: bool) -> Option<Credentials> {
    let name = user.text("username");
    let auth_protocol = protocol(&mut user, "auth_protocol", ("SHA", "auth_password"));
    let auth_password = user.optional_text("auth_password");
    let priv_protocol = protocol(&mut user, "priv_protocol", ("AES", "priv_password"));
    let priv_password = user.optional_text("priv_password");
    let context_name = user.optional_text("context_name");
    let context_engine_id = user.optional_text("context_engine_id");
    let secret = |password: Option<&str>| password.map(SecretString::from);
    let asked = AskedUser {
        name: name?,
        auth_protocol: auth_protocol?,
        auth_password: secret(auth_password?),
        priv_protocol: priv_protocol?,
        priv_password: secret(priv_password?),
        context_name: context_name?.unwrap_or_default(),
        context_engine_id: context_engine_id?,
    };
    if !is_used {
        return None;
    }
    // A password under a misspelt name would be a level of security less, without a word.
    let has_unknown = refuse_unknown(&mut user, &NAMES);
    let problems = match asked.credentials() {
        Ok(credentials) => return (!has_unknown).then_some(credentials),
        Err(problems) => problems,
    };
    for (part, problem) in problems {
        let (kind, msg) = match problem {
            UserProblem::TooShort(1) => ("string_too_short", "String should have at least 1 character".to_owned()),
            UserProblem::TooShort(least) => {
                ("string_too_short", format!("String should have at least {least} characters"))
            }
            UserProblem::TooLong(most) => ("string_too_long", format!("String should have at most {most} characters")),
            UserProblem::NoneOf(words) => ("literal_error", format!("Input should be one of {words}")),
            UserProblem::WithoutPassword => {
                ("value_error", format!("Value error, does nothing without {}", other(part)))
            }
            UserProblem::WithoutProtocol => {
                ("value_error", format!("Value error, does nothing where {} is NONE", other(part)))
            }
            UserProblem::NoAuthentication => ("value_error", "Value error, privacy needs authentication".to_owned()),
            UserProblem::Refused(error) => ("value_error", format!("Value error, {error}")),
        };
        user.add(kind, field(part), msg);
    }
    None
}

/// The protocol, if one is named. One that is the default, next to a password that is null, is no more than a client of
/// the reference that writes all fields says of a level that is off.
fn protocol<'a>(
    user: &mut Fields<'a>,
    name: &'static str,
    (default, password): (&str, &'static str),
) -> Option<Option<&'a str>> {
    if !user.has(name) {
        return Some(None);
    }
    let is_off = user.is_null(password);
    let protocol = user.text(name)?;
    Some(Some(protocol).filter(|protocol| !(is_off && protocol.eq_ignore_ascii_case(default))))
}

/// The field that belongs to the same level.
fn other(part: UserPart) -> &'static str {
    match part {
        UserPart::AuthProtocol => "auth_password",
        UserPart::AuthPassword => "auth_protocol",
        UserPart::PrivProtocol => "priv_password",
        UserPart::PrivPassword => "priv_protocol",
        other => field(other),
    }
}

fn field(part: UserPart) -> &'static str {
    match part {
        UserPart::Name => "username",
        UserPart::AuthProtocol => "auth_protocol",
        UserPart::AuthPassword => "auth_password",
        UserPart::PrivProtocol => "priv_protocol",
        UserPart::PrivPassword => "priv_password",
        UserPart::ContextName => "context_name",
        UserPart::ContextEngineId => "context_engine_id",
    }
}
