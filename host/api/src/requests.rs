//! From a request's JSON to a job: the one place that can say no, and it says everything at once.
//!
//! Types are read as leniently as the reference reads them; what the reference then ignored or guessed is refused.
//! A field is written once, in the form of its request; here stands what only several fields together can tell.

use std::time::Duration;

use decoding::Format;
use job::{
    Catalogue, GetSpec, OidError, PollJob, RecipeError, RecipeRequest, SelectedRecipes, WalkSpec, parse_oid,
    parse_walk_root,
};
use limits::{GET_TIMEOUT_SECONDS, Limits, WALK_TIMEOUT_SECONDS};
use serde_json::{Map, Value, json};
use snmp::{Oid, usm::User};
use spelling::closest;

use super::{
    device::{DeviceForm, device},
    fields::{Fields, NOT_AN_OBJECT},
    form::{self, Form, Kind, form},
    kinds::{Bool, OptionalWord, Text, WholeSeconds},
    problem::{Problems, Step},
    recipes::Recipes,
    user::Users,
};

form! {
    /// What to poll.
    pub(super) struct PollForm(limits) as "PollRequest" {
        ..device: DeviceForm;
        /// Whether to run the recipe `interfaces`. Not looked at when `recipes` is there.
        collect_interfaces: bool = Bool { default: true };
        /// Whether to run the recipe `arp`. Not looked at when `recipes` is there.
        collect_arp: bool = Bool { default: true };
        /// The recipes to run, by name or with parameters. `auto` stands for all that fit the device. `system-info`
        /// always runs, and first.
        recipes: Option<Vec<(usize, RecipeRequest)>> = Recipes::within(limits);
        /// Seconds that one GET may take, with all repetitions.
        get_timeout: Duration = WholeSeconds { range: GET_TIMEOUT_SECONDS, default: limits.snmp.get_timeout };
        /// Seconds that one walk may take. What was read by then is in the result.
        walk_timeout: Duration = WholeSeconds { range: WALK_TIMEOUT_SECONDS, default: limits.snmp.walk_timeout };
    }
}

form! {
    /// The value of which object to read.
    pub(super) struct GetForm(limits) as "GetRequest" {
        ..device: DeviceForm;
        /// The object's instance, with or without a leading dot.
        oid: Oid = OidText(parse_oid), such as "1.3.6.1.2.1.1.5.0";
        /// Seconds that the operation may take.
        timeout: Duration = WholeSeconds { range: GET_TIMEOUT_SECONDS, default: limits.snmp.get_timeout };
    }
}

form! {
    /// Below which OID to read everything.
    pub(super) struct WalkForm(limits) as "WalkRequest" {
        ..device: DeviceForm;
        /// The root of the subtree, with or without a leading dot; `.1`, `.0` or `.2` for all of a tree, `.` for all
        /// that the device has.
        oid: Oid = OidText(parse_walk_root), such as "1.3.6.1.2.1.1";
        /// Seconds that the operation may take.
        timeout: Duration = WholeSeconds { range: WALK_TIMEOUT_SECONDS, default: limits.snmp.walk_timeout };
    }
}

form! {
    /// What to decode.
    pub(super) struct DecodeForm(limits) as "DecodeRequest" {
        /// Packets as text: hexadecimal digits with or without blanks, a dump of `tcpdump -x`, `xxd`, `hexdump -C` or
        /// Wireshark, base64, or a capture file (pcap or pcapng) as base64. A packet is an SNMP message, a PDU, a UDP
        /// datagram, an IP packet or an Ethernet frame; which one is found out.
        input: String = Text { octets: None };
        /// How the input is written; without it, or with `auto`, that is found out.
        format: Format = OptionalWord::named("DecodeFormat"), such as "auto";
        /// Users of version 3, whose messages are verified and decrypted. Contexts are not looked at.
        users: Vec<User> = Users { limits, max: limits.decode.users };
    }
}

/// The schemas of all requests, and of what is in them.
pub(super) fn schemas(limits: &Limits) -> Vec<(&'static str, Value)> {
    let forms = [
        form::schemas::<PollForm>(limits),
        form::schemas::<GetForm>(limits),
        form::schemas::<WalkForm>(limits),
        form::schemas::<DecodeForm>(limits),
    ];
    forms.into_iter().flatten().collect()
}

/// What requests are checked against.
#[derive(Clone, Copy, Debug)]
pub(super) struct RequestReader<'a> {
    pub(super) limits: &'a Limits,
    pub(super) catalogue: &'a Catalogue,
}

type Object = Map<String, Value>;

/// The way to a wrong parameter, from the entry of the list on.
fn within_params(reason: &RecipeError) -> Vec<Step> {
    let RecipeError::Params(mismatch) = reason else { return Vec::new() };
    let step = |step: &schema::Step| match step {
        schema::Step::Member(name) => Step::Name(name.chars().take(PARAM_CHARS).collect::<String>().into()),
        schema::Step::Item(place) => Step::Index(*place),
    };
    std::iter::once(Step::name("params")).chain(mismatch.path.iter().map(step)).collect()
}

/// Characters of a parameter's name that a problem repeats.
const PARAM_CHARS: usize = 64;

impl RequestReader<'_> {
    /// Reads a poll.
    pub(super) fn poll(self, object: &Object) -> Result<PollJob, Problems> {
        self.read(object, |fields, form: PollForm| {
            let device = device(fields, form.device);
            // Who names recipes knows which sections to look for; an empty one would read as "the device has none".
            let usual_sections = matches!(form.recipes, Some(None));
            let usual = [("interfaces", form.collect_interfaces), ("arp", form.collect_arp)];
            let recipes =
                self.select(fields, form.recipes?, usual.map(|(name, wanted)| (name, wanted.unwrap_or(true))));
            let SelectedRecipes { recipes, auto } = recipes?;
            let (get_timeout, walk_timeout) = (form.get_timeout?, form.walk_timeout?);
            Some(PollJob { device: device?, recipes, auto, usual_sections, get_timeout, walk_timeout })
        })
    }

    /// Reads a direct GET.
    pub(super) fn get(self, object: &Object) -> Result<GetSpec, Problems> {
        self.read(object, |fields, form: GetForm| {
            let device = device(fields, form.device);
            Some(GetSpec { device: device?, oid: form.oid?, timeout: form.timeout? })
        })
    }

    /// Reads a direct walk.
    pub(super) fn walk(self, object: &Object) -> Result<WalkSpec, Problems> {
        self.read(object, |fields, form: WalkForm| {
            let device = device(fields, form.device);
            Some(WalkSpec { device: device?, oid: form.oid?, timeout: form.timeout? })
        })
    }

    /// Reads what to decode.
    pub(super) fn decode(self, object: &Object) -> Result<decoding::Request, Problems> {
        self.read(object, |_, form: DecodeForm| {
            let (format, users) = (form.format.unwrap_or_default(), form.users?);
            Some(decoding::Request { input: form.input?.into_bytes(), format, users })
        })
    }

    /// Reads the form that a body is, and makes of it what is wanted; or tells everything that is wrong, in the order of
    /// the fields.
    fn read<F: Form, T>(
        self,
        object: &Object,
        make: impl FnOnce(&mut Fields<'_>, F) -> Option<T>,
    ) -> Result<T, Problems> {
        let mut problems = Problems::default();
        let mut fields = Fields::new(object, vec![Step::name("body")], &mut problems);
        let form = F::read(&mut fields, self.limits);
        match make(&mut fields, form) {
            Some(made) if problems.is_empty() => Ok(made),
            _ => Err(problems.in_order_of(&F::names())),
        }
    }

    /// The plugins to run: those that were listed, or the usual ones that are wanted.
    fn select(
        self,
        fields: &mut Fields<'_>,
        listed: Option<Vec<(usize, RecipeRequest)>>,
        usual: [(&str, bool); 2],
    ) -> Option<SelectedRecipes> {
        let by_list = listed.is_some();
        let requested = listed.unwrap_or_else(|| {
            let wanted = usual.into_iter().filter(|(_, wanted)| *wanted);
            wanted.map(|(name, _)| (0, RecipeRequest::named(name))).collect()
        });
        let (places, requested): (Vec<usize>, Vec<RecipeRequest>) = requested.into_iter().unzip();
        let problems = match self.catalogue.select(&requested) {
            Ok(recipes) => return Some(recipes),
            Err(problems) => problems,
        };
        for problem in problems {
            let place = places.get(problem.place).filter(|_| by_list).map(|place| Step::Index(*place));
            let mut inside: Vec<Step> = place.into_iter().collect();
            inside.extend(within_params(&problem.reason));
            fields.add_inside("recipe_error", "recipes", &inside, format!("Recipe error, {problem}"));
        }
        None
    }
}

/// An OID, read by the function that knows which ones are meant.
struct OidText(fn(&str) -> Result<Oid, OidError>);

impl Kind for OidText {
    type Value = Oid;

    fn read(&self, name: &'static str, fields: &mut Fields<'_>) -> Option<Oid> {
        let text = fields.text(name)?;
        (self.0)(text).map_err(|error| fields.add("oid_parsing", name, format!("Value error, {error}"))).ok()
    }

    fn schema(&self) -> Value {
        json!({ "type": "string", "minLength": 1 })
    }

    fn is_required(&self) -> bool {
        true
    }
}

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
    let at = [Step::name("body")];
    match body {
        Value::Object(object) => Ok(object),
        Value::Null => Err(Problems::one("missing", &at, "Field required")),
        _ => Err(Problems::one("model_attributes_type", &at, NOT_AN_OBJECT)),
    }
}
