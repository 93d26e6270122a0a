//! Reads `v3_auth`: its types always, as the reference does, its values only where they are used.

use job::user::{AskedUser, UserPart, UserProblem};
use limits::Limits;
use secrecy::SecretString;
use serde_json::{Value, json};
use snmp::{
    Credentials,
    usm::{NAME_OCTETS, PASSWORD_OCTETS, User as SnmpUser},
};

use super::{
    fields::Fields,
    form::{Form, Kind, form, optional, reference, schemas},
    kinds::{OptionalSecret, OptionalText, Text},
    options::refuse_unknown,
};

form! {
    /// A user of version 3.
    pub(super) struct UserForm(limits) as "V3Auth" {
        /// The user's name.
        username: String = Text { octets: Some(NAME_OCTETS) }, such as "monitor";
        /// `MD5`, `SHA`, `SHA224`, `SHA256`, `SHA384`, `SHA512` or `NONE`, in any case of letters; other spellings such
        /// as `SHA-256` are understood, too.
        auth_protocol: Option<String> = Protocol { default: "SHA", password: "auth_password" };
        /// The password of authentication; without it, or with null, there is none. A protocol that is named needs it,
        /// and beside `NONE` it is refused: whoever gives one of the two wants the level. Only the default protocol may
        /// stand beside a password that is null.
        auth_password: Option<SecretString> = OptionalSecret { octets: PASSWORD_OCTETS };
        /// `DES`, `3DES`, `AES`, `AES192`, `AES256` or `NONE`, in any case of letters. `3DES`, `AES192` and `AES256`
        /// extend the key as Reeder's draft and Cisco do; `3DESB`, `AES192B` and `AES256B` as Blumenthal's draft and
        /// net-snmp do, whose spellings `AES-192` and `AES-256` mean the latter, too.
        priv_protocol: Option<String> = Protocol { default: "AES", password: "priv_password" };
        /// The password of privacy; without it, or with null, there is none. As with authentication.
        priv_password: Option<SecretString> = OptionalSecret { octets: PASSWORD_OCTETS };
        /// Which of the device's contexts to ask; the default one where nothing is given.
        context_name: Option<String> = OptionalText { octets: Some(*NAME_OCTETS.end()) }, such as "vlan-7";
        /// The engine that holds the context: 5 to 32 octets in hexadecimal; the device's own where nothing is given.
        context_engine_id: Option<String> = OptionalText { octets: None }, such as "8000000001020304";
    }
}

/// A user of version 3, whose types are read and no more.
#[derive(Debug)]
pub(super) struct User<'a> {
    pub(super) limits: &'a Limits,
}

impl Kind for User<'_> {
    type Value = Option<UserForm>;

    fn read(&self, name: &'static str, fields: &mut Fields<'_>) -> Option<Self::Value> {
        Some(fields.object(name)?.map(|mut user| UserForm::read(&mut user, self.limits)))
    }

    fn schema(&self) -> Value {
        optional(UserForm::SCHEMA)
    }

    fn named(&self) -> Vec<(&'static str, Value)> {
        schemas::<UserForm>(self.limits)
    }
}

/// Users of version 3.
#[derive(Debug)]
pub(super) struct Users<'a> {
    pub(super) limits: &'a Limits,
    /// Users at most.
    pub(super) max: usize,
}

impl Kind for Users<'_> {
    type Value = Vec<SnmpUser>;

    fn read(&self, name: &'static str, fields: &mut Fields<'_>) -> Option<Self::Value> {
        Some(fields.objects(name, self.max, |mut user| {
            let form = UserForm::read(&mut user, self.limits);
            match credentials(user, form)? {
                Credentials::V3 { user, .. } => Some(user),
                _ => None,
            }
        }))
    }

    fn schema(&self) -> Value {
        json!({ "type": ["array", "null"], "maxItems": self.max, "items": reference(UserForm::SCHEMA) })
    }

    fn named(&self) -> Vec<(&'static str, Value)> {
        schemas::<UserForm>(self.limits)
    }
}

/// The credentials of version 3, which must be there; nothing where problems were added.
pub(super) fn v3_auth(fields: &mut Fields<'_>, user: Option<UserForm>) -> Option<Credentials> {
    match user {
        Some(user) => credentials(fields.object("v3_auth")??, user),
        None => {
            fields.add("missing", "v3_auth", "Field required");
            None
        }
    }
}

/// The credentials that such an object is about; nothing where problems were added.
fn credentials(mut user: Fields<'_>, form: UserForm) -> Option<Credentials> {
    let UserForm {
        username,
        auth_protocol,
        auth_password,
        priv_protocol,
        priv_password,
        context_name,
        context_engine_id,
    } = form;
    let (auth_protocol, priv_protocol, context_engine_id) = (auth_protocol?, priv_protocol?, context_engine_id?);
    let (username, context_name) = (username?, context_name?);
    let asked = AskedUser {
        name: &username,
        auth_protocol: auth_protocol.as_deref(),
        auth_password: auth_password?,
        priv_protocol: priv_protocol.as_deref(),
        priv_password: priv_password?,
        context_name: context_name.as_deref().unwrap_or_default(),
        context_engine_id: context_engine_id.as_deref(),
    };
    // A password under a misspelt name would be a level of security less, without a word.
    let has_unknown = refuse_unknown(&mut user, &UserForm::names());
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
            UserProblem::TooLong(max) => ("string_too_long", format!("String should have at most {max} characters")),
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

/// A protocol, if one is named. One that is the default, next to a password that is null, is no more than a client of
/// the reference that writes all fields says of a level that is off.
#[derive(Debug)]
struct Protocol {
    default: &'static str,
    /// The field of its password.
    password: &'static str,
}

impl Kind for Protocol {
    type Value = Option<String>;

    fn read(&self, name: &'static str, fields: &mut Fields<'_>) -> Option<Option<String>> {
        if !fields.has(name) {
            return Some(None);
        }
        let is_off = fields.is_null(self.password);
        let protocol = fields.text(name)?;
        Some(Some(protocol.to_owned()).filter(|protocol| !(is_off && protocol.eq_ignore_ascii_case(self.default))))
    }

    fn schema(&self) -> Value {
        json!({ "type": "string" })
    }

    fn default(&self) -> Option<Value> {
        Some(self.default.into())
    }
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
