//! The text form of fault plans: `loop:3!delay:20`.

use std::{fmt, str::FromStr, time::Duration};

use super::{Fault, FaultPlan};

/// Why a text is not a fault plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseFaultError {
    /// There is no such fault.
    #[error("`{0}` is not a fault; the faults are {names}", names = Fault::FORMS.map(|(form, _)| form).join(", "))]
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
    /// What stands behind the colon is none of what may stand there.
    #[error("`{word}` takes {allowed} behind a colon")]
    Argument {
        /// The word of the fault.
        word: String,
        /// What it takes.
        allowed: &'static str,
    },
}

/// A word and what stands behind its colon.
struct Word<'a> {
    word: &'a str,
    argument: Option<&'a str>,
}

impl Word<'_> {
    fn name(&self) -> String {
        self.word.chars().take(40).collect()
    }

    fn plain(&self, fault: Fault) -> Result<Fault, ParseFaultError> {
        if self.argument.is_none() { Ok(fault) } else { Err(ParseFaultError::NoNumber(self.name())) }
    }

    /// A number that may be zero.
    fn number(&self) -> Result<u32, ParseFaultError> {
        let number = self.argument.and_then(|digits| digits.parse::<u32>().ok());
        number.ok_or_else(|| ParseFaultError::Number(self.name()))
    }

    /// A number, or `missing` where there is none.
    fn number_or(&self, missing: u32) -> Result<u32, ParseFaultError> {
        if self.argument.is_none() { Ok(missing) } else { self.number() }
    }

    /// A number from 1 on.
    fn positive(&self) -> Result<u32, ParseFaultError> {
        let number = self.number()?;
        if number > 0 { Ok(number) } else { Err(ParseFaultError::Zero(self.name())) }
    }

    fn positive_or(&self, missing: u32) -> Result<u32, ParseFaultError> {
        if self.argument.is_none() { Ok(missing) } else { self.positive() }
    }

    fn count_or(&self, missing: u32) -> Result<usize, ParseFaultError> {
        Ok(usize::try_from(self.positive_or(missing)?).unwrap_or(usize::MAX))
    }

    fn milliseconds(&self) -> Result<Duration, ParseFaultError> {
        Ok(Duration::from_millis(self.positive()?.into()))
    }

    fn loss(&self) -> Result<Fault, ParseFaultError> {
        let (every, seed) = match self.argument.and_then(|argument| argument.split_once(':')) {
            Some((every, seed)) => (Some(every), Some(seed)),
            None => (self.argument, None),
        };
        let every = Word { word: self.word, argument: every }.positive_or(3)?;
        let seed = seed.map(|seed| Word { word: self.word, argument: Some(seed) }.number()).transpose()?;
        Ok(Fault::Loss { every, seed })
    }

    fn bad_digest(&self) -> Result<Fault, ParseFaultError> {
        match self.argument {
            None => Ok(Fault::BadDigest { only: false }),
            Some("only") => Ok(Fault::BadDigest { only: true }),
            Some(_) => Err(ParseFaultError::Argument { word: self.name(), allowed: "`only`" }),
        }
    }

    fn pdu_type(&self) -> Result<Fault, ParseFaultError> {
        let tag = self.argument.map_or(Ok(0xa0), |digits| u8::from_str_radix(digits, 16));
        let allowed = "two hexadecimal digits";
        tag.map(Fault::PduType).map_err(|_| ParseFaultError::Argument { word: self.name(), allowed })
    }
}

impl FromStr for Fault {
    type Err = ParseFaultError;

    fn from_str(text: &str) -> Result<Self, ParseFaultError> {
        let word = match text.split_once(':') {
            Some((word, argument)) => Word { word, argument: Some(argument) },
            None => Word { word: text, argument: None },
        };
        match word.word {
            "silent" => word.plain(Self::Silent),
            "v1" => word.plain(Self::OnlyV1),
            "drop" => Ok(Self::DropEvery(word.positive()?.into())),
            "dropfirst" => Ok(Self::DropFirst(word.positive()?.into())),
            "loss" => word.loss(),
            "delay" => Ok(Self::Delay(word.milliseconds()?)),
            "drip" => Ok(Self::Drip(Duration::from_millis(word.positive_or(300)?.into()))),
            "late" if word.argument.is_none() => Ok(Self::LateByOne),
            "late" => Ok(Self::Late(word.milliseconds()?)),
            "double" => word.plain(Self::Double),
            "stale" => word.plain(Self::Stale),
            "flood" => Ok(Self::Flood(word.positive_or(50)?)),
            "otherport" => word.plain(Self::OtherPort),
            "otherip" => word.plain(Self::OtherAddress),
            "nobulk" => word.plain(Self::NoBulk),
            "bulkgenerr" => word.plain(Self::BulkGenErr),
            "toobig" => Ok(Self::TooBigBulk(word.number_or(10)?)),
            "toobigget" => Ok(Self::TooBigGet(usize::try_from(word.number_or(4)?).unwrap_or(usize::MAX))),
            "silentabove" => Ok(Self::SilentAbove(word.count_or(1)?)),
            "generrabove" => Ok(Self::GenErrAbove(word.count_or(4)?)),
            "emptyabove" => Ok(Self::EmptyAbove(word.count_or(100)?)),
            "bulkasnext" => word.plain(Self::BulkAsNext),
            "generr" => Ok(Self::GenErr(word.count_or(50)?)),
            "loop" => Ok(Self::Loop(word.count_or(3)?)),
            "same" => word.plain(Self::Same),
            "swap" => word.plain(Self::Swap),
            "endless" | "neverend" => word.plain(Self::Endless),
            "dup" => word.plain(Self::Dup),
            "short" => Ok(Self::Short(word.count_or(u32::MAX)?)),
            "skipabove" => Ok(Self::SkipAbove(word.positive_or(55)?)),
            "nosuchobj" => Ok(Self::NoSuchObject(word.count_or(7)?)),
            "noeom" => word.plain(Self::NoEndOfMibView),
            "eomnull" => word.plain(Self::NullAtEnd),
            "nosuchend" => word.plain(Self::NoSuchObjectAtEnd),
            "wraps" => word.plain(Self::WrapsAround),
            "eommid" => Ok(Self::EndInColumn(word.count_or(3)?)),
            "types" => word.plain(Self::WrongTypes),
            "zeroint" => word.plain(Self::EmptyIntegers),
            "shortcounter" => word.plain(Self::ShortCounters),
            "c64v1" => word.plain(Self::Counter64InV1),
            "huge" => Ok(Self::Huge(word.count_or(60_000)?)),
            "emptyvbl" => word.plain(Self::EmptyList),
            "fewer" => word.plain(Self::Fewer),
            "reorder" => word.plain(Self::Reorder),
            "extra" => word.plain(Self::Extra),
            "otheroid" => word.plain(Self::OtherOid),
            "badstatus" => word.plain(Self::BadStatus),
            "negindex" => word.plain(Self::NegativeIndex),
            "wrongid" => word.plain(Self::WrongId),
            "pdutype" => word.pdu_type(),
            "wrongver" => word.plain(Self::WrongVersion),
            "wrongcomm" => word.plain(Self::WrongCommunity),
            "wrongmsgid" => word.plain(Self::WrongMessageId),
            "badmac" => word.bad_digest(),
            "emptymac" => word.plain(Self::EmptyDigest),
            "shortmac" => word.plain(Self::ShortDigest),
            "downgrade" => word.plain(Self::Downgrade),
            "wronguser" => word.plain(Self::WrongUser),
            "oldtime" => word.plain(Self::OldTime),
            "ago" => Ok(Self::Ago(word.positive_or(200)?)),
            "engother" => word.plain(Self::OtherEngine),
            "forged" => word.plain(Self::Forged),
            "reboot" => Ok(Self::Reboot(word.positive_or(5)?.into())),
            "bootsdown" => Ok(Self::BootsDown(word.positive_or(5)?.into())),
            "engchange" => Ok(Self::EngineChange(word.positive_or(5)?.into())),
            "reportloop" => word.plain(Self::ReportLoop),
            "latched" => word.plain(Self::Latched),
            "boots" => Ok(Self::Boots(word.number()?)),
            "nouptime" => word.plain(Self::NoUpTime),
            "notrapoid" => word.plain(Self::NoTrapOid),
            "swapfirst" => word.plain(Self::SwapFirst),
            "noinstance" => word.plain(Self::NoInstance),
            "generic" => Ok(Self::GenericTrap(word.number_or(7)?)),
            "many" => Ok(Self::ManyVarbinds(word.count_or(1_000)?)),
            "echo" => word.plain(Self::Echo),
            "garbage" => word.plain(Self::Garbage),
            "trunc" => word.plain(Self::Truncated),
            "trailing" => Ok(Self::Trailing(word.count_or(15)?)),
            "indef" => word.plain(Self::Indefinite),
            "nonmin" => word.plain(Self::LongLength),
            _ => Err(ParseFaultError::Unknown(text.chars().take(40).collect())),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Silent => f.write_str("silent"),
            Self::OnlyV1 => f.write_str("v1"),
            Self::DropEvery(number) => write!(f, "drop:{number}"),
            Self::DropFirst(number) => write!(f, "dropfirst:{number}"),
            Self::Loss { every, seed: None } => write!(f, "loss:{every}"),
            Self::Loss { every, seed: Some(seed) } => write!(f, "loss:{every}:{seed}"),
            Self::Delay(time) => write!(f, "delay:{}", time.as_millis()),
            Self::Drip(time) => write!(f, "drip:{}", time.as_millis()),
            Self::LateByOne => f.write_str("late"),
            Self::Late(time) => write!(f, "late:{}", time.as_millis()),
            Self::Double => f.write_str("double"),
            Self::Stale => f.write_str("stale"),
            Self::Flood(number) => write!(f, "flood:{number}"),
            Self::OtherPort => f.write_str("otherport"),
            Self::OtherAddress => f.write_str("otherip"),
            Self::NoBulk => f.write_str("nobulk"),
            Self::BulkGenErr => f.write_str("bulkgenerr"),
            Self::TooBigBulk(number) => write!(f, "toobig:{number}"),
            Self::TooBigGet(number) => write!(f, "toobigget:{number}"),
            Self::SilentAbove(number) => write!(f, "silentabove:{number}"),
            Self::GenErrAbove(number) => write!(f, "generrabove:{number}"),
            Self::EmptyAbove(number) => write!(f, "emptyabove:{number}"),
            Self::BulkAsNext => f.write_str("bulkasnext"),
            Self::GenErr(number) => write!(f, "generr:{number}"),
            Self::Loop(number) => write!(f, "loop:{number}"),
            Self::Same => f.write_str("same"),
            Self::Swap => f.write_str("swap"),
            Self::Endless => f.write_str("endless"),
            Self::Dup => f.write_str("dup"),
            Self::Short(number) => write!(f, "short:{number}"),
            Self::SkipAbove(number) => write!(f, "skipabove:{number}"),
            Self::NoSuchObject(number) => write!(f, "nosuchobj:{number}"),
            Self::NoEndOfMibView => f.write_str("noeom"),
            Self::NullAtEnd => f.write_str("eomnull"),
            Self::NoSuchObjectAtEnd => f.write_str("nosuchend"),
            Self::WrapsAround => f.write_str("wraps"),
            Self::EndInColumn(number) => write!(f, "eommid:{number}"),
            Self::WrongTypes => f.write_str("types"),
            Self::EmptyIntegers => f.write_str("zeroint"),
            Self::ShortCounters => f.write_str("shortcounter"),
            Self::Counter64InV1 => f.write_str("c64v1"),
            Self::Huge(number) => write!(f, "huge:{number}"),
            Self::EmptyList => f.write_str("emptyvbl"),
            Self::Fewer => f.write_str("fewer"),
            Self::Reorder => f.write_str("reorder"),
            Self::Extra => f.write_str("extra"),
            Self::OtherOid => f.write_str("otheroid"),
            Self::BadStatus => f.write_str("badstatus"),
            Self::NegativeIndex => f.write_str("negindex"),
            Self::WrongId => f.write_str("wrongid"),
            Self::PduType(tag) => write!(f, "pdutype:{tag:02x}"),
            Self::WrongVersion => f.write_str("wrongver"),
            Self::WrongCommunity => f.write_str("wrongcomm"),
            Self::WrongMessageId => f.write_str("wrongmsgid"),
            Self::BadDigest { only: false } => f.write_str("badmac"),
            Self::BadDigest { only: true } => f.write_str("badmac:only"),
            Self::EmptyDigest => f.write_str("emptymac"),
            Self::ShortDigest => f.write_str("shortmac"),
            Self::Downgrade => f.write_str("downgrade"),
            Self::WrongUser => f.write_str("wronguser"),
            Self::OldTime => f.write_str("oldtime"),
            Self::Ago(seconds) => write!(f, "ago:{seconds}"),
            Self::OtherEngine => f.write_str("engother"),
            Self::Forged => f.write_str("forged"),
            Self::Reboot(number) => write!(f, "reboot:{number}"),
            Self::BootsDown(number) => write!(f, "bootsdown:{number}"),
            Self::EngineChange(number) => write!(f, "engchange:{number}"),
            Self::ReportLoop => f.write_str("reportloop"),
            Self::Latched => f.write_str("latched"),
            Self::Boots(number) => write!(f, "boots:{number}"),
            Self::NoUpTime => f.write_str("nouptime"),
            Self::NoTrapOid => f.write_str("notrapoid"),
            Self::SwapFirst => f.write_str("swapfirst"),
            Self::NoInstance => f.write_str("noinstance"),
            Self::GenericTrap(number) => write!(f, "generic:{number}"),
            Self::ManyVarbinds(number) => write!(f, "many:{number}"),
            Self::Echo => f.write_str("echo"),
            Self::Garbage => f.write_str("garbage"),
            Self::Truncated => f.write_str("trunc"),
            Self::Trailing(number) => write!(f, "trailing:{number}"),
            Self::Indefinite => f.write_str("indef"),
            Self::LongLength => f.write_str("nonmin"),
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
