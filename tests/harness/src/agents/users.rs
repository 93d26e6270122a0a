//! Users of version 3, as both an agent and a client need them.

use snmp::{
    Credentials, usm::AuthProtocol, usm::Context, usm::Password, usm::PrivProtocol, usm::Protection, usm::User,
};

/// A user with the passwords of all tests.
#[derive(Clone, Debug)]
pub struct V3User {
    /// Its name, which says its protocols.
    pub name: String,
    /// How it authenticates.
    pub auth: Option<AuthProtocol>,
    /// How it encrypts.
    pub privacy: Option<PrivProtocol>,
}

impl V3User {
    /// The password that all users authenticate with.
    pub const AUTH_PASSWORD: &'static str = "authpass-of-the-tests";

    /// The password that all users encrypt with.
    pub const PRIV_PASSWORD: &'static str = "privpass-of-the-tests";

    /// A user named after its protocols.
    #[must_use]
    pub fn new(auth: Option<AuthProtocol>, privacy: Option<PrivProtocol>) -> Self {
        let name = |protocol: Option<&str>| protocol.unwrap_or("none").to_lowercase();
        let name = format!("{}-{}", name(auth.map(AuthProtocol::as_str)), name(privacy.map(PrivProtocol::as_str)));
        Self { name, auth, privacy }
    }

    /// A user for every pair of protocols, for every way to authenticate alone, and one for neither.
    #[must_use]
    pub fn every_pair(privacy: &[PrivProtocol]) -> Vec<Self> {
        let mut users = vec![Self::new(None, None)];
        for auth in AuthProtocol::ALL {
            users.push(Self::new(Some(auth), None));
            users.extend(privacy.iter().map(|privacy| Self::new(Some(auth), Some(*privacy))));
        }
        users
    }

    /// What a client needs to be this user.
    #[must_use]
    pub fn credentials(&self, context: &str) -> Credentials {
        self.credentials_with(context, Self::AUTH_PASSWORD, Self::PRIV_PASSWORD)
    }

    /// The same with other passwords.
    #[must_use]
    pub fn credentials_with(&self, context: &str, auth_password: &str, priv_password: &str) -> Credentials {
        let password = |text: &str| Password::new(&text.into()).expect("a password of 8 octets");
        let protection = match (self.auth, self.privacy) {
            (None, _) => Protection::None,
            (Some(auth), None) => Protection::Auth { auth, auth_password: password(auth_password) },
            (Some(auth), Some(privacy)) => Protection::AuthPriv {
                auth,
                auth_password: password(auth_password),
                privacy,
                priv_password: password(priv_password),
            },
        };
        let user = User::new(&self.name, protection).expect("a user");
        Credentials::V3 { user, context: Context::named(context).expect("a context") }
    }
}
