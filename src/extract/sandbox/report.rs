//! What the confinement of the reader process comes to on this machine, and words for what is missing. It tries nothing
//! itself.

use serde::{Deserialize, Serialize};

/// Whether one part of the confinement is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// The kernel says so.
    Enforced,
    /// It is not.
    Missing {
        /// Why, in words.
        why: String,
    },
}

/// What stops a forbidden thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Guard {
    /// Landlock, with nothing else in force yet.
    Landlock,
    /// The filter on system calls.
    Seccomp,
}

/// A thing that a reader must not be able to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForbiddenAct {
    /// Open something for reading.
    OpenFile,
    /// Open something for writing.
    WriteFile,
    /// Start another program.
    StartProcess,
    /// Start another thread.
    StartThread,
    /// Make a socket.
    OpenSocket,
    /// Listen on a TCP port.
    ListenOnTcp,
    /// Connect a socket that was there before.
    ConnectSocket,
    /// Reach a process outside by an abstract socket.
    ReachOtherProcess,
    /// Read from a descriptor that was there before.
    ReadOtherDescriptor,
    /// Write to a descriptor that was there before.
    WriteOtherDescriptor,
    /// Change its own limits.
    ChangeLimits,
}

/// A forbidden thing that the probe really tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// What.
    pub act: ForbiddenAct,
    /// Who had to refuse it.
    pub guard: Guard,
    /// Whether it was refused for want of permission; any other outcome, also another failure, is none.
    pub is_refused: bool,
}

/// What the confinement comes to on this machine, as a reader process found that confined itself and then tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SandboxReport {
    /// Landlock's rules on files.
    pub landlock: Standing,
    /// Landlock's rules on TCP (Linux 6.7). Older kernels do without: the filter refuses every socket.
    pub landlock_network: Standing,
    /// Landlock's scopes (Linux 6.12). Older kernels do without: the filter refuses every socket and every signal to others.
    pub landlock_scopes: Standing,
    /// The filter on system calls.
    pub seccomp: Standing,
    /// What was tried.
    pub attempts: Vec<Attempt>,
}

/// A part of the confinement that is missing, for the person who runs the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxShortfall {
    /// What is missing and why: one sentence.
    pub happened: String,
    /// What to do: one sentence.
    pub advice: String,
}

impl Standing {
    pub(super) fn missing(why: impl Into<String>) -> Self {
        Self::Missing { why: why.into() }
    }

    fn why(&self) -> Option<&str> {
        match self {
            Self::Enforced => None,
            Self::Missing { why } => Some(why),
        }
    }
}

impl Guard {
    /// Its name.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Landlock => "Landlock",
            Self::Seccomp => "the filter on system calls (seccomp)",
        }
    }
}

impl ForbiddenAct {
    /// What it does: `open a file`.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::OpenFile => "open a file",
            Self::WriteFile => "open a file for writing",
            Self::StartProcess => "start a program",
            Self::StartThread => "start a thread",
            Self::OpenSocket => "make a socket",
            Self::ListenOnTcp => "listen on a TCP port",
            Self::ConnectSocket => "connect a socket",
            Self::ReachOtherProcess => "reach another process",
            Self::ReadOtherDescriptor => "read from an inherited descriptor",
            Self::WriteOtherDescriptor => "write to an inherited descriptor",
            Self::ChangeLimits => "change its own limits",
        }
    }
}

/// The features without which a reader is not confined, each as `what: why`. Empty when it is.
pub fn missing_features(landlock: &Standing, seccomp: &Standing) -> Vec<String> {
    [("Landlock", landlock), ("seccomp", seccomp)]
        .iter()
        .filter_map(|(name, standing)| Some(format!("{name}: {}", standing.why()?)))
        .collect()
}

impl SandboxReport {
    /// The report of a probe that did not come to an end.
    pub(in crate::extract) fn of_failure(why: &str) -> Self {
        let missing = || Standing::missing(why);
        Self { landlock: missing(), landlock_network: missing(), landlock_scopes: missing(), seccomp: missing(), attempts: Vec::new() }
    }

    /// Whether a stranger's file may be read here: files and system calls are confined, and whatever was tried was
    /// refused. What older kernels lack in Landlock's rules on the network and scopes does not count against it, since
    /// the filter refuses the same things as a whole.
    #[must_use]
    pub fn is_fully_enforced(&self) -> bool {
        self.landlock == Standing::Enforced
            && self.seccomp == Standing::Enforced
            && !self.attempts.is_empty()
            && self.attempts.iter().all(|attempt| attempt.is_refused)
    }

    /// What keeps it from being fully enforced, each with what to do. Empty exactly when it is.
    #[must_use]
    pub fn shortfalls(&self) -> Vec<SandboxShortfall> {
        let mut found = Vec::new();
        if let Some(why) = self.landlock.why() {
            found.push(SandboxShortfall {
                happened: format!("The reader of documents cannot shut itself off from files: {why}."),
                advice: "Use Linux 5.13 or newer with CONFIG_SECURITY_LANDLOCK and `landlock` among the kernel's `lsm=` modules; in a \
                         container, allow the landlock_* system calls."
                    .into(),
            });
        }
        if let Some(why) = self.seccomp.why() {
            found.push(SandboxShortfall {
                happened: format!("The reader of documents cannot limit its system calls: {why}."),
                advice: "Use a kernel with CONFIG_SECCOMP_FILTER; in a container, allow the seccomp and prctl system calls.".into(),
            });
        }
        // An unconfined reader is refused nothing; that is said above.
        let broken = self.attempts.iter().filter(|attempt| !attempt.is_refused && self.standing(attempt.guard) == &Standing::Enforced);
        found.extend(broken.map(|attempt| SandboxShortfall {
            happened: format!(
                "A confined reader could still {}, although {} was in force.",
                attempt.act.in_words(),
                attempt.guard.in_words()
            ),
            advice: "Do not read documents of strangers on this machine; please report its kernel and processor.".into(),
        }));
        if found.is_empty() && self.attempts.is_empty() {
            found.push(SandboxShortfall {
                happened: "The confinement of the reader was not tried.".into(),
                advice: "Run the command again; please report it if it happens again.".into(),
            });
        }
        found
    }

    /// What an older kernel lacks without harm, one sentence each.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        [&self.landlock_network, &self.landlock_scopes]
            .iter()
            .filter(|_| self.landlock == Standing::Enforced && self.seccomp == Standing::Enforced)
            .filter_map(|standing| Some(format!("{}; the filter on system calls refuses the same.", standing.why()?)))
            .collect()
    }

    fn standing(&self, guard: Guard) -> &Standing {
        match guard {
            Guard::Landlock => &self.landlock,
            Guard::Seccomp => &self.seccomp,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enforced() -> SandboxReport {
        SandboxReport {
            landlock: Standing::Enforced,
            landlock_network: Standing::Enforced,
            landlock_scopes: Standing::Enforced,
            seccomp: Standing::Enforced,
            attempts: vec![Attempt { act: ForbiddenAct::OpenFile, guard: Guard::Landlock, is_refused: true }],
        }
    }

    #[test]
    fn shortfalls_are_told_exactly_when_it_is_not_fully_enforced() {
        let no_landlock = SandboxReport { landlock: Standing::missing("this kernel has no Landlock"), ..enforced() };
        let no_filter = SandboxReport { seccomp: Standing::missing("no filter"), ..enforced() };
        let leaking = SandboxReport {
            attempts: vec![Attempt { act: ForbiddenAct::OpenSocket, guard: Guard::Seccomp, is_refused: false }],
            ..enforced()
        };
        let untried = SandboxReport { attempts: Vec::new(), ..enforced() };
        let old = SandboxReport { landlock_network: Standing::missing("no rules on TCP"), ..enforced() };
        for (what, report, is_full, words) in [
            ("all", enforced(), true, ""),
            ("an older kernel", old.clone(), true, ""),
            ("no Landlock", no_landlock, false, "this kernel has no Landlock"),
            ("no filter", no_filter, false, "no filter"),
            ("a leak", leaking, false, "could still make a socket"),
            ("nothing tried", untried, false, "was not tried"),
            ("no answer", SandboxReport::of_failure("the reader process could not be started"), false, "could not be started"),
        ] {
            let shortfalls = report.shortfalls();
            assert_eq!(report.is_fully_enforced(), is_full, "{what}");
            assert_eq!(shortfalls.is_empty(), is_full, "{what}");
            assert!(is_full || shortfalls.iter().any(|s| s.happened.contains(words) && !s.advice.is_empty()), "{what}: {shortfalls:?}");
        }
        assert_eq!(old.remarks(), ["no rules on TCP; the filter on system calls refuses the same."]);
        assert!(enforced().remarks().is_empty());
    }
}
