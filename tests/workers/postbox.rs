//! A mail server of our own on loopback that keeps what it is told, and refuses whom it is told to refuse. It speaks as much of SMTP
//! (RFC 5321) as one letter needs, and any number of times.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// At what it refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// At the recipient, before it has seen the letter.
    Recipient,
    /// At the letter, when it has seen all of it.
    Letter,
}

/// A refusal.
struct Refusal {
    recipient: String,
    stage: Stage,
    answer: &'static str,
    times: u32,
}

/// A letter as it came over the wire.
#[derive(Debug, Clone)]
pub struct Delivered {
    pub recipient: String,
    pub is_taken_over: bool,
    wire: String,
}

impl Delivered {
    /// The value of a header on one line.
    pub fn header(&self, name: &str) -> &str {
        let mut lines = self.wire.lines().take_while(|line| !line.is_empty());
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_else(|| panic!("no {name} in {}", self.wire))
    }

    /// Everything that can be read in it, with the line breaks of its encoding taken out, without the line that holds the address.
    pub fn words(&self) -> String {
        assert!(!self.wire.contains("base64"), "nothing could be found in {}", self.wire);
        let unfolded = self.wire.replace("=\r\n", "").replace("\r\n ", " ");
        unfolded.lines().filter(|line| !line.starts_with("To: ")).collect::<Vec<_>>().join("\n")
    }
}

#[derive(Default)]
struct Held {
    letters: Vec<Delivered>,
    refusals: Vec<Refusal>,
    connections: usize,
}

impl Held {
    fn refusal(&mut self, recipient: &str, stage: Stage) -> Option<&'static str> {
        let found = self.refusals.iter_mut().find(|one| one.recipient == recipient && one.stage == stage && one.times > 0)?;
        found.times -= 1;
        Some(found.answer)
    }
}

/// The running server, ended when it is dropped.
pub struct Postbox {
    port: u16,
    held: Arc<Mutex<Held>>,
    serving: JoinHandle<()>,
}

impl Postbox {
    pub async fn open() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let held = Arc::<Mutex<Held>>::default();
        let of_server = Arc::clone(&held);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                of_server.lock().unwrap().connections += 1;
                tokio::spawn(converse(BufReader::new(stream), Arc::clone(&of_server)));
            }
        });
        Self { port, held, serving }
    }

    /// The next letters to that recipient are answered like this.
    pub fn refuse(&self, recipient: &str, stage: Stage, answer: &'static str, times: u32) {
        self.held.lock().unwrap().refusals.push(Refusal { recipient: recipient.to_owned(), stage, answer, times });
    }

    /// The settings that lead here.
    pub fn settings(&self) -> String {
        settings_for(self.port)
    }

    /// The same in the environment of a process.
    pub fn variables(&self) -> Vec<(String, String)> {
        let port = self.port.to_string();
        [("HOST", "127.0.0.1"), ("PORT", &port), ("TLS", "none"), ("FROM", "reports@example.com")]
            .map(|(key, value)| (format!("CROSSWALK_SMTP__{key}"), value.to_owned()))
            .into()
    }

    /// Every letter that was told to the end, taken over or not.
    pub fn letters(&self) -> Vec<Delivered> {
        self.held.lock().unwrap().letters.clone()
    }

    /// How many conversations were begun.
    pub fn connections(&self) -> usize {
        self.held.lock().unwrap().connections
    }
}

impl Drop for Postbox {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// The section `smtp` for a server in clear on that port of this machine.
pub fn settings_for(port: u16) -> String {
    format!("host = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\nfrom = \"reports@example.com\"\ntimeout_ms = 10000")
}

async fn converse(mut stream: BufReader<TcpStream>, held: Arc<Mutex<Held>>) {
    let mut recipient = String::new();
    let mut answer = "220 postbox.example.com ESMTP".to_owned();
    loop {
        if stream.get_mut().write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            return;
        }
        let mut line = String::new();
        if !stream.read_line(&mut line).await.is_ok_and(|bytes| bytes > 0) {
            return;
        }
        let command = line.trim_end();
        "250 2.0.0 OK".clone_into(&mut answer);
        if let Some(rest) = command.strip_prefix("RCPT TO:<") {
            rest.split('>').next().unwrap().clone_into(&mut recipient);
            if let Some(refusal) = held.lock().unwrap().refusal(&recipient, Stage::Recipient) {
                refusal.clone_into(&mut answer);
            }
        } else if command == "DATA" {
            stream.get_mut().write_all(b"354 end with a point\r\n").await.unwrap();
            let mut wire = String::new();
            while !wire.ends_with("\r\n.\r\n") {
                if !stream.read_line(&mut wire).await.is_ok_and(|bytes| bytes > 0) {
                    return;
                }
            }
            let mut held = held.lock().unwrap();
            let refusal = held.refusal(&recipient, Stage::Letter);
            held.letters.push(Delivered { recipient: recipient.clone(), is_taken_over: refusal.is_none(), wire });
            if let Some(refusal) = refusal {
                refusal.clone_into(&mut answer);
            }
        }
    }
}
