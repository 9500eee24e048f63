//! The confinement of the reader process: what it takes from itself before it looks at a file, in an order that matters.
//! Limits on memory and time, then Landlock (no file, no TCP, no stranger's socket), then no new descriptors, then a
//! filter that leaves only the calls a reader needs. It parses nothing and never loosens what is in force.
//!
//! Invariant: a step that did not take hold is a value with its reason ([`Standing::Missing`]), never silence.

mod limits;
mod probe;
mod report;

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod calls;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod walls;

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
mod elsewhere;

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(super) use calls::filter_calls;
#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
pub(super) use elsewhere::{filter_calls, raise_walls};
pub use limits::forbid_core_dumps;
pub(super) use limits::{limit_resources, open_nothing_more};
pub(super) use probe::probe;
pub(super) use report::missing_features;
pub use report::{Attempt, ForbiddenAct, Guard, SandboxReport, SandboxShortfall, Standing};
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(super) use walls::raise_walls;

use serde::{Deserialize, Serialize};

/// How much confinement a reader process must have before it looks at a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SandboxDemand {
    /// All of it, or no file is read: each one ends as `Unreadable::NotConfined`, which names what is missing.
    Required,
    /// All that this kernel offers. For documents of one's own on a machine of one's own.
    BestEffort,
}

/// What Landlock gave.
pub(super) struct Walls {
    /// No path can be opened, read, listed, made, changed or executed.
    pub(super) files: Standing,
    /// No TCP port can be bound or connected to.
    pub(super) network: Standing,
    /// No abstract socket and no signal reaches a process outside.
    pub(super) scopes: Standing,
}
