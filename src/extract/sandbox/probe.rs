//! Confines itself as a reader does and then really tries what a reader must not be able to do. This is the one place of
//! `extract` that names files, and it is there to be refused them. It reads no document.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, PipeReader, PipeWriter, Read, Write};
use std::net::TcpListener;
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::path::PathBuf;
use std::process::Command;
use std::thread;

use rlimit::Resource;

use crate::extract::sandbox::report::{Attempt, ForbiddenAct, Guard, SandboxReport, Standing};
use crate::extract::sandbox::{filter_calls, limit_resources, open_nothing_more, raise_walls};
use crate::ports::ExtractLimits;

/// What is there before the confinement, as if it were inherited.
struct Inherited {
    program: PathBuf,
    /// A pipe with a byte in it, so that reading never waits.
    pipe: (PipeReader, PipeWriter),
    /// Ends of that pipe for programs to be started, which must not speak on stdout.
    spare_ends: Vec<(PipeReader, PipeWriter)>,
    socket: UnixDatagram,
    /// A socket of the world outside, with its address.
    outside: Option<Outside>,
}

struct Outside {
    _listener: UnixListener,
    address: std::os::unix::net::SocketAddr,
}

/// Confines this process for good and reports what that came to.
///
/// # Errors
/// The limits could not be set, or there was nothing to try with.
pub fn probe(limits: &ExtractLimits) -> io::Result<SandboxReport> {
    let mut inherited = Inherited::prepare()?;
    limit_resources(limits)?;
    let walls = raise_walls();
    let mut attempts = inherited.try_files(Guard::Landlock);
    if walls.network == Standing::Enforced {
        attempts.push(attempt(ForbiddenAct::ListenOnTcp, Guard::Landlock, TcpListener::bind("127.0.0.1:0")));
    }
    if walls.scopes == Standing::Enforced
        && let Some(outside) = &inherited.outside
    {
        attempts.push(attempt(ForbiddenAct::ReachOtherProcess, Guard::Landlock, UnixStream::connect_addr(&outside.address)));
    }
    open_nothing_more()?;
    let seccomp = filter_calls();
    attempts.extend(inherited.try_files(Guard::Seccomp));
    attempts.extend(inherited.try_calls());
    Ok(SandboxReport { landlock: walls.files, landlock_network: walls.network, landlock_scopes: walls.scopes, seccomp, attempts })
}

impl Inherited {
    fn prepare() -> io::Result<Self> {
        let (reader, mut writer) = io::pipe()?;
        writer.write_all(b"x")?;
        let spare_end = || io::Result::Ok((reader.try_clone()?, writer.try_clone()?));
        Ok(Self {
            program: std::env::current_exe()?,
            spare_ends: vec![spare_end()?, spare_end()?],
            pipe: (reader, writer),
            socket: UnixDatagram::unbound()?,
            outside: Outside::listen(),
        })
    }

    /// Things that lie at a path: `/` can be read and `/dev/null` written by whoever is not confined.
    fn try_files(&mut self, guard: Guard) -> Vec<Attempt> {
        vec![
            attempt(ForbiddenAct::OpenFile, guard, File::open("/")),
            attempt(ForbiddenAct::WriteFile, guard, OpenOptions::new().write(true).open("/dev/null")),
            attempt(ForbiddenAct::StartProcess, guard, self.start_process()),
        ]
    }

    /// Things that the filter on system calls alone must refuse.
    fn try_calls(&mut self) -> Vec<Attempt> {
        let by = |act, outcome: io::Result<()>| attempt(act, Guard::Seccomp, outcome);
        vec![
            by(ForbiddenAct::ReadOtherDescriptor, self.pipe.0.read(&mut [0]).map(drop)),
            by(ForbiddenAct::WriteOtherDescriptor, self.pipe.1.write_all(b"x")),
            by(ForbiddenAct::OpenSocket, UnixDatagram::unbound().map(drop)),
            by(ForbiddenAct::ListenOnTcp, TcpListener::bind("127.0.0.1:0").map(drop)),
            by(ForbiddenAct::ConnectSocket, self.socket.connect("/")),
            by(ForbiddenAct::StartThread, thread::Builder::new().spawn(|| ()).map(|started| drop(started.join()))),
            by(ForbiddenAct::ChangeLimits, Resource::CORE.set(0, 0)),
        ]
    }

    /// Starts this program, which then has nothing to say to anybody.
    fn start_process(&mut self) -> io::Result<()> {
        let (input, output) = self.spare_ends.pop().ok_or(ErrorKind::NotFound)?;
        Command::new(&self.program).arg("--version").env_clear().stdin(input).stdout(output).spawn()?.wait().map(drop)
    }
}

impl Outside {
    #[cfg(target_os = "linux")]
    fn listen() -> Option<Self> {
        use std::os::linux::net::SocketAddrExt;
        let name = format!("crosswalk-probe-{}", std::process::id());
        let address = std::os::unix::net::SocketAddr::from_abstract_name(name).ok()?;
        Some(Self { _listener: UnixListener::bind_addr(&address).ok()?, address })
    }

    /// Abstract sockets are Linux's own.
    #[cfg(not(target_os = "linux"))]
    fn listen() -> Option<Self> {
        None
    }
}

fn attempt<T>(act: ForbiddenAct, guard: Guard, outcome: io::Result<T>) -> Attempt {
    Attempt { act, guard, is_refused: outcome.is_err_and(|error| error.kind() == ErrorKind::PermissionDenied) }
}
