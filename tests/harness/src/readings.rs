//! What a process holds, read from /proc: for rules like "thousands of polls leave nothing behind".

/// Open files, threads and memory of a process at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Readings {
    /// Open file descriptors.
    pub file_descriptors: usize,
    /// Threads.
    pub threads: usize,
    /// Resident memory in KiB.
    pub resident_kib: u64,
    /// The most resident memory since the start in KiB.
    pub peak_kib: u64,
    /// CPU time used so far, user and system, in milliseconds.
    pub cpu_ms: u64,
}

impl Readings {
    /// Reads process `pid`.
    #[must_use]
    pub fn of(pid: u32) -> Self {
        let count = |folder: &str| std::fs::read_dir(format!("/proc/{pid}/{folder}")).expect("/proc").count();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("/proc");
        let kib = |name: &str| {
            let value = status.lines().find_map(|line| line.strip_prefix(name)).expect("a line of the status");
            value.trim().trim_end_matches(" kB").parse().expect("KiB")
        };
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("/proc");
        // The program's name may hold blanks; the fields that follow it are counted from its closing bracket.
        let fields: Vec<&str> = stat.rsplit(')').next().expect("fields").split_whitespace().collect();
        let ticks = |field: usize| fields[field].parse::<u64>().expect("a number of clock ticks");
        Self {
            file_descriptors: count("fd"),
            threads: count("task"),
            resident_kib: kib("VmRSS:"),
            peak_kib: kib("VmHWM:"),
            // Linux shows clock ticks of 10 ms to user space whatever its own tick is.
            cpu_ms: (ticks(11) + ticks(12)) * 10,
        }
    }
}
