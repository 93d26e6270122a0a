//! What the listener counts: every datagram once, by what became of it.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
    ($($(#[doc = $words:literal])+ $name:ident,)+) => {
        /// What the listener has seen since it began.
        ///
        /// Each datagram that was `received` is counted once more: in `let_in`, in `informs_again`, or in one of the
        /// reasons to drop it, unless it waits for its keys.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct ListenerStats {
            $($(#[doc = $words])+ pub $name: u64,)+
            /// Octets of the kernel's receive buffer, the smallest of all sockets.
            pub receive_buffer: usize,
            /// Notifications that wait to be decoded.
            pub queue: usize,
            /// Octets of them.
            pub queue_bytes: usize,
        }

        impl ListenerStats {
            /// All counters, by name.
            pub fn counters(&self) -> impl Iterator<Item = (&'static str, u64)> {
                [$((stringify!($name), self.$name),)+].into_iter()
            }
        }

        /// The same while it counts.
        #[derive(Debug, Default)]
        pub(super) struct Counters {
            $(pub(super) $name: Counter,)+
        }

        impl Counters {
            /// What was counted so far.
            pub(super) fn stats(&self) -> ListenerStats {
                ListenerStats { $($name: self.$name.read(),)+ ..ListenerStats::default() }
            }
        }
    };
}

counters! {
    /// Datagrams that came in.
    received,
    /// Notifications that were let in.
    let_in,
    /// Traps of version 1 that may come in.
    v1_traps,
    /// Traps of version 2c that may come in.
    v2c_traps,
    /// Informs of version 2c that may come in, those that came again included.
    v2c_informs,
    /// Traps of version 3 that may come in.
    v3_traps,
    /// Informs of version 3 that may come in, those that came again included.
    v3_informs,
    /// Answers to informs that were sent, those to informs that came again included.
    informs_answered,
    /// Informs that came again after they were stored: answered where they can be, not let in.
    informs_again,
    /// Reports that were sent.
    reports,
    /// Answers and Reports that the kernel did not send.
    send_failures,
    /// Engines of senders that were seen for the first time, or again after they were forgotten.
    engines_learnt,
    /// Datagrams that the kernel dropped because the receive buffer was full. Told on Linux only, with the next
    /// datagram; none of them is in `received`.
    kernel_drops,
    /// Dropped: the source has sent too many.
    source_rate,
    /// Dropped: all sources together have sent too many that may come in.
    total_rate,
    /// Dropped: it is no SNMP message.
    malformed,
    /// Dropped: it is of a version that nobody knows.
    wrong_version,
    /// Dropped: it is secured by another model than the User-based one.
    security_model,
    /// Dropped: it is no notification, or of a kind that its version has not.
    not_a_notification,
    /// Dropped: nobody may send with this community.
    bad_community,
    /// Dropped: nobody of this name is known.
    unknown_user,
    /// Dropped: there is no engine id, or it is not ours where it should be (usmStatsUnknownEngineIDs).
    unknown_engine,
    /// Dropped: the engine id has fewer than 5 octets or more than 32, and its user may not have such a one. The log names
    /// a sender once a minute at most.
    engine_id_length,
    /// Dropped: less secure than the user has to be, or more than the user can be.
    security_level,
    /// Dropped: not signed by this user.
    wrong_digest,
    /// Dropped: signed by this user, but it cannot be decrypted.
    decryption,
    /// Dropped: signed by this user, but too old, or replayed.
    not_in_time_window,
    /// Dropped: its context has a longer name than a context can have (RFC 3415, vacmContextName).
    context_name,
    /// Dropped: an inform whose answer would be too long for its sender, who was told so (tooBig).
    too_big,
    /// Dropped: too many notifications wait to be decoded.
    queue_full,
    /// Dropped: too many messages wait for keys, or too many of one source.
    key_queue_full,
    /// Dropped: the keys for it could not be made.
    keys_not_made,
    /// Dropped: an inform that came again while it is being stored.
    duplicate,
}

/// Why a datagram is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    SourceRate,
    TotalRate,
    Malformed,
    WrongVersion,
    SecurityModel,
    NotANotification,
    BadCommunity,
    UnknownUser,
    UnknownEngine,
    EngineIdLength,
    SecurityLevel,
    WrongDigest,
    Decryption,
    NotInTimeWindow,
    ContextName,
    TooBig,
    KeyQueueFull,
    KeysNotMade,
    Duplicate,
}

impl Counters {
    /// What counts such datagrams.
    pub(super) fn of(&self, why: Refusal) -> &Counter {
        match why {
            Refusal::SourceRate => &self.source_rate,
            Refusal::TotalRate => &self.total_rate,
            Refusal::Malformed => &self.malformed,
            Refusal::WrongVersion => &self.wrong_version,
            Refusal::SecurityModel => &self.security_model,
            Refusal::NotANotification => &self.not_a_notification,
            Refusal::BadCommunity => &self.bad_community,
            Refusal::UnknownUser => &self.unknown_user,
            Refusal::UnknownEngine => &self.unknown_engine,
            Refusal::EngineIdLength => &self.engine_id_length,
            Refusal::SecurityLevel => &self.security_level,
            Refusal::WrongDigest => &self.wrong_digest,
            Refusal::Decryption => &self.decryption,
            Refusal::NotInTimeWindow => &self.not_in_time_window,
            Refusal::ContextName => &self.context_name,
            Refusal::TooBig => &self.too_big,
            Refusal::KeysNotMade => &self.keys_not_made,
            Refusal::KeyQueueFull => &self.key_queue_full,
            Refusal::Duplicate => &self.duplicate,
        }
    }
}

/// Something that is counted.
#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    /// Counts some, and returns how many there are now.
    pub(super) fn add(&self, count: usize) -> u64 {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.0.fetch_add(count, Ordering::Relaxed).wrapping_add(count)
    }

    fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
