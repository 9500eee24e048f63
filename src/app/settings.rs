//! Reads the settings from `crosswalk.toml`, the folder of secrets and the environment, and finds the data folder.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::app::{environment, secret_files};
use crate::extract::SandboxDemand;
use crate::ports::ExtractLimits;
use crate::settings::{SandboxSetting, Settings};

/// Why the program cannot be set up: what happened and what to do. Bad usage, for the exit code.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{happened}")]
pub struct SetupError {
    /// What happened.
    pub happened: String,
    /// What to do.
    pub advice: String,
}

impl SetupError {
    pub(crate) fn new(happened: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { happened: happened.into(), advice: advice.into() }
    }
}

/// Reads `CROSSWALK_CONFIG`, else `./crosswalk.toml` if there is one, the secrets in the folder `CROSSWALK_SECRETS`, and the environment; what
/// comes later in this list wins.
///
/// # Errors
/// When a named file cannot be read, or the settings have mistakes (all of them are listed).
pub fn load_settings() -> Result<Settings, SetupError> {
    let named = environment::path("CROSSWALK_CONFIG");
    let path = named.clone().unwrap_or_else(|| PathBuf::from("crosswalk.toml"));
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => None,
        Err(error) => {
            let happened = format!("The settings file {} cannot be read: {}.", path.display(), error.kind());
            return Err(SetupError::new(happened, "Check its path and rights, or unset CROSSWALK_CONFIG."));
        }
    };
    let mut variables = secret_files::variables()?;
    variables.extend(environment::variables());
    Settings::parse(text.as_deref(), &variables).map_err(|mistakes| {
        let lines: Vec<String> = mistakes.iter().map(|mistake| format!("\n  - {mistake}")).collect();
        let number = if mistakes.len() == 1 { "a mistake".to_owned() } else { format!("{} mistakes", mistakes.len()) };
        SetupError::new(
            format!("The settings have {number}:{}", lines.concat()),
            format!("Correct {} or the environment, and run the command again.", path.display()),
        )
    })
}

/// The folder for Crosswalk's own files: the setting, else the usual place of this system.
///
/// # Errors
/// When there is no setting and no home folder.
pub fn data_dir(settings: &Settings) -> Result<PathBuf, SetupError> {
    if let Some(folder) = &settings.data_dir {
        return Ok(folder.clone());
    }
    let folder = |name: &str| environment::path(name).filter(|path| path.is_absolute());
    folder("XDG_DATA_HOME")
        .or_else(|| if cfg!(windows) { folder("LOCALAPPDATA") } else { None })
        .or_else(|| {
            let home = folder("HOME")?;
            Some(if cfg!(target_os = "macos") { home.join("Library/Application Support") } else { home.join(".local/share") })
        })
        .map(|parent| parent.join("crosswalk"))
        .ok_or_else(|| SetupError::new("There is no home folder to keep Crosswalk's own files in.", "Set CROSSWALK_DATA_DIR to a folder."))
}

/// The built-in limits with those of the settings in their place.
#[must_use]
pub fn extract_limits(settings: &Settings) -> ExtractLimits {
    let usual = ExtractLimits::default();
    let set = &settings.extract;
    let count = |limit: Option<u64>, usual: usize| limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usual);
    ExtractLimits {
        file_bytes: set.file_bytes.unwrap_or(usual.file_bytes),
        text_bytes: count(set.text_bytes, usual.text_bytes),
        blocks: count(set.blocks, usual.blocks),
        pages: count(set.pages, usual.pages),
        zip_entries: count(set.zip_entries, usual.zip_entries),
        zip_part_bytes: set.zip_part_bytes.unwrap_or(usual.zip_part_bytes),
        zip_total_bytes: set.zip_total_bytes.unwrap_or(usual.zip_total_bytes),
        xml_depth: count(set.xml_depth, usual.xml_depth),
        memory_bytes: set.memory_bytes.unwrap_or(usual.memory_bytes),
        cpu_seconds: set.cpu_seconds.unwrap_or(usual.cpu_seconds),
        wall_seconds: set.wall_seconds.unwrap_or(usual.wall_seconds),
    }
}

/// How much confinement of the reader process is needed: as set, else `usual`.
#[must_use]
pub fn sandbox_demand(settings: &Settings, usual: SandboxDemand) -> SandboxDemand {
    match settings.extract.sandbox {
        None => usual,
        Some(SandboxSetting::Required) => SandboxDemand::Required,
        Some(SandboxSetting::BestEffort) => SandboxDemand::BestEffort,
    }
}

/// Reads a file that the person named.
pub(super) fn read_named(path: &Path, what: &str) -> Result<String, SetupError> {
    std::fs::read_to_string(path).map_err(|error| {
        SetupError::new(format!("{what} {} cannot be read: {}.", path.display(), error.kind()), "Check its path and rights.")
    })
}
