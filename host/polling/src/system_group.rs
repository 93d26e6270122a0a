//! The system group (RFC 3418), which the host reads itself before any plugin runs.
//!
//! It decides whether there is an agent, and its sysObjectID which recipes `auto` takes and which options hold. So it
//! must not depend on what a plugin asks for or makes of it. Plugins get these answers instead of asking again.
//! An agent that answers, but shows none of it, is there all the same: what it answered becomes a gap.

use job::{Gap, ReadStatus, SYSTEM_INFO, parse_oid};
use snmp::{Oid, RequestError, Value, Varbind};
use snmp_engine::Session;
use tokio::time::Instant;

use super::reach::{has_answered, is_answer};

/// What an agent answers to the six objects.
#[derive(Debug)]
pub(super) struct SystemGroup {
    objects: Vec<Object>,
}

#[derive(Debug)]
struct Object {
    label: &'static str,
    name: Oid,
    answer: Result<Value, RequestError>,
}

/// The group, and its objects in their order, with what they are called.
const SYSTEM: [u32; 7] = [1, 3, 6, 1, 2, 1, 1];
const OBJECTS: [(u32, &str); 6] = [
    (1, "sysDescr"),
    (SYS_OBJECT_ID, "sysObjectID"),
    (SYS_UP_TIME, "sysUpTime"),
    (4, "sysContact"),
    (5, "sysName"),
    (6, "sysLocation"),
];
const SYS_OBJECT_ID: u32 = 2;
const SYS_UP_TIME: u32 = 3;

/// Characters of a sysObjectID that is sent as text. Beyond, it is none.
const OID_CHARS: usize = 255;

impl SystemGroup {
    /// Reads it. Fails only where no answer came; an object that the agent refuses, or is silent to, costs no other object.
    pub(super) async fn read(session: &Session, deadline: Instant) -> Result<Self, RequestError> {
        let mut asking = SystemGroupRequest::new();
        while let Some(names) = asking.names() {
            let result = session.get(&names, deadline).await;
            asking.learned(result, has_answered(session))?;
        }
        Ok(Self { objects: asking.objects() })
    }

    /// What the device says that it is; also as text, which some agents send.
    pub(super) fn sys_object_id(&self) -> Option<Oid> {
        self.objects.iter().find(|object| object.name == name(SYS_OBJECT_ID))?.oid()
    }

    /// The answers, as a plugin gets them. An object that the agent refused has no value, and [`Self::gaps`] says why;
    /// where it refused all, the plugin may ask itself.
    pub(super) fn varbinds(&self) -> Vec<Varbind> {
        if self.objects.iter().all(|object| object.answer.is_err()) {
            return Vec::new();
        }
        let value = |object: &Object| object.answer.clone().unwrap_or(Value::NoSuchInstance);
        self.objects.iter().map(|object| Varbind { name: object.name.clone(), value: value(object) }).collect()
    }

    /// What is missing: the whole group where nothing of it can be used, else each object that the agent refuses.
    pub(super) fn gaps(&self, is_version_1: bool) -> Vec<Gap> {
        if !self.objects.iter().any(Object::is_shown) {
            let reason = format!("the agent answers, but shows no system group: {}", self.in_words(is_version_1));
            return vec![gap(&Oid::from(SYSTEM), reason, self.kind())];
        }
        let refused = |object: &Object| {
            let error = object.answer.as_ref().err()?;
            Some(gap(&object.name, error.to_string(), error.kind()))
        };
        self.objects.iter().filter_map(refused).collect()
    }

    /// `noSuchObject for all 6 objects`, or which objects have what.
    fn in_words(&self, is_version_1: bool) -> String {
        let mut answers: Vec<(String, Vec<&str>)> = Vec::new();
        for object in &self.objects {
            let words = object.in_words(is_version_1);
            match answers.iter_mut().find(|(other, _)| *other == words) {
                Some((_, labels)) => labels.push(object.label),
                None => answers.push((words, vec![object.label])),
            }
        }
        match answers.as_slice() {
            [(words, labels)] => format!("{words} for all {} objects", labels.len()),
            several => {
                let each = several.iter().map(|(words, labels)| format!("{words} for {}", labels.join(", ")));
                each.collect::<Vec<_>>().join("; ")
            }
        }
    }

    /// In one word: an error of the agent says most, then a value of another type.
    fn kind(&self) -> &'static str {
        let answers = || self.objects.iter().map(|object| &object.answer);
        let error = answers().find_map(|answer| answer.as_ref().err());
        let has_value = answers().any(|answer| answer.as_ref().is_ok_and(|value| !value.is_exception()));
        error.map_or(if has_value { "wrong-type" } else { "no-such-object" }, RequestError::kind)
    }
}

/// What to ask for next, and what was answered so far: all objects at once, then without those that the agent says are
/// at fault, and each by itself where it does not say which.
#[derive(Debug)]
struct SystemGroupRequest {
    left: Vec<Oid>,
    answers: Vec<(Oid, Result<Value, RequestError>)>,
    is_together: bool,
}

impl SystemGroupRequest {
    fn new() -> Self {
        Self { left: OBJECTS.map(|(object, _)| name(object)).into(), answers: Vec::new(), is_together: true }
    }

    /// What to ask for next, or nothing when all is known.
    fn names(&self) -> Option<Vec<Oid>> {
        let (first, rest) = self.left.split_first()?;
        let rest = if self.is_together { rest } else { &[] };
        Some(std::iter::once(first).chain(rest).cloned().collect())
    }

    /// Takes what came of asking for [`SystemGroupRequest::names`]. Gives the error back where nobody has answered, also not a part
    /// of it: the engine asks for fewer objects where there is silence, and one of them may be what the agent is silent to.
    fn learned(&mut self, result: Result<Vec<Varbind>, RequestError>, is_answered: bool) -> Result<(), RequestError> {
        let error = match result {
            Ok(varbinds) => {
                self.left.retain(|name| varbinds.iter().all(|varbind| varbind.name != *name));
                self.answers.extend(varbinds.into_iter().map(|Varbind { name, value }| (name, Ok(value))));
                return Ok(());
            }
            Err(error) if !is_answer(&error) && !is_answered && self.is_together && self.answers.is_empty() => {
                return Err(error);
            }
            Err(error) => error,
        };
        let is_alone = !self.is_together || self.left.len() == 1;
        let at_fault = match &error {
            RequestError::AgentError { name: Some(name), .. } => self.left.iter().position(|other| other == name),
            _ => None,
        };
        match at_fault.or(is_alone.then_some(0)) {
            Some(place) => self.answers.push((self.left.remove(place), Err(error))),
            None => self.is_together = false,
        }
        Ok(())
    }

    fn objects(mut self) -> Vec<Object> {
        let object = |(object, label): (u32, &'static str)| {
            let name = name(object);
            let place = self.answers.iter().position(|(other, _)| *other == name)?;
            Some(Object { label, name, answer: self.answers.swap_remove(place).1 })
        };
        OBJECTS.into_iter().filter_map(object).collect()
    }
}

impl Object {
    /// Whether it has a value that somebody could use.
    fn is_shown(&self) -> bool {
        let Ok(value) = &self.answer else { return false };
        if self.name == name(SYS_OBJECT_ID) {
            self.oid().is_some()
        } else if self.name == name(SYS_UP_TIME) {
            // Some agents count it in another type.
            matches!(
                value,
                Value::TimeTicks(_)
                    | Value::Integer(_)
                    | Value::Gauge32(_)
                    | Value::Counter32(_)
                    | Value::UInteger32(_)
                    | Value::Counter64(_)
            )
        } else {
            matches!(value, Value::OctetString(_))
        }
    }

    fn oid(&self) -> Option<Oid> {
        match self.answer.as_ref().ok()? {
            Value::ObjectIdentifier(oid) => Some(oid.clone()),
            Value::OctetString(octets) => {
                let text =
                    std::str::from_utf8(octets).ok()?.trim_matches(|sign: char| sign == '\0' || sign.is_whitespace());
                (text.len() <= OID_CHARS).then(|| oid_of_text(text)).flatten()
            }
            _ => None,
        }
    }

    fn in_words(&self, is_version_1: bool) -> String {
        match &self.answer {
            // What version 1 calls so; it has no exceptions (RFC 1157 section 4.1.2).
            Ok(Value::NoSuchObject) if is_version_1 => "noSuchName".to_owned(),
            Ok(value) if *value == Value::UNREADABLE => "unreadable value".to_owned(),
            Ok(value) => value.type_name().to_owned(),
            Err(RequestError::AgentError { status, .. }) => status.to_string(),
            Err(RequestError::Mismatch { .. }) => "an answer to something else".to_owned(),
            Err(error) => error.kind().to_owned(),
        }
    }
}

fn name(object: u32) -> Oid {
    let [a, b, c, d, e, f, g] = SYSTEM;
    Oid::from([a, b, c, d, e, f, g, object, 0])
}

fn gap(at: &Oid, reason: String, kind: &str) -> Gap {
    Gap {
        recipe: SYSTEM_INFO.to_owned(),
        table: Some(at.to_string()),
        status: ReadStatus::Failed,
        reason,
        kind: kind.to_owned(),
        rows: 0,
        stopped_at: None,
    }
}

/// Reads an OID in dotted form, or one that begins with names as net-snmp's tools print it: `enterprises.9.1`,
/// `SNMPv2-SMI::enterprises.9.1`, `.iso.org.dod.internet.private.enterprises.9.1`. `system-info` reads the same.
fn oid_of_text(text: &str) -> Option<Oid> {
    const NAMES: [(&str, &str); 5] = [
        ("iso.org.dod.internet.private.enterprises.", "1.3.6.1.4.1."),
        ("private.enterprises.", "1.3.6.1.4.1."),
        ("enterprises.", "1.3.6.1.4.1."),
        ("netSnmpAgentOIDs.", "1.3.6.1.4.1.8072.3.2."),
        ("iso.", "1."),
    ];
    let text = text.strip_prefix("OID: ").unwrap_or(text);
    let modules = ["SNMPv2-SMI::", "RFC1155-SMI::", "NET-SNMP-MIB::", "."];
    let text = modules.iter().find_map(|module| text.strip_prefix(module)).unwrap_or(text);
    let named = NAMES.iter().find_map(|(name, arcs)| Some(format!("{arcs}{}", text.strip_prefix(name)?)));
    parse_oid(named.as_deref().unwrap_or(text)).ok()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use snmp::ErrorStatus;

    use super::*;

    /// Answers what is asked for, one word for each request, and shows the requests, the values and the gaps.
    #[track_caller]
    fn check(answers: &[&str], is_version_1: bool, expected: &Expect) {
        let mut asking = SystemGroupRequest::new();
        let mut shown = String::new();
        let mut answers = answers.iter();
        while let Some(names) = asking.names() {
            let arcs: Vec<_> = names.iter().map(|name| name.arcs()[7].to_string()).collect();
            shown += &format!("? {}\n", arcs.join(" "));
            let answer = answers.next().expect("an answer");
            let (answer, is_answered) =
                answer.strip_suffix(" partly").map_or((*answer, false), |answer| (answer, true));
            if let Err(error) = asking.learned(answer_of(answer, &names), is_answered) {
                expected.assert_eq(&format!("{shown}{}", error.kind()));
                return;
            }
        }
        assert_eq!(answers.next(), None);
        let group = SystemGroup { objects: asking.objects() };
        shown += &format!("is: {:?}\n", group.sys_object_id().map(|oid| oid.to_string()));
        for gap in group.gaps(is_version_1) {
            shown += &format!("{} {}: {}\n", gap.table.unwrap(), gap.kind, gap.reason);
        }
        let is_any_answered = group.objects.iter().any(|object| object.answer.is_ok());
        assert_eq!(group.varbinds().len(), if is_any_answered { OBJECTS.len() } else { 0 });
        expected.assert_eq(&shown);
    }

    /// `genErr@2` is an error that names the object 2; else one value for each name, or one for all.
    fn answer_of(answer: &str, names: &[Oid]) -> Result<Vec<Varbind>, RequestError> {
        let peer = "192.0.2.1:161".parse().unwrap();
        let status = |word: &str| match word {
            "genErr" => Some(ErrorStatus::GEN_ERR),
            "authorizationError" => Some(ErrorStatus::AUTHORIZATION_ERROR),
            "noAccess" => Some(ErrorStatus(6)),
            _ => None,
        };
        if answer == "silence" {
            return Err(RequestError::Deadline {
                peer,
                attempts: 1,
                waited: std::time::Duration::from_secs(1),
                clue: None,
            });
        }
        let (word, object) = answer.split_once('@').unwrap_or((answer, ""));
        if let Some(status) = status(word) {
            let name = object.parse().ok().map(name);
            return Err(RequestError::AgentError { peer, status, index: 0, name });
        }
        let words: Vec<&str> = answer.split(' ').collect();
        let value = |word: &str| match word {
            "none" => Value::NoSuchObject,
            "instance" => Value::NoSuchInstance,
            "null" => Value::Null,
            "ticks" => Value::TimeTicks(7),
            "oid" => Value::ObjectIdentifier(Oid::from([1, 3, 6, 1, 4, 1, 9])),
            "number" => Value::Integer(7),
            "address" => Value::IpAddress([192, 0, 2, 1]),
            text => Value::OctetString(text.replace('_', " ").into_bytes()),
        };
        let word = |place: usize| if words.len() == 1 { words[0] } else { words[place] };
        let varbind = |(place, name): (usize, &Oid)| Varbind { name: name.clone(), value: value(word(place)) };
        Ok(names.iter().enumerate().map(varbind).collect())
    }

    #[test]
    fn a_group_that_is_there_leaves_no_gap() {
        check(
            &["text oid ticks text text text"],
            false,
            &expect![[r#"
                ? 1 2 3 4 5 6
                is: Some("1.3.6.1.4.1.9")
            "#]],
        );
        check(
            &["none none none none text none"],
            false,
            &expect![[r#"
                ? 1 2 3 4 5 6
                is: None
            "#]],
        );
    }

    #[test]
    fn what_the_device_is_may_be_said_as_text() {
        for text in [
            "1.3.6.1.4.1.9.1",
            ".1.3.6.1.4.1.9.1",
            "iso.3.6.1.4.1.9.1",
            "1.3.6.1.4.1.9.1_",
            "enterprises.9.1",
            "SNMPv2-SMI::enterprises.9.1",
            ".iso.org.dod.internet.private.enterprises.9.1",
            "OID:_.1.3.6.1.4.1.9.1",
        ] {
            check(
                &[&format!("none {text} none none none none")],
                false,
                &expect![[r#"
                    ? 1 2 3 4 5 6
                    is: Some("1.3.6.1.4.1.9.1")
                "#]],
            );
        }
    }

    #[test]
    fn a_device_that_shows_nothing_of_it_says_what_it_answers() {
        check(
            &["none"],
            false,
            &expect![[r#"
                ? 1 2 3 4 5 6
                is: None
                1.3.6.1.2.1.1 no-such-object: the agent answers, but shows no system group: noSuchObject for all 6 objects
            "#]],
        );
        check(
            &["none"],
            true,
            &expect![[r#"
                ? 1 2 3 4 5 6
                is: None
                1.3.6.1.2.1.1 no-such-object: the agent answers, but shows no system group: noSuchName for all 6 objects
            "#]],
        );
        check(
            &["number switch text instance null address"],
            false,
            &expect![[r#"
                ? 1 2 3 4 5 6
                is: None
                1.3.6.1.2.1.1 wrong-type: the agent answers, but shows no system group: INTEGER for sysDescr; OCTET STRING for sysObjectID, sysUpTime; noSuchInstance for sysContact; NULL for sysName; IpAddress for sysLocation
            "#]],
        );
    }

    #[test]
    fn an_object_that_the_agent_refuses_costs_no_other() {
        check(
            &["genErr@4", "text oid ticks text text"],
            false,
            &expect![[r#"
                ? 1 2 3 4 5 6
                ? 1 2 3 5 6
                is: Some("1.3.6.1.4.1.9")
                1.3.6.1.2.1.1.4.0 agent-error: 192.0.2.1:161 answered genErr for 1.3.6.1.2.1.1.4.0
            "#]],
        );
        check(
            &["genErr", "text", "oid", "genErr", "silence", "text", "text"],
            false,
            &expect![[r#"
                ? 1 2 3 4 5 6
                ? 1
                ? 2
                ? 3
                ? 4
                ? 5
                ? 6
                is: Some("1.3.6.1.4.1.9")
                1.3.6.1.2.1.1.3.0 agent-error: 192.0.2.1:161 answered genErr
                1.3.6.1.2.1.1.4.0 deadline: deadline exceeded after 1 request to 192.0.2.1:161 in 1.0 s
            "#]],
        );
    }

    #[test]
    fn an_agent_that_refuses_everything_is_there() {
        check(
            &["authorizationError@1", "noAccess@2", "genErr", "genErr", "genErr", "genErr", "genErr"],
            false,
            &expect![[r#"
                ? 1 2 3 4 5 6
                ? 2 3 4 5 6
                ? 3 4 5 6
                ? 3
                ? 4
                ? 5
                ? 6
                is: None
                1.3.6.1.2.1.1 agent-error: the agent answers, but shows no system group: authorizationError for sysDescr; noAccess for sysObjectID; genErr for sysUpTime, sysContact, sysName, sysLocation
            "#]],
        );
    }

    #[test]
    fn only_silence_is_no_answer() {
        check(
            &["silence"],
            false,
            &expect![[r#"
            ? 1 2 3 4 5 6
            deadline"#]],
        );
        check(
            &[
                "silence partly",
                "text partly",
                "oid partly",
                "ticks partly",
                "silence partly",
                "text partly",
                "text partly",
            ],
            false,
            &expect![[r#"
                ? 1 2 3 4 5 6
                ? 1
                ? 2
                ? 3
                ? 4
                ? 5
                ? 6
                is: Some("1.3.6.1.4.1.9")
                1.3.6.1.2.1.1.4.0 deadline: deadline exceeded after 1 request to 192.0.2.1:161 in 1.0 s
            "#]],
        );
    }
}
