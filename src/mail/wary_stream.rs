//! A connection in clear, read warily: never more than one line at a time, and never more than so much in all. What a stranger puts behind
//! the answer to STARTTLS is thereby not taken for an answer given under TLS (CVE-2011-0411), and a line without end does not fill the
//! memory.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Most bytes that are read on one connection, a handshake of TLS included. A conversation about one letter is a few thousand.
const MOST_BYTES: usize = 64 * 1024;
const PIECE: usize = 4 * 1024;

/// The stream.
#[derive(Debug)]
pub(super) struct WaryStream {
    inner: TcpStream,
    /// Read, and not yet handed on; the first `given` bytes are handed on already.
    held: Vec<u8>,
    given: usize,
    read_in_all: usize,
}

impl WaryStream {
    /// Of a connection on which nothing was read yet.
    pub(super) fn of(inner: TcpStream) -> Self {
        Self { inner, held: Vec::new(), given: 0, read_in_all: 0 }
    }
}

impl AsyncTokioStream for WaryStream {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.inner.peer_addr()
    }
}

impl AsyncRead for WaryStream {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.given == this.held.len() {
            let mut piece = [0_u8; PIECE];
            let mut piece = ReadBuf::new(&mut piece);
            ready!(Pin::new(&mut this.inner).poll_read(context, &mut piece))?;
            this.read_in_all += piece.filled().len();
            if this.read_in_all > MOST_BYTES {
                return Poll::Ready(Err(io::Error::other("it says more than any mail server has to say")));
            }
            this.held.clear();
            this.held.extend_from_slice(piece.filled());
            this.given = 0;
        }
        let rest = this.held.get(this.given..).unwrap_or_default();
        let to_line_end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
        let now = rest.get(..to_line_end.min(into.remaining())).unwrap_or_default();
        into.put_slice(now);
        this.given += now.len();
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for WaryStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    async fn reading(sent: Vec<u8>) -> WaryStream {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let place = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            // The other end may have had enough.
            let _ = stream.write_all(&sent).await;
        });
        WaryStream::of(TcpStream::connect(place).await.unwrap())
    }

    #[tokio::test]
    async fn nothing_behind_a_line_end_is_handed_on_with_it() {
        let mut stream = reading(b"220 go ahead\r\n250 injected\r\nx".to_vec()).await;
        let mut buffer = [0_u8; 1_000];
        let mut pieces = Vec::new();
        loop {
            let bytes = stream.read(&mut buffer).await.unwrap();
            if bytes == 0 {
                break;
            }
            assert!(!buffer[..bytes - 1].contains(&b'\n'));
            pieces.push(String::from_utf8_lossy(&buffer[..bytes]).into_owned());
        }
        assert_eq!(pieces.concat(), "220 go ahead\r\n250 injected\r\nx");
    }

    #[tokio::test]
    async fn more_than_a_mail_server_has_to_say_is_an_error() {
        let most = reading(vec![b'x'; MOST_BYTES]).await.read_to_end(&mut Vec::new()).await;
        assert_eq!(most.unwrap(), MOST_BYTES);
        assert!(reading(vec![b'x'; MOST_BYTES + 1]).await.read_to_end(&mut Vec::new()).await.is_err());
    }
}
