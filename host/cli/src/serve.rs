//! Serving: everything is ready before the port is bound, and the banner says where it is.

use std::{collections::HashSet, convert::Infallible, io, net::UdpSocket, time::Duration};

use address::Host;
use config::Loaded;
use listenfd::ListenFd;
use proxy::{Listeners, Sandbox, warnings};
use runtime::LivePlugins;
use tokio::{net::TcpListener, pin, select};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{
    CommandError, Exit,
    banner::{PluginNames, banner},
    colours::Colours,
    descriptors, loading, output,
    signals::{ReloadSignals, Signals, outlive_file_size_limit},
    supervisor,
};

/// Serves until a signal ends it: the first lets open requests end, the second cuts them off.
pub(super) async fn serve(mut loaded: Loaded) -> Result<Exit, CommandError> {
    fit_connections(&mut loaded);
    let reloads = ReloadSignals::listen()?;
    outlive_file_size_limit()?;
    serve_until_stopped(loaded, reloads).await
}

async fn serve_until_stopped(loaded: Loaded, reloads: ReloadSignals) -> Result<Exit, CommandError> {
    let mut signals = Signals::listen()?;
    let proxy = select! {
        proxy = loading::start_to_serve(loaded.settings.clone()) => proxy?,
        _ = signals.next() => {
            info!("stopped before it served");
            return Ok(Exit::Done);
        }
    };
    let listeners = Listeners { http: listen(&loaded).await?, traps: listen_for_traps(&loaded)? };
    let address = listeners.http.local_addr().map_err(CommandError::Serve)?;
    // What a name of the configuration means is known only now.
    let is_loopback = address.ip().to_canonical().is_loopback();
    if !is_loopback && loaded.settings.server.api_key.is_for_this_machine_only() {
        return Err(CommandError::ShortKey { address });
    }
    let traps: Vec<_> = listeners.traps.iter().filter_map(|socket| socket.local_addr().ok()).collect();
    let plugins = PluginNames::of(&proxy.sandbox().plugins());
    output::print(&banner(&loaded, address, &traps, &plugins, Colours::of_stdout()))?;

    let status = format!("serving on {address}");
    supervisor::serves(&status);
    let stop = CancellationToken::new();
    let sandbox = proxy.sandbox();
    let serving = async {
        select! {
            served = proxy.serve(listeners, stop.clone()) => served,
            never = tell_of(sandbox.live_plugins()) => match never {},
            never = reload_at(reloads, sandbox, &status) => match never {},
            never = supervisor::keep_alive() => match never {},
            never = watch(sandbox, loaded.settings.plugins.watch) => match never {},
        }
    };
    pin!(serving);
    select! {
        result = &mut serving => return result.map(|()| Exit::Done).map_err(CommandError::Serve),
        _ = signals.next() => {
            supervisor::stops();
            info!("stopping; a second signal ends open requests at once");
        }
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

/// Makes room for the connections that the operator wants, or tells how many there can be.
fn fit_connections(loaded: &mut Loaded) {
    let descriptors = descriptors::raise();
    let connections = &mut loaded.settings.limits.http.connections;
    let wanted = *connections;
    *connections = descriptors::connections(wanted, descriptors);
    if *connections < wanted {
        warn!(
            descriptors,
            connections,
            wanted,
            "the system allows fewer open files than http.connections needs: raise its limit (LimitNOFILE=, ulimit -Hn)"
        );
    }
}

/// Loads the plugins again at each signal.
async fn reload_at(mut signals: ReloadSignals, sandbox: &Sandbox, status: &str) -> Infallible {
    loop {
        signals.next().await;
        supervisor::reloads();
        sandbox.reload().await;
        supervisor::serves(status);
    }
}

/// Looks at the folder of plugins, where the operator wants that.
async fn watch(sandbox: &Sandbox, every: Duration) -> Infallible {
    if every.is_zero() {
        return std::future::pending().await;
    }
    sandbox.watch(every).await
}

/// Tells the log what is wrong with plugins, as soon as it is known.
async fn tell_of(plugins: &LivePlugins) -> Infallible {
    let mut told = HashSet::new();
    let (mut set, mut odd) = (plugins.now(), Vec::new());
    loop {
        // What is well again, or is loaded once more and wrong again, is told once more.
        told.retain(|line| set.problems().iter().any(|problem| problem.to_string() == *line));
        for problem in set.problems() {
            if told.insert(problem.to_string()) {
                warn!(plugin = problem.name, error = problem.reason(), "a plugin cannot be used");
            }
        }
        if set.compiling().next().is_none() {
            let known = std::mem::replace(&mut odd, warnings(&set));
            odd.iter().filter(|line| !known.contains(line)).for_each(|warning| warn!("{warning}"));
        }
        set = plugins.changed(&set).await;
    }
}

async fn listen(loaded: &Loaded) -> Result<TcpListener, CommandError> {
    let server = &loaded.settings.server;
    TcpListener::bind((server.host.to_string(), server.port)).await.map_err(|source| {
        let host =
            if matches!(server.host, Host::V6(..)) { format!("[{}]", server.host) } else { server.host.to_string() };
        CommandError::Listen { address: format!("{host}:{}", server.port), source }
    })
}

/// The sockets for notifications: those that systemd has opened, and those of the configuration.
fn listen_for_traps(loaded: &Loaded) -> Result<Vec<UdpSocket>, CommandError> {
    let mut sockets = sockets_of_systemd().map_err(CommandError::ListenForTraps)?;
    let settings = &loaded.settings.traps;
    sockets.extend(traps::listener::open(&settings.listen).map_err(CommandError::ListenForTraps)?);
    if !sockets.is_empty() && !settings.lets_somebody_in() {
        warn!("listening for notifications, but every one is dropped: set communities or users in [traps]");
    }
    Ok(sockets)
}

/// What came with `ListenDatagram=` (systemd.socket(5)).
fn sockets_of_systemd() -> io::Result<Vec<UdpSocket>> {
    let mut passed = ListenFd::from_env();
    let sockets = (0..passed.len()).map(|place| passed.take_udp_socket(place));
    Ok(sockets.collect::<io::Result<Vec<_>>>()?.into_iter().flatten().collect())
}
