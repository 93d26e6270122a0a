//! The state: what is there afterwards, and what is refused.

mod failing;
mod kept;
mod refused;
