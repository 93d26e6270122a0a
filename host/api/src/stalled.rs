//! A connection whose other side must go on taking what is sent, at a minimum rate, or lose it.
//!
//! A client that asks for a large answer and does not read it would keep the answer, and what makes it, for as long as
//! it likes. Here a connection ends whose writes have waited for the length of a bound while less was taken than the
//! minimum rate makes of that time. Only time counts in which a write waits: a client that reads all there is may pause
//! for as long as it likes, and so may the program. Reading is not bounded here, and nothing is known of HTTP.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use limits::HttpLimits;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep},
};

/// A stream whose writes fail once the other side has taken too little for too long.
#[derive(Debug)]
pub(crate) struct EndIfStalled<S> {
    stream: S,
    pace: Pace,
    /// How the other side keeps to it; nothing before a write waits.
    measured: Measured,
    /// Runs while a write waits, and only then.
    deadline: Option<Pin<Box<Sleep>>>,
}

/// What has to be taken in how much time.
#[derive(Clone, Copy, Debug)]
struct Pace {
    octets: usize,
    time: Duration,
}

/// What was taken while writes waited, since the other side last kept to the pace.
#[derive(Clone, Copy, Debug, Default)]
struct Measured {
    taken: usize,
    waited: Duration,
    /// Since when a write waits.
    since: Option<Instant>,
}

impl<S> EndIfStalled<S> {
    pub(crate) fn new(stream: S, limits: &HttpLimits) -> Self {
        let time = limits.stall_time;
        let seconds = usize::try_from(time.as_secs()).unwrap_or(usize::MAX);
        let pace = Pace { octets: limits.read_rate.saturating_mul(seconds).max(1), time };
        Self { stream, pace, measured: Measured::default(), deadline: None }
    }

    /// How many octets are written, or the end of the time for a write that waits.
    fn bounded(&mut self, context: &mut Context<'_>, write: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        let Self { pace, measured, deadline, .. } = self;
        if let Poll::Ready(written) = write {
            *deadline = None;
            if let Ok(written) = &written {
                measured.took(*written, *pace);
            }
            return Poll::Ready(written);
        }
        let since = *measured.since.get_or_insert_with(Instant::now);
        let until = since + pace.time.saturating_sub(measured.waited);
        ready!(deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until))).as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "write timeout: the client did not read the answer, or too slowly (limits `http.stall_time` and \
             `http.read_rate`)",
        )))
    }
}

impl Measured {
    fn took(&mut self, octets: usize, pace: Pace) {
        if let Some(since) = self.since.take() {
            self.waited += since.elapsed();
        }
        self.taken = self.taken.saturating_add(octets);
        // Nothing waited yet, or enough was taken: the next wait is measured anew.
        if self.waited.is_zero() || self.taken >= pace.octets {
            *self = Self::default();
        }
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
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
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

    /// Both ends of a connection that holds eight octets, and on which 30 have to be taken in 30 seconds.
    fn connection() -> (EndIfStalled<DuplexStream>, DuplexStream) {
        let (ours, theirs) = duplex(8);
        let limits = HttpLimits { stall_time: BOUND, read_rate: 1, ..HttpLimits::default() };
        (EndIfStalled::new(ours, &limits), theirs)
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_nothing_loses_the_answer() {
        let (mut ours, theirs) = connection();
        let begun = Instant::now();
        let error = ours.write_all(&[7; 100]).await.unwrap_err();
        assert_eq!((error.kind(), begun.elapsed().as_secs()), (io::ErrorKind::TimedOut, 30));
        drop(theirs);
    }

    /// How many of a thousand octets a client is given that takes so many every ten seconds.
    async fn given(octets: usize) -> usize {
        let (mut ours, mut theirs) = connection();
        let reading = async {
            let mut taken = 0;
            let mut chunk = vec![0; octets];
            while theirs.read_exact(&mut chunk).await.is_ok() {
                taken += octets;
                sleep(BOUND / 3).await;
            }
            taken
        };
        let writing = async {
            let _ = ours.write_all(&[7; 1_000]).await;
            drop(ours);
        };
        tokio::join!(writing, reading).1
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_may_be_slow_for_as_long_as_it_keeps_to_the_rate() {
        assert_eq!(given(20).await, 1_000);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_drips_loses_the_answer() {
        for octets in [1, 4] {
            let given = given(octets).await;
            assert!(given < 50, "{given}");
        }
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
