//! The OpenAPI document: what the routes and the types of answers say of themselves, put together with what they do not
//! know.
//!
//! That is how requests are read (`requests`), what every route may answer besides, and the sections of the bundled
//! plugins in the result of a poll. A plugin that somebody else wrote is left out: its schemas may be large or broken,
//! and the document needs no key. They are at `/plugins/{name}/schema`.

use std::sync::Arc;

use axum::body::Bytes;
use limits::Limits;
use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

use super::{
    form::reference,
    plugins::PluginsNow,
    requests,
    wire::{BUNDLED, PluginBody},
};

/// The document, ready to be sent.
#[derive(Debug)]
pub(super) struct Document {
    /// All but the plugins' part.
    base: Value,
    /// It as a whole, for these plugins.
    made: Mutex<Option<(Arc<PluginsNow>, Bytes)>>,
}

impl Document {
    pub(super) fn new(routes: &OpenApi, limits: &Limits) -> Self {
        Self { base: base(routes, limits), made: Mutex::default() }
    }

    /// As JSON. Anybody may ask for it, so it is made once and not again for as long as the plugins are the same.
    pub(super) fn json(&self, plugins: &Arc<PluginsNow>) -> Bytes {
        let mut made = self.made.lock();
        if let Some((of, json)) = &*made
            && Arc::ptr_eq(of, plugins)
        {
            return json.clone();
        }
        let mut document = self.base.clone();
        if let Some(schemas) = members(&mut document, SCHEMAS) {
            let bundled = plugins.list.plugins.iter().filter(|plugin| plugin.origin == BUNDLED);
            bundled.for_each(|plugin| add_sections(schemas, plugin));
        }
        let json = Bytes::from(document.to_string());
        *made = Some((Arc::clone(plugins), json.clone()));
        json
    }
}

const SCHEMAS: &str = "/components/schemas";

/// The members of the object at this JSON pointer.
fn members<'a>(document: &'a mut Value, pointer: &str) -> Option<&'a mut Map<String, Value>> {
    document.pointer_mut(pointer)?.as_object_mut()
}

/// What routes and requests say.
fn base(routes: &OpenApi, limits: &Limits) -> Value {
    let mut document = serde_json::to_value(routes).unwrap_or_default();
    if let Some(schemas) = members(&mut document, SCHEMAS) {
        schemas.extend(requests::schemas(limits).into_iter().map(|(name, schema)| (name.to_owned(), schema)));
    }
    if let Some(components) = members(&mut document, "/components") {
        components.insert("responses".to_owned(), ANSWERS.iter().map(component).collect());
    }
    let paths = members(&mut document, "/paths").into_iter().flat_map(Map::values_mut);
    paths.filter_map(Value::as_object_mut).flat_map(Map::values_mut).for_each(add_answers);
    document
}

/// An answer that has the same reason on every route that may give it.
struct Answer {
    status: &'static str,
    name: &'static str,
    description: &'static str,
    body: Body,
    /// The header that comes with it, and what it says.
    header: Option<(&'static str, &'static str)>,
    of: Routes,
}

/// What an answer carries.
#[derive(Clone, Copy)]
enum Body {
    Detail,
    Problems,
    /// It comes from below the API, which has no words for it.
    Nothing,
}

/// Which routes may give an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Routes {
    All,
    WithKey,
    WithBody,
}

const ANSWERS: [Answer; 11] = [
    Answer::new(
        "400",
        "BadRequest",
        "The request is not valid HTTP, or its query or its body cannot be read",
        Body::Detail,
        Routes::All,
    ),
    Answer::new("401", "MissingKey", "There is no key", Body::Detail, Routes::WithKey),
    Answer::new("403", "WrongKey", "The key is wrong", Body::Detail, Routes::WithKey),
    Answer::new("405", "MethodNotAllowed", "The path has other methods", Body::Detail, Routes::All)
        .with_header("Allow", "The methods that the path has."),
    Answer::new("408", "RequestTimeout", "The body took too long to arrive", Body::Detail, Routes::WithBody),
    Answer::new("413", "BodyTooLarge", "The body is too large", Body::Detail, Routes::WithBody),
    Answer::new("414", "UriTooLong", "The path and the query are too long", Body::Nothing, Routes::All),
    Answer::new(
        "415",
        "UnsupportedEncoding",
        "The body has a content encoding other than gzip; `Accept-Encoding` names what is understood",
        Body::Detail,
        Routes::WithBody,
    ),
    Answer::new("422", "InvalidFields", "Fields are wrong: one entry for each", Body::Problems, Routes::WithBody),
    Answer::new("431", "HeadersTooLarge", "The headers are too large", Body::Nothing, Routes::All),
    Answer::new(
        "503",
        "Overloaded",
        "Too many requests of this address are being answered, or too many answers wait to be read",
        Body::Detail,
        Routes::All,
    )
    .with_header("Retry-After", "After how many seconds to try again."),
];

impl Answer {
    const fn new(status: &'static str, name: &'static str, description: &'static str, body: Body, of: Routes) -> Self {
        Self { status, name, description, body, header: None, of }
    }

    const fn with_header(self, name: &'static str, says: &'static str) -> Self {
        Self { header: Some((name, says)), ..self }
    }
}

fn component(answer: &Answer) -> (String, Value) {
    let mut response = Map::from_iter([("description".to_owned(), answer.description.into())]);
    let schema = match answer.body {
        Body::Detail => Some("Detail"),
        Body::Problems => Some("Problems"),
        Body::Nothing => None,
    };
    let content = schema.map(|schema| json!({ "application/json": { "schema": reference(schema) } }));
    let headers =
        answer.header.map(|(name, says)| json!({ name: { "description": says, "schema": { "type": "string" } } }));
    response.extend(content.map(|content| ("content".to_owned(), content)));
    response.extend(headers.map(|headers| ("headers".to_owned(), headers)));
    (answer.name.to_owned(), response.into())
}

/// Adds what every route of its kind may answer, where the route says nothing of it itself.
fn add_answers(operation: &mut Value) {
    // A way in that wants nothing.
    let ways = operation.get("security").and_then(Value::as_array).into_iter().flatten();
    let is_open = ways.filter_map(Value::as_object).any(Map::is_empty);
    let has_body = operation.get("requestBody").is_some();
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for answer in &ANSWERS {
        let is_possible = match answer.of {
            Routes::All => true,
            Routes::WithKey => !is_open,
            Routes::WithBody => has_body,
        };
        if is_possible {
            let shared = || json!({ "$ref": format!("#/components/responses/{}", answer.name) });
            responses.entry(answer.status).or_insert_with(shared);
        }
    }
}

/// Puts the sections of a plugin among the properties of the result of a poll, each with a schema that has a name.
fn add_sections(schemas: &mut Map<String, Value>, plugin: &PluginBody) {
    for section in &plugin.sections {
        let (name, row_name) = (format!("{}Section", pascal(&section.name)), format!("{}Row", pascal(&section.name)));
        let Ok(mut schema) = serde_json::to_value(&section.schema) else { continue };
        if let Some(row) = schema.get_mut("items").filter(|row| row.get("properties").is_some()) {
            let row = std::mem::replace(row, reference(&row_name));
            schemas.insert(row_name, row);
        }
        let data = schemas.get_mut("PollData").and_then(|data| members(data, "/properties"));
        data.map(|sections| sections.insert(section.name.clone(), reference(&name)));
        schemas.insert(name, schema);
    }
}

/// `arp_table` as `ArpTable`.
fn pascal(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let capital = |word: &str| {
        let mut chars = word.chars();
        let first = chars.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(chars).collect::<String>()
    };
    words.map(capital).collect()
}
