//! What one can type behind `snmp-proxy record`, and what of it cannot be.

use std::path::{Path, PathBuf};

use anonymising::Seed;
use clap::Args;
use secrecy::{ExposeSecret, SecretString};
use snmp::Oid;

use super::partial::PartialFile;
use crate::{CommandError, device::DeviceFlags, oid::root};

/// The environment variable with the seed, which no process list shows.
const SEED_VARIABLE: &str = "SNMP_PROXY_SEED";

/// Arguments of `snmp-proxy record`.
#[derive(Debug, Args)]
pub(crate) struct RecordArgs {
    #[command(flatten)]
    pub(super) device: DeviceFlags,
    /// File to write, - for standard output [default: the target, or `device` with --anonymise, and .snmprec]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Subtree to record; may be given several times [default: .1, all that there is]
    #[arg(long = "oid", value_name = "OID", value_parser = root)]
    pub(super) oids: Vec<Oid>,
    /// Record what these plugins read, and what every poll reads
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub(super) plugins: Vec<String>,
    /// Record what is left out since it holds secrets, by its name, such as snmpCommunityTable; may be given several times
    #[arg(long, value_name = "NAME")]
    pub(super) include: Vec<String>,
    /// Replace names, addresses, MAC addresses, serial numbers, contacts, locations and descriptions, each alike everywhere
    #[arg(long, alias = "anonymize")]
    pub(super) anonymise: bool,
    /// Text from which it follows what is replaced by what; visible to everyone on this machine, prefer $SNMP_PROXY_SEED [default: another one each time]
    #[arg(long, value_name = "TEXT", requires = "anonymise")]
    seed: Option<SecretString>,
    /// Go on with a recording that was interrupted (FILE.part)
    #[arg(long)]
    pub(super) resume: bool,
    /// Finish the file although parts could not be read; it says which
    #[arg(long)]
    pub(super) with_gaps: bool,
    /// Replace FILE and FILE.part if they are there
    #[arg(long, conflicts_with = "resume")]
    force: bool,
}

/// Where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Output {
    Stdout,
    File(PathBuf),
}

impl RecordArgs {
    pub(super) fn output(&self) -> Output {
        match &self.output {
            Some(path) if path.as_os_str() == "-" => Output::Stdout,
            Some(path) => Output::File(path.clone()),
            None if self.anonymise => Output::File("device.snmprec".into()),
            None => Output::File(file_name(self.device.target()).into()),
        }
    }

    /// Finds what cannot be before anything is asked.
    pub(super) fn check(&self, output: &Output) -> Result<(), CommandError> {
        let wrong = |words: String| Err(CommandError::Usage(words));
        let Output::File(file) = output else {
            return match (self.resume, self.device.json) {
                (true, _) => {
                    wrong("--resume: there is no file that could be gone on with: name one with --output".to_owned())
                }
                (_, true) => wrong("--json: standard output is the recording: name a file with --output".to_owned()),
                _ => Ok(()),
            };
        };
        let part = PartialFile::path_of(file);
        match (self.force, self.resume, part.exists(), file.exists()) {
            (true, ..) | (false, true, true, _) => Ok(()),
            (false, true, false, true) => wrong(format!("--resume: {} is finished", file.display())),
            (false, true, false, false) => wrong(format!("--resume: there is no {}", part.display())),
            (false, false, true, _) => {
                wrong(format!("{} was not finished: --resume goes on with it, --force begins anew", part.display()))
            }
            (false, false, false, true) => wrong(format!("{} is there already: --force replaces it", file.display())),
            (false, false, false, false) => Ok(()),
        }
    }

    /// The seed that was given, or another one each time.
    pub(super) fn seed(&self) -> Result<Seed, CommandError> {
        let of_environment = || std::env::var(SEED_VARIABLE).ok().map(SecretString::from);
        if let Some(text) = self.seed.clone().or_else(of_environment) {
            return Ok(Seed::of_text(text.expose_secret()));
        }
        let mut octets = [0; 32];
        let random = getrandom::fill(&mut octets);
        random.map_err(|error| CommandError::Usage(format!("cannot read random bytes: {error}: give --seed")))?;
        Ok(Seed::of_octets(octets))
    }

    pub(super) fn cannot_write(&self, output: &Output, source: std::io::Error) -> CommandError {
        match output {
            Output::Stdout => CommandError::Output(source),
            Output::File(path) => CommandError::Recording { path: path.clone(), source },
        }
    }
}

/// A file's name for a target: its host, with what a name of a file should not have as `_`.
fn file_name(target: &str) -> String {
    let host = target.trim().strip_prefix("recording:").unwrap_or(target.trim());
    let stem = Path::new(host).file_name().map_or_else(|| host.to_owned(), |name| name.to_string_lossy().into_owned());
    let plain = |sign: char| if sign.is_ascii_alphanumeric() || ".-_".contains(sign) { sign } else { '_' };
    let stem: String = stem.chars().map(plain).collect();
    format!("{}.snmprec", stem.trim_matches(['.', '_']).trim_end_matches(".snmprec"))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[derive(Debug, clap::Parser)]
    struct Command {
        #[command(flatten)]
        args: RecordArgs,
    }

    fn args(line: &str) -> RecordArgs {
        Command::try_parse_from(std::iter::once("record").chain(line.split_whitespace())).unwrap().args
    }

    #[test]
    fn a_file_is_named_after_the_target_and_not_where_that_is_to_be_unknown() {
        let check =
            |line: &str, expected: &str| assert_eq!(args(line).output(), Output::File(expected.into()), "{line}");
        check("192.0.2.1:1161", "192.0.2.1_1161.snmprec");
        check("[2001:db8::1]:161", "2001_db8__1__161.snmprec");
        check("router1", "router1.snmprec");
        check("recording:old/device.snmprec", "device.snmprec");
        check("192.0.2.1 --anonymise", "device.snmprec");
        check("192.0.2.1 -o x", "x");
        assert_eq!(args("192.0.2.1 -o -").output(), Output::Stdout);
    }

    #[test]
    fn what_is_there_is_replaced_or_gone_on_with_only_where_that_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x.snmprec");
        let part = PartialFile::path_of(&file);
        let check = |flags: &str, expected: &str| {
            let args = args(&format!("192.0.2.1 -o {} {flags}", file.display()));
            let said = args.check(&args.output()).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(said.contains(expected) && said.is_empty() == expected.is_empty(), "{flags}: {said}");
        };
        check("", "");
        check("--resume", "there is no ");
        std::fs::write(&file, "").unwrap();
        check("", "is there already: --force replaces it");
        check("--resume", "is finished");
        check("--force", "");
        std::fs::write(&part, "").unwrap();
        check("", "was not finished: --resume goes on with it, --force begins anew");
        check("--resume", "");
        check("--force", "");

        let stdout = |flags: &str| args(&format!("192.0.2.1 -o - {flags}")).check(&Output::Stdout).is_ok();
        assert!(stdout("") && !stdout("--resume") && !stdout("--json"));
    }

    #[test]
    fn a_seed_is_the_text_that_was_given_or_another_one_each_time() {
        let drawn = |line: &str| {
            let seed = args(line).seed().unwrap();
            let name = snmp::Varbind {
                name: "1.3.6.1.2.1.1.5.0".parse().unwrap(),
                value: snmp::Value::OctetString(b"core-switch-1".to_vec()),
            };
            anonymising::anonymise(vec![name], &seed, &[]).varbinds
        };
        assert_eq!(drawn("192.0.2.1 --anonymise --seed a"), drawn("192.0.2.1 --anonymise --seed a"));
        assert_ne!(drawn("192.0.2.1 --anonymise"), drawn("192.0.2.1 --anonymise"));
        assert!(Command::try_parse_from(["record", "192.0.2.1", "--seed", "a"]).is_err(), "a seed of nothing");
    }
}
