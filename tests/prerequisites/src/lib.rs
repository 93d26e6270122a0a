//! What tests need from outside the repository: programs of others, the folder of recordings beside the checkout, time.
//!
//! One rule for all of them, in `Missing::verdict`: where the variable `CI` is set, a program that is missing fails the test
//! and says which command installs it, so that nothing is skipped where nobody looks. Elsewhere the test is skipped and
//! says so. What cannot be installed (the folder, a machine's IPv6) is only noted.
//! A note goes to standard error itself, so that it is read also where a passed test shows no output.

#![allow(clippy::panic, reason = "only tests")]

use std::{
    env,
    ffi::OsString,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// The packages that the programs come from, in Debian's words.
const PACKAGES: &[(&str, &str)] = &[
    ("snmpd", "snmpd"),
    ("snmptrapd", "snmptrapd"),
    ("tshark", "tshark"),
    ("tcpdump", "tcpdump"),
    ("python3", "python3"),
    ("prometheus-snmp-exporter", "prometheus-snmp-exporter"),
    ("minisign", "minisign"),
    ("docker-registry", "docker-registry"),
];

/// Where Debian has daemons.
const SYSTEM: &str = "/usr/sbin:/sbin";

/// The package of every other program: the tools of net-snmp.
const TOOLS: &str = "snmp";

/// Whether all of `programs` can be started here. Where one is missing, the rule above holds.
#[must_use]
pub fn programs(programs: &[&str]) -> bool {
    let missing: Vec<&str> = programs.iter().copied().filter(|program| !program_exists(program)).collect();
    missing.is_empty() || Missing::programs(&missing).report()
}

/// Where a daemon lies, which need not be in the `PATH` of those who are not root. Where it is missing, the rule above
/// holds.
#[must_use]
pub fn daemon(program: &str) -> Option<PathBuf> {
    let found = find(program, &[env::var_os("PATH").unwrap_or_default(), SYSTEM.into()]);
    if found.is_none() {
        let _: bool = Missing::programs(&[program]).report();
    }
    found
}

/// The program that the variable `name` names, which `command` installs. Where there is none, the rule above holds.
#[must_use]
pub fn program_of(name: &str, command: &str) -> Option<PathBuf> {
    let program = env::var_os(name).map(PathBuf::from).filter(|program| program.is_file());
    if program.is_none() {
        let what = format!("{name} does not name a program");
        let _: bool = Missing { what, remedy: Some(format!("{command}, and set {name} to its path")) }.report();
    }
    program
}

/// Whether this machine lets a test do something that takes a right and no package. `remedy` says who may.
#[must_use]
pub fn permission(is_given: bool, what: &str, remedy: &str) -> bool {
    is_given || Missing { what: what.to_owned(), remedy: Some(remedy.to_owned()) }.report()
}

/// Whether this machine has something that no command installs. Where it has not, that is only noted.
#[must_use]
pub fn machine(has_it: bool, what: &str) -> bool {
    has_it || Missing { what: what.to_owned(), remedy: None }.report()
}

/// The folder of recordings of others beside the checkout, where it is present. They are not ours to give away, so
/// whoever clones the repository has none; that is only noted.
#[must_use]
pub fn shared_folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    machine(folder.join("data").is_dir(), "there is no folder `shared` beside the checkout").then_some(folder)
}

/// Whether tests may take minutes, for those that are no use in a short form. Where not, that is only noted.
#[must_use]
pub fn long_tests() -> bool {
    machine(tests_are_long(), "SNMP_PROXY_LONG_TESTS is not set")
}

/// Whether tests may take minutes: the variable `SNMP_PROXY_LONG_TESTS` is set, as `.ci/run` does.
#[must_use]
pub fn tests_are_long() -> bool {
    env::var_os("SNMP_PROXY_LONG_TESTS").is_some()
}

/// Whether `program` is in the `PATH`. Decides nothing: benchmarks leave out what is missing.
#[must_use]
pub fn program_exists(program: &str) -> bool {
    find(program, &[env::var_os("PATH").unwrap_or_default()]).is_some()
}

fn find(program: &str, paths: &[OsString]) -> Option<PathBuf> {
    let mut folders = paths.iter().flat_map(env::split_paths);
    folders.find_map(|folder| Some(folder.join(program)).filter(|file| file.is_file()))
}

fn is_ci() -> bool {
    is_set(env::var_os("CI"))
}

/// CI services say `true` or `1`; people turn it off with an empty value or `false`.
fn is_set(variable: Option<OsString>) -> bool {
    variable.is_some_and(|value| !value.is_empty() && value != "false" && value != "0")
}

/// Something that a test needs and that is not here.
struct Missing {
    what: String,
    /// How to get it; none where no command gives it.
    remedy: Option<String>,
}

impl Missing {
    fn programs(programs: &[&str]) -> Self {
        let mut packages: Vec<&str> = programs.iter().map(|program| package(program)).collect();
        packages.sort_unstable();
        packages.dedup();
        Self {
            what: format!("{} not installed", programs.join(", ")),
            remedy: Some(format!("apt-get install {}", packages.join(" "))),
        }
    }

    /// Fails the test, or notes that it is skipped. Always false: what is missing is not here.
    fn report(&self) -> bool {
        let thread = std::thread::current();
        let test = thread.name().unwrap_or("a test");
        match self.verdict(is_ci()) {
            Verdict::Skipped(note) => {
                let _ = writeln!(io::stderr(), "skipped: {test}: {note}");
                false
            }
            Verdict::Failed(reason) => panic!("{test}: {reason}"),
        }
    }

    fn verdict(&self, is_ci: bool) -> Verdict {
        match &self.remedy {
            Some(remedy) if is_ci => {
                Verdict::Failed(format!("{}; CI is set, so nothing is skipped: {remedy}", self.what))
            }
            Some(remedy) => Verdict::Skipped(format!("{} ({remedy})", self.what)),
            None => Verdict::Skipped(self.what.clone()),
        }
    }
}

/// What becomes of a test that needs what is missing.
#[derive(Debug, PartialEq)]
enum Verdict {
    Skipped(String),
    Failed(String),
}

fn package(program: &str) -> &str {
    PACKAGES.iter().find(|(name, _)| *name == program).map_or(TOOLS, |(_, package)| package)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_fails_the_test_in_ci_and_says_what_installs_it() {
        let missing = Missing::programs(&["snmpget", "snmpd", "snmptrap"]);
        let command = "apt-get install snmp snmpd";
        let failed = format!("snmpget, snmpd, snmptrap not installed; CI is set, so nothing is skipped: {command}");
        assert_eq!(missing.verdict(true), Verdict::Failed(failed));
        let skipped = format!("snmpget, snmpd, snmptrap not installed ({command})");
        assert_eq!(missing.verdict(false), Verdict::Skipped(skipped));
    }

    #[test]
    fn what_no_command_gives_is_noted_everywhere() {
        let missing = Missing { what: "there is no folder".to_owned(), remedy: None };
        for is_ci in [true, false] {
            assert_eq!(missing.verdict(is_ci), Verdict::Skipped("there is no folder".to_owned()));
        }
    }

    #[test]
    fn ci_is_what_services_set_and_what_people_unset() {
        for (value, expected) in
            [("true", true), ("1", true), ("yes", true), ("", false), ("false", false), ("0", false)]
        {
            assert_eq!(is_set(Some(value.into())), expected, "{value}");
        }
        assert!(!is_set(None));
    }

    #[test]
    fn programs_are_found_in_the_path() {
        assert!(program_exists("sh") && !program_exists("no-such-program-anywhere"));
        assert!(programs(&["sh"]));
    }
}
