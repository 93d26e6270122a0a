mod damage;
mod indexes;
mod names;
mod standard;
mod tables;
mod values;

use crate::Mibs;

/// The number of a name of the standard modules.
#[track_caller]
fn oid(name: &str) -> Vec<u32> {
    Mibs::standard().read(name).unwrap_or_else(|error| panic!("{name}: {error}")).oid
}
