//! What one run of a client took, as it tells its parent: a line of numbers.
//!
//! The clients in C print the same line.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// What a run took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// CPU time of the process, all its threads, in the kernel too.
    pub(crate) cpu: Duration,
    /// Time.
    pub(crate) wall: Duration,
}

/// A run that has begun.
#[derive(Debug)]
pub(crate) struct Begun {
    cpu: Duration,
    wall: Instant,
}

impl Run {
    /// Begins a run.
    pub(crate) fn begin() -> Begun {
        Begun { wall: Instant::now(), cpu: cpu_of_this_process() }
    }

    /// Reads a line that [`Begun::print`] or a client in C has printed.
    pub(crate) fn parse(line: &str) -> Self {
        let numbers: Vec<u64> = line.split_whitespace().filter_map(|number| number.parse().ok()).collect();
        let [cpu, wall] = numbers[..] else { panic!("a client printed `{line}` instead of two numbers") };
        Self { cpu: Duration::from_nanos(cpu), wall: Duration::from_nanos(wall) }
    }
}

impl Begun {
    /// Ends the run and prints it.
    pub(crate) fn print(self) {
        let cpu = cpu_of_this_process() - self.cpu;
        println!("{} {}", cpu.as_nanos(), self.wall.elapsed().as_nanos());
    }
}

fn cpu_of_this_process() -> Duration {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(now).expect("a clock that has never run backwards")
}
