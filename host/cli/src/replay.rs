//! `recording:FILE` in the place of a device: a recording is played inside the process, through the same walks, limits and
//! plugins as any device.
//!
//! Only the command line knows it. To the API it is no host, so that no client can have files of this machine read.

use std::{path::Path, sync::Arc};

use config::Settings;
use job::{DeviceOptions, DeviceSpec, TargetName, Version};
use polling::DeviceSessions;
use secrecy::SecretString;
use simulator::{Library, PlayedDevice};
use snmp::Credentials;

use super::{CommandError, simulate::tell_problems};

/// What stands before the path.
const PREFIX: &str = "recording:";

/// The port that nothing is sent to.
pub(super) const PORT: u16 = 161;

/// The path of the recording that a target names, if it names one.
pub(super) fn path_of(target: &str) -> Option<&Path> {
    target.trim().strip_prefix(PREFIX).map(Path::new)
}

/// The device that a recording is. Of the versions it has 1 and 2c: the users of version 3 are not in it.
pub(super) fn device(target: &str, version: Option<Version>) -> DeviceSpec {
    let community = SecretString::from(PlayedDevice::COMMUNITY);
    let credentials = match version {
        Some(Version::V1) => Credentials::V1 { community: community.into() },
        _ => Credentials::V2c { community: community.into() },
    };
    DeviceSpec {
        target: TargetName::without_address(target.trim()),
        port: PORT,
        access: credentials.into(),
        options: DeviceOptions::default(),
    }
}

/// Reads the recording, tells what of it cannot be read, and plays it.
pub(super) fn sessions(path: &Path, settings: &Settings) -> Result<Arc<DeviceSessions>, CommandError> {
    let wrong = |words: String| Err(CommandError::Usage(format!("target: {words}")));
    if path.is_dir() {
        return wrong(format!("{} is a folder: name one of the recordings in it", path.display()));
    }
    let library = Library::load([path]);
    tell_problems(&library);
    let Some(device) = library.devices.first() else { return wrong("there is no recording to play".to_owned()) };
    let played = PlayedDevice::new(&device.recording);
    Ok(proxy::local_device(settings, Arc::new(move |datagram: &[u8]| played.answer(datagram)))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_is_told_from_a_host() {
        assert_eq!(path_of(" recording:a/b.snmprec "), Some(Path::new("a/b.snmprec")));
        assert_eq!(path_of("recording"), None);
        assert_eq!(path_of("192.0.2.1"), None);
    }

    #[test]
    fn no_request_can_name_a_recording() {
        let device = device("recording:device.snmprec", None);
        let as_json = serde_json::to_string(&device.target).unwrap();
        assert_eq!(as_json, "\"recording:device.snmprec\"");
        assert!(serde_json::from_str::<TargetName>(&as_json).is_err());
        assert!(device.target.host().check_target().is_err());
    }
}
