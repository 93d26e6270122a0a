//! What can be wrong with an agent while a plugin reads it, in the words of the command line.

use std::{fmt, str::FromStr};

use simulator::FaultPlan;

/// What is wrong with an agent. It is honest until the plugin begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is silent after so many answers: `timeout=1` (1).
    Timeout {
        /// Answers before.
        after: u64,
    },
    /// It has no instance of every n-th object: `hole=3` (3).
    Hole {
        /// Every n-th is missing.
        every: usize,
    },
    /// Text is a number, and everything else is text: `wrong-type`.
    WrongType,
    /// After an instance comes the same instance: `non-increasing`.
    NonIncreasing,
    /// Every answer to more than one name or row is tooBig: `too-big`.
    TooBig,
    /// The job is cancelled when the agent gets the request after the n-th: `cancel-after=2`.
    CancelAfter {
        /// Requests before.
        requests: u64,
    },
    /// It speaks version 1 only: `version-1`.
    Version1,
    /// It speaks version 3, and does not know the context of this name: `context=NAME`; none at all: `context`.
    Context {
        /// The context; none: every context.
        name: Option<String>,
    },
    /// A plan of faults, as `simulate` has them behind the `!` of a community: `agent=loop:3!dup`.
    Agent(FaultPlan),
}

/// Why a text is not a fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    /// There is no such fault.
    #[error("there is no fault `{0}`; there are {forms}", forms = Fault::FORMS.join(", "))]
    Unknown(String),
    /// The number is missing, or no number of the range.
    #[error("`{word}` takes a whole number from {min}, e.g. `{word}={example}`")]
    Number {
        /// The fault.
        word: &'static str,
        /// The smallest number that it takes.
        min: u64,
        /// A number that it takes.
        example: u64,
    },
    /// It takes nothing.
    #[error("`{0}` takes no value")]
    Value(&'static str),
    /// The name of the context is missing, or too long.
    #[error("`context` takes the name of a context of 1 to 32 octets, e.g. `context=vlan-10`")]
    Context,
    /// The plan is not one.
    #[error("`agent`: {0}")]
    Plan(String),
}

impl Fault {
    /// How they are written.
    pub const FORMS: [&'static str; 9] = [
        "timeout[=ANSWERS]",
        "hole[=EVERY]",
        "wrong-type",
        "non-increasing",
        "too-big",
        "cancel-after=REQUESTS",
        "version-1",
        "context[=NAME]",
        "agent=PLAN",
    ];

    /// Octets of the name of a context (RFC 3415, vacmContextName).
    const CONTEXT_OCTETS: usize = 32;

    /// Those that every plugin has to take without a trap.
    #[must_use]
    pub fn all() -> Vec<Self> {
        vec![
            Self::Timeout { after: 0 },
            Self::Timeout { after: 1 },
            Self::Hole { every: 2 },
            Self::Hole { every: 3 },
            Self::WrongType,
            Self::NonIncreasing,
            Self::TooBig,
            Self::CancelAfter { requests: 0 },
            Self::CancelAfter { requests: 1 },
            Self::CancelAfter { requests: 3 },
            Self::Version1,
            Self::Context { name: None },
        ]
    }

    /// What the agent does by itself.
    pub(crate) fn plan(&self) -> FaultPlan {
        use simulator::Fault as Of;

        match self {
            Self::WrongType => Of::WrongTypes.into(),
            Self::NonIncreasing => Of::Same.into(),
            Self::TooBig => FaultPlan::healthy().with(Of::TooBigBulk(1)).with(Of::TooBigGet(1)),
            Self::Agent(plan) => plan.clone(),
            _ => FaultPlan::healthy(),
        }
    }
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let (word, value) = text.split_once('=').map_or((text, None), |(word, value)| (word, Some(value)));
        let number = |word, min: u64, example: u64, missing: Option<u64>| {
            let number = value.map_or(missing, |value| value.parse().ok());
            number.filter(|number| *number >= min).ok_or(FaultError::Number { word, min, example })
        };
        let plain = |word, fault| if value.is_none() { Ok(fault) } else { Err(FaultError::Value(word)) };
        match word {
            "timeout" => Ok(Self::Timeout { after: number("timeout", 0, 3, Some(1))? }),
            "hole" => {
                let every = number("hole", 1, 3, Some(3))?;
                Ok(Self::Hole { every: usize::try_from(every).unwrap_or(usize::MAX) })
            }
            "wrong-type" => plain("wrong-type", Self::WrongType),
            "non-increasing" => plain("non-increasing", Self::NonIncreasing),
            "too-big" => plain("too-big", Self::TooBig),
            "cancel-after" => Ok(Self::CancelAfter { requests: number("cancel-after", 0, 2, None)? }),
            "version-1" => plain("version-1", Self::Version1),
            "context" => match value {
                None => Ok(Self::Context { name: None }),
                Some(name) if (1..=Self::CONTEXT_OCTETS).contains(&name.len()) => {
                    Ok(Self::Context { name: Some(name.to_owned()) })
                }
                Some(_) => Err(FaultError::Context),
            },
            "agent" => {
                let plan =
                    value.filter(|plan| !plan.is_empty()).ok_or(FaultError::Plan("the plan is missing".into()))?;
                plan.parse()
                    .map(Self::Agent)
                    .map_err(|error: simulator::ParseFaultError| FaultError::Plan(error.to_string()))
            }
            _ => Err(FaultError::Unknown(word.chars().take(40).collect())),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout { after } => write!(f, "timeout={after}"),
            Self::Hole { every } => write!(f, "hole={every}"),
            Self::WrongType => f.write_str("wrong-type"),
            Self::NonIncreasing => f.write_str("non-increasing"),
            Self::TooBig => f.write_str("too-big"),
            Self::CancelAfter { requests } => write!(f, "cancel-after={requests}"),
            Self::Version1 => f.write_str("version-1"),
            Self::Context { name: None } => f.write_str("context"),
            Self::Context { name: Some(name) } => write!(f, "context={name}"),
            Self::Agent(plan) => write!(f, "agent={plan}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let read = text.parse::<Fault>().map_or_else(|error| error.to_string(), |fault| fault.to_string());
        assert_eq!(read, expected);
    }

    #[test]
    fn a_fault_is_written_as_it_is_read() {
        check("timeout", "timeout=1");
        check("timeout=0", "timeout=0");
        check("hole", "hole=3");
        check("context=vlan-10", "context=vlan-10");
        check("agent=loop:3!dup", "agent=loop:3!dup");
        for fault in Fault::all() {
            assert_eq!(fault.to_string().parse(), Ok(fault));
        }
    }

    #[test]
    fn what_is_wrong_with_a_fault_is_told() {
        check("timeouts", &format!("there is no fault `timeouts`; there are {}", Fault::FORMS.join(", ")));
        check("hole=0", "`hole` takes a whole number from 1, e.g. `hole=3`");
        check("cancel-after", "`cancel-after` takes a whole number from 0, e.g. `cancel-after=2`");
        check("timeout=-1", "`timeout` takes a whole number from 0, e.g. `timeout=3`");
        check("too-big=1", "`too-big` takes no value");
        check("context=", "`context` takes the name of a context of 1 to 32 octets, e.g. `context=vlan-10`");
        check("agent=", "`agent`: the plan is missing");
        check("agent=drop", "`agent`: `drop` needs a whole number behind a colon, e.g. `drop:3`");
    }
}
