//! Runs the built program as a person would, and keeps what it said.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

/// How a run ended.
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Runs `crosswalk` with these arguments in `folder`, in this environment, without the settings and the sign-in of
/// whoever runs the tests.
#[expect(clippy::disallowed_methods, reason = "the settings of whoever runs the tests must not reach the program")]
pub fn crosswalk(folder: &Path, arguments: &[impl AsRef<OsStr>], environment: &[(&str, &str)]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crosswalk"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CROSSWALK_") {
            command.env_remove(name);
        }
    }
    let output = command
        .args(arguments)
        .current_dir(folder)
        .env("CROSSWALK_DATA_DIR", folder.join("data"))
        .env_remove("GOOGLE_APPLICATION_CREDENTIALS")
        .env("NO_COLOR", "1")
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("the built program starts");
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
