//! Asks the service on this machine whether it is ready, for whoever watches it and has no program that could ask (a container without a
//! shell). It asks nobody but an address of the settings or of the operator, in plain HTTP, and takes nothing but the status.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use crate::app::failure::{Exit, Failure};

/// How long connecting, asking and answering may take, each; the page itself asks the database.
const PATIENCE: Duration = Duration::from_secs(10);
/// Enough for the first line of an answer.
const MOST_BYTES: u64 = 64;

/// Asks `/readyz` of the service that listens there.
///
/// # Errors
/// When nobody answers, or the answer is that the service is not ready.
pub fn ask_health(listen: SocketAddr) -> Result<(), Failure> {
    let address = reachable(listen);
    match status(address) {
        Ok(200) => Ok(()),
        Ok(status) => Err(Failure::new(
            Exit::Internal,
            format!("The service at {address} is not ready: it answers with {status}."),
            "Its log says why; 503 means that the database does not answer. It becomes ready by itself when that does.",
        )),
        Err(error) => Err(Failure::new(
            Exit::Internal,
            format!("The service at {address} does not answer: {}.", error.kind()),
            "Check that it runs and listens there (server.listen), or name another address with --listen.",
        )),
    }
}

/// Who listens everywhere is asked on this machine.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip @ (IpAddr::V4(_) | IpAddr::V6(_)) => ip,
    };
    SocketAddr::new(ip, listen.port())
}

fn status(address: SocketAddr) -> io::Result<u16> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut answer = Vec::new();
    stream.take(MOST_BYTES).read_to_end(&mut answer)?;
    status_in(&answer).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))
}

/// The status of an answer (RFC 9112, 4).
fn status_in(answer: &[u8]) -> Option<u16> {
    let text = String::from_utf8_lossy(answer);
    text.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.split_whitespace().next()).and_then(|word| word.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_in_http_has_a_status() {
        for (answer, expected) in
            [("HTTP/1.1 200 OK\r\n", Some(200)), ("HTTP/1.1 503 Service", Some(503)), ("SSH-2.0", None), ("", None), ("HTTP/1.1 ", None)]
        {
            assert_eq!(status_in(answer.as_bytes()), expected, "{answer}");
        }
    }

    #[test]
    fn who_listens_everywhere_is_asked_here() {
        for (listen, expected) in
            [("0.0.0.0:1", "127.0.0.1:1"), ("[::]:2", "[::1]:2"), ("10.0.0.1:3", "10.0.0.1:3"), ("[::1]:4", "[::1]:4")]
        {
            assert_eq!(reachable(listen.parse().unwrap()), expected.parse().unwrap(), "{listen}");
        }
    }
}
