//! A mail server of another make (aiosmtpd, driven by `tests/mail/server.py`), and what it understood of each letter.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

/// Python with aiosmtpd, as `tests/run` installs it; none, with a line that says so, without.
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
pub fn python(test: &str) -> Option<PathBuf> {
    let python = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("mail-venv/bin/python3");
    let is_there =
        Command::new(&python).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
    if !is_there {
        println!("SKIPPED {test}: aiosmtpd is not in target/mail-venv (tests/run installs it)");
        return None;
    }
    Some(python)
}

/// A running server, ended with its test.
pub struct Server {
    child: Child,
    port: u16,
    told: Receiver<Value>,
}

impl Server {
    pub fn start(python: &Path, arguments: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail/server.py");
        let mut command = Command::new(python);
        command.arg(script).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (teller, told) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if teller.send(serde_json::from_str(&line).unwrap()).is_err() {
                    return;
                }
            }
        });
        let first: Value = told.recv_timeout(Duration::from_mins(1)).unwrap();
        let port = first["port"].as_u64().and_then(|port| u16::try_from(port).ok()).unwrap();
        Self { child, port, told }
    }

    /// The next letter as it was understood there.
    pub fn received(&self) -> Value {
        self.told.recv_timeout(Duration::from_secs(20)).unwrap()
    }

    pub fn has_received_nothing(&self) -> bool {
        self.told.recv_timeout(Duration::from_millis(200)).is_err()
    }

    /// The section `smtp` that leads there.
    pub fn settings(&self, more: &str) -> String {
        format!("host = \"localhost\"\nport = {}\nfrom = \"Prüfung, Abteilung 3 <reports@example.com>\"\n{more}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The values of a header, as they were understood there.
pub fn header<'a>(received: &'a Value, name: &str) -> Vec<&'a str> {
    let headers = received["headers"].as_array().unwrap();
    headers.iter().filter(|pair| pair[0] == name).map(|pair| pair[1].as_str().unwrap()).collect()
}
