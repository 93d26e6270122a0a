//! From a request's JSON to a job: the one place that can say no, and it says everything at once.
//!
//! Types are read as leniently as the reference reads them; what the reference then ignored or guessed is refused.

use std::{ops::RangeInclusive, time::Duration};

use address::{InvalidHost, NoTarget};
use config::closest;
use job::{
    AUTO, Catalogue, DeviceSpec, GetSpec, OidError, PollJob, RecipeError, Requested, SelectedRecipes, TargetError,
    TargetName, Version, WalkSpec, parse_oid, parse_walk_root,
};
use limits::{GET_TIMEOUT_SECONDS, Limits, WALK_TIMEOUT_SECONDS};
use secrecy::SecretString;
use serde_json::{Map, Value};
use snmp::{Credentials, Oid};

use super::{
    fields::{Fields, NOT_AN_OBJECT},
    options::options,
    problem::{Problems, Step},
    user::{credentials, v3_auth},
};

/// What requests are checked against.
#[derive(Clone, Copy, Debug)]
pub(super) struct Checks<'a> {
    pub(super) limits: &'a Limits,
    pub(super) catalogue: &'a Catalogue,
}

type Object = Map<String, Value>;

/// The way to a wrong parameter, from the entry of the list on.
fn within_params(reason: &RecipeError) -> Vec<Step> {
    let RecipeError::Params(mismatch) = reason else { return Vec::new() };
    let step = |step: &schema::Step| match step {
        schema::Step::Member(name) => Step::Member(name.chars().take(PARAM_CHARS).collect()),
        schema::Step::Item(place) => Step::Place(*place),
    };
    std::iter::once(Step::Name("params")).chain(mismatch.path.iter().map(step)).collect()
}

/// Characters of a parameter's name that a problem repeats.
const PARAM_CHARS: usize = 64;

impl Checks<'_> {
    /// Reads a poll.
    pub(super) fn poll(self, object: &Object) -> Result<PollJob, Problems> {
        let mut problems = Problems::default();
        let mut fields = Fields::new(object, vec![Step::Name("body")], &mut problems);
        let device = self.device(&mut fields);
        let interfaces = fields.truth_or("collect_interfaces", true);
        let arp = fields.truth_or("collect_arp", true);
        let recipes = self.recipes(&mut fields, interfaces.unwrap_or(true), arp.unwrap_or(true));
        // Who names recipes knows which sections to look for; an empty one would read as "the device has none".
        let usual_sections = matches!(fields.raw("recipes"), None | Some(Value::Null));
        let get = seconds(&mut fields, "get_timeout", self.limits.snmp.get_timeout, GET_TIMEOUT_SECONDS);
        let walk = seconds(&mut fields, "walk_timeout", self.limits.snmp.walk_timeout, WALK_TIMEOUT_SECONDS);
        match (device, recipes, get, walk) {
            (Some(device), Some(recipes), Some(get_timeout), Some(walk_timeout)) if problems.is_empty() => {
                let SelectedRecipes { recipes, auto } = recipes;
                Ok(PollJob { device, recipes, auto, usual_sections, get_timeout, walk_timeout })
            }
            _ => Err(problems),
        }
    }

    /// Reads a direct GET.
    pub(super) fn get(self, object: &Object) -> Result<GetSpec, Problems> {
        let times = (self.limits.snmp.get_timeout, GET_TIMEOUT_SECONDS);
        let (device, oid, timeout) = self.direct(object, times, parse_oid)?;
        Ok(GetSpec { device, oid, timeout })
    }

    /// Reads a direct walk.
    pub(super) fn walk(self, object: &Object) -> Result<WalkSpec, Problems> {
        let times = (self.limits.snmp.walk_timeout, WALK_TIMEOUT_SECONDS);
        let (device, oid, timeout) = self.direct(object, times, parse_walk_root)?;
        Ok(WalkSpec { device, oid, timeout })
    }

    /// Reads what to decode.
    pub(super) fn decode(self, object: &Object) -> Result<decoding::Request, Problems> {
        let mut problems = Problems::default();
        let mut fields = Fields::new(object, vec![Step::Name("body")], &mut problems);
        let input = fields.text("input").map(|input| input.as_bytes().to_vec());
        let format = fields.optional_word("format").unwrap_or_default();
        let users = fields.objects("users", self.limits.decode.users, |user| match credentials(user, true)? {
            Credentials::V3 { user, .. } => Some(user),
            _ => None,
        });
        match input {
            Some(input) if problems.is_empty() => Ok(decoding::Request { input, format, users }),
            _ => Err(problems),
        }
    }

    /// Direct operations have the same fields, and differ in how long they may take and in which OIDs they take.
    fn direct(
        self,
        object: &Object,
        (usual_time, times): (Duration, RangeInclusive<u64>),
        read: fn(&str) -> Result<Oid, OidError>,
    ) -> Result<(DeviceSpec, Oid, Duration), Problems> {
        let mut problems = Problems::default();
        let mut fields = Fields::new(object, vec![Step::Name("body")], &mut problems);
        let device = self.device(&mut fields);
        let oid = oid(&mut fields, read);
        let timeout = seconds(&mut fields, "timeout", usual_time, times);
        match (device, oid, timeout) {
            (Some(device), Some(oid), Some(timeout)) if problems.is_empty() => Ok((device, oid, timeout)),
            _ => Err(problems),
        }
    }

    fn device(self, fields: &mut Fields<'_>) -> Option<DeviceSpec> {
        let target = self.target(fields);
        let community = self.community(fields);
        let version = version(fields);
        let port = fields.integer_or("port", 161, 1..=65_535).and_then(|port| u16::try_from(port).ok());
        let user = v3_auth(fields, version == Some(Version::V3));
        let options = options(fields);
        let credentials = version?.with_community(community?).or(user)?;
        Some(DeviceSpec { target: target?, port: port?, access: credentials.into(), options })
    }

    fn target(self, fields: &mut Fields<'_>) -> Option<TargetName> {
        let target = fields.text("target")?;
        let most = self.limits.requests.target_chars;
        let mut add = |kind, msg: String| fields.add(kind, "target", msg);
        match TargetName::read(target, most) {
            Ok(target) => return Some(target),
            Err(TargetError::Empty) => add("string_too_short", "String should have at least 1 character".to_owned()),
            Err(TargetError::TooLong(_)) => add("string_too_long", too_long(most)),
            Err(TargetError::Host(InvalidHost::Port | InvalidHost::PortWithoutBrackets)) => {
                add("value_error", "Value error, a target carries no port: give the port in `port`".to_owned());
            }
            Err(TargetError::NoTarget(NoTarget::Ipv4Compatible)) => {
                let msg = "no device has an address below ::/96: a target carries no port, give it in `port`, and an \
                           IPv4 address is written alone";
                add("value_error", format!("Value error, {msg}"));
            }
            Err(error @ (TargetError::Host(_) | TargetError::NoTarget(_))) => {
                add("value_error", format!("Value error, {error}"));
            }
        }
        None
    }

    fn community(self, fields: &mut Fields<'_>) -> Option<SecretString> {
        let community = fields.text_or("community", "public")?;
        let most = self.limits.requests.community_octets;
        if community.len() > most {
            fields.add("string_too_long", "community", too_long(most));
            return None;
        }
        Some(community.to_owned().into())
    }

    fn recipes(self, fields: &mut Fields<'_>, interfaces: bool, arp: bool) -> Option<SelectedRecipes> {
        let before = fields.problems();
        let listed = match fields.raw("recipes") {
            None | Some(Value::Null) => None,
            Some(Value::String(name)) if name == AUTO => Some(vec![(0, Requested::named(AUTO))]),
            Some(Value::Array(entries)) => Some(self.recipe_list(fields, entries)?),
            Some(_) => {
                fields.add("list_type", "recipes", "Input should be a list of recipes, or 'auto'");
                return None;
            }
        };
        let by_list = listed.is_some();
        let requested = listed.unwrap_or_else(|| {
            let wanted = [("interfaces", interfaces), ("arp", arp)].into_iter().filter(|(_, wanted)| *wanted);
            wanted.map(|(name, _)| (0, Requested::named(name))).collect()
        });
        let (places, requested): (Vec<usize>, Vec<Requested>) = requested.into_iter().unzip();
        let problems = match self.catalogue.select(&requested) {
            Ok(recipes) => return (fields.problems() == before).then_some(recipes),
            Err(problems) => problems,
        };
        for problem in problems {
            let place = places.get(problem.place).filter(|_| by_list).map(|place| Step::Place(*place));
            let mut inside: Vec<Step> = place.into_iter().collect();
            inside.extend(within_params(&problem.reason));
            fields.add_inside("recipe_error", "recipes", &inside, format!("Recipe error, {problem}"));
        }
        None
    }

    /// The entries whose names can be read, with their places.
    fn recipe_list(self, fields: &mut Fields<'_>, entries: &[Value]) -> Option<Vec<(usize, Requested)>> {
        let most = self.limits.requests.recipes;
        if entries.len() > most {
            fields.add("too_long", "recipes", format!("List should have at most {most} items"));
            return None;
        }
        let mut read = Vec::with_capacity(entries.len());
        for (place, entry) in entries.iter().enumerate() {
            read.extend(self.recipe(fields, place, entry).map(|requested| (place, requested)));
        }
        Some(read)
    }

    fn recipe(self, fields: &mut Fields<'_>, place: usize, entry: &Value) -> Option<Requested> {
        let at = |field| [Step::Place(place), Step::Name(field)];
        let entry = match entry {
            Value::String(name) => return Some(Requested::named(name)),
            Value::Object(entry) => entry,
            _ => {
                let msg = "Input should be the name of a recipe, or an object with name and params";
                fields.add_inside("recipe_type", "recipes", &[Step::Place(place)], msg);
                return None;
            }
        };
        let most = self.limits.requests.params_bytes;
        let too_large = |params: &Object| serde_json::to_vec(params).is_ok_and(|json| json.len() > most);
        let params = match entry.get("params") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(params)) if too_large(params) => {
                let msg = format!("Parameters should have at most {most} octets of JSON");
                fields.add_inside("too_long", "recipes", &at("params"), msg);
                Map::new()
            }
            Some(Value::Object(params)) => params.clone(),
            Some(_) => {
                fields.add_inside("dict_type", "recipes", &at("params"), "Input should be a valid dictionary");
                Map::new()
            }
        };
        match entry.get("name") {
            Some(Value::String(name)) => return Some(Requested { name: name.clone(), params }),
            Some(_) => fields.add_inside("string_type", "recipes", &at("name"), "Input should be a valid string"),
            None => fields.add_inside("missing", "recipes", &at("name"), "Field required"),
        }
        None
    }
}

/// The fields of a poll.
pub(super) const POLL_FIELDS: [&str; 11] = [
    "target",
    "community",
    "version",
    "port",
    "v3_auth",
    "options",
    "collect_interfaces",
    "collect_arp",
    "recipes",
    "get_timeout",
    "walk_timeout",
];

/// The fields of direct operations.
pub(super) const DIRECT_FIELDS: [&str; 8] =
    ["target", "community", "version", "port", "v3_auth", "options", "oid", "timeout"];

/// Names of unknown fields that an answer repeats. Beyond, they are left out.
const IGNORED_NAMES: usize = 20;

/// Characters of such a name. Beyond, it is cut.
const IGNORED_NAME_CHARS: usize = 64;

/// Names fields that nothing looks at, since they are more likely misspelt than meant.
pub(super) fn ignored(object: &Object, known: &[&str]) -> Vec<String> {
    let unknown = object.keys().filter(|name| !known.contains(&name.as_str()));
    unknown.take(IGNORED_NAMES).map(|name| name.chars().take(IGNORED_NAME_CHARS).collect()).collect()
}

/// Which fields may have been meant by those that nothing looks at. Others are most likely of a client that sends more to
/// everybody.
pub(super) fn misspelt(ignored: &[String], known: &[&str], request: &str) -> Vec<String> {
    let like = |name: &String| {
        let meant = closest(name, known.iter().copied())?;
        Some(format!("`{name}` is not a field of {request}, did you mean `{meant}`?"))
    };
    ignored.iter().filter_map(like).collect()
}

/// The object that a body is.
pub(super) fn object_of(body: &Value) -> Result<&Object, Problems> {
    let at = [Step::Name("body")];
    match body {
        Value::Object(object) => Ok(object),
        Value::Null => Err(Problems::one("missing", &at, "Field required")),
        _ => Err(Problems::one("model_attributes_type", &at, NOT_AN_OBJECT)),
    }
}

fn oid(fields: &mut Fields<'_>, read: fn(&str) -> Result<Oid, OidError>) -> Option<Oid> {
    let text = fields.text("oid")?;
    read(text).map_err(|error| fields.add("oid_parsing", "oid", format!("Value error, {error}"))).ok()
}

fn seconds(
    fields: &mut Fields<'_>,
    name: &'static str,
    default: Duration,
    range: RangeInclusive<u64>,
) -> Option<Duration> {
    match fields.raw(name) {
        None => Some(default),
        Some(_) => fields.integer_or(name, 0, range).map(Duration::from_secs),
    }
}

fn version(fields: &mut Fields<'_>) -> Option<Version> {
    let text = fields.text_or("version", "2c")?;
    let msg = "Input should be '1', '2c' or '3'";
    text.parse().map_err(|_| fields.add("literal_error", "version", msg)).ok()
}

fn too_long(most: usize) -> String {
    format!("String should have at most {most} characters")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::POLL_FIELDS;

    #[test]
    fn the_document_describes_every_field_of_a_poll_and_no_other() {
        let document = serde_json::to_value(crate::described().into_openapi()).unwrap();
        let described = document["components"]["schemas"]["PollRequest"]["properties"].as_object().unwrap();
        let described: BTreeSet<&str> = described.keys().map(String::as_str).collect();
        assert_eq!(described, BTreeSet::from(POLL_FIELDS));
    }
}
