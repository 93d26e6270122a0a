//! What a guest says of an exception that nobody caught, in one line.
//!
//! Guests that carry an interpreter end with a panic of the interpreter, whose text and place say nothing to the plugin's
//! author. What helps stands within: the exception's own text, and the innermost place of the plugin's code.

mod javascript;
mod python;

/// The exception that a guest ended with, by what it printed on standard error. None where it did not end by one.
pub(super) fn uncaught(printed: &str, max_bytes: usize) -> Option<String> {
    python::exception(printed, max_bytes).or_else(|| javascript::exception(printed, max_bytes))
}
