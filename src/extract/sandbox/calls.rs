//! The filter on system calls (seccomp): a reader computes, manages its memory, reads stdin and writes stdout. All else
//! is refused with `EPERM`: no file, socket, process, thread, signal to others, nor any descriptor that was inherited.
//!
//! Refused and not killed, so that a C library which tries something new finds another way, and an abort stays an
//! abort. Calls of a foreign architecture kill the process.

use std::collections::BTreeMap;

use seccompiler::SeccompCmpArgLen::Dword;
use seccompiler::SeccompCmpOp::{Eq, MaskedEq};
use seccompiler::{BackendError, BpfProgram, SeccompAction, SeccompCondition, SeccompFilter, SeccompRule, TargetArch};

use crate::extract::sandbox::Standing;

#[cfg(target_arch = "x86_64")]
const ARCHITECTURE: TargetArch = TargetArch::x86_64;
#[cfg(target_arch = "aarch64")]
const ARCHITECTURE: TargetArch = TargetArch::aarch64;

/// Calls that reach nothing outside of the process.
const HARMLESS: &[i64] = &[
    // Memory.
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    // Threads that are running: locks, yielding, how many processors there are.
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    // Time and the seeds of hash maps.
    libc::SYS_clock_gettime,
    libc::SYS_getrandom,
    // What an overflowing stack and an abort do to themselves.
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    // The end.
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// Filters the calls of all threads of this process, for good.
pub fn filter_calls() -> Standing {
    let program = match program(std::process::id()) {
        Ok(program) => program,
        Err(error) => return Standing::missing(format!("the filter on system calls could not be made: {error}")),
    };
    match seccompiler::apply_filter_all_threads(&program) {
        Ok(()) => Standing::Enforced,
        Err(error) => Standing::missing(format!("this kernel takes no filter on system calls: {error}")),
    }
}

fn program(process_id: u32) -> Result<BpfProgram, BackendError> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = HARMLESS.iter().map(|call| (*call, Vec::new())).collect();
    rules.insert(libc::SYS_read, only(&[(0, Eq, descriptor(libc::STDIN_FILENO))])?);
    rules.insert(libc::SYS_write, only(&[(0, Eq, descriptor(libc::STDOUT_FILENO))])?);
    rules.insert(libc::SYS_writev, only(&[(0, Eq, descriptor(libc::STDOUT_FILENO))])?);
    // Memory that no file stands behind and that is never code.
    let (code, no_file) = (flag(libc::PROT_EXEC), flag(libc::MAP_ANONYMOUS));
    rules.insert(libc::SYS_mmap, only(&[(2, MaskedEq(code), 0), (3, MaskedEq(no_file), no_file)])?);
    rules.insert(libc::SYS_mprotect, only(&[(2, MaskedEq(code), 0)])?);
    // An abort signals its own thread.
    rules.insert(libc::SYS_tgkill, only(&[(0, Eq, u64::from(process_id))])?);
    let refused = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    SeccompFilter::new(rules, refused, SeccompAction::Allow, ARCHITECTURE)?.try_into()
}

/// One rule: all of these arguments must be so.
fn only(arguments: &[(u8, seccompiler::SeccompCmpOp, u64)]) -> Result<Vec<SeccompRule>, BackendError> {
    let conditions: Result<Vec<SeccompCondition>, BackendError> =
        arguments.iter().map(|(index, comparison, value)| SeccompCondition::new(*index, Dword, comparison.clone(), *value)).collect();
    Ok(vec![SeccompRule::new(conditions?)?])
}

fn descriptor(number: i32) -> u64 {
    u64::from(number.unsigned_abs())
}

fn flag(bits: i32) -> u64 {
    u64::from(bits.unsigned_abs())
}
