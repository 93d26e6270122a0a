//! The text form of fault plans: `loop:3!delay:20`.

use std::{fmt, str::FromStr, time::Duration};

use super::{Fault, FaultPlan};

/// Why a text is not a fault plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseFaultError {
    /// There is no such fault.
    #[error("`{0}` is no fault; there are {names}", names = Fault::FORMS.join(", "))]
    Unknown(String),
    /// The number is missing, or not a number.
    #[error("`{0}` needs a whole number behind a colon, e.g. `{0}:3`")]
    Number(String),
    /// The number is zero, which means nothing here.
    #[error("the number of `{0}` begins at 1")]
    Zero(String),
    /// The fault takes no number.
    #[error("`{0}` takes no number")]
    NoNumber(String),
}

impl Fault {
    /// The text forms of all faults.
    pub const FORMS: [&'static str; 15] = [
        "drop:N",
        "dropfirst:N",
        "delay:MS",
        "double",
        "late",
        "late:MS",
        "wrongid",
        "toobig:N",
        "toobigget:N",
        "nobulk",
        "bulkgenerr",
        "loop:N",
        "same",
        "endless",
        "silent",
    ];
}

impl FromStr for Fault {
    type Err = ParseFaultError;

    fn from_str(text: &str) -> Result<Self, ParseFaultError> {
        let short = |text: &str| text.chars().take(40).collect::<String>();
        let (name, digits) = match text.split_once(':') {
            Some((name, digits)) => (name, Some(digits)),
            None => (text, None),
        };
        let any_number = || {
            let number = digits.and_then(|digits| digits.parse::<u32>().ok());
            number.ok_or_else(|| ParseFaultError::Number(short(name)))
        };
        let number = || {
            let number = any_number()?;
            if number > 0 { Ok(number) } else { Err(ParseFaultError::Zero(short(name))) }
        };
        let count = |number| usize::try_from(number).unwrap_or(usize::MAX);
        let time = || number().map(|number| Duration::from_millis(u64::from(number)));
        let plain = |fault| if digits.is_none() { Ok(fault) } else { Err(ParseFaultError::NoNumber(short(name))) };
        match name {
            "drop" => Ok(Self::DropEvery(number()?.into())),
            "dropfirst" => Ok(Self::DropFirst(number()?.into())),
            "delay" => Ok(Self::Delay(time()?)),
            "double" => plain(Self::Double),
            "late" if digits.is_none() => Ok(Self::LateByOne),
            "late" => Ok(Self::Late(time()?)),
            "wrongid" => plain(Self::WrongId),
            "toobig" => Ok(Self::TooBigBulk(any_number()?)),
            "toobigget" => Ok(Self::TooBigGet(count(any_number()?))),
            "nobulk" => plain(Self::NoBulk),
            "bulkgenerr" => plain(Self::BulkGenErr),
            "loop" => Ok(Self::Loop(count(number()?))),
            "same" => plain(Self::Same),
            "endless" => plain(Self::Endless),
            "silent" => plain(Self::Silent),
            _ => Err(ParseFaultError::Unknown(short(name))),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DropEvery(number) => write!(f, "drop:{number}"),
            Self::DropFirst(number) => write!(f, "dropfirst:{number}"),
            Self::Delay(time) => write!(f, "delay:{}", time.as_millis()),
            Self::Double => f.write_str("double"),
            Self::LateByOne => f.write_str("late"),
            Self::Late(time) => write!(f, "late:{}", time.as_millis()),
            Self::WrongId => f.write_str("wrongid"),
            Self::TooBigBulk(number) => write!(f, "toobig:{number}"),
            Self::TooBigGet(number) => write!(f, "toobigget:{number}"),
            Self::NoBulk => f.write_str("nobulk"),
            Self::BulkGenErr => f.write_str("bulkgenerr"),
            Self::Loop(number) => write!(f, "loop:{number}"),
            Self::Same => f.write_str("same"),
            Self::Endless => f.write_str("endless"),
            Self::Silent => f.write_str("silent"),
        }
    }
}

impl FromStr for FaultPlan {
    type Err = ParseFaultError;

    /// Reads faults separated by `!`. The empty text is the healthy plan.
    fn from_str(text: &str) -> Result<Self, ParseFaultError> {
        let parts = text.split('!').filter(|_| !text.is_empty());
        Ok(Self { faults: parts.map(str::parse).collect::<Result<_, _>>()? })
    }
}

impl fmt::Display for FaultPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, fault) in self.faults.iter().enumerate() {
            if place > 0 {
                f.write_str("!")?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}
