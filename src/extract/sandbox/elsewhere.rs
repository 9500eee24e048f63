//! Systems without Landlock and seccomp, and processors for which no filter is written: says so. It confines nothing.

use crate::extract::sandbox::{Standing, Walls};

const WHY: &str = "this system has none that we know of; it needs Linux on x86-64 or ARM64";

/// None here.
pub fn raise_walls() -> Walls {
    Walls { files: Standing::missing(WHY), network: Standing::missing(WHY), scopes: Standing::missing(WHY) }
}

/// None here.
pub fn filter_calls() -> Standing {
    Standing::missing(WHY)
}
