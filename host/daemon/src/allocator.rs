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

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;
