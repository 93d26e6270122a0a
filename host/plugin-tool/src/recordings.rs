//! The recordings that a plugin is tested with, and where what is expected of each stands.
//!
//! A recording `devices/NAME.snmprec` has its result in `expected/NAME.json`; one that lies in a folder of another name,
//! such as `tests/NAME.snmprec`, has it beside itself. `NAME.params.json` beside the recording are the parameters of the
//! run. `NAME@CONTEXT.snmprec` is what the device NAME has in that context.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};
use simulator::{Library, Recording};

/// A device that a plugin is tested with.
#[derive(Clone, Debug)]
pub struct TestCase {
    /// The name of the recording, without its ending.
    pub name: String,
    /// The recording.
    pub path: PathBuf,
    /// What the device has.
    pub recording: Recording,
    /// What it has in other contexts, by their names.
    pub contexts: Vec<(String, Recording)>,
    /// The parameters of the run.
    pub params: Map<String, Value>,
    /// Where the result stands that is expected.
    pub expected: PathBuf,
}

/// How a device of a case has to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Played {
    /// In version 2c.
    Version2c,
    /// In version 3, since only that has contexts by name.
    Version3,
}

/// The recordings that were found.
#[derive(Debug, Default)]
pub struct Found {
    /// The devices, sorted by name.
    pub cases: Vec<TestCase>,
    /// What was read of the files, with what of them cannot be read.
    pub library: Library,
}

/// Why a recording cannot be tested with.
#[derive(Debug, thiserror::Error)]
pub enum RecordingProblem {
    /// The parameters are not a JSON object.
    #[error("{}: {reason}", path.display())]
    Params {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The recording of a context has no device.
    #[error("{}: there is no recording of the device itself, {device}.snmprec", path.display())]
    ContextAlone {
        /// The file.
        path: PathBuf,
        /// The device.
        device: String,
    },
}

impl TestCase {
    /// A device without contexts and parameters.
    #[must_use]
    pub fn of(name: &str, recording: Recording) -> Self {
        let (path, expected) = (format!("{name}.snmprec").into(), format!("{name}.json").into());
        Self { name: name.to_owned(), path, recording, contexts: Vec::new(), params: Map::new(), expected }
    }

    /// How the device has to be asked.
    #[must_use]
    pub fn played(&self) -> Played {
        let of_vlan = |name: &str| name.strip_prefix("vlan-").is_some_and(|number| number.parse::<u16>().is_ok());
        let is_named = |(name, _): &(String, Recording)| !of_vlan(name);
        if self.contexts.iter().any(is_named) { Played::Version3 } else { Played::Version2c }
    }
}

/// Reads recordings and folders of them.
pub fn recordings(paths: &[PathBuf]) -> Result<Found, RecordingProblem> {
    let library = Library::load(paths);
    let mut cases: BTreeMap<String, TestCase> = BTreeMap::new();
    let (contexts, devices): (Vec<_>, Vec<_>) = library.devices.iter().partition(|device| device.name.contains('@'));
    for device in devices {
        let case = TestCase {
            path: device.path.clone(),
            params: params(&device.path, &device.name)?,
            expected: expected(&device.path, &device.name),
            ..TestCase::of(&device.name, device.recording.clone())
        };
        cases.insert(device.name.clone(), case);
    }
    for file in contexts {
        let (device, context) = file.name.split_once('@').unwrap_or((&file.name, ""));
        let Some(case) = cases.get_mut(device) else {
            return Err(RecordingProblem::ContextAlone { path: file.path.clone(), device: device.to_owned() });
        };
        case.contexts.push((context.to_owned(), file.recording.clone()));
    }
    Ok(Found { cases: cases.into_values().collect(), library })
}

/// The folder whose results stand in another folder beside it.
const DEVICES: &str = "devices";

/// That folder.
const EXPECTED: &str = "expected";

fn expected(recording: &Path, name: &str) -> PathBuf {
    let folder = recording.parent().unwrap_or(Path::new(""));
    let file = format!("{name}.json");
    if folder.file_name().is_some_and(|folder| folder == DEVICES) {
        folder.with_file_name(EXPECTED).join(file)
    } else {
        folder.join(file)
    }
}

/// Octets of the parameters of a run. Beyond, they are not read; a request of the API may have far fewer.
const PARAMS_OCTETS: u64 = 1 << 20;

fn params(recording: &Path, name: &str) -> Result<Map<String, Value>, RecordingProblem> {
    let path = recording.with_file_name(format!("{name}.params.json"));
    let wrong = |reason: String| RecordingProblem::Params { path: path.clone(), reason };
    if !path.exists() {
        return Ok(Map::new());
    }
    if fs::metadata(&path).map_err(|error| wrong(error.to_string()))?.len() > PARAMS_OCTETS {
        return Err(wrong(format!("it has more than {PARAMS_OCTETS} octets")));
    }
    let text = fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
    match serde_json::from_str(&text) {
        Ok(Value::Object(params)) => Ok(params),
        Ok(_) => Err(wrong("the parameters are not a JSON object".to_owned())),
        Err(error) => Err(wrong(format!("the parameters are not JSON: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes files into a folder, reads `paths` of it, and shows the cases.
    #[track_caller]
    fn check(files: &[(&str, &str)], paths: &[&str], expected: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let paths: Vec<PathBuf> = paths.iter().map(|path| folder.path().join(path)).collect();
        let short = |path: &Path| path.strip_prefix(folder.path()).unwrap().display().to_string();
        let shown = match recordings(&paths) {
            Err(error) => vec![error.to_string().replace(&format!("{}/", folder.path().display()), "")],
            Ok(found) => found
                .cases
                .iter()
                .map(|case| {
                    let contexts: Vec<&str> = case.contexts.iter().map(|(name, _)| name.as_str()).collect();
                    let params = Value::Object(case.params.clone());
                    format!("{} {} {params} {contexts:?} {:?}", case.name, short(&case.expected), case.played())
                })
                .collect(),
        };
        assert_eq!(shown, expected);
    }

    const ONE: &str = "1.3.6.1.2.1.1.7.0|2|72\n";

    #[test]
    fn what_is_expected_stands_in_its_folder_or_beside_the_recording() {
        check(
            &[
                ("devices/b.snmprec", ONE),
                ("devices/a.walk", ".1.3.6.1.2.1.1.7.0 = INTEGER: 1\n"),
                ("devices/b.json", ""),
            ],
            &["devices"],
            &["a expected/a.json {} [] Version2c", "b expected/b.json {} [] Version2c"],
        );
        check(&[("tests/a.snmprec", ONE)], &["tests/a.snmprec"], &["a tests/a.json {} [] Version2c"]);
    }

    #[test]
    fn parameters_and_contexts_belong_to_their_device() {
        let files = [
            ("devices/a.snmprec", ONE),
            ("devices/a@vlan-10.snmprec", ONE),
            ("devices/b.snmprec", ONE),
            ("devices/b@red.snmprec", ONE),
            ("devices/b.params.json", r#"{"at_least": 1}"#),
        ];
        check(
            &files,
            &["devices"],
            &[r#"a expected/a.json {} ["vlan-10"] Version2c"#, r#"b expected/b.json {"at_least":1} ["red"] Version3"#],
        );
    }

    #[test]
    fn what_cannot_be_tested_with_is_named() {
        check(
            &[("devices/a.snmprec", ONE), ("devices/a.params.json", "[]")],
            &["devices"],
            &["devices/a.params.json: the parameters are not a JSON object"],
        );
        check(
            &[("devices/a@red.snmprec", ONE)],
            &["devices"],
            &["devices/a@red.snmprec: there is no recording of the device itself, a.snmprec"],
        );
    }
}
