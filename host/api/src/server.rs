//! Accepts connections and serves them until told to stop.
//!
//! Bounded in number, in the size of a request's header, in the time for it and in the time for which an answer may lie
//! untaken, which a server with axum's own loop is not. When told to stop, open requests may end within a grace period and are cut off after it.

use std::{io, sync::Arc, time::Duration};

use axum::{body::Body, http::Request};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use limits::HttpLimits;
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt as _;

use crate::{App, stalled::EndIfStalled};

/// Serves until `stop` is cancelled, then until the open requests are answered or the grace period is over.
pub async fn serve(listener: TcpListener, app: App, limits: &HttpLimits, stop: CancellationToken) -> io::Result<()> {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.header_time).max_buf_size(limits.header_bytes);
    let places = Arc::new(Semaphore::new(limits.connections));
    let (connections, graceful, cut) = (TaskTracker::new(), GracefulShutdown::new(), CancellationToken::new());
    // Whatever becomes of this future, no connection outlives it.
    let _cut = cut.clone().drop_guard();
    loop {
        let next = tokio::select! {
            () = stop.cancelled() => break,
            next = accept(&listener, &places) => next,
        };
        let (stream, place) = match next {
            Ok(next) => next,
            Err(error) => {
                // Mostly a client that went away before it was accepted, or no file descriptor left: wait for one.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        // Answers are small and wait for nothing.
        let _ = stream.set_nodelay(true);
        let service =
            TowerToHyperService::new(app.clone().map_request(|request: Request<Incoming>| request.map(Body::new)));
        let connection =
            graceful.watch(http.serve_connection(TokioIo::new(EndIfStalled::new(stream, limits.stall_time)), service));
        let cut = cut.clone();
        connections.spawn(async move {
            if let Some(Err(error)) = cut.run_until_cancelled(connection).await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.shutdown_grace, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were still open at the end of the time to shut down");
    }
    cut.cancel();
    connections.close();
    connections.wait().await;
    Ok(())
}

/// How long to leave the system alone after it could not give a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(tokio::net::TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, place))
}

#[cfg(test)]
mod tests {
    use axum::{Router, routing::get};
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpStream,
        time::sleep,
    };
    use tower::util::BoxCloneSyncService;

    use super::*;

    /// More than the system takes for a client that does not read.
    const LARGE: usize = 64 << 20;

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_read_its_answer_is_cut_off() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let app = BoxCloneSyncService::new(Router::new().route("/", get(|| async { vec![7_u8; LARGE] })));
        let stop = CancellationToken::new();
        let limits = HttpLimits::default();
        let asking = async {
            let mut client = TcpStream::connect(addr).await.unwrap();
            client.write_all(b"GET / HTTP/1.1\r\nHost: proxy\r\n\r\n").await.unwrap();
            let mut taken = vec![0; 1 << 10];
            client.read_exact(&mut taken).await.unwrap();
            sleep(limits.stall_time * 2).await;
            // The rest is what was on its way already; the end of it may be a reset.
            let _ = client.read_to_end(&mut taken).await;
            stop.cancel();
            taken.len()
        };
        let (served, taken) = tokio::join!(serve(listener, app, &limits, stop.clone()), asking);
        served.unwrap();
        assert!(taken < LARGE, "{taken}");
    }
}
