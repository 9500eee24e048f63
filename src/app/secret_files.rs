//! Secrets as files, one for each setting: how systemd (`LoadCredential`) and container engines hand them over without an environment that
//! others may look into. A file `google.client_secret` in the folder that `CROSSWALK_SECRETS` names stands for that setting.

use std::fs;
use std::path::Path;

use crate::app::environment;
use crate::app::settings::{SetupError, read_named};

/// Larger is no secret of ours.
const MOST_BYTES: u64 = 64 * 1024;

/// The settings that lie in the folder, as variables of the environment; none without such a folder.
///
/// # Errors
/// When the folder or a file cannot be read, or everybody may read a file.
pub(super) fn variables() -> Result<Vec<(String, String)>, SetupError> {
    match environment::path("CROSSWALK_SECRETS") {
        Some(folder) => of_folder(&folder),
        None => Ok(Vec::new()),
    }
}

fn of_folder(folder: &Path) -> Result<Vec<(String, String)>, SetupError> {
    let unreadable = |error: std::io::Error| {
        let happened = format!("The folder of secrets {} cannot be read: {}.", folder.display(), error.kind());
        SetupError::new(happened, "Check its path and rights, or unset CROSSWALK_SECRETS.")
    };
    let mut variables = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        // Other files lie there for other readers, such as the key that seal.keys_file names.
        let Some(name) = entry.file_name().to_str().and_then(variable) else { continue };
        let path = entry.path();
        refuse_careless(&path)?;
        let text = read_named(&path, "The secret")?;
        variables.push((name, text.trim_end_matches(['\r', '\n']).to_owned()));
    }
    variables.sort();
    Ok(variables)
}

/// `google.client_secret` is `CROSSWALK_GOOGLE__CLIENT_SECRET`; none for a name of another form.
fn variable(file_name: &str) -> Option<String> {
    let (section, key) = file_name.split_once('.')?;
    let is_word = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    (is_word(section) && is_word(key)).then(|| format!("CROSSWALK_{}__{}", section.to_ascii_uppercase(), key.to_ascii_uppercase()))
}

fn refuse_careless(path: &Path) -> Result<(), SetupError> {
    let Ok(metadata) = fs::metadata(path) else { return Ok(()) };
    if metadata.len() > MOST_BYTES {
        return Err(SetupError::new(
            format!("The secret {} is larger than {MOST_BYTES} bytes.", path.display()),
            "Give the value alone, as text.",
        ));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if metadata.permissions().mode() & 0o007 != 0 {
            return Err(SetupError::new(
                format!("The secret {} may be read by every user of this machine.", path.display()),
                format!("Run `chmod o= {}`; if others may have read it, replace it.", path.display()),
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_settings_are_settings() {
        for (name, expected) in [
            ("google.client_secret", Some("CROSSWALK_GOOGLE__CLIENT_SECRET")),
            ("database.url", Some("CROSSWALK_DATABASE__URL")),
            ("seal-key", None),
            ("..data", None),
            ("README.md", None),
            ("a.b.c", None),
            ("google.", None),
        ] {
            assert_eq!(variable(name).as_deref(), expected, "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_that_everybody_may_read_is_refused_without_showing_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("smtp.password");
        let access = |mode| fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        fs::write(&file, "hush\n").unwrap();
        access(0o640);
        assert_eq!(of_folder(folder.path()).unwrap(), [("CROSSWALK_SMTP__PASSWORD".to_owned(), "hush".to_owned())]);
        access(0o644);
        let told = of_folder(folder.path()).unwrap_err();
        assert!(told.happened.contains("every user") && !format!("{told:?}").contains("hush"), "{told:?}");
        assert!(of_folder(&folder.path().join("none")).unwrap_err().happened.contains("cannot be read"));
    }
}
