//! Everything that a request to the simulated Google can see, and which part of it answers.

use serde_json::json;

use super::answer::Answer;
use super::company::Company;
use super::consent_flow::{Clients, RegisteredClient, authorize, choose, decide};
use super::drive_api::{self, DriveRequest};
use super::drive_page;
use super::drive_tree::DriveTree;
use super::drives::Drives;
use super::faults::FaultScript;
use super::grants::{ClientKind, Grants};
use super::misbehaviour::Misbehaviours;
use super::oauth::{TokenOffice, revoke, token};
use super::open_id::{description, key_set};
use super::people::{Person, people};
use super::picker::{self, PickerRequest};
use super::recorder::Recorder;
use super::server::{SimulatedTime, SimulatorError, SimulatorOptions};
use super::signing::{SigningKey, SigningKeys};

pub(super) const DRIVE_ROOT: &str = "/drive/v3/";
pub(super) const API_KEY: &str = "simulated-api-key";
pub(super) const PROJECT_NUMBER: &str = "000000000000";
const ROBOT_ADDRESS: &str = "crosswalk-reader@simulated-project.iam.gserviceaccount.example";

/// Everything.
pub(super) struct World {
    pub people: Vec<Person>,
    pub clients: Clients,
    pub drives: Drives,
    pub grants: Grants,
    pub misbehaviours: Misbehaviours,
    pub keys: SigningKeys,
    pub faults: FaultScript,
    pub recorder: Recorder,
    pub token_url: String,
    root_url: String,
    robot_key: SigningKey,
    clock: SimulatedTime,
    longest_page: usize,
}

/// One request, taken apart.
pub(super) struct Asked<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub query: &'a str,
    pub authorization: Option<&'a str>,
    pub range: Option<&'a str>,
    pub body: &'a [u8],
}

impl World {
    pub fn of(company: &Company, options: SimulatorOptions, root_url: &str, recorder: Recorder) -> Result<Self, SimulatorError> {
        let mut everybody = Vec::new();
        let mut trees = Vec::new();
        for (person, company) in people(company)? {
            // The sample company's ids are those without a seed.
            let seed = if everybody.is_empty() { String::new() } else { format!(" of {}", person.email) };
            trees.push(DriveTree::of(&company, &seed)?);
            everybody.push(person);
        }
        let client = |kind, name: &str, secret: &str| RegisteredClient {
            kind,
            id: format!("{PROJECT_NUMBER}-{name}.apps.googleusercontent.example"),
            secret: secret.to_owned(),
        };
        Ok(Self {
            people: everybody,
            clients: Clients {
                installed: client(ClientKind::Installed, "simulated", "simulated-client-secret"),
                web: client(ClientKind::Web, "simulated-web", "simulated-web-client-secret"),
                web_redirects: options.web_redirects,
            },
            drives: Drives::new(trees, ROBOT_ADDRESS),
            grants: Grants::default(),
            misbehaviours: Misbehaviours::default(),
            keys: SigningKeys::make().ok_or(SimulatorError::Keys)?,
            faults: FaultScript::new(options.faults),
            recorder,
            token_url: format!("{root_url}/token"),
            root_url: root_url.to_owned(),
            robot_key: SigningKey::make("sim-robot-key").ok_or(SimulatorError::Keys)?,
            clock: options.clock,
            longest_page: options.longest_page,
        })
    }

    pub fn service_account_json(&self) -> String {
        json!({
            "type": "service_account",
            "project_id": "simulated-project",
            "private_key_id": self.robot_key.id,
            "private_key": self.robot_key.private_pem(),
            "client_email": ROBOT_ADDRESS,
            "token_uri": self.token_url,
        })
        .to_string()
    }

    pub fn answer(&self, asked: &Asked<'_>) -> Answer {
        let pairs = |bytes: &[u8]| -> Vec<(String, String)> { url::form_urlencoded::parse(bytes).into_owned().collect() };
        if let Some(path) = asked.path.strip_prefix(DRIVE_ROOT) {
            let request = DriveRequest {
                method: asked.method,
                path,
                query: pairs(asked.query.as_bytes()).into_iter().collect(),
                authorization: asked.authorization,
                range: asked.range,
            };
            return drive_api::answer(&request, &self.drives, &self.people, &self.grants, self.longest_page);
        }
        if let Some(path) = asked.path.strip_prefix("/picker/") {
            let request = PickerRequest { method: asked.method, path, body: asked.body };
            return picker::answer(&request, &self.drives, &self.grants);
        }
        match (asked.method, asked.path) {
            ("GET", "/") => drive_page::front(&self.people, &self.drives),
            ("POST", "/drive-ui/share") => drive_page::share(&pairs(asked.body), &self.drives),
            ("POST", "/drive-ui/trash") => drive_page::trash(&pairs(asked.body), &self.drives),
            ("POST", "/drive-ui/make") => drive_page::make(&pairs(asked.body), &self.drives),
            ("GET", "/.well-known/openid-configuration") => description(&self.root_url),
            ("GET", "/oauth2/v3/certs") => key_set(&self.keys),
            ("GET", "/o/oauth2/v2/auth") => authorize(&pairs(asked.query.as_bytes()), &self.clients, &self.people, &self.grants),
            ("POST", "/o/oauth2/choose") => choose(&pairs(asked.body), &self.people, &self.grants),
            ("POST", "/o/oauth2/consent") => decide(&pairs(asked.body), &self.grants, &self.misbehaviours),
            ("POST", "/token") => token(&pairs(asked.body), asked.authorization, &self.token_office()),
            ("POST", "/revoke") => revoke(&pairs(asked.body), &self.grants),
            _ => Answer::drive_error(404, "notFound", "The simulated Google has no such page."),
        }
    }

    fn token_office(&self) -> TokenOffice<'_> {
        TokenOffice {
            clients: &self.clients,
            people: &self.people,
            grants: &self.grants,
            misbehaviours: &self.misbehaviours,
            keys: &self.keys,
            robot_address: self.drives.robot_address(),
            robot_key: &self.robot_key,
            issuer: &self.root_url,
            token_url: &self.token_url,
            now: self.clock.0.as_ref().map(|clock| clock.now().as_second()),
        }
    }
}
