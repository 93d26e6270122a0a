//! Keeps the memory of the process, which holds keys and passwords, from other programs of its user and from the disk.
//!
//! A process that is not dumpable cannot be attached to by a debugger of its user, its files in /proc belong to root, and
//! no core dump of it is written, wherever the system sends those (prctl(2), proc(5)). The limit on core dumps says the
//! same on systems that have no such switch.

use std::io;

/// The memory of this process is kept private.
#[derive(Debug)]
pub(crate) struct Private {
    #[cfg(unix)]
    core_dumps: rustix::process::Rlimit,
}

/// Keeps it private from now on.
pub(crate) fn keep_private() -> io::Result<Private> {
    #[cfg(target_os = "linux")]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)?;
    #[cfg(unix)]
    let core_dumps = {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

        let before = getrlimit(Resource::Core);
        // The largest that may be set stays, so that it can be allowed again.
        setrlimit(Resource::Core, Rlimit { current: Some(0), ..before })?;
        before
    };
    Ok(Private {
        #[cfg(unix)]
        core_dumps,
    })
}

impl Private {
    /// Lets others read it again: the operator looks for a defect (`server.allow_core_dumps`).
    pub(crate) fn allow_core_dumps(self) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::Dumpable)?;
        #[cfg(unix)]
        rustix::process::setrlimit(rustix::process::Resource::Core, self.core_dumps)?;
        Ok(())
    }
}
