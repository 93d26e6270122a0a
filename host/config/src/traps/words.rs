//! Words that entries are written in.

use std::fmt;

use limits::kind::{Count, Kind, Raw, Text, Words, expected, quoted, text};
use traps::Severity;

/// What a receiver of records is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ForwardTo {
    Webhook,
    Syslog,
    File,
    Snmp,
}

/// How messages of syslog get there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    Udp,
    Tcp,
    Tls,
}

/// The version that notifications are sent on with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V1,
    V2c,
    V3,
}

/// How serious a notification is, by its word.
#[derive(Debug)]
pub(crate) struct SeverityWord;

/// A name of small letters, digits and hyphens.
#[derive(Debug)]
pub(crate) struct Name;

/// A facility of syslog, by its word or its number.
#[derive(Debug)]
pub(crate) struct Facility;

impl ForwardTo {
    pub(super) const ALL: [Self; 4] = [Self::Webhook, Self::Syslog, Self::File, Self::Snmp];
}

impl fmt::Display for ForwardTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = Self::WORDS.iter().find(|(_, meaning)| meaning == self);
        f.write_str(word.map_or("", |(word, _)| word))
    }
}

impl Words for ForwardTo {
    const EXPECTS: &'static str = "\"webhook\", \"syslog\", \"file\" or \"snmp\"";
    const WORDS: &'static [(&'static str, Self)] =
        &[("webhook", Self::Webhook), ("syslog", Self::Syslog), ("file", Self::File), ("snmp", Self::Snmp)];
}

impl Words for Transport {
    const EXPECTS: &'static str = "\"udp\", \"tcp\" or \"tls\"";
    const WORDS: &'static [(&'static str, Self)] = &[("udp", Self::Udp), ("tcp", Self::Tcp), ("tls", Self::Tls)];
}

impl Words for Version {
    const EXPECTS: &'static str = "\"1\", \"2c\" or \"3\"";
    const WORDS: &'static [(&'static str, Self)] = &[("1", Self::V1), ("2c", Self::V2c), ("3", Self::V3)];
}

impl Kind<Severity> for SeverityWord {
    const EXPECTS: &'static str = "\"emergency\", \"alert\", \"critical\", \"error\", \"warning\", \"notice\", \
                                   \"informational\" or \"debug\"";

    fn read(raw: Raw<'_>) -> Result<Severity, String> {
        let word = text(raw).map(|word| word.trim().to_ascii_lowercase());
        word.and_then(|word| word.parse().ok()).ok_or_else(|| expected(Self::EXPECTS, raw))
    }

    fn write(value: &Severity) -> Option<String> {
        Some(quoted(value.as_str()))
    }
}

/// Octets of a name. Beyond, it is refused.
const NAME_OCTETS: usize = 64;

impl Kind<String> for Name {
    const EXPECTS: &'static str = "small letters, digits and hyphens between them, such as \"noc-2\"";

    fn read(raw: Raw<'_>) -> Result<String, String> {
        let text = <Text as Kind<String>>::read(raw)?;
        let is_word =
            |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        if text.len() > NAME_OCTETS {
            Err(format!("has more than {NAME_OCTETS} characters"))
        } else if text.split('-').all(is_word) {
            Ok(text)
        } else {
            Err(format!("expected {}, found {text:?}", Self::EXPECTS))
        }
    }

    fn write(value: &String) -> Option<String> {
        Some(quoted(value))
    }
}

/// The words for the facilities of RFC 5424 section 6.2.1, as /etc/syslog.conf has them, in the order of their numbers.
const FACILITIES: [&str; 24] = [
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp",
    "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
];

impl Facility {
    pub(super) const LOCAL0: u8 = 16;
}

impl Kind<u8> for Facility {
    const EXPECTS: &'static str = "a facility such as \"daemon\" or \"local0\", or its number, 0 to 23";

    fn read(raw: Raw<'_>) -> Result<u8, String> {
        let word = <Text as Kind<String>>::read(raw).ok();
        let numbered =
            (0..).zip(FACILITIES).find(|(_, known)| word.as_deref() == Some(known)).map(|(number, _)| number);
        let number = || <Count as Kind<u8>>::read(raw).ok().filter(|number| usize::from(*number) < FACILITIES.len());
        numbered.or_else(number).ok_or_else(|| format!("expected {}", Self::EXPECTS))
    }

    fn write(value: &u8) -> Option<String> {
        FACILITIES.get(usize::from(*value)).map(|word| quoted(word))
    }
}
