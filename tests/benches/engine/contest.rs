//! Lets the two clients take turns, and prints what each needed.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{client, measure::Run, peer::Peer};

/// How often a client does the same in one process. The first time is for the caches and is not counted.
const RUNS: u32 = 3;

/// Our client, and the other one where it can be had.
#[derive(Debug)]
pub(crate) struct Contest {
    ours: PathBuf,
    peer: Option<Peer>,
}

/// What a client is to do, so often: `walk PORT REPETITIONS VARBINDS`, `gets PORT SESSIONS GETS`, and `gets-v3` alike.
#[derive(Debug)]
pub(crate) struct Task<'a> {
    /// What to do.
    pub(crate) kind: &'a str,
    /// The agent.
    pub(crate) port: u16,
    /// The repetitions of a walk, the sessions of GETs.
    pub(crate) number: u64,
    /// How many varbinds or GETs a run has.
    pub(crate) units: u64,
    /// How many turns each client has.
    pub(crate) turns: u32,
}

impl Contest {
    /// Says what cannot be had here.
    pub(crate) fn new() -> Self {
        Self { ours: std::env::current_exe().expect("the path of this program"), peer: Peer::compile() }
    }

    /// Prints what the columns are.
    pub(crate) fn head(&self) {
        println!("{:<56}{:>10}{:>12}{:>8}", "best of the runs, in turn", "engine", "libnetsnmp", "ratio");
    }

    /// Prints the CPU time for each unit.
    pub(crate) fn cpu(&self, title: &str, task: &Task<'_>) {
        let runs = self.runs(task);
        row(&format!("{title}, CPU µs"), runs.each_ref().map(|runs| min_cpu(runs, task.units)), 3);
    }

    /// Prints how many units are done in a second, and the CPU time for each.
    pub(crate) fn speed_and_cpu(&self, title: &str, task: &Task<'_>) {
        let runs = self.runs(task);
        let speeds = runs.each_ref().map(|runs| {
            let min = runs.iter().map(|run| run.wall).min()?;
            Some(task.units as f64 / min.as_secs_f64() / 1e3)
        });
        row(&format!("{title}, thousands a second"), speeds, 1);
        row(&format!("{title}, CPU µs each"), runs.each_ref().map(|runs| min_cpu(runs, task.units)), 2);
    }

    fn runs(&self, task: &Task<'_>) -> [Vec<Run>; 2] {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..task.turns {
            ours.extend(task.run(&self.ours, &[client::ARGUMENT]));
            if let Some(peer) = &self.peer {
                theirs.extend(task.run(peer.program(task.kind), &[]));
            }
        }
        [ours, theirs]
    }
}

impl Task<'_> {
    /// Lets a client do it, in a process of its own.
    fn run(&self, program: &Path, first: &[&str]) -> Vec<Run> {
        let mut client = Command::new(program);
        client.args(first).arg(self.kind).arg(self.port.to_string());
        client.args([self.number.to_string(), self.units.to_string(), (RUNS + 1).to_string()]);
        // The C library shall look for no MIBs and no configuration, and leave its files where they bother nobody.
        client.envs([
            ("MIBS", ""),
            ("SNMPCONFPATH", env!("CARGO_TARGET_TMPDIR")),
            ("SNMP_PERSISTENT_DIR", env!("CARGO_TARGET_TMPDIR")),
        ]);
        let output = client.stdin(Stdio::null()).stderr(Stdio::inherit()).output().expect("a client starts");
        assert!(output.status.success(), "{} {self:?} failed", program.display());
        let text = String::from_utf8_lossy(&output.stdout);
        let runs: Vec<Run> = text.lines().skip(1).map(Run::parse).collect();
        assert!(!runs.is_empty(), "{} {self:?} printed no run", program.display());
        runs
    }
}

/// Microseconds for each unit; nothing without runs.
fn min_cpu(runs: &[Run], units: u64) -> Option<f64> {
    let min = runs.iter().map(|run| run.cpu).min()?;
    Some(min.as_secs_f64() * 1e6 / units as f64)
}

fn row(title: &str, [ours, theirs]: [Option<f64>; 2], digits: usize) {
    let shown = |number: Option<f64>| number.map_or("-".to_owned(), |number| format!("{number:.digits$}"));
    let ratio = ours.zip(theirs).map_or("-".to_owned(), |(ours, theirs)| format!("{:.2}", ours / theirs));
    println!("{title:<56}{:>10}{:>12}{ratio:>8}", shown(ours), shown(theirs));
}
