//! Limits of the operating system on a process: memory, CPU time, descriptors, core files. It only ever lowers them.

use std::io;

use rlimit::Resource;

use crate::ports::ExtractLimits;

/// Limits memory and CPU time and forbids core files, which would hold the customer's document.
///
/// The size of written files stays unlimited: a reader writes to a pipe only, and whoever tries it by hand with its
/// output in a file should get an answer instead of a signal.
///
/// # Errors
/// The operating system refuses.
pub fn limit_resources(limits: &ExtractLimits) -> io::Result<()> {
    forbid_core_dumps()?;
    // At the hard limit the kernel kills without a word; one second earlier it sends the signal that tells time from memory.
    lower(Resource::CPU, limits.cpu_seconds, limits.cpu_seconds.saturating_add(1))?;
    lower(Resource::AS, limits.memory_bytes, limits.memory_bytes)
}

/// From here on no descriptor can be made, by whatever call. Landlock needs one for itself, and without it would be
/// left out, so this comes after.
///
/// # Errors
/// The operating system refuses.
pub fn open_nothing_more() -> io::Result<()> {
    lower(Resource::NOFILE, 0, 0)
}

/// Forbids core files of this process and of those it starts. For a process that holds keys or documents.
///
/// A machine that hands core dumps to a program (`kernel.core_pattern` with a pipe) leaves it to that program to honour
/// this; systemd-coredump and apport do.
///
/// # Errors
/// The operating system refuses.
pub fn forbid_core_dumps() -> io::Result<()> {
    lower(Resource::CORE, 0, 0)
}

/// Sets a limit, or keeps a lower one that is in force.
fn lower(resource: Resource, soft: u64, hard: u64) -> io::Result<()> {
    let (soft_now, hard_now) = resource.get()?;
    resource.set(soft.min(soft_now), hard.min(hard_now))
}
