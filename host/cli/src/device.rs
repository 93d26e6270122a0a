//! The device that `get`, `walk` and `poll` talk to: target, version, community, time.

use std::{path::PathBuf, sync::Arc, time::Duration};

use address::{Host, HostPort, InvalidHostPort, NoTarget};
use clap::Args;
use config::{Settings, read_secret_file};
use job::{DeviceOptions, DeviceSpec, Version};
use limits::kind::read_duration;
use polling::DeviceSessions;
use secrecy::{ExposeSecret, SecretString};
use snmp::Credentials;

use super::{
    CommandError,
    net_snmp::{output_options, version},
    replay,
    say::note,
    user::UserFlags,
};

/// The environment variable with the community, which no process list shows.
const COMMUNITY_VARIABLE: &str = "SNMP_PROXY_COMMUNITY";
const SNMP_PORT: u16 = 161;
const TRAP_PORT: u16 = 162;

/// Flags of commands that talk to a device.
#[derive(Debug, Args)]
pub(super) struct DeviceFlags {
    /// Device: HOST, HOST:PORT, an IPv6 address, [IPV6]:PORT, or recording:FILE, which is played
    target: String,
    /// Version of SNMP: 1, 2c or 3 [default: 3 with --user, else 2c]
    #[arg(short = 'v', long = "snmp-version", value_name = "VERSION", value_parser = version)]
    version: Option<Version>,
    /// Community; visible to everyone on this machine, prefer $SNMP_PROXY_COMMUNITY [default: public]
    #[arg(short, long, value_name = "TEXT")]
    community: Option<SecretString>,
    /// File with the community
    #[arg(long, value_name = "FILE", conflicts_with = "community")]
    community_file: Option<PathBuf>,
    #[command(flatten)]
    user: UserFlags,
    /// UDP port of the agent [default: 161]
    #[arg(short, long, value_name = "PORT")]
    port: Option<u16>,
    /// Deadline of the operation, such as 10s; in a poll, of each walk [default: from the configuration]
    #[arg(short, long, value_name = "TIME", value_parser = time)]
    timeout: Option<Duration>,
    /// Print JSON instead of tables
    #[arg(long)]
    pub(super) json: bool,
    /// net-snmp's -On: OIDs in numbers
    #[arg(short = 'O', value_name = "OPTIONS", value_parser = output_options, hide = true)]
    output_options: Option<String>,
}

impl DeviceFlags {
    /// Returns whether net-snmp's `-On` was given.
    pub(super) fn is_numeric(&self) -> bool {
        self.output_options.is_some()
    }

    /// Returns the device, or what is wrong with how it was named.
    pub(super) fn device(&self, settings: &Settings) -> Result<DeviceSpec, CommandError> {
        if self.is_recording() {
            return Ok(replay::device(&self.target, self.version));
        }
        self.spec(settings, SNMP_PORT, Host::check_target)
    }

    /// Opens what the device is reached through: sockets, or a recording that is played.
    pub(super) async fn sessions(&self, settings: &Settings) -> Result<Arc<DeviceSessions>, CommandError> {
        let Some(path) = replay::path_of(&self.target) else { return Ok(proxy::devices(settings).await?) };
        let has_credentials = self.community.is_some() || self.community_file.is_some() || self.user.is_given();
        if has_credentials || self.port.is_some() {
            note("a recording needs no credentials and no port: those that were given are not used");
        }
        replay::sessions(path, settings)
    }

    /// Whether it is a recording that is played.
    pub(super) fn is_recording(&self) -> bool {
        replay::path_of(&self.target).is_some()
    }

    /// Returns the receiver of notifications, or what is wrong with how it was named.
    pub(super) fn receiver(&self, settings: &Settings) -> Result<DeviceSpec, CommandError> {
        if self.is_recording() {
            return Err(CommandError::Usage("target: a recording receives no notifications".to_owned()));
        }
        self.spec(settings, TRAP_PORT, Host::check_receiver)
    }

    fn spec(
        &self,
        settings: &Settings,
        usual_port: u16,
        check: fn(&Host) -> Result<(), NoTarget>,
    ) -> Result<DeviceSpec, CommandError> {
        let HostPort { host, port } = self
            .target
            .trim()
            .parse()
            .map_err(|error: InvalidHostPort| CommandError::Usage(format!("target: {error}")))?;
        check(&host).map_err(|error| CommandError::Usage(format!("target: {error}")))?;
        let port = match (port, self.port) {
            (Some(_), Some(_)) => return Err(CommandError::Usage("the port is given twice".to_owned())),
            (one, other) => one.or(other).unwrap_or(usual_port),
        };
        if port == 0 {
            return Err(CommandError::Usage("invalid port: it is a number from 1 to 65535".to_owned()));
        }
        let credentials = self.credentials(settings.limits.requests.community_octets)?;
        Ok(DeviceSpec { target: host.into(), port, access: credentials.into(), options: DeviceOptions::default() })
    }

    /// Returns the credentials that were given, with a community of at most so many octets.
    pub(super) fn credentials(&self, max: usize) -> Result<Credentials, CommandError> {
        let usual = if self.user.is_given() { Version::V3 } else { Version::V2c };
        let version = self.version.unwrap_or(usual);
        let has_community = self.community.is_some() || self.community_file.is_some();
        let wrong = |words: &str| Err(CommandError::Usage(words.to_owned()));
        match (version, self.user.is_given()) {
            (Version::V3, _) if has_community => return wrong("version 3 has users and no communities"),
            (Version::V1 | Version::V2c, true) => return wrong("versions 1 and 2c have communities and no users"),
            _ => {}
        }
        if version == Version::V3 {
            return self.user.credentials();
        }
        let community = self.read_community()?;
        if community.expose_secret().len() > max {
            return Err(CommandError::Usage(format!("a community has at most {max} octets")));
        }
        version.with_community(community).map_or_else(|| self.user.credentials(), Ok)
    }

    /// What to try where nothing answers: an IPv6 address with the port behind it is another address.
    pub(super) fn port_hint(&self) -> Option<String> {
        let HostPort { host, port: None } = self.target.trim().parse().ok()? else { return None };
        let (addr, port) = host.glued_port().filter(|_| !self.target.contains('['))?;
        Some(format!("{host} is an address without a port; for port {port} of {addr} write [{addr}]:{port}"))
    }

    /// Returns the device as it was named.
    pub(super) fn target(&self) -> &str {
        &self.target
    }

    /// Returns the time that was given, or else this one.
    pub(super) fn timeout_or(&self, default: Duration) -> Duration {
        self.timeout.unwrap_or(default)
    }

    /// Returns the community that the device is asked with, if it is asked with one.
    pub(super) fn given_community(&self) -> Result<Option<SecretString>, CommandError> {
        let has_none = self.is_recording() || self.user.is_given() || self.version == Some(Version::V3);
        if has_none { Ok(None) } else { self.read_community().map(Some) }
    }

    fn read_community(&self) -> Result<SecretString, CommandError> {
        if let Some(path) = &self.community_file {
            let read = read_secret_file(path);
            return read.map_err(|source| CommandError::SecretFile { path: path.clone(), source });
        }
        let of_environment = || std::env::var(COMMUNITY_VARIABLE).ok().map(SecretString::from);
        Ok(self.community.clone().or_else(of_environment).unwrap_or_else(|| SecretString::from("public")))
    }
}

pub(super) fn time(text: &str) -> Result<Duration, String> {
    const LONGEST: Duration = Duration::from_secs(86_400);
    let time = read_duration(text).ok_or("expected a time such as 10, 1500ms or 2m")?;
    if time.is_zero() || time > LONGEST {
        return Err("a time is greater than 0 and at most 24 hours".to_owned());
    }
    Ok(time)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::Exit;

    #[derive(Debug, clap::Parser)]
    struct Command {
        #[command(flatten)]
        device: DeviceFlags,
    }

    /// Reads the arguments of a command and shows which device they mean.
    #[track_caller]
    fn check(arguments: &str, expected: &str) {
        let arguments = std::iter::once("command").chain(arguments.split('|'));
        let device = Command::try_parse_from(arguments).unwrap().device.device(&Settings::with_api_key("key"));
        let shown = match device {
            Ok(device) => format!("{} {}", device.target.asked(), device.port),
            Err(error) => format!("error: {error}"),
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_target_is_a_host_and_may_carry_its_port() {
        check("Router1", "Router1 161");
        check("router1:1161", "router1 1161");
        check(" 192.0.2.1:1161 ", "192.0.2.1 1161");
        check("[fe80::1%eth0]:1161", "fe80::1%eth0 1161");
        check("2001:db8::1|-p|1161", "2001:db8::1 1161");
        check("router1:1161|-p|1162", "error: the port is given twice");
        check("router1:snmp", "error: target: invalid port: it is a number from 1 to 65535");
        let v4 = "error: target: invalid IPv4 address: write four decimal numbers from 0 to 255 without leading zeros, \
                  such as 192.0.2.10";
        for target in ["127.000.000.010", "127.000.000.010:161", "0x7f.1", "127.1", "2130706433"] {
            check(target, v4);
        }
    }

    #[test]
    fn a_target_is_one_device_and_a_receiver_may_be_a_group() {
        let settings = Settings::with_api_key("key");
        let read = |target: &str| Command::try_parse_from(["command", target]).unwrap().device;
        for (target, words) in [
            ("0.0.0.0", "the unspecified address stands for no device"),
            ("[::]:161", "the unspecified address stands for no device"),
            ("255.255.255.255", "the broadcast address stands for many devices"),
            ("224.0.0.1", "a multicast address stands for many devices"),
            ("fe80::1", "a link-local address needs its zone"),
            ("[2001:db8::1%eth0]:161", "only a link-local address (fe80::/10) has a zone"),
            ("::1:161", "a port needs brackets, such as [::1]:161"),
            ("2001:db8:0:0:0:0:0:1:161", "an IPv6 address with a port needs brackets"),
            ("udp:router1:161", "`udp:` does not belong here"),
            ("tcp:router1", "`tcp:` is not supported"),
            ("udp6:[2001:db8::1]:161", "`udp6:` does not belong here"),
        ] {
            let error = read(target).device(&settings).unwrap_err();
            assert!(error.to_string().contains(words) && error.exit() == Exit::Usage, "{target}: {error}");
            assert_eq!(read(target).receiver(&settings).is_ok(), target == "224.0.0.1", "{target}");
        }
    }

    #[test]
    fn a_port_that_is_glued_to_an_address_is_a_hint() {
        let hint = |target: &str| Command::try_parse_from(["command", target]).unwrap().device.port_hint();
        let expected =
            "2001:db8::1:161 is an address without a port; for port 161 of 2001:db8::1 write [2001:db8::1]:161";
        assert_eq!(hint("2001:db8::1:161").as_deref(), Some(expected));
        assert_eq!((hint("[2001:db8::1:161]"), hint("[2001:db8::1]:161"), hint("router1")), (None, None, None));
    }

    #[test]
    fn a_time_is_seconds_or_has_a_unit() {
        assert_eq!(time("1.5"), Ok(Duration::from_millis(1500)));
        assert_eq!(time("250ms"), Ok(Duration::from_millis(250)));
        assert!(time("0").is_err() && time("2days").is_err() && time("soon").is_err() && time("-1").is_err());
    }
}
