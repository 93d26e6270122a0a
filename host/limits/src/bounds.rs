//! Every bound of the system but those on notifications, in one struct.
//!
//! Whatever comes from a client, a device or a plugin has a bound here: a name, a default, a sentence that says what
//! happens beyond it, and a key of the configuration under the same name (`limits.polls.max_concurrent` is
//! `max_concurrent` in the table `[polls]`).
//! Those on notifications stand with the other keys of `[traps]`, in `host/config/src/traps/keys.rs`.
//! The engine and the plugin runtime have bounds of their own and get every one of them from here.
//! What the REST contract or SNMP itself fixes is a constant, since nobody may change it, and so is what no installation
//! should need to.

use std::{ops::RangeInclusive, time::Duration};

use snmp::{BulkUse, HubOptions, OnNonIncreasing, RequestOptions};

use crate::section;

/// Every bound of the system but those on notifications.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// Polls that run.
    pub polls: PollLimits,
    /// Tickets that wait and tickets that are done.
    pub tickets: TicketLimits,
    /// What the HTTP server takes.
    pub http: HttpLimits,
    /// What a single request may ask for.
    pub requests: RequestLimits,
    /// How devices are talked to.
    pub snmp: SnmpLimits,
    /// What is decoded of one input.
    pub decode: DecodeLimits,
    /// What a plugin may use.
    pub sandbox: SandboxLimits,
}

impl Limits {
    /// Returns the bounds on requests in the words of the SNMP engine.
    #[must_use]
    pub fn request_options(&self) -> RequestOptions {
        let snmp = &self.snmp;
        // Every field by name and no `..`: a bound that the engine gains does not compile until it has a key here.
        RequestOptions {
            packet_timeout: snmp.packet_timeout,
            retries: snmp.retries,
            max_repetitions: snmp.max_repetitions,
            max_repetitions_ceiling: snmp.max_repetitions_ceiling,
            max_response_octets: snmp.response_octets,
            window: snmp.window,
            max_rows: snmp.rows,
            max_bytes: snmp.bytes,
            max_cells_ahead: snmp.cells_ahead,
            bulk: snmp.bulk,
            on_non_increasing: snmp.on_non_increasing,
            max_seen_names: snmp.seen_names,
            any_source: snmp.any_source,
            discovery_timeout: snmp.discovery_timeout,
            report_grace: snmp.report_grace,
        }
    }

    /// Returns the bounds on sockets in the words of the SNMP engine.
    #[must_use]
    pub fn hub_options(&self) -> HubOptions {
        let snmp = &self.snmp;
        // Every field by name here too.
        HubOptions {
            receive_buffer: snmp.receive_buffer,
            max_in_flight: snmp.in_flight,
            max_known_agents: snmp.known_agents,
            known_for: snmp.known_for,
            breaker_requests: snmp.breaker_requests,
            breaker_time: snmp.breaker_time,
            max_keys: snmp.keys,
        }
    }
}

/// Seconds that a request may give for its GETs, by the REST contract. Beyond, the request is refused with 422.
pub const GET_TIMEOUT_SECONDS: RangeInclusive<u64> = 1..=60;

/// Seconds that a request may give for its walks, by the REST contract. Beyond, the request is refused with 422.
pub const WALK_TIMEOUT_SECONDS: RangeInclusive<u64> = 10..=600;

/// Entries `[[targets]]` of the configuration. Beyond, the program does not start.
pub const TARGET_RULES: usize = 1_000;

/// Entries `[[traps.users]]` of the configuration. Beyond, the program does not start.
pub const TRAP_USERS: usize = 1_000;

/// Entries `[[traps.forward]]` of the configuration. Beyond, the program does not start.
pub const FORWARDERS: usize = 64;

/// Communities that notifications may come with. Beyond, the program does not start.
pub const TRAP_COMMUNITIES: usize = 1_000;

/// Octets of such a community, and of one that notifications are forwarded with. Beyond, the program does not start.
pub const TRAP_COMMUNITY_OCTETS: usize = 255;

/// Bytes of a configuration file. Beyond, the program does not start.
pub const CONFIG_FILE_BYTES: u64 = MIB;

/// Bytes of a file that holds a secret. Beyond, the program does not start.
pub const SECRET_FILE_BYTES: u64 = 64 * KIB;

/// What one may give as `max_repetitions`.
pub const MAX_REPETITIONS: RangeInclusive<u16> = 1..=1_000;

/// What one may give as `retries`.
pub const RETRIES: RangeInclusive<u32> = 0..=20;

/// What one may give as `packet_timeout`.
pub const PACKET_TIMEOUT: RangeInclusive<Duration> = Duration::from_millis(10)..=Duration::from_secs(60);

/// What one may give as `window`.
pub const WINDOW: RangeInclusive<usize> = 1..=64;

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// So many times 1,024.
#[must_use]
pub const fn kib(count: usize) -> usize {
    count << 10
}

/// So many times 1,048,576.
#[must_use]
pub const fn mib(count: usize) -> usize {
    count << 20
}

/// So many microseconds.
#[must_use]
pub const fn micros(count: u64) -> Duration {
    Duration::from_micros(count)
}

/// So many milliseconds.
#[must_use]
pub const fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// So many seconds.
#[must_use]
pub const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

section! {
    /// Bounds on polls that run.
    pub struct PollLimits = "polls" {
        /// Polls that run at the same time. Further ones wait, fairly over their targets.
        max_concurrent: usize as Count = 6, in 1..=10_000;
        /// Polls of one device that run at the same time. Further ones wait, and other devices overtake them.
        per_device: usize as Count = 1, in 1..=1_000;
        /// Direct operations, `/snmp/get` and `/snmp/walk`, that run at the same time, beside the polls. Further ones
        /// wait until their timeout, and are then answered with `success: false`.
        direct_concurrent: usize as Count = 6, in 1..=10_000;
        /// Direct operations that wait for a slot. Beyond, they are answered at once with `success: false`.
        direct_waiting: usize as Count = 256, in 1..=100_000;
        /// Time of one poll with all its recipes. Beyond, recipes that still run are gaps of the result.
        job_deadline: Duration as Time = seconds(1800), in seconds(1)..=seconds(86_400);
        /// Time of one recipe of a poll, waiting for a place in the sandbox included. Beyond, the recipe is a gap of the
        /// result; `job_deadline` holds as well.
        recipe_deadline: Duration as Time = seconds(900), in seconds(1)..=seconds(86_400);
        /// Gaps listed in one result. Beyond, they are counted but not listed.
        gaps: usize as Count = 200, in 1..=10_000;
        /// Gaps that one recipe's reads leave for the report. Beyond, further ones are left out.
        noted_gaps: usize as Count = 1_000, in 1..=100_000;
        /// Tables and subtrees listed in the statistics of one recipe. Beyond, they are counted but not listed.
        listed_tables: usize as Count = 100, in 0..=10_000;
        /// Different counters in the progress of one ticket. Beyond, new ones are dropped.
        counters: usize as Count = 64, in 5..=10_000;
        /// Log lines of plugins kept in one ticket. Beyond, they are counted and dropped.
        ticket_log_lines: usize as Count = 100, in 0..=10_000;
        /// Batches of rows that a reader fetches ahead of its plugin. Beyond, the reader waits for the plugin.
        reader_batches: usize as Count = 16, in 1..=1_000;
    }
}

section! {
    /// Bounds on tickets that wait and on tickets that are done.
    pub struct TicketLimits = "tickets" {
        /// Tickets that wait for a slot. Beyond, a new poll is refused with 503 and `Retry-After`.
        queued: usize as Count = 10_000, in 1..=1_000_000;
        /// Time for which a finished ticket can be asked for. Beyond, it is forgotten and unknown.
        retention: Duration as Time = seconds(3600), in seconds(1)..=seconds(31_536_000);
        /// Finished tickets that are kept. Beyond, those that finished first are forgotten.
        finished: usize as Count = 20_000, in 1..=10_000_000;
        /// Memory for the results of finished tickets. Beyond, those that finished first are forgotten.
        finished_bytes: usize as Bytes = mib(256), in mib(1)..=mib(65_536);
    }
}

section! {
    /// Bounds on what the HTTP server takes.
    pub struct HttpLimits = "http" {
        /// Size of a request's body. Beyond, the request is refused with 413.
        body_bytes: usize as Bytes = mib(1), in kib(1)..=mib(64);
        /// Time of `?wait=`. Beyond, the wait ends after this time as if nothing had changed.
        wait: Duration as Time = seconds(60), in seconds(1)..=seconds(600);
        /// Connections that are open at the same time. Beyond, new ones wait in the system's queue.
        connections: usize as Count = 1_024, in 1..=100_000;
        /// Time for a request's header to arrive, also on an idle connection. Beyond, the connection is closed.
        header_time: Duration as Time = seconds(30), in seconds(1)..=seconds(3600);
        /// Size of a request's header. Beyond, the request is refused with 431.
        header_bytes: usize as Bytes = kib(64), in kib(8)..=mib(1);
        /// Time for a request's body to arrive. Beyond, the request is refused with 408.
        body_time: Duration as Time = seconds(30), in seconds(1)..=seconds(3600);
        /// Time in which a client takes nothing of an answer that waits for it. Beyond, the connection is closed.
        stall_time: Duration as Time = seconds(30), in seconds(1)..=seconds(3600);
        /// Time for open requests to end after SIGTERM. Beyond, they are cut off.
        shutdown_grace: Duration as Time = seconds(10), in seconds(0)..=seconds(600);
    }
}

section! {
    /// Bounds on what a single request may ask for. Beyond each of them the request is refused with 422.
    pub struct RequestLimits = "requests" {
        /// Characters of a target. Beyond, the request is refused with 422.
        target_chars: usize as Count = 255, in 1..=255;
        /// Octets of a community. Beyond, the request is refused with 422.
        community_octets: usize as Count = 255, in 1..=1_024;
        /// Recipes of one poll. Beyond, the request is refused with 422.
        recipes: usize as Count = 32, in 1..=1_000;
        /// Size of the parameters of one recipe. Beyond, the request is refused with 422.
        params_bytes: usize as Bytes = kib(64), in 2..=mib(1);
    }
}

section! {
    /// Bounds on what `POST /snmp/decode` and `snmp-proxy decode` take apart. The size of a request is bounded by
    /// `http.body_bytes`; on the command line a capture may have any size.
    pub struct DecodeLimits = "decode" {
        /// Packets of one request. Beyond, the rest is left out, and a problem says so. The command line takes any number.
        packets: usize as Count = 1_000, in 1..=100_000;
        /// Datagrams whose fragments wait for others at the same time. Beyond, the oldest is given up with a problem.
        fragments: usize as Count = 64, in 1..=10_000;
        /// Users of version 3 in one request. Beyond, the request is refused with 422.
        users: usize as Count = 32, in 1..=1_000;
        /// Size of one answer's messages. Beyond, the rest is left out, and a problem says so.
        answer_bytes: usize as Bytes = mib(16), in kib(64)..=GIB as usize;
        /// Size of one input that is no capture, unpacked. Beyond, it is refused.
        text_bytes: usize as Bytes = mib(64), in kib(64)..=GIB as usize;
        /// Time for one request, the wait for others included. Beyond, the rest is left out, and a problem says so.
        time: Duration as Time = seconds(30), in seconds(1)..=seconds(600);
        /// Inputs that are decoded at the same time. Beyond, they wait, and after `time` are refused with 503.
        concurrent: usize as Count = 2, in 1..=1_000;
    }
}

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
        /// Keys of version 3 that are remembered. Beyond, whichever was not used for the longest time is wiped.
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
        /// Names whose addresses are remembered. Beyond, the one that would expire first is forgotten.
        names: usize as Count = 10_000, in 0..=1_000_000;
        /// Time for which the addresses of a name are remembered. Beyond, the name is looked up again.
        name_time: Duration as Time = seconds(60), in seconds(0)..=seconds(86_400);
        /// Time for which is remembered that a name has no address. Beyond, the name is looked up again.
        no_name_time: Duration as Time = seconds(5), in seconds(0)..=seconds(3600);
    }
}

section! {
    /// What one run of a plugin may use.
    pub struct SandboxLimits = "sandbox" {
        /// Memory of a plugin. Beyond, growing fails inside the plugin.
        memory_bytes: usize as Bytes = mib(64), in mib(1)..=mib(4096);
        /// Time that a plugin may compute; waiting for the device is not counted. Beyond, the run ends with an error.
        cpu: Duration as Time = seconds(2), in millis(10)..=seconds(600);
        /// Time that each row which the device gives adds to `cpu`; a varbind of a `get` or a walk counts as a row.
        /// Beyond, the run ends with an error.
        cpu_per_row: Duration as Time = micros(250), in micros(0)..=millis(100);
        /// Time that a plugin may compute, however many rows there are; `cpu` itself may be above it. Beyond, the run
        /// ends with an error.
        cpu_ceiling: Duration as Time = seconds(60), in millis(10)..=seconds(3600);
        /// Size of a plugin's result. Beyond, the run ends with an error.
        output_bytes: usize as Bytes = mib(8), in kib(1)..=mib(1024);
        /// Bytes that the host takes from a plugin in one call. Beyond, the run ends with an error.
        hostcall_bytes: usize as Bytes = mib(8), in kib(64)..=mib(1024);
        /// Calls of the host. Beyond, the run ends with an error.
        host_calls: u64 as Count = 1_000_000, in 100..=1_000_000_000;
        /// Resources of the host that a plugin holds at the same time, readers included. Beyond, the run ends.
        handles: usize as Count = 1_000, in 16..=1_000_000;
        /// Readers that a plugin holds at the same time. Beyond, opening another is an error to the plugin.
        open_readers: usize as Count = 64, in 1..=10_000;
        /// Readers that a plugin opens. Beyond, opening another is an error to the plugin.
        readers: usize as Count = 1_000, in 1..=1_000_000;
        /// Size of the rows that a plugin hands over in parts. Beyond, handing over more is an error to the plugin.
        rows_bytes: usize as Bytes = mib(64), in kib(1)..=mib(1024);
        /// Names in one `get` of a plugin, sent in as many requests as they need. Beyond, the call is an error to the
        /// plugin.
        get_names: usize as Count = 10_000, in 1..=100_000;
        /// Columns of one table. Beyond, opening it is an error to the plugin.
        columns: usize as Count = 64, in 1..=1_000;
        /// Log lines of a plugin. Beyond, they are counted and dropped.
        log_lines: u32 as Count = 200, in 0..=100_000;
        /// Size of a log line. Beyond, it is cut.
        log_line_bytes: usize as Bytes = 1_000, in 16..=kib(64);
        /// Bytes that a plugin may print. Beyond, they are lost.
        print_bytes: usize as Bytes = kib(64), in 16..=mib(64);
        /// Progress reports of a plugin. Beyond, they are dropped.
        progress_calls: u32 as Count = 10_000, in 1..=10_000_000;
        /// Size of a progress line. Beyond, it is cut.
        progress_line_bytes: usize as Bytes = 200, in 16..=kib(64);
        /// Different counters that a plugin reports. Beyond, new ones are dropped.
        progress_counters: usize as Count = 32, in 1..=1_000;
        /// Size of the message of a plugin's error. Beyond, it is cut.
        message_bytes: usize as Bytes = 1_000, in 16..=kib(64);
        /// Core instances and tables that a plugin may consist of, each. Beyond, it does not start.
        instances: usize as Count = 100, in 1..=10_000;
        /// Linear memories that a plugin may consist of. Beyond, it does not start.
        memories: usize as Count = 10, in 1..=100;
        /// Time for a plugin to describe itself when it is loaded. Beyond, it is not loaded.
        describe: Duration as Time = seconds(2), in millis(10)..=seconds(60);
        /// Size of a plugin's file. Beyond, it is not loaded.
        file_bytes: u64 as Bytes = 64 * MIB, in KIB..=GIB;
        /// Plugin files read from the plugins folder. Beyond, they are reported as problems.
        files: usize as Count = 200, in 1..=10_000;
        /// Plugins that run at the same time. Beyond, they wait within the deadline of their poll.
        concurrent_guests: usize as Count = 224, in 1..=10_000;
        /// Messages in one call of a trap decoder or enricher. Beyond, they go in several calls.
        batch_notifications: usize as Count = 256, in 1..=10_000;
        /// Size of the messages in one call. Beyond, they go in several calls; one that is larger goes alone.
        batch_octets: usize as Bytes = kib(256), in kib(1)..=mib(64);
        /// Time that a trap decoder or enricher may compute in one call. Beyond, the call fails.
        trap_cpu: Duration as Time = millis(100), in millis(1)..=seconds(60);
        /// Time for messages that are decoded together, with all repeats and the wait for a place. Beyond, those that
        /// are left fail.
        trap_time: Duration as Time = seconds(5), in millis(10)..=seconds(600);
        /// Calls of trap decoders and enrichers at the same time, beside `concurrent_guests`. Beyond, they wait.
        trap_guests: usize as Count = 4, in 1..=1_000;
        /// Size of the record of one notification. Beyond, that record fails.
        record_bytes: usize as Bytes = mib(1), in kib(1)..=mib(64);
    }
}

impl SandboxLimits {
    /// What the host really copies in one call: the result of `collect` is copied like that, so at least that much.
    #[must_use]
    pub fn hostcall_octets(&self) -> usize {
        self.hostcall_bytes.max(self.output_bytes)
    }
}
