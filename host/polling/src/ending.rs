//! How a recipe ended, in one word, and why it has no result.

use job::{ReadStatus, TableStats};
use runtime::{CollectError, ErrorKind, Sections};

/// How a recipe ended.
#[derive(Debug)]
pub(super) struct Ending {
    pub(super) status: ReadStatus,
    /// Why it has no result. There always is a reason where the device has nothing for it.
    pub(super) reason: Option<String>,
}

/// What it read from tables.
#[derive(Debug)]
pub(super) struct TablesRead<'a> {
    pub(super) tables: &'a [TableStats],
    /// Further ones, which are not listed.
    pub(super) dropped: u64,
    /// Whether there were some, and the device has none of them.
    pub(super) is_unsupported: bool,
}

impl Ending {
    /// Says it of a result, or of what was handed over before there was none. A recipe with a result is never
    /// unsupported.
    pub(super) fn of(
        result: &Result<Sections, CollectError>,
        kept: &Sections,
        has_gaps: bool,
        read: &TablesRead<'_>,
    ) -> Self {
        let (status, reason) = match result {
            Err(error) if !kept.hold_nothing() => (ReadStatus::Partial, Some(in_words(error))),
            Err(error) if is_unsupported(error) => (ReadStatus::Unsupported, Some(in_words(error))),
            Err(error) => (ReadStatus::Failed, Some(in_words(error))),
            Ok(_) if has_gaps => (ReadStatus::Partial, None),
            Ok(sections) if read.is_unsupported && sections.hold_nothing() => {
                (ReadStatus::Unsupported, Some(read.in_words()))
            }
            Ok(_) => (ReadStatus::Complete, None),
        };
        Self { status, reason }
    }
}

/// Whether a plugin says that the device has nothing for it.
fn is_unsupported(error: &CollectError) -> bool {
    matches!(error, CollectError::Plugin { kind, .. } if *kind == ErrorKind::UNSUPPORTED)
}

fn in_words(error: &CollectError) -> String {
    let words = error.to_string();
    if words.trim().is_empty() { "its plugin gives no reason".to_owned() } else { words }
}

impl TablesRead<'_> {
    fn in_words(&self) -> String {
        const SHOWN: usize = 3;
        let mut named: Vec<&str> = Vec::new();
        for table in self.tables {
            if named.len() < SHOWN && !named.contains(&table.table.as_str()) {
                named.push(&table.table);
            }
        }
        let more = (self.tables.len() as u64).saturating_add(self.dropped).saturating_sub(named.len() as u64);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("the device has none of the tables that it reads: {}{more}", named.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;

    fn sections(json: &str) -> Sections {
        [("fans".to_owned(), RawValue::from_string(json.to_owned()).unwrap())].into_iter().collect()
    }

    fn failed(kind: ErrorKind, message: &str) -> Result<Sections, CollectError> {
        Err(CollectError::Plugin { kind, message: message.to_owned(), at: None })
    }

    #[track_caller]
    fn check(result: &Result<Sections, CollectError>, kept: &str, tables: &[&str], expected: &str) {
        let stats = |table: &&str| TableStats {
            table: (*table).to_owned(),
            status: ReadStatus::Unsupported,
            rows: 0,
            stopped_at: None,
            reason: None,
            kind: None,
            requests: 1,
            retries: 0,
            timeouts: 0,
            round_trip_ms: None,
        };
        let tables: Vec<TableStats> = tables.iter().map(stats).collect();
        let read = TablesRead { tables: &tables, dropped: 0, is_unsupported: !tables.is_empty() };
        let Ending { status, reason } = Ending::of(result, &sections(kept), false, &read);
        assert_eq!(format!("{} {}", status.as_str(), reason.as_deref().unwrap_or("-")), expected);
    }

    #[test]
    fn a_recipe_with_a_result_is_never_unsupported() {
        check(&Ok(sections("[1]")), "[]", &["1.3.6"], "complete -");
        check(&Ok(sections(r#"{"count": 3}"#)), "[]", &["1.3.6"], "complete -");
        check(&Ok(sections("[]")), "[]", &[], "complete -");
        check(&failed(ErrorKind::UNSUPPORTED, "no fans"), "[1]", &["1.3.6"], "partial no fans");
    }

    #[test]
    fn a_recipe_that_is_unsupported_has_a_reason() {
        let tables = ["1.3.6", "1.3.6", "1.3.7", "1.3.8", "1.3.9"];
        let words = "unsupported the device has none of the tables that it reads: 1.3.6";
        check(&Ok(sections("[]")), "[]", &["1.3.6"], words);
        check(&Ok(sections("[]")), "[]", &tables, &format!("{words}, 1.3.7, 1.3.8 and 2 more"));
        check(&failed(ErrorKind::UNSUPPORTED, "no fans"), "[]", &[], "unsupported no fans");
        check(&failed(ErrorKind::UNSUPPORTED, " "), "[]", &[], "unsupported its plugin gives no reason");
        check(&failed(ErrorKind::OTHER, "no fans"), "[]", &["1.3.6"], "failed no fans");
    }
}
