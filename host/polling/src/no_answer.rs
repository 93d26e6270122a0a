//! What is said of a device that did not answer.

use std::sync::Arc;

use job::JobError;
use snmp::RequestError;

use crate::reach::in_words;

/// That no address of the device gave an answer, with who was asked and what is known; of several addresses each.
pub(super) fn no_answer(target: &Arc<str>, errors: &[RequestError]) -> JobError {
    let target = Arc::clone(target);
    let [error] = errors else { return JobError::NoAnswerBecause { target, reason: in_words(errors) } };
    let reason = match error {
        RequestError::Report { report, .. } => report.to_string(),
        error => error.to_string(),
    };
    JobError::NoAnswerBecause { target, reason }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use snmp::{Clue, usm::Report};

    use super::*;

    #[track_caller]
    fn check(error: &RequestError, expected: &str) {
        assert_eq!(no_answer(&"router1".into(), std::slice::from_ref(error)).to_string(), expected);
    }

    #[test]
    fn silence_is_told_with_who_was_asked_and_every_other_cause_is_named() {
        let peer = "192.0.2.1:161".parse().unwrap();
        let waited = Duration::from_millis(4_500);
        let clue = Some(Clue::Silence { version_3: false });
        let silent = "agents are silent to a wrong community, a filtered port and a wrong version alike";
        let words =
            format!("No SNMP response from router1: 192.0.2.1:161 did not answer 3 requests in 4.5 s; {silent}");
        check(&RequestError::Timeout { peer, attempts: 3, waited, clue: clue.clone() }, &words);
        let words = format!(
            "No SNMP response from router1: deadline exceeded after 1 request to 192.0.2.1:161 in 4.5 s; {silent}"
        );
        check(&RequestError::Deadline { peer, attempts: 1, waited, clue }, &words);
        let report = |report| RequestError::Report { peer, report };
        let wrong = "No SNMP response from router1: authentication failure: wrong password or authentication protocol";
        check(&report(Report::WrongDigest), wrong);
        check(&report(Report::UnknownUserName), "No SNMP response from router1: unknown user name");
        let wrong = "No SNMP response from router1: decryption error: the privacy password or protocol is wrong";
        check(&report(Report::DecryptionError), wrong);
        let level = "No SNMP response from router1: unsupported security level for this user";
        check(&report(Report::UnsupportedSecurityLevel), level);
    }

    #[test]
    fn of_several_addresses_each_is_named() {
        let why = snmp::Unreachable::Port;
        let errors = [
            RequestError::Unreachable { peer: "[2001:db8::1]:161".parse().unwrap(), why },
            RequestError::Report { peer: "192.0.2.1:161".parse().unwrap(), report: Report::UnknownUserName },
        ];
        let error = no_answer(&"router1".into(), &errors).to_string();
        let [first, second] = errors.map(|error| error.to_string());
        assert_eq!(error, format!("No SNMP response from router1: {first}; {second}"));
        assert!(error.contains("[2001:db8::1]:161") && error.contains("192.0.2.1:161"), "{error}");
    }
}
