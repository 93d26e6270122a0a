//! Enumerations: the number for programs, the name for people.

/// The named numbers of an enumeration, e.g. `&[(1, "up"), (2, "down")]`.
pub type Names = [(i64, &'static str)];

/// The name of a number. None where the MIB has no name for it, which the result then lacks too.
#[must_use]
pub fn name_of(names: &Names, number: i64) -> Option<&'static str> {
    names.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
}
