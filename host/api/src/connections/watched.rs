//! What happens on a connection, told to its handle: a request is complete, an answer is over, all of it is sent.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use axum::{
    Error,
    body::{Body, Bytes, HttpBody},
};
use hyper::body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::ConnectionHandle;

/// The body of a request, which is complete when it ends.
#[derive(Debug)]
pub(crate) struct WatchedRequest {
    body: Body,
    handle: Arc<ConnectionHandle>,
}

impl WatchedRequest {
    /// The body as it is, where the header is all of the request; else one that is watched.
    pub(crate) fn body(body: Body, handle: &Arc<ConnectionHandle>) -> Body {
        if body.is_end_stream() {
            handle.busy();
            return body;
        }
        Body::new(Self { body, handle: Arc::clone(handle) })
    }
}

/// The body of an answer, which is over when it is dropped.
#[derive(Debug)]
pub(crate) struct WatchedResponse {
    body: Body,
    handle: Arc<ConnectionHandle>,
}

impl WatchedResponse {
    pub(crate) fn body(body: Body, handle: Arc<ConnectionHandle>) -> Body {
        Body::new(Self { body, handle })
    }
}

/// A stream that says when all that was written is on its way.
#[derive(Debug)]
pub(crate) struct WatchedStream<S> {
    stream: S,
    handle: Arc<ConnectionHandle>,
}

impl<S> WatchedStream<S> {
    pub(crate) fn new(stream: S, handle: Arc<ConnectionHandle>) -> Self {
        Self { stream, handle }
    }
}

impl HttpBody for WatchedRequest {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        let is_complete = match &frame {
            None => true,
            Some(Ok(_)) => self.body.is_end_stream(),
            Some(Err(_)) => false,
        };
        if is_complete {
            self.handle.busy();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl HttpBody for WatchedResponse {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for WatchedResponse {
    fn drop(&mut self) {
        self.handle.answered();
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for WatchedStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, octets)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// hyper flushes the stream only after it has written all of its own buffer.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = ready!(Pin::new(&mut self.stream).poll_flush(context));
        self.handle.sent();
        Poll::Ready(flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for WatchedStream<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buf)
    }
}
