//! Every bound of the system but those on notifications, in one struct.
//!
//! Whatever comes from a client, a device or a plugin has a bound here: a name, a default, a sentence that says what
//! happens beyond it, and a key of the configuration under the same name (`limits.polls.max_concurrent` is
//! `max_concurrent` in the table `[polls]`).
//! Those on notifications stand with the other keys of `[traps]`, in `host/config/src/traps/keys.rs`.
//! The engine and the plugin runtime have bounds of their own and get every one of them from here.
//! What nobody may change stands in `fixed.rs`.

use std::time::Duration;

use snmp::{HubOptions, RequestOptions};

use crate::{
    engine::SnmpLimits,
    keys::KeyLimits,
    section,
    units::{GIB, KIB, MIB, kib, mib, micros, millis, seconds},
};

/// Every bound of the system but those on notifications.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// Polls that run.
    pub polls: PollLimits,
    /// Tickets that wait and tickets that are done.
    pub tickets: TicketLimits,
    /// Memory for answers.
    pub answers: AnswerLimits,
    /// What the HTTP server takes.
    pub http: HttpLimits,
    /// What happens to clients with a wrong key.
    pub keys: KeyLimits,
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
        self.snmp.request_options()
    }

    /// Returns the bounds on sockets in the words of the SNMP engine.
    #[must_use]
    pub fn hub_options(&self) -> HubOptions {
        self.snmp.hub_options()
    }
}

section! {
    /// Bounds on polls that run.
    pub struct PollLimits = "polls" {
        /// Polls that run at the same time. Further ones wait, fairly over clients and over the targets of each.
        max_concurrent: usize as Count = 6, in 1..=10_000;
        /// Polls of one device that run at the same time. Further ones wait, and other devices overtake them.
        per_device: usize as Count = 1, in 1..=1_000;
        /// Direct operations, `/snmp/get` and `/snmp/walk`, that run at the same time, beside the polls. Further ones
        /// wait until their timeout, and are then answered with `success: false`.
        direct_concurrent: usize as Count = 6, in 1..=10_000;
        /// Direct operations that wait for a slot. Beyond, they are answered at once with `success: false`, except those of
        /// a client that has less than its share, up to twice as many in all.
        direct_waiting: usize as Count = 256, in 1..=100_000;
        /// Time for the first answer of a device. Beyond, its poll or direct operation gives its slot to others while it
        /// waits on, and has one again when the device has answered.
        silent_after: Duration as Time = millis(100), in millis(0)..=seconds(60);
        /// Polls that wait for silent devices like that, of all clients; one client has as many at most as are left.
        /// Beyond, no further poll starts than there are slots. With 0, polls keep their slots while they wait.
        silent: usize as Count = 1_000, in 0..=100_000;
        /// The same for direct operations. Beyond, no further one starts than there are slots.
        direct_silent: usize as Count = 1_000, in 0..=100_000;
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
        /// Tickets that wait for a slot. Beyond, a new poll is refused with 503 and `Retry-After`, except of a client that
        /// has less than its share, up to twice as many in all.
        queued: usize as Count = 10_000, in 1..=1_000_000;
        /// Time for which a finished ticket can be asked for. Beyond, it is forgotten and unknown.
        retention: Duration as Time = seconds(3600), in seconds(1)..=seconds(31_536_000);
        /// Finished tickets that are kept. Beyond, those that finished first of the client with the most are forgotten.
        finished: usize as Count = 20_000, in 1..=10_000_000;
        /// Memory for the results of finished tickets. Beyond, those that finished first of the client with the most are
        /// forgotten.
        finished_bytes: usize as Bytes = mib(256), in mib(1)..=mib(65_536);
    }
}

section! {
    /// Memory for answers: for those that clients are taking, and for results that are kept, together.
    pub struct AnswerLimits = "answers" {
        /// Memory for all answers; a quarter of it is never taken by kept results. Beyond, the results that finished
        /// first of the client with the most are forgotten, parts of large answers wait, and other answers are refused with 503.
        bytes: usize as Bytes = mib(384), in mib(16)..=mib(65_536);
        /// Memory for the answers that one client, which is one source address, is taking. Beyond, parts of large
        /// answers wait until it has read others, and other answers are refused with 503.
        client_bytes: usize as Bytes = mib(64), in mib(1)..=mib(65_536);
        /// Size of the answer of one direct walk, as JSON. Beyond, the walk ends with `success: false`, the rows so far
        /// and an error that says so.
        walk_bytes: usize as Bytes = mib(64), in mib(1)..=mib(1_024);
    }
}

section! {
    /// Bounds on what the HTTP server takes.
    pub struct HttpLimits = "http" {
        /// Size of a request's body. Beyond, the request is refused with 413.
        body_bytes: usize as Bytes = mib(1), in kib(1)..=mib(64);
        /// Time of `?wait=`. Beyond, the wait ends after this time as if nothing had changed.
        wait: Duration as Time = seconds(60), in seconds(1)..=seconds(600);
        /// Connections that are open at the same time; fewer, where the system allows fewer open files. Beyond, the one gives
        /// way to a new one that has waited longest without a complete request; where all are busy, new ones wait.
        connections: usize as Count = 4_096, in 1..=100_000;
        /// Connections of one source that are open at the same time: of an IPv4 address, or of an IPv6 network of 64 bits.
        /// Beyond, its own oldest one without a complete request gives way; where all are busy, new ones get a 503.
        /// Behind a reverse proxy all clients are one source.
        connections_per_source: usize as Count = 1_024, in 1..=100_000;
        /// Time for a request's header to arrive, also on an idle connection. Beyond, the connection is closed.
        header_time: Duration as Time = seconds(30), in seconds(1)..=seconds(3600);
        /// Size of a request's header. Beyond, the request is refused with 431.
        header_bytes: usize as Bytes = kib(64), in kib(8)..=mib(1);
        /// Time for a request's body to arrive. Beyond, the request is refused with 408.
        body_time: Duration as Time = seconds(30), in seconds(1)..=seconds(3600);
        /// Time for which a client may take less than `read_rate` of an answer that waits for it. Beyond, the connection
        /// is closed.
        stall_time: Duration as Time = seconds(30), in seconds(1)..=seconds(3600);
        /// Octets a second that a client takes at least of an answer that waits for it, as a mean over `stall_time`.
        /// Beyond that time, a slower client loses its connection.
        read_rate: usize as Bytes = kib(4), in 1..=mib(1);
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
        /// Size of one input that is not a capture, unpacked. Beyond, it is refused.
        text_bytes: usize as Bytes = mib(64), in kib(64)..=GIB as usize;
        /// Time for one request, the wait for others included. Beyond, the rest is left out, and a problem says so.
        time: Duration as Time = seconds(30), in seconds(1)..=seconds(600);
        /// Inputs that are decoded at the same time. Beyond, they wait, and after `time` are refused with 503.
        concurrent: usize as Count = 2, in 1..=1_000;
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
        /// Functions of a plugin, all its modules together. Beyond, it is not loaded.
        functions: u64 as Count = 50_000, in 1..=10_000_000;
        /// Size of one function of a plugin. Beyond, it is not loaded. The largest of CPython has 417 KiB.
        function_bytes: u64 as Bytes = MIB, in 1..=GIB;
        /// Locals of one function of a plugin. Beyond, it is not loaded.
        function_locals: u64 as Count = 5_000, in 0..=1_000_000;
        /// Size of all functions of a plugin. Beyond, it is not loaded.
        code_bytes: u64 as Bytes = 32 * MIB, in 1..=GIB;
        /// Size of what a plugin puts into its memories and tables when it starts. Beyond, it is not loaded.
        data_bytes: u64 as Bytes = 48 * MIB, in 0..=GIB;
        /// Modules and components that a plugin consists of. Beyond, it is not loaded.
        modules: u64 as Count = 100, in 1..=10_000;
        /// Types, imports, exports, globals and instances of a plugin. Beyond, it is not loaded.
        items: u64 as Count = 100_000, in 1..=100_000_000;
        /// Time for compiling one plugin of the folder, in a process of its own. Beyond, it is ended, and the plugin is
        /// not loaded.
        compile_time: Duration as Time = seconds(60), in millis(10)..=seconds(3600);
        /// CPU time of that process, all its threads together. Beyond, as with `compile_time`.
        compile_cpu: Duration as Time = seconds(120), in seconds(1)..=seconds(36_000);
        /// Memory of that process, where the system bounds it (not on Windows). Beyond, as with `compile_time`.
        compile_memory: u64 as Bytes = 2 * GIB, in 64 * MIB..=64 * GIB;
        /// Plugin files read from the plugins folder. Beyond, they are reported as problems.
        files: usize as Count = 200, in 1..=10_000;
        /// Plugins that run at the same time. Beyond, they wait within the deadline of their poll.
        concurrent_guests: usize as Count = 224, in 1..=10_000;
        /// Memory of all plugins that run at the same time, by what runs of each of them took before. Beyond, they wait
        /// within the deadline of their poll; one that needs more than all of it runs alone.
        guests_memory_bytes: usize as Bytes = mib(400), in mib(1)..=mib(1 << 20);
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
        /// Calls in a row in which a trap enricher uses up `trap_cpu` or its share of `trap_time`. Beyond, it is out of
        /// service for `enricher_pause`, a log line says so, and its records have the flag `enricher_out_of_service:NAME`.
        enricher_failures: u32 as Count = 5, in 1..=1_000;
        /// Time for which such an enricher is not asked. Beyond, one call finds out whether it is well.
        enricher_pause: Duration as Time = seconds(600), in seconds(1)..=seconds(86_400);
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
