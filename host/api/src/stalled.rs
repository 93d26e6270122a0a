//! A connection whose other side must go on taking what is sent, or lose it.
//!
//! A client that asks for a large answer and does not read it would keep the answer in memory for as long as it likes.
//! Here a write of which nothing is taken within a bound fails, which ends the connection. A slow client is welcome
//! for as long as it reads at all. Reading is not bounded here, and nothing is known of HTTP.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::Sleep,
};

/// A stream whose writes fail once nothing of them was taken for the length of the bound.
#[derive(Debug)]
pub(crate) struct EndIfStalled<S> {
    stream: S,
    bound: Duration,
    /// Runs while a write waits, and only then.
    patience: Option<Pin<Box<Sleep>>>,
}

impl<S> EndIfStalled<S> {
    pub(crate) fn new(stream: S, bound: Duration) -> Self {
        Self { stream, bound, patience: None }
    }

    /// What is written, or the end of patience with a write that waits.
    fn bounded<T>(&mut self, context: &mut Context<'_>, write: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if write.is_ready() {
            self.patience = None;
            return write;
        }
        let bound = self.bound;
        ready!(self.patience.get_or_insert_with(|| Box::pin(tokio::time::sleep(bound))).as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "write timeout: the client did not read the answer (limit `http.stall_time`)",
        )))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for EndIfStalled<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.stream).poll_write(context, octets);
        self.bounded(context, write)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.bounded(context, write)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flush = Pin::new(&mut self.stream).poll_flush(context);
        self.bounded(context, flush)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shutdown = Pin::new(&mut self.stream).poll_shutdown(context);
        self.bounded(context, shutdown)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for EndIfStalled<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buf)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex},
        time::{Instant, sleep},
    };

    use super::*;

    const BOUND: Duration = Duration::from_secs(30);

    /// Both ends of a connection that holds eight octets.
    fn connection() -> (EndIfStalled<DuplexStream>, DuplexStream) {
        let (ours, theirs) = duplex(8);
        (EndIfStalled::new(ours, BOUND), theirs)
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_nothing_loses_the_answer() {
        let (mut ours, theirs) = connection();
        let begun = Instant::now();
        let error = ours.write_all(&[7; 100]).await.unwrap_err();
        assert_eq!((error.kind(), begun.elapsed().as_secs()), (io::ErrorKind::TimedOut, 30));
        drop(theirs);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_may_be_slow_for_as_long_as_it_reads() {
        let (mut ours, mut theirs) = connection();
        let begun = Instant::now();
        let reading = async {
            let mut taken = [0; 100];
            for chunk in taken.chunks_mut(10) {
                sleep(BOUND.mul_f32(0.9)).await;
                theirs.read_exact(chunk).await.unwrap();
            }
            taken
        };
        let (written, taken) = tokio::join!(ours.write_all(&[7; 100]), reading);
        written.unwrap();
        assert_eq!(taken, [7; 100]);
        assert!(begun.elapsed() > BOUND * 5);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_between_two_answers_is_no_stall() {
        let (mut ours, mut theirs) = connection();
        ours.write_all(&[1; 8]).await.unwrap();
        sleep(BOUND * 3).await;
        let (written, taken) = tokio::join!(ours.write_all(&[2; 8]), async {
            sleep(BOUND / 2).await;
            let mut taken = [0; 16];
            theirs.read_exact(&mut taken).await.map(|_| taken)
        });
        written.unwrap();
        assert_eq!(taken.unwrap()[15], 2);
    }
}
