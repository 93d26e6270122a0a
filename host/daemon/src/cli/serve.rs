//! Serving: everything is ready before the port is bound, and the banner says where it is.

use tokio::{net::TcpListener, pin, select};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{
    CommandError, Exit,
    banner::banner,
    output,
    signals::{Hangups, Signals},
};
use crate::{Proxy, config::Loaded};

/// Serves until a signal ends it: the first lets open requests end, the second cuts them off.
pub(super) async fn serve(loaded: Loaded) -> Result<Exit, CommandError> {
    let hangups = Hangups::listen()?;
    select! {
        result = serve_until_stopped(loaded) => result,
        never = hangups.refuse() => match never {},
    }
}

async fn serve_until_stopped(loaded: Loaded) -> Result<Exit, CommandError> {
    let mut signals = Signals::listen()?;
    let proxy = Proxy::start(loaded.settings.clone()).await?;
    for problem in proxy.plugins().problems() {
        warn!(plugin = problem.name, error = problem.error.with_causes(), "a plugin cannot be used");
    }
    let listener = listen(&loaded).await?;
    let address = listener.local_addr().map_err(CommandError::Serve)?;
    let mut plugins: Vec<_> = proxy.plugins().plugins().map(|plugin| plugin.manifest().name.clone()).collect();
    plugins.sort_unstable();
    output::print(&banner(&loaded, address, &plugins, proxy.plugins().problems().len()))?;

    let stop = CancellationToken::new();
    let serving = proxy.serve(listener, stop.clone());
    pin!(serving);
    select! {
        result = &mut serving => return result.map(|()| Exit::Done).map_err(CommandError::Serve),
        _ = signals.next() => info!("stopping; a second signal cuts off what is open"),
    }
    stop.cancel();
    select! {
        result = &mut serving => {
            result.map_err(CommandError::Serve)?;
            info!("stopped");
            Ok(Exit::Done)
        }
        exit = signals.next() => Ok(exit),
    }
}

async fn listen(loaded: &Loaded) -> Result<TcpListener, CommandError> {
    let server = &loaded.settings.server;
    // Brackets around an IPv6 address are how it stands in a URL, so people write them here as well.
    let host = server.host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(&server.host);
    TcpListener::bind((host, server.port)).await.map_err(|source| {
        let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
        CommandError::Listen { address: format!("{host}:{}", server.port), source }
    })
}
