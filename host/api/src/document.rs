//! The OpenAPI document: what the routes and the types of answers say of themselves, put together with how requests are
//! read (`requests`).

use limits::Limits;
use serde_json::{Map, Value};
use utoipa::openapi::OpenApi;

use super::requests;

/// What routes and requests say.
pub(super) fn document(routes: &OpenApi, limits: &Limits) -> Value {
    let mut document = serde_json::to_value(routes).unwrap_or_default();
    if let Some(schemas) = members(&mut document, "/components/schemas") {
        schemas.extend(requests::schemas(limits).into_iter().map(|(name, schema)| (name.to_owned(), schema)));
    }
    document
}

/// The members of the object at this JSON pointer.
fn members<'a>(document: &'a mut Value, pointer: &str) -> Option<&'a mut Map<String, Value>> {
    document.pointer_mut(pointer)?.as_object_mut()
}
