//! The system group (RFC 3418): six objects, as the strings that the API has always given.
//!
//! Many agents answer and show none of them: a view hides the group, a context has none, one object is refused. What
//! the agent said instead is told by the object's name, and the rest is there. Only silence is an error.

use serde::Serialize;
use snmp_proxy_sdk::{
    oids::{parse, scalar},
    prelude::*,
    serde,
};

const SYS_DESCR: &[u32] = oid!("1.3.6.1.2.1.1.1");
const SYS_OBJECT_ID: &[u32] = oid!("1.3.6.1.2.1.1.2");
const SYS_UP_TIME: &[u32] = oid!("1.3.6.1.2.1.1.3");
const SYS_CONTACT: &[u32] = oid!("1.3.6.1.2.1.1.4");
const SYS_NAME: &[u32] = oid!("1.3.6.1.2.1.1.5");
const SYS_LOCATION: &[u32] = oid!("1.3.6.1.2.1.1.6");

const ENTERPRISES: &[u32] = oid!("1.3.6.1.4.1");

/// What this file reads.
pub(crate) const READS: &[&[u32]] = &[SYS_DESCR, SYS_OBJECT_ID, SYS_UP_TIME, SYS_CONTACT, SYS_NAME, SYS_LOCATION];

/// The names of those, in their order.
const NAMES: [&str; 6] = ["sysDescr", "sysObjectID", "sysUpTime", "sysContact", "sysName", "sysLocation"];

/// The six objects. A client takes a string or no key at all, never null: what has the wrong SYNTAX is left out.
#[derive(Debug, Serialize)]
#[serde(crate = "snmp_proxy_sdk::serde")]
pub(crate) struct SystemGroup {
    #[serde(rename = "sysDescr", skip_serializing_if = "Field::is_unusable")]
    descr: Field<String>,
    #[serde(rename = "sysObjectID", skip_serializing_if = "Field::is_unusable")]
    object_id: Field<String>,
    #[serde(rename = "sysUpTime", skip_serializing_if = "Field::is_unusable")]
    up_time: Field<String>,
    #[serde(rename = "sysContact", skip_serializing_if = "Field::is_unusable")]
    contact: Field<String>,
    #[serde(rename = "sysName", skip_serializing_if = "Field::is_unusable")]
    name: Field<String>,
    #[serde(rename = "sysLocation", skip_serializing_if = "Field::is_unusable")]
    location: Field<String>,
    #[serde(skip)]
    pub(crate) up_time_ticks: Field<i64>,
    /// The enterprise number that sysObjectID begins with.
    #[serde(skip)]
    pub(crate) enterprise: Option<u32>,
}

impl SystemGroup {
    /// One GET, and one for each object where the agent refuses that. Fails only when the agent does not answer.
    pub(crate) fn read(device: &mut dyn Device, warnings: &mut Warnings) -> Result<SystemGroup, Error> {
        let answers = ask(device)?;
        let [descr, object_id, up_time, contact, name, location] = answers.each_ref().map(Answer::value);

        let descr = Field::text("sysDescr", descr, warnings);
        let object_id = Field::oid("sysObjectID", object_id, warnings);
        let up_time_ticks = Field::ticks("sysUpTime", up_time, warnings);
        let group = SystemGroup {
            descr,
            enterprise: object_id.value().and_then(|dotted| enterprise(dotted)),
            object_id,
            up_time: up_time_ticks.map(|ticks| ticks.to_string()),
            contact: Field::text("sysContact", contact, warnings),
            name: Field::text("sysName", name, warnings),
            location: Field::text("sysLocation", location, warnings),
            up_time_ticks,
        };
        group.tell_what_is_missing(&answers, device, warnings);
        Ok(group)
    }

    /// How many of the six the device answered, in whatever SYNTAX.
    pub(crate) fn answered(&self) -> u32 {
        self.absent().iter().filter(|&&is_absent| !is_absent).map(|_| 1).sum()
    }

    fn absent(&self) -> [bool; 6] {
        [&self.descr, &self.object_id, &self.up_time, &self.contact, &self.name, &self.location].map(Field::is_absent)
    }

    /// Objects that were refused get a warning. Those that do not exist get one where nothing exists, which hides who
    /// the device is; many agents lack a contact, and that is worth a line in the log and no more.
    fn tell_what_is_missing(&self, answers: &[Answer; 6], device: &mut dyn Device, warnings: &mut Warnings) {
        let words = by_word(answers);
        let line = |(word, objects): &(&str, Vec<&str>)| format!("{}: {word}", objects.join(", "));
        if self.absent().iter().all(|&is_absent| is_absent) {
            let lines: Vec<String> = words.iter().map(line).collect();
            return warnings.add(format!("the agent answers, but shows no system group: {}", lines.join("; ")));
        }
        for word in &words {
            if [NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_MIB_VIEW].contains(&word.0) {
                device.log(Level::Info, &line(word));
            } else {
                warnings.add(line(word));
            }
        }
    }
}

const NO_SUCH_OBJECT: &str = "noSuchObject";
const NO_SUCH_INSTANCE: &str = "noSuchInstance";
const END_OF_MIB_VIEW: &str = "endOfMibView";

/// What the agent said to a request for an object.
enum Answer {
    Value(Value),
    /// It refused the request; the reason in words.
    Refused(String),
}

impl Answer {
    fn value(&self) -> Option<&Value> {
        match self {
            Answer::Value(value) => Some(value),
            Answer::Refused(_) => None,
        }
    }

    /// What the agent gave instead of a value.
    fn missing(&self) -> Option<&str> {
        match self {
            Answer::Value(Value::NoSuchObject) => Some(NO_SUCH_OBJECT),
            Answer::Value(Value::NoSuchInstance) => Some(NO_SUCH_INSTANCE),
            Answer::Value(Value::EndOfMibView) => Some(END_OF_MIB_VIEW),
            Answer::Value(_) => None,
            Answer::Refused(reason) => Some(reason),
        }
    }
}

/// Asks for the six at once. An agent that refuses that, because of one of them or because they are many, has answered;
/// then each is asked for alone, until one gets no answer.
fn ask(device: &mut dyn Device) -> Result<[Answer; 6], Error> {
    let names: Vec<Oid> = READS.iter().map(|object| scalar(object)).collect();
    match device.get(&names) {
        Ok(varbinds) => {
            let mut values = varbinds.into_iter().map(|varbind| varbind.value);
            Ok([(); 6].map(|()| values.next().map_or(Answer::Value(Value::NoSuchObject), Answer::Value)))
        }
        Err(wrong) if wrong.kind == ErrorKind::AgentError => {
            let mut names = names.into_iter();
            let mut silence = None;
            Ok([(); 6].map(|()| {
                let (Some(name), None) = (names.next(), &silence) else {
                    return Answer::Refused(silence.clone().unwrap_or_default());
                };
                match device.get(&[name]) {
                    Ok(varbinds) => {
                        let value = varbinds.into_iter().next().map(|varbind| varbind.value);
                        value.map_or(Answer::Value(Value::NoSuchObject), Answer::Value)
                    }
                    Err(wrong) => {
                        if wrong.kind != ErrorKind::AgentError {
                            silence = Some(wrong.message.clone());
                        }
                        Answer::Refused(wrong.message)
                    }
                }
            }))
        }
        Err(silence) => Err(silence),
    }
}

/// The objects without a value, together where the agent said the same of them.
fn by_word(answers: &[Answer; 6]) -> Vec<(&str, Vec<&'static str>)> {
    let mut groups: Vec<(&str, Vec<&'static str>)> = Vec::new();
    for (answer, name) in answers.iter().zip(NAMES) {
        let Some(word) = answer.missing() else { continue };
        match groups.iter_mut().find(|(known, _)| *known == word) {
            Some((_, names)) => names.push(name),
            None => groups.push((word, vec![name])),
        }
    }
    groups
}

fn enterprise(object_id: &str) -> Option<u32> {
    parse(object_id)?.strip_prefix(ENTERPRISES)?.first().copied()
}
