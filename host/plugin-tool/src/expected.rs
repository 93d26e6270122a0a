//! What a plugin is expected to make of a recording: a JSON file with its sections, or with the error by which it says
//! that there is nothing.

use std::{fs, io, path::Path};

use serde_json::{Value, json};

/// The member that stands for an error. No section has this name, since names of sections are lower_snake_case.
pub const ERROR: &str = "$error";

/// What is expected.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// This result.
    Result(Value),
    /// Nobody has written it yet.
    Missing,
}

/// The file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct ExpectedError {
    /// The file.
    path: String,
    /// Why.
    reason: String,
}

impl Expected {
    /// Octets of such a file. Beyond, it is not read.
    pub const MAX_OCTETS: u64 = 256 << 20;

    /// Reads what is expected.
    pub fn read(path: &Path) -> Result<Self, ExpectedError> {
        let octets = match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::Missing),
            Err(error) => return Err(wrong(path, &error)),
            Ok(metadata) => metadata.len(),
        };
        if octets > Self::MAX_OCTETS {
            return Err(wrong(path, &format!("it has more than {} octets", Self::MAX_OCTETS)));
        }
        let text = fs::read_to_string(path).map_err(|error| wrong(path, &error))?;
        serde_json::from_str(&text).map(Self::Result).map_err(|error| wrong(path, &format!("it is not JSON: {error}")))
    }

    /// The result of a run, as it is written and compared: its sections, and the error where it ended with one.
    #[must_use]
    pub fn of_run(sections: serde_json::Map<String, Value>, error: Option<(&str, &str)>) -> Value {
        let mut result = sections;
        if let Some((kind, message)) = error {
            result.insert(ERROR.to_owned(), json!({ "kind": kind, "message": message }));
        }
        Value::Object(result)
    }
}

/// Writes what is expected from now on. The folder is made.
pub fn write_expected(path: &Path, result: &Value) -> Result<(), ExpectedError> {
    let text = serde_json::to_string_pretty(result).map_err(|error| wrong(path, &error))? + "\n";
    let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(path, text));
    written.map_err(|error| wrong(path, &error))
}

fn wrong(path: &Path, reason: &impl ToString) -> ExpectedError {
    ExpectedError { path: path.display().to_string(), reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_expected() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("expected/switch.json");
        assert_eq!(Expected::read(&path).unwrap(), Expected::Missing);
        let sections = json!({ "fans": [] }).as_object().unwrap().clone();
        let result = Expected::of_run(sections, Some(("unsupported", "no fans")));
        write_expected(&path, &result).unwrap();
        assert_eq!(Expected::read(&path).unwrap(), Expected::Result(result));
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.ends_with("}\n") && text.contains(r#""$error": {"#), "{text}");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("switch.json");
        fs::write(&path, "{").unwrap();
        let error = Expected::read(&path).unwrap_err().to_string();
        assert!(error.starts_with(&path.display().to_string()) && error.contains("it is not JSON: EOF"), "{error}");
    }
}
