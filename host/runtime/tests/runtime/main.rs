//! The plugin runtime from outside: guests written by hand in WebAssembly text, and the hostile guest.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod functions;
mod guest;
mod hostile;
mod languages;
mod loading;
mod released;
mod reloading;
mod runs;
mod trap_guest;
mod trap_hostile;
mod traps;
mod world;
