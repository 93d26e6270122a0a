//! Fault plans: how a device misbehaves, as pure values.
//!
//! A plan is told a request and its number, counted from 1 for each community, and says what becomes of the answer.
//! It has no clock and no memory, and its randomness is a function of a seed, so that every run is the same. Plans have
//! a text form, `loop:3!delay:20`, that people append to a community or a contextName: `switch!loop:3!delay:20` is the
//! misbehaving instance of `switch`. [`Fault`] lists them all; where a fault acts, there is a file for it:
//! [`treatment`](Treatment) (whether and when an answer comes), `rows` (what is read from the device), [`list`] (what
//! the PDU says), [`seal`] (the message around it), `engine` (the engine of version 3) and [`datagram`] (its octets). What
//! is wrong with what a device tells unasked stands with notifications.

pub(crate) mod datagram;
mod engine;
mod forms;
pub(crate) mod list;
mod rows;
pub(crate) mod seal;
mod text;
mod treatment;

use std::time::Duration;

pub use text::ParseFaultError;
pub use treatment::{Delivery, Source, Treatment};

use crate::message::Request;

/// What is wrong with a device. The default is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FaultPlan {
    faults: Vec<Fault>,
}

/// One kind of misbehaviour. Its text form stands behind each; in brackets what a missing number means.
///
/// Ordered by where they act: whether and when an answer comes, the rows read from the device, the PDU, the message,
/// the engine of version 3, what only notifications have, the octets.
///
/// A notification has an error in its PDU, its message or its octets as an answer has it, and `boots` and `latched`;
/// `c64v1` and `huge` add a varbind to it. Nothing else of what answers suffer means anything there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Nothing is answered, not even with a report: `silent`.
    Silent,
    /// Version 1 only is answered: `v1`.
    OnlyV1,
    /// Every n-th answer is lost: `drop:3`.
    DropEvery(u64),
    /// The answers to the first n requests are lost: `dropfirst:2`.
    DropFirst(u64),
    /// Every n-th answer is lost: `loss:3` (3); with a seed one in n, at places that the seed decides: `loss:20:7`.
    Loss {
        /// One answer in how many.
        every: u32,
        /// What decides which ones; without it, it is every n-th.
        seed: Option<u32>,
    },
    /// Every answer comes this much later: `delay:20`, in milliseconds.
    Delay(Duration),
    /// The same by another name: `drip:300`, in milliseconds (300).
    Drip(Duration),
    /// The answers to the first, third, fifth… request come when the next request has come: `late`.
    LateByOne,
    /// The answers to the first, third, fifth… request come this much later: `late:1500`, in milliseconds.
    Late(Duration),
    /// Every answer comes twice: `double`.
    Double,
    /// The answer before comes once more ahead of each: `stale`.
    Stale,
    /// So many datagrams of noise come ahead of each answer: `flood:50` (50).
    Flood(u32),
    /// Answers come from another port: `otherport`.
    OtherPort,
    /// Answers come from another address: `otherip`.
    OtherAddress,

    /// GETBULK is not answered: `nobulk`.
    NoBulk,
    /// GETBULK is answered with genErr: `bulkgenerr`.
    BulkGenErr,
    /// A GETBULK of more than n repetitions is answered with tooBig: `toobig:10` (10).
    TooBigBulk(u32),
    /// A GET or GETNEXT of more than n names is answered with tooBig: `toobigget:4` (4).
    TooBigGet(usize),
    /// A request of more than n names is not answered: `silentabove:4` (1).
    SilentAbove(usize),
    /// A request of more than n names is answered with genErr, at no place: `generrabove:4` (4).
    GenErrAbove(usize),
    /// A GETBULK of more than n names is answered with no varbinds: `emptyabove:100` (100).
    EmptyAbove(usize),
    /// GETBULK is answered like GETNEXT: `bulkasnext`.
    BulkAsNext,
    /// Every n-th varbind of the device cannot be reached by GETNEXT and GETBULK: genErr: `generr:50` (50).
    GenErr(usize),
    /// After n rows of a column comes its first row again: `loop:3` (3).
    Loop(usize),
    /// After a row comes the same row: `same`.
    Same,
    /// Two neighbours have changed places: `swap`.
    Swap,
    /// Columns have more and more rows: `endless`, also `neverend`.
    Endless,
    /// GETBULK tells every row twice: `dup`.
    Dup,
    /// A GETBULK has at most n varbinds: `short:5` (no bound).
    Short(usize),
    /// A GETBULK of more than n repetitions leaves out every other row after the n-th: `skipabove:55` (55).
    SkipAbove(u32),
    /// Every n-th varbind is noSuchObject in a walk: `nosuchobj:7` (7).
    NoSuchObject(usize),
    /// noSuchName instead of endOfMibView: `noeom`.
    NoEndOfMibView,
    /// NULL instead of endOfMibView: `eomnull`.
    NullAtEnd,
    /// noSuchObject under the name that was asked for, instead of endOfMibView: `nosuchend`.
    NoSuchObjectAtEnd,
    /// After the last row of all comes the first again: `wraps`.
    WrapsAround,
    /// endOfMibView after n rows of a column: `eommid:3` (3).
    EndInColumn(usize),
    /// Text is a number and everything else is text: `types`.
    WrongTypes,
    /// An INTEGER has no content: `zeroint`.
    EmptyIntegers,
    /// Every Counter32 is the octets FF FF, without the zero ahead of them: `shortcounter`.
    ShortCounters,
    /// Counter64 in version 1: `c64v1`.
    Counter64InV1,
    /// Every value is a text of n octets: `huge:60000` (60,000).
    Huge(usize),

    /// No varbinds, and no error: `emptyvbl`.
    EmptyList,
    /// The last varbind is missing: `fewer`.
    Fewer,
    /// The varbinds in reverse: `reorder`.
    Reorder,
    /// One varbind more, that nobody asked for: `extra`.
    Extra,
    /// As many varbinds, of other names: `otheroid`.
    OtherOid,
    /// error-status 99 at 1000: `badstatus`.
    BadStatus,
    /// genErr at -1: `negindex`.
    NegativeIndex,
    /// Answers carry another request-id: `wrongid`.
    WrongId,
    /// Answers are PDUs of this tag: `pdutype:a8`, in hexadecimal (a0).
    PduType(u8),

    /// The other version of 1 and 2c: `wrongver`.
    WrongVersion,
    /// Another community: `wrongcomm`.
    WrongCommunity,
    /// Version 3: another msgID: `wrongmsgid`.
    WrongMessageId,
    /// Version 3: ahead of each answer one that was changed after it was signed: `badmac`; nothing else: `badmac:only`.
    BadDigest {
        /// Whether the right answer does not come.
        only: bool,
    },
    /// Version 3: signed with nothing: `emptymac`.
    EmptyDigest,
    /// Version 3: signed with one octet: `shortmac`.
    ShortDigest,
    /// Version 3: noAuthNoPriv, whatever was asked: `downgrade`.
    Downgrade,
    /// Version 3: another user: `wronguser`.
    WrongUser,
    /// Version 3: an answer of the boot before: `oldtime`.
    OldTime,
    /// Version 3: an answer of so many seconds ago, but not before the boot: `ago:200` (200).
    Ago(u32),
    /// Version 3: an answer of another engine: `engother`.
    OtherEngine,
    /// Version 3: reports that nobody signed, ahead of each answer: `forged`.
    Forged,

    /// Version 3: the engine reboots before the n-th authentic request: `reboot:5` (5).
    Reboot(u64),
    /// Version 3: the engine forgets its boots before the n-th authentic request: `bootsdown:5` (5).
    BootsDown(u64),
    /// Version 3: the engine gets another id before the n-th authentic request: `engchange:5` (5).
    EngineChange(u64),
    /// Version 3: never in time, whatever the time: `reportloop`.
    ReportLoop,
    /// Version 3: engineBoots has reached its end, 2147483647: `latched`.
    Latched,
    /// Version 3: the device has boots of its own: `boots:3`.
    Boots(u32),

    /// Notifications: sysUpTime is missing: `nouptime`.
    NoUpTime,
    /// Notifications: snmpTrapOID is missing: `notrapoid`.
    NoTrapOid,
    /// Notifications: the first two varbinds have changed places: `swapfirst`.
    SwapFirst,
    /// Notifications: sysUpTime and snmpTrapOID without the zero of their instance: `noinstance`.
    NoInstance,
    /// Notifications of version 1: this generic-trap: `generic:7` (7).
    GenericTrap(u32),
    /// Notifications: so many varbinds more: `many:1000` (1,000).
    ManyVarbinds(usize),

    /// The request comes back: `echo`.
    Echo,
    /// 120 octets of noise come instead: `garbage`.
    Garbage,
    /// Half of the answer: `trunc`.
    Truncated,
    /// So many zeros behind the answer: `trailing:15` (15).
    Trailing(usize),
    /// The indefinite length: `indef`.
    Indefinite,
    /// A length of more octets than needed: `nonmin`.
    LongLength,
}

impl FaultPlan {
    /// Nothing is wrong.
    #[must_use]
    pub fn healthy() -> Self {
        Self::default()
    }

    /// Adds a fault. Of two that contradict each other the later one counts, but nothing brings back a lost answer.
    #[must_use]
    pub fn with(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// The faults, in the order in which they were added.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Says what becomes of the answer to the `number`-th request.
    pub fn treat(&self, number: u64, request: &Request) -> Treatment {
        Treatment::by(&self.faults, number, request)
    }
}

impl From<Fault> for FaultPlan {
    fn from(fault: Fault) -> Self {
        Self::healthy().with(fault)
    }
}

#[cfg(test)]
mod tests;
