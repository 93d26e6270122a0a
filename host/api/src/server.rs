//! Accepts connections and serves them until told to stop.
//!
//! Bounded in number, in all and for each source, in the size of a request's header, in the time for it and in the time for
//! which an answer may lie untaken, which a server with axum's own loop is not. `connections` says who is let in and who
//! gives way. When told to stop, open requests may end within a grace period and are cut off after it.

use std::{
    convert::Infallible,
    io::{self, Write as _},
    net::SocketAddr,
    sync::Arc,
};

use axum::{body::Body, http::Request, response::Response};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use limits::HttpLimits;
use tokio::{
    net::{TcpListener, TcpStream},
    select,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::{Service, ServiceExt as _};

use crate::{
    App,
    connections::{ConnectionGuard, ConnectionHandle, Connections, WatchedRequest, WatchedResponse, WatchedStream},
    stalled::EndIfStalled,
};

/// Serves until `stop` is cancelled, then until the open requests are answered or the grace period is over.
pub async fn serve(
    listener: TcpListener,
    app: App,
    connections: Arc<Connections>,
    limits: &HttpLimits,
    stop: CancellationToken,
) -> io::Result<()> {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.header_time).max_buf_size(limits.header_bytes);
    let (tasks, graceful, cut) = (TaskTracker::new(), GracefulShutdown::new(), CancellationToken::new());
    // Whatever becomes of this future, no connection outlives it.
    let _cut = cut.clone().drop_guard();
    loop {
        let (stream, occupied) = select! {
            () = stop.cancelled() => break,
            next = accept(&listener, &connections) => next,
        };
        // Answers are small and wait for nothing.
        let _ = stream.set_nodelay(true);
        keep_little_unsent(&stream);
        let ConnectionGuard { handle, gives_way } = &occupied;
        let stream = WatchedStream::new(EndIfStalled::new(stream, limits), Arc::clone(handle));
        let service = TowerToHyperService::new(watched(app.clone(), Arc::clone(handle)));
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        let (cut, gives_way) = (cut.clone(), gives_way.clone());
        tasks.spawn(async move {
            let ended = select! {
                () = cut.cancelled() => None,
                () = gives_way.cancelled() => None,
                ended = connection => ended.err(),
            };
            if let Some(error) = ended {
                tracing::debug!(%error, client = %occupied.handle.client(), "a connection ended early");
            }
            // Its descriptor is free by now.
            drop(occupied);
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.shutdown_grace, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were still open at the end of the time to shut down");
    }
    cut.cancel();
    tasks.close();
    tasks.wait().await;
    Ok(())
}

/// The next connection that is admitted.
async fn accept(listener: &TcpListener, connections: &Arc<Connections>) -> (TcpStream, ConnectionGuard) {
    loop {
        let (stream, address): (_, SocketAddr) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                connections.not_accepted(&error).await;
                continue;
            }
        };
        match connections.admit(address.ip()).await {
            Some(occupied) => return (stream, occupied),
            None => refuse(stream),
        }
    }
}

/// The app as one connection has it: its handle is told of each request and answer, and goes with each request.
fn watched(
    app: App,
    handle: Arc<ConnectionHandle>,
) -> impl Service<Request<Incoming>, Response = Response, Error = Infallible, Future: Send> + Clone {
    let (asked, answered) = (Arc::clone(&handle), handle);
    app.map_request(move |request: Request<Incoming>| {
        let mut request = request.map(|body| WatchedRequest::body(Body::new(body), &asked));
        request.extensions_mut().insert(Arc::clone(&asked));
        request
    })
    .map_response(move |response: Response| {
        let handle = Arc::clone(&answered);
        response.map(|body| WatchedResponse::body(body, handle))
    })
}

/// Tells a client that is one too many, without waiting for its request: what fits nowhere is lost, and it sees the end of
/// the connection.
fn refuse(stream: TcpStream) {
    const DETAIL: &str =
        r#"{"detail":"Too many requests from this address at the same time (limit `http.connections_per_source`)"}"#;
    let length = DETAIL.len();
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
         retry-after: 1\r\ncache-control: no-store\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n{DETAIL}"
    );
    // It stays without blocking as a stream of the standard library, which does not wait to be told that it may write.
    let _ = stream.into_std().and_then(|mut stream| stream.write_all(answer.as_bytes()));
}

/// Asks the system to take little more than it can send. Left alone it takes megabytes for each client that does not
/// read, and tells that there is room again when a third of them is gone, so a slow client would look like one that has
/// stopped (tcp(7), TCP_NOTSENT_LOWAT). What is sent and not acknowledged is not bounded by it: throughput stays.
fn keep_little_unsent(stream: &tokio::net::TcpStream) {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        // Without it everything works, only less exactly.
        let _ = socket2::SockRef::from(stream).set_tcp_notsent_lowat(UNSENT_OCTETS);
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let _ = stream;
}

/// Octets that the system takes of an answer before it can send them.
#[cfg(any(target_os = "linux", target_os = "android"))]
const UNSENT_OCTETS: u32 = 64 << 10;

#[cfg(test)]
mod tests {
    use axum::{Router, routing::get};
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
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
        let connections = Arc::new(Connections::new(&limits));
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
        let (served, taken) = tokio::join!(serve(listener, app, connections, &limits, stop.clone()), asking);
        served.unwrap();
        assert!(taken < LARGE, "{taken}");
    }
}
