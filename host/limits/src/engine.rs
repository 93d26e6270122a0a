//! How devices are talked to: the bounds that the SNMP engine gets.

use std::time::Duration;

use snmp::{BulkUse, HubOptions, OnNonIncreasing, RequestOptions};

use crate::{
    fixed::{MAX_REPETITIONS, PACKET_TIMEOUT, RETRIES, WINDOW},
    section,
    units::{GIB, KIB, MIB, kib, mib, millis, seconds},
};

section! {
    /// How devices are talked to, and bounds on what they may answer.
    pub struct SnmpLimits = "snmp" {
        /// Time of a request for single values, where the request gives none. Beyond, it fails as a timeout.
        get_timeout: Duration as Time = seconds(10), in seconds(1)..=seconds(60);
        /// Time of one walk, where the request gives none. Beyond, the walk ends with the rows so far and a gap.
        walk_timeout: Duration as Time = seconds(120), in seconds(10)..=seconds(600);
        /// Time for the answer to one packet. Beyond, the packet is sent again.
        packet_timeout: Duration as Time = millis(1500), in PACKET_TIMEOUT;
        /// Times that a packet is sent again. Beyond, the request or walk ends as a timeout.
        retries: u32 as Count = 2, in RETRIES;
        /// Rows asked for by the first GETBULK of a device; later ones adapt to what it answers.
        max_repetitions: u16 as Count = 10, in MAX_REPETITIONS;
        /// Rows asked for by one GETBULK. Beyond, the number does not grow, however well the device answers.
        max_repetitions_ceiling: u16 as Count = 50, in MAX_REPETITIONS;
        /// Size that the answer to a GETBULK should fit in, one datagram in one piece. Beyond, less is asked for next.
        response_octets: u32 as Bytes = 1_472, in 484..=65_507;
        /// Requests in flight to one device. Beyond, requests of the same device wait.
        window: usize as Count = 4, in WINDOW;
        /// Requests in flight to all devices. Beyond, requests wait.
        in_flight: usize as Count = 4_096, in 1..=1_000_000;
        /// Size of a socket's buffer for answers that nobody took yet. Beyond, answers are lost and asked for again.
        receive_buffer: usize as Bytes = mib(4), in kib(4)..=mib(1_024);
        /// Rows of one walk. Beyond, the walk ends with the rows so far and a gap that says `row-limit`.
        rows: u64 as Count = 1_000_000, in 1..=100_000_000;
        /// Size of the values of one walk. Beyond, the walk ends with the rows so far and a gap that says `byte-limit`.
        bytes: u64 as Bytes = 256 * MIB, in KIB..=16 * GIB;
        /// Cells that one column of a table may be ahead of the slowest. Beyond, the column waits.
        cells_ahead: usize as Count = 2_000, in 1..=1_000_000;
        /// Whether GETBULK is used where the version has it: "auto", or "never" for GETNEXT instead.
        bulk: BulkUse as Choice = BulkUse::Auto;
        /// What a walk does when names do not increase: "stop" with a gap that says `non-increasing`, or "continue"
        /// with names that were not seen before, since some agents have all rows, but not in order.
        on_non_increasing: OnNonIncreasing as Choice = OnNonIncreasing::Stop;
        /// Names that a walk remembers which continues although names do not increase. Beyond, it ends with a gap.
        seen_names: usize as Count = 100_000, in 1..=10_000_000;
        /// Whether answers may come from another address than was asked, as those of gear with several addresses do.
        /// It makes forging answers easier.
        any_source: bool as Switch = false;
        /// Time to find the engine id of a device of version 3, with all retries. Beyond, the request is a timeout.
        discovery_timeout: Duration as Time = seconds(5), in millis(10)..=seconds(60);
        /// Time to wait on for an answer after a report that anybody could have sent. Beyond, the report is believed.
        report_grace: Duration as Time = millis(500), in millis(0)..=seconds(10);
        /// Devices that are remembered: what they can do, what they are, and for version 3 their engine id and clock.
        /// Beyond, one that was not polled for the longest time is forgotten.
        known_agents: usize as Count = 10_000, in 1..=1_000_000;
        /// Time for which a device is remembered that is not polled. Beyond, it is forgotten.
        known_for: Duration as Time = seconds(3600), in seconds(1)..=seconds(604_800);
        /// Requests in a row without an answer, each with all its retries. Beyond, the device is taken as dead, and
        /// requests to it fail at once.
        breaker_requests: u32 as Count = 3, in 1..=1_000;
        /// Time for which a dead device is not asked. Beyond, one request finds out whether it is back.
        breaker_time: Duration as Time = seconds(30), in millis(100)..=seconds(3600);
        /// Keys of version 3 that are remembered while jobs use them, and 5 s longer. Beyond, whichever was not used for the longest time
        /// is made again.
        keys: usize as Count = 10_000, in 1..=1_000_000;
        /// Time to find the addresses of a target's name. Beyond, the poll fails and says so.
        resolve_deadline: Duration as Time = seconds(5), in millis(100)..=seconds(60);
        /// Addresses of one name that are asked. Beyond, further ones are left out.
        addresses: usize as Count = 8, in 1..=64;
        /// Time to wait for one address of a name. Beyond, the next one is asked as well, and whichever answers first
        /// is taken; one that fails at once is not waited for.
        next_address: Duration as Time = millis(250), in millis(10)..=seconds(10);
        /// Names looked up at the same time; one that nobody waits for any more counts until the system gives it up.
        /// Beyond, look-ups wait, and `resolve_deadline` counts.
        look_ups: usize as Count = 64, in 1..=500;
        /// Names whose addresses are remembered. Beyond, one that was not asked for the longest time is forgotten.
        names: usize as Count = 10_000, in 0..=1_000_000;
        /// Time for which the addresses of a name are remembered. Beyond, the name is looked up again.
        name_time: Duration as Time = seconds(60), in seconds(0)..=seconds(86_400);
        /// Time for which is remembered that a name has no address. Beyond, the name is looked up again.
        no_name_time: Duration as Time = seconds(5), in seconds(0)..=seconds(3600);
    }
}

impl SnmpLimits {
    /// Returns the bounds on requests in the words of the SNMP engine.
    #[must_use]
    pub fn request_options(&self) -> RequestOptions {
        // Every field by name and no `..`: a bound that the engine gains does not compile until it has a key here.
        RequestOptions {
            packet_timeout: self.packet_timeout,
            retries: self.retries,
            max_repetitions: self.max_repetitions,
            max_repetitions_ceiling: self.max_repetitions_ceiling,
            max_response_octets: self.response_octets,
            window: self.window,
            max_rows: self.rows,
            max_bytes: self.bytes,
            max_cells_ahead: self.cells_ahead,
            bulk: self.bulk,
            on_non_increasing: self.on_non_increasing,
            max_seen_names: self.seen_names,
            any_source: self.any_source,
            discovery_timeout: self.discovery_timeout,
            report_grace: self.report_grace,
        }
    }

    /// Returns the bounds on sockets in the words of the SNMP engine.
    #[must_use]
    pub fn hub_options(&self) -> HubOptions {
        // Every field by name here too.
        HubOptions {
            receive_buffer: self.receive_buffer,
            max_in_flight: self.in_flight,
            max_known_agents: self.known_agents,
            known_for: self.known_for,
            breaker_requests: self.breaker_requests,
            breaker_time: self.breaker_time,
            max_keys: self.keys,
        }
    }
}
