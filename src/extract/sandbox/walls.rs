//! Landlock (Linux 5.13): after this the process opens nothing. Only what the kernel says it fully enforces counts as
//! enforced. It grants no exception.

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, LandlockStatus, RestrictionStatus, Ruleset, RulesetAttr, RulesetError,
    RulesetStatus, Scope,
};

use crate::extract::sandbox::{Standing, Walls};

/// The newest version whose rights are handled; those after it added no right that a reader could use.
const NEWEST: ABI = ABI::V6;

/// Forbids everything that Landlock knows, for this thread and those it starts.
pub fn raise_walls() -> Walls {
    let (everything, kernel) = match forbid_everything() {
        Ok(status) => (status.ruleset, Some(status.landlock)),
        Err(error) => return none(&reason(&error)),
    };
    if everything == RulesetStatus::FullyEnforced {
        return Walls { files: Standing::Enforced, network: Standing::Enforced, scopes: Standing::Enforced };
    }
    let abi = match kernel {
        Some(LandlockStatus::Available { effective_abi, .. }) => effective_abi,
        Some(LandlockStatus::NotEnabled) => return none("Landlock is built into this kernel but not switched on"),
        Some(LandlockStatus::NotImplemented) | None => return none("this kernel has no Landlock"),
    };
    // An older kernel enforces what it knows of the above. The rules on files are asked for once more and alone, in a
    // way that fails if a single one of the first version is not enforced.
    let files = match forbid_files() {
        Ok(status) if status.ruleset == RulesetStatus::FullyEnforced => Standing::Enforced,
        Ok(_) => Standing::missing("Landlock did not take full effect"),
        Err(error) => Standing::missing(reason(&error)),
    };
    let since = |version: ABI, words: &str| if abi >= version { Standing::Enforced } else { Standing::missing(words) };
    Walls {
        files,
        network: since(ABI::V4, "Landlock of this kernel has no rules on TCP (Linux 6.7)"),
        scopes: since(ABI::V6, "Landlock of this kernel has no scopes (Linux 6.12)"),
    }
}

fn forbid_everything() -> Result<RestrictionStatus, RulesetError> {
    Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?
        .restrict_self()
}

fn forbid_files() -> Result<RestrictionStatus, RulesetError> {
    Ruleset::default().set_compatibility(CompatLevel::HardRequirement).handle_access(AccessFs::from_all(ABI::V1))?.create()?.restrict_self()
}

fn none(why: &str) -> Walls {
    Walls { files: Standing::missing(why), network: Standing::missing(why), scopes: Standing::missing(why) }
}

fn reason(error: &RulesetError) -> String {
    format!("Landlock could not be set up: {error}")
}
