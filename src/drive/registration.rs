//! What this installation is to Google: its web client and its robot, and which of them opens a connection. Never asks
//! Google anything itself.

use std::sync::Arc;

use secrecy::SecretString;

use crate::account::{Connection, ConnectionMode};
use crate::drive::service_account::ServiceAccountKey;
use crate::drive::token::{AccessTokens, Credentials, GrantRotation, RotationSink};
use crate::drive::wire_log::WireLog;
use crate::ports::{Clock, DriveGrant, SourceError};
use crate::settings::{DriveAccess, GoogleSettings, Settings};

/// The web client and the robot of an installation; either may be missing.
pub(super) struct Registration {
    /// The settings with the scope of picked files.
    picked: Settings,
    /// The settings with the scope of reading everything that is visible.
    whole: Settings,
    web: Option<WebClient>,
    robot: Option<Robot>,
    clock: Arc<dyn Clock>,
    wire_log: WireLog,
    on_rotation: Option<GrantRotation>,
}

/// The OAuth client of the service.
#[derive(Clone)]
pub(super) struct WebClient {
    pub id: String,
    pub secret: SecretString,
}

/// The service account that folders are shared with. Its access tokens serve every connection.
struct Robot {
    address: String,
    tokens: Arc<AccessTokens>,
}

impl Registration {
    pub(super) fn new(
        settings: &Settings,
        robot: Option<ServiceAccountKey>,
        clock: Arc<dyn Clock>,
        wire_log: WireLog,
        on_rotation: Option<GrantRotation>,
    ) -> Result<Self, SourceError> {
        let with = |scope| Settings { google: GoogleSettings { scope, ..settings.google.clone() }, ..settings.clone() };
        let (picked, whole) = (with(DriveAccess::PickedFiles), with(DriveAccess::ReadOnly));
        let web = match (&settings.google.client_id, &settings.google.client_secret) {
            (Some(id), Some(secret)) => Some(WebClient { id: id.clone(), secret: secret.clone() }),
            (None, _) | (_, None) => None,
        };
        let robot = match robot {
            None => None,
            Some(key) => {
                let address = key.client_email().to_owned();
                let credentials = Credentials::ServiceAccount(Box::new(key));
                let tokens = AccessTokens::new(credentials, &whole.google, &whole.drive, clock.clone(), wire_log.clone(), None)?;
                Some(Robot { address, tokens: Arc::new(tokens) })
            }
        };
        Ok(Self { picked, whole, web, robot, clock, wire_log, on_rotation })
    }

    /// The modes that can be offered, in the order of the page.
    pub(super) fn modes(&self) -> Vec<ConnectionMode> {
        ConnectionMode::ALL.into_iter().filter(|mode| self.offers(*mode)).collect()
    }

    pub(super) fn offers(&self, mode: ConnectionMode) -> bool {
        let google = &self.whole.google;
        match mode {
            ConnectionMode::PickedFiles => self.web.is_some() && google.api_key.is_some() && google.project_number.is_some(),
            ConnectionMode::SharedFolder => self.robot.is_some(),
            ConnectionMode::WholeDrive => self.web.is_some() && google.allow_whole_drive,
        }
    }

    pub(super) fn robot_address(&self) -> Option<&str> {
        self.robot.as_ref().map(|robot| robot.address.as_str())
    }

    pub(super) fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }

    pub(super) fn wire_log(&self) -> WireLog {
        self.wire_log.clone()
    }

    /// The settings with the scope that a mode needs.
    pub(super) fn settings(&self, mode: ConnectionMode) -> &Settings {
        match mode {
            ConnectionMode::PickedFiles => &self.picked,
            ConnectionMode::SharedFolder | ConnectionMode::WholeDrive => &self.whole,
        }
    }

    /// The web client, when the mode rests on a grant and is offered.
    pub(super) fn web_client(&self, mode: ConnectionMode) -> Result<&WebClient, SourceError> {
        self.web.as_ref().filter(|_| mode.has_grant() && self.offers(mode)).ok_or_else(|| not_offered(mode))
    }

    /// The robot's tokens.
    pub(super) fn robot_tokens(&self) -> Result<Arc<AccessTokens>, SourceError> {
        self.robot.as_ref().map(|robot| robot.tokens.clone()).ok_or_else(|| not_offered(ConnectionMode::SharedFolder))
    }

    /// Tokens that open a connection. Asks nobody yet.
    pub(super) fn tokens(&self, connection: &Connection, grant: Option<&DriveGrant>) -> Result<Arc<AccessTokens>, SourceError> {
        if !connection.mode.has_grant() {
            return self.robot_tokens();
        }
        let client = self.web_client(connection.mode)?;
        let grant = grant.ok_or_else(no_grant)?;
        let settings = self.settings(connection.mode);
        if !grants_just(&grant.scopes, settings.google.scope) {
            return Err(no_grant());
        }
        let tokens = self.tokens_of(client, grant.refresh_token.clone(), settings, self.sink(connection, grant))?;
        Ok(Arc::new(tokens))
    }

    /// Tokens of a grant to the web client.
    pub(super) fn tokens_of(
        &self,
        client: &WebClient,
        refresh_token: SecretString,
        settings: &Settings,
        on_rotation: Option<RotationSink>,
    ) -> Result<AccessTokens, SourceError> {
        let credentials = Credentials::Web { client_id: client.id.clone(), client_secret: client.secret.clone(), refresh_token };
        AccessTokens::new(credentials, &settings.google, &settings.drive, self.clock(), self.wire_log(), on_rotation)
    }

    /// Takes a refresh token that Google put in the place of a connection's.
    pub(super) fn sink(&self, connection: &Connection, grant: &DriveGrant) -> Option<RotationSink> {
        let (on_rotation, id, grant_number) = (self.on_rotation.clone()?, connection.id.clone(), grant.number);
        Some(Arc::new(move |rotated: &SecretString| on_rotation(&id, grant_number, rotated)))
    }
}

/// What signing in adds to a grant; none of it opens a document.
const SIGN_IN_SCOPES: [&str; 5] =
    ["openid", "email", "profile", "https://www.googleapis.com/auth/userinfo.email", "https://www.googleapis.com/auth/userinfo.profile"];

/// Whether granted scopes are the one asked for, and at most signing in beside it. A list of what is allowed, so that a scope that
/// Google invents tomorrow is not taken for harmless.
pub(super) fn grants_just(granted: &[String], access: DriveAccess) -> bool {
    granted.iter().any(|scope| scope == access.scope()) && holds_nothing_beyond(granted, access)
}

/// Whether nothing was granted beyond the scope asked for and signing in.
pub(super) fn holds_nothing_beyond(granted: &[String], access: DriveAccess) -> bool {
    granted.iter().all(|scope| scope == access.scope() || SIGN_IN_SCOPES.contains(&scope.as_str()))
}

fn no_grant() -> SourceError {
    SourceError::NotAuthorised {
        detail: "there is no grant that opens this connection".to_owned(),
        advice: "Connect the Drive again.".to_owned(),
    }
}

fn not_offered(mode: ConnectionMode) -> SourceError {
    SourceError::Misconfigured {
        detail: format!("this installation does not offer connections of the kind {}", mode.word()),
        advice: match mode {
            ConnectionMode::PickedFiles => "Set google.client_id, google.client_secret, google.api_key and google.project_number.",
            ConnectionMode::SharedFolder => "Set google.service_account_file.",
            ConnectionMode::WholeDrive => "Set google.client_id, google.client_secret and google.allow_whole_drive.",
        }
        .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_scope_that_was_asked_for_is_kept() {
        const AUTH: &str = "https://www.googleapis.com/auth/";
        let of = |scopes: &[&str]| -> Vec<String> {
            scopes.iter().map(|scope| if scope.starts_with("drive") { format!("{AUTH}{scope}") } else { (*scope).to_owned() }).collect()
        };
        for (scopes, picked, whole) in [
            (&["drive.file"][..], true, false),
            (&["openid", "email", "drive.file"], true, false),
            (&["drive.readonly"], false, true),
            (&["drive.readonly", "drive.file"], false, false),
            (&["drive"], false, false),
            (&["drive.readonly", "drive"], false, false),
            (&["drive.file", "drive.of-tomorrow"], false, false),
            (&["openid"], false, false),
            (&[], false, false),
        ] {
            assert_eq!(grants_just(&of(scopes), DriveAccess::PickedFiles), picked, "{scopes:?}");
            assert_eq!(grants_just(&of(scopes), DriveAccess::ReadOnly), whole, "{scopes:?}");
        }
    }
}
