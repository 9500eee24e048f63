//! How Google is reached: every address is a setting, so that a test or a simulated Google can stand in for it.

use std::path::PathBuf;

use secrecy::SecretString;
use url::Url;

use crate::settings::reader::Reader;

/// The section `google`. No `Debug`: it holds secrets.
#[derive(Clone)]
pub struct GoogleSettings {
    /// The consent page.
    pub auth_url: Url,
    /// Where codes and refresh tokens are exchanged.
    pub token_url: Url,
    /// Whether the token endpoint was set by file or environment; then it beats a key file's `token_uri`.
    pub is_token_url_explicit: bool,
    /// Where a grant is revoked.
    pub revoke_url: Url,
    /// Who signs ID tokens.
    pub issuer: Url,
    /// The root that `/files` is appended to.
    pub drive_url: Url,
    /// Client id of the web application.
    pub client_id: Option<String>,
    /// Its secret.
    pub client_secret: Option<SecretString>,
    /// Client id of the installed application (`crosswalk connect`).
    pub installed_client_id: Option<String>,
    /// Its so-called secret; Google gives one to desktop clients too.
    pub installed_client_secret: Option<SecretString>,
    /// The script of the file picker.
    pub picker_url: Url,
    /// API key of the file picker.
    pub api_key: Option<SecretString>,
    /// Project number; the picker grants nothing without it.
    pub project_number: Option<String>,
    /// Key file of a service account.
    pub service_account_file: Option<PathBuf>,
    /// Whether the service may ask for the whole Drive.
    pub allow_whole_drive: bool,
    /// The Drive scope asked for.
    pub scope: DriveAccess,
}

/// The Drive scopes that Crosswalk may ask for. All of them are read-only or narrower; a writing scope cannot be
/// expressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DriveAccess {
    /// Read everything.
    #[default]
    ReadOnly,
    /// Only files that the person picked. We never write to them either.
    PickedFiles,
}

impl DriveAccess {
    /// The scope as Google writes it.
    #[must_use]
    pub fn scope(self) -> &'static str {
        match self {
            Self::ReadOnly => "https://www.googleapis.com/auth/drive.readonly",
            Self::PickedFiles => "https://www.googleapis.com/auth/drive.file",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::ReadOnly, Self::PickedFiles]
            .into_iter()
            .find(|access| access.scope() == text || access.scope().rsplit('/').next() == Some(text))
    }
}

impl GoogleSettings {
    /// Reads the section; none when a built-in address is no address, which is then one of the mistakes.
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let mut url = |key, usual| reader.url("google", key).or_else(|| reader.built_in_url("google", key, usual));
        let auth_url = url("auth_url", "https://accounts.google.com/o/oauth2/v2/auth");
        let revoke_url = url("revoke_url", "https://oauth2.googleapis.com/revoke");
        let issuer = url("issuer", "https://accounts.google.com");
        let drive_url = url("drive_url", "https://www.googleapis.com/drive/v3");
        let picker_url = url("picker_url", "https://apis.google.com/js/api.js");
        let explicit_token_url = reader.url("google", "token_url");
        let is_token_url_explicit = explicit_token_url.is_some();
        let token_url = explicit_token_url.or_else(|| reader.built_in_url("google", "token_url", "https://oauth2.googleapis.com/token"));
        let scope = match reader.text("google", "scope") {
            None => DriveAccess::default(),
            Some(text) => DriveAccess::parse(&text).unwrap_or_else(|| {
                reader.mistake(
                    "google",
                    "scope",
                    "must be `drive.readonly` or `drive.file`; Crosswalk never asks for a scope that can write",
                );
                DriveAccess::default()
            }),
        };
        Some(Self {
            auth_url: auth_url?,
            token_url: token_url?,
            is_token_url_explicit,
            revoke_url: revoke_url?,
            issuer: issuer?,
            drive_url: drive_url?,
            client_id: reader.text("google", "client_id"),
            client_secret: reader.secret("google", "client_secret"),
            installed_client_id: reader.text("google", "installed_client_id"),
            installed_client_secret: reader.secret("google", "installed_client_secret"),
            picker_url: picker_url?,
            api_key: reader.secret("google", "api_key"),
            project_number: reader.text("google", "project_number"),
            service_account_file: reader.text("google", "service_account_file").map(PathBuf::from),
            allow_whole_drive: reader.flag("google", "allow_whole_drive").unwrap_or(false),
            scope,
        })
    }
}
