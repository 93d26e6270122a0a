//! The allocator of the program: jemalloc, which gives memory back to the system when a load is over.
//!
//! Measured on the program before its answers were bounded, as an optimised build: two direct walks, one after the
//! other, whose answers are 63 MiB each; resident memory when idle before, and 16 seconds after the second.
//!
//! | Allocator | before | after |
//! |---|---|---|
//! | glibc 2.36 | 40 MiB | 119 MiB, for good |
//! | mimalloc 2.0.9 | 47 MiB | 84 MiB, for good |
//! | jemalloc 5.3 | 46 MiB | 72 MiB, until there is more to do |
//! | jemalloc 5.3 with threads of its own in the background | 47 MiB | 41 MiB |
//!
//! All but the last give memory back only when threads allocate again, and an idle program does not. The answers of
//! today leave little behind with any of them; compiled plugins, results and the plugins' answers are what remains.

//!
//! Those threads are for a server. A command ends soon, and to start them took it a fifth of its time.

use std::{io, ptr};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Starts the threads that give memory back while nobody allocates.
#[expect(unsafe_code, reason = "the settings of jemalloc are reached by its C function alone")]
pub(crate) fn start_background_threads() -> io::Result<()> {
    let mut is_on = true;
    // SAFETY: the name ends with a zero, the setting is a C bool, its value is read during the call and not kept, and
    // nothing is asked to be written back.
    let error = unsafe {
        tikv_jemalloc_sys::mallctl(
            c"background_thread".as_ptr(),
            ptr::null_mut(),
            ptr::null_mut(),
            (&raw mut is_on).cast(),
            size_of::<bool>(),
        )
    };
    if error == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(error)) }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn threads_in_the_background_are_started_when_a_server_asks_for_them() {
        super::start_background_threads().unwrap();
        let is_named = |task: std::fs::DirEntry| {
            std::fs::read_to_string(task.path().join("comm")).is_ok_and(|name| name.starts_with("jemalloc_bg"))
        };
        // A thread gives itself its name once it runs.
        let give_up = std::time::Instant::now() + std::time::Duration::from_secs(60);
        while !std::fs::read_dir("/proc/self/task").unwrap().flatten().any(is_named) {
            assert!(std::time::Instant::now() < give_up, "there is such a thread");
            std::thread::yield_now();
        }
    }
}
