//! What a guest prints, kept up to a bound: the last of it, since a panic says at the end why.

use std::{
    collections::VecDeque,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use parking_lot::{Mutex, MutexGuard};
use tokio::io::AsyncWrite;
use wasmtime_wasi::{
    cli::{IsTerminal, StdoutStream},
    p2::{OutputStream, Pollable, StreamResult},
};

/// The end of what a guest printed. Clones share it.
#[derive(Clone)]
pub(crate) struct Printed {
    kept: Arc<Mutex<VecDeque<u8>>>,
    max: usize,
}

impl Printed {
    /// Keeps the last `most` octets.
    pub(crate) fn new(max: usize) -> Self {
        Self { kept: Arc::default(), max }
    }

    /// What is kept, as text.
    pub(crate) fn text(&self) -> String {
        let mut kept = self.lock();
        String::from_utf8_lossy(kept.make_contiguous()).into_owned()
    }

    fn keep(&self, octets: &[u8]) {
        let last = octets.get(octets.len().saturating_sub(self.max)..).unwrap_or_default();
        let mut kept = self.lock();
        let too_many = (kept.len() + last.len()).saturating_sub(self.max);
        kept.drain(..too_many);
        kept.extend(last);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<u8>> {
        self.kept.lock()
    }
}

impl StdoutStream for Printed {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl IsTerminal for Printed {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl OutputStream for Printed {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.keep(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(4096)
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Printed {
    async fn ready(&mut self) {}
}

impl AsyncWrite for Printed {
    fn poll_write(self: Pin<&mut Self>, _cx: &mut Context<'_>, buf: &[u8]) -> Poll<std::io::Result<usize>> {
        self.keep(buf);
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_it_is_kept() {
        let printed = Printed::new(5);
        printed.keep(b"abc");
        printed.keep(b"def");
        assert_eq!(printed.text(), "bcdef");
        printed.keep(b"123456789");
        assert_eq!(printed.text(), "56789");
        printed.keep(b"");
        assert_eq!(printed.text(), "56789");
    }
}
