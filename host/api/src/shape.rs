//! What all answers have in common: unknown paths and methods as the reference answers them, headers that guard what is
//! in them, and CORS where configured.

use std::sync::Arc;

use axum::{
    Router,
    extract::Request,
    http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use tower::{ServiceBuilder, ServiceExt, util::BoxCloneSyncService};
use tower_http::{catch_panic::CatchPanicLayer, cors::CorsLayer};
use utoipa::openapi::OpenApi;

use super::{docs, error::ApiError, traps::LAST_EVENT_ID};

/// The API as one service.
pub type App = BoxCloneSyncService<Request, Response, std::convert::Infallible>;

/// Puts around the router what has to happen before a route is chosen.
pub(super) fn app(router: Router, cors_origins: &[String]) -> App {
    let cors = (!cors_origins.is_empty()).then(|| cors(cors_origins));
    let service = ServiceBuilder::new()
        .layer(CatchPanicLayer::custom(|_| {
            ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error").into_response()
        }))
        .option_layer(cors)
        .service(router);
    BoxCloneSyncService::new(ServiceExt::<Request>::map_response(service, guarded))
}

/// No browser may take an answer for something else than it says it is, and nothing between keeps one: it may be a
/// device's configuration. Answers of the HTTP library itself, to what is no HTTP, have no body.
fn guarded(response: impl IntoResponse) -> Response {
    let mut response = response.into_response();
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The paths that there are, as the router has them: a segment in braces stands for any.
#[derive(Debug)]
pub(super) struct Paths(Vec<String>);

impl Paths {
    /// The paths of the document, and those of the documentation itself.
    pub(super) fn of(document: &OpenApi) -> Self {
        let documented = document.paths.paths.keys().cloned();
        Self(documented.chain(docs::PATHS.map(str::to_owned)).collect())
    }

    fn have(&self, path: &str) -> bool {
        let is_alike = |(route, segment): (&str, &str)| {
            if route.starts_with('{') { !segment.is_empty() } else { route == segment }
        };
        self.0.iter().any(|route| {
            let (route, path) = (route.split('/'), path.split('/'));
            route.clone().count() == path.clone().count() && route.zip(path).all(is_alike)
        })
    }
}

/// No route has this path. With a slash too many, the client is sent to the right one.
pub(super) async fn not_found(paths: Arc<Paths>, uri: Uri) -> Response {
    if let Some(path) = uri.path().strip_suffix('/').filter(|path| paths.have(path)) {
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        if let Ok(location) = HeaderValue::try_from(format!("{path}{query}")) {
            return (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, location)]).into_response();
        }
    }
    ApiError::not_found().into_response()
}

/// The path has other methods.
pub(super) async fn method_not_allowed() -> ApiError {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
}

/// Lets browsers use the API from these origins, or from everywhere if one of them is `*`. Never with credentials.
fn cors(origins: &[String]) -> CorsLayer {
    let cors = CorsLayer::new().allow_methods([Method::GET, Method::POST, Method::DELETE]).allow_headers([
        header::CONTENT_TYPE,
        HeaderName::from_static("x-api-key"),
        LAST_EVENT_ID,
    ]);
    if origins.iter().any(|origin| origin == "*") {
        return cors.allow_origin(tower_http::cors::Any);
    }
    cors.allow_origin(origins.iter().filter_map(|origin| HeaderValue::try_from(origin).ok()).collect::<Vec<_>>())
}
