//! Finds the name that a misspelled one may stand for.

/// Says that there is no such section or key, and which one might be meant.
#[must_use]
pub fn unknown(what: &str, written: &str, known: &[&str]) -> String {
    match closest(written, known.iter().copied()) {
        Some(name) => format!("unknown {what}, did you mean {name}?"),
        None => format!("unknown {what}, known are {}", known.join(", ")),
    }
}

/// The one of these names that is most like what was written, if any is, in whatever case of letters.
#[must_use]
pub fn closest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = written.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&written, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, name)| name)
}
