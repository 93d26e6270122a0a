//! The engine beside net-snmp's C library, in one run against one fast agent: what a walk costs for each varbind, how
//! many GETs a second can be had from many sessions, and what a GET of version 3 costs.
//!
//! `cargo bench -p harness --bench engine [-- PART]`, with a PART of `walk`, `gets`, `v3`.
//! Each client is a process of its own: ours is this program once more, the other one is `benches/peer`, compiled here
//! where a C compiler and the headers of net-snmp are present (Debian: `gcc libsnmp-dev`) and left out where not. Both
//! read the CPU clock of their own process around what is measured, so neither their start nor the agent counts.
//! The clients share the first core, and the agent has the last one. They take turns, and the best run of each counts:
//! whatever else the machine does can only add. Times are this machine's; quote the ratios. Of costs it should be at
//! most 1.2 for walks, of speeds at least 1.
//!
//! For a profiler, the part `agent` runs the agent alone and says how to start clients at it.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a program for people"
)]

mod agent;
mod client;
mod contest;
mod cores;
mod measure;
mod peer;
mod v3;

use agent::FastAgent;
use contest::{Contest, Task};
use cores::{Core, keep_to};

/// How many varbinds the agent has.
const VARBINDS: u64 = 100_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|argument| argument == client::ARGUMENT) {
        return client::main(&arguments[1..]);
    }
    // `cargo test --benches` passes no `--bench`: then there is nothing to measure.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let wanted: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let is_wanted = |part: &str| wanted.is_empty() || wanted.iter().any(|wanted| *wanted == part);

    if wanted.iter().any(|wanted| *wanted == "agent") {
        let agent = FastAgent::start(VARBINDS);
        println!("client walk {0} 50 {VARBINDS} 10; client gets {0} 64 100000 10; end with Enter", agent.port());
        let _ = std::io::stdin().read_line(&mut String::new());
        return;
    }
    if !keep_to(Core::First) {
        println!("(clients and agent share their cores: there are no two that could be told apart)");
    }
    let contest = Contest::new();
    contest.head();
    if is_wanted("walk") {
        let agent = FastAgent::start(VARBINDS);
        for number in [50, 25, 10] {
            let task = Task { kind: "walk", port: agent.port(), number, units: VARBINDS, turns: 5 };
            contest.cpu(&format!("walk with GETBULK of {number}, a varbind"), &task);
        }
        // With a packet for each varbind, fewer will do.
        let agent = FastAgent::start(VARBINDS / 5);
        let task = Task { kind: "walk", port: agent.port(), number: 0, units: VARBINDS / 5, turns: 3 };
        contest.cpu("walk with GETNEXT, a varbind", &task);
    }
    if is_wanted("gets") {
        let agent = FastAgent::start(VARBINDS);
        for sessions in [64, 512] {
            let task = Task { kind: "gets", port: agent.port(), number: sessions, units: 102_400, turns: 3 };
            contest.speed_and_cpu(&format!("GETs of {sessions} sessions"), &task);
        }
    }
    if is_wanted("v3") {
        v3::measure(&contest);
    }
}
