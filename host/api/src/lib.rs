//! The REST API: the reference's endpoints, and what was added to them.
//!
//! A handler reads its request, hands a checked value to the crate that does the work, and writes what comes back; it decides nothing.
//! Every path but `/health`, `/readyz` and the documentation wants the key. The OpenAPI document is made of the same declarations
//! that the routes are made of.

pub mod problem;
pub mod wire;

mod answers;
mod body;
mod coding;
mod connections;
mod decode;
mod device;
mod direct;
mod docs;
mod document;
mod encoding;
mod error;
mod fields;
mod form;
mod health;
mod jobs;
mod key;
mod kinds;
mod options;
mod pieces;
mod plugins;
mod query;
mod recipes;
mod refused;
mod requests;
mod server;
mod shape;
mod stalled;
mod traps;
mod user;
mod wrong_keys;

use std::{fmt, sync::Arc, time::Instant};

use ::config::Settings;
use ::traps::TrapLog;
use axum::{Router, extract::DefaultBodyLimit, middleware};
use budget::AnswerBudget;
use decoding::Decoding;
use job::Targets;
use receiving::Receiving;
use snmp_engine::HubStats;
use tickets::{Direct, Scheduler};
use tokio_util::sync::CancellationToken;
use utoipa::OpenApi as _;
use utoipa_axum::{router::OpenApiRouter, routes};

use self::requests::RequestReader;
pub use self::{
    connections::Connections,
    plugins::{CurrentPlugins, PluginsNow, ReloadPlugins},
    server::serve,
    shape::App,
    traps::TrapStreams,
    wrong_keys::WrongKeys,
};

/// The version of this program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What handlers work with.
#[derive(Debug)]
pub struct Api {
    /// What the program runs on.
    pub settings: Settings,
    /// The plugins, as they are at each moment.
    pub plugins: CurrentPlugins,
    /// Loads the plugins again.
    pub reload: ReloadPlugins,
    /// Runs tickets.
    pub scheduler: Scheduler,
    /// Knows which targets may be asked.
    pub targets: Arc<dyn Targets>,
    /// Does what is answered at once.
    pub direct: Direct,
    /// The connections of clients.
    pub connections: Arc<Connections>,
    /// The wrong keys that came in.
    pub wrong_keys: WrongKeys,
    /// Memory for answers.
    pub answers: AnswerBudget,
    /// What the sockets to devices have seen.
    pub socket_stats: SocketStats,
    /// Takes packets apart.
    pub decoding: Arc<Decoding>,
    /// The log of received notifications.
    pub traps: TrapLog,
    /// What receives and forwards notifications.
    pub receiving: Arc<Receiving>,
    /// Places for those who follow the log.
    pub trap_streams: TrapStreams,
    /// When the program started.
    pub started: Instant,
    /// Cancelled when the server is to stop: nobody waits for a change any more.
    pub stopping: CancellationToken,
}

/// Tells what the sockets to devices have seen.
#[derive(Clone)]
pub struct SocketStats(pub Arc<dyn Fn() -> HubStats + Send + Sync>);

impl fmt::Debug for SocketStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SocketStats")
    }
}

type Shared = Arc<Api>;

impl Api {
    fn checks<'a>(&'a self, plugins: &'a PluginsNow) -> RequestReader<'a> {
        RequestReader { limits: &self.settings.limits, catalogue: &plugins.catalogue }
    }
}

/// All routes, and what they have in common.
pub fn router(api: Api) -> App {
    let api = Arc::new(api);
    let body_bytes = api.settings.limits.http.body_bytes;
    let (routes, document) = described().split_for_parts();
    let paths = Arc::new(shape::Paths::of(&document));
    let router = routes
        .layer(middleware::from_fn_with_state(api.answers.clone(), answers::count))
        .merge(docs::routes(document::Document::new(&document, &api.settings.limits)))
        .fallback(move |uri| shape::not_found(Arc::clone(&paths), uri))
        .method_not_allowed_fallback(shape::method_not_allowed)
        .layer(DefaultBodyLimit::max(body_bytes))
        .with_state(Arc::clone(&api));
    shape::app(router, &api.settings.server.cors_origins)
}

/// The routes that the OpenAPI document describes.
fn described() -> OpenApiRouter<Shared> {
    OpenApiRouter::with_openapi(docs::Description::openapi())
        .routes(routes!(health::health))
        .routes(routes!(health::ready))
        .routes(routes!(jobs::submit))
        .routes(routes!(jobs::status))
        .routes(routes!(jobs::list))
        .routes(routes!(jobs::remove))
        .routes(routes!(direct::get))
        .routes(routes!(direct::walk))
        .routes(routes!(decode::decode))
        .routes(routes!(traps::list))
        .routes(routes!(traps::follow))
        .routes(routes!(traps::one))
        .routes(routes!(plugins::list))
        .routes(routes!(plugins::one))
        .routes(routes!(plugins::schema))
        .routes(routes!(plugins::reload))
}

/// A router without routes of its own, for the few that the document does not describe.
fn undescribed() -> Router<Shared> {
    Router::new()
}
