//! The OpenAPI document and Swagger UI, all of it embedded: jump hosts have no internet.

use std::{borrow::Cow, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as OpenApiDocument,
        security::{ApiKey, ApiKeyValue, SecurityScheme},
    },
};
use utoipa_swagger_ui::Config;

use super::{Shared, document::Document, error::ApiError, undescribed};

/// What the OpenAPI document says besides the endpoints.
#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "SNMP Proxy",
        description = "Polls SNMP devices for clients that cannot reach them, by ticket.",
    ),
    tags(
        (name = "polls", description = "Polls by ticket"),
        (name = "direct", description = "Single operations, answered at once"),
        (name = "decode", description = "Packets taken apart"),
        (name = "traps", description = "Records of notifications that were received"),
        (name = "plugins", description = "The recipes that polls run"),
        (name = "service", description = "The proxy itself"),
    ),
    security(("key" = [])),
    modifiers(&KeyScheme),
)]
pub(super) struct Description;

struct KeyScheme;

impl Modify for KeyScheme {
    fn modify(&self, document: &mut OpenApiDocument) {
        let key = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-API-Key")));
        document.components.get_or_insert_default().add_security_scheme("key", key);
    }
}

/// The page that loads Swagger UI. Its links are relative, so that it works below a prefix, too.
const PAGE: &str = r##"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>SNMP Proxy - Swagger UI</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="icon" type="image/png" href="docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"##;

const START: &str = r##"SwaggerUIBundle({ url: "openapi.json", dom_id: "#swagger-ui", deepLinking: true, persistAuthorization: false });
"##;

/// Nothing is loaded from elsewhere, and nothing else may frame the page.
const POLICY: &str =
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'";

/// The paths that the document does not describe.
pub(super) const PATHS: [&str; 2] = [DOCUMENT, DOCS];

const DOCUMENT: &str = "/openapi.json";
const DOCS: &str = "/docs";

/// `/openapi.json` and `/docs`. None of them wants the key.
pub(super) fn routes(document: Document) -> Router<Shared> {
    let document = Arc::new(document);
    let openapi = |State(api): State<Shared>| async move {
        ([(header::CONTENT_TYPE, "application/json")], document.json(&api.plugins.now()))
    };
    undescribed().route(DOCUMENT, get(openapi)).route(DOCS, get(page)).route("/docs/{file}", get(file))
}

async fn page() -> Response {
    with_policy("text/html; charset=utf-8", PAGE)
}

async fn file(name: Result<Path<String>, PathRejection>) -> Response {
    let name = name.map(|Path(name)| name).unwrap_or_default();
    // A page below /docs/ would have to link differently; the one at /docs is the only one.
    let wanted = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"];
    if name == "start.js" {
        return with_policy("text/javascript; charset=utf-8", START);
    }
    let served = wanted.contains(&name.as_str()).then(|| utoipa_swagger_ui::serve(&name, Arc::new(Config::from("/"))));
    // Its error is not `Send`, so it must be gone before anything is waited for.
    match served.and_then(Result::ok).flatten() {
        Some(file) => {
            let content_type = HeaderValue::try_from(file.content_type).ok();
            let headers: HeaderMap =
                content_type.map(|content_type| (header::CONTENT_TYPE, content_type)).into_iter().collect();
            // Anybody may ask for these, so they are not copied for each who does.
            match file.bytes {
                Cow::Borrowed(bytes) => (headers, Bytes::from_static(bytes)).into_response(),
                Cow::Owned(bytes) => (headers, bytes).into_response(),
            }
        }
        None => ApiError::not_found().into_response(),
    }
}

fn with_policy(content_type: &'static str, body: &'static str) -> Response {
    ([(header::CONTENT_TYPE, content_type), (header::CONTENT_SECURITY_POLICY, POLICY)], body).into_response()
}
