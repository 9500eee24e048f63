//! The running simulator: one loopback listener that answers as sign-in, token endpoint and Drive at once.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Response, header};
use futures::{StreamExt, stream};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::answer::Answer;
use super::company::{Company, CompanyError};
use super::faults::{Fault, FaultAnswer};
use super::misbehaviour::Misbehaviour;
use super::recorder::{RecordedRequest, Recorder};
use super::world::{API_KEY, Asked, DRIVE_ROOT, PROJECT_NUMBER, World};
use crate::ports::Clock;

const MAX_FORM_BYTES: usize = 64 * 1024;

/// How the simulator shall behave.
#[derive(Debug, Clone)]
pub struct SimulatorOptions {
    /// Faults from the beginning on; more can be added while it runs.
    pub faults: Vec<Fault>,
    /// No page of a listing is longer, whatever the client asks for: Google may send short pages.
    pub longest_page: usize,
    /// Addresses that the web client may come back to, beside those of the loopback interface.
    pub web_redirects: Vec<String>,
    /// Tells the time for ID tokens. Without it they are good from 2023 to 2096.
    pub clock: SimulatedTime,
}

/// A clock, or none.
#[derive(Clone, Default)]
pub struct SimulatedTime(pub Option<Arc<dyn Clock>>);

impl std::fmt::Debug for SimulatedTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "a clock" } else { "no clock" })
    }
}

impl Default for SimulatorOptions {
    fn default() -> Self {
        Self { faults: Vec::new(), longest_page: 1000, web_redirects: Vec::new(), clock: SimulatedTime::default() }
    }
}

/// Why the simulator could not start.
#[derive(Debug, Error)]
pub enum SimulatorError {
    /// The sample documents could not be made.
    #[error(transparent)]
    Company(#[from] CompanyError),
    /// No loopback port.
    #[error("the simulated Google could not listen on a loopback port: {0}")]
    Listen(#[from] std::io::Error),
    /// No keys.
    #[error("the simulated Google could not make its keys: this machine gives no random numbers")]
    Keys,
}

/// Starts simulators.
pub struct Simulator;

/// A simulator that answers until it is shut down or dropped.
pub struct RunningSimulator {
    /// Root of the server, `http://127.0.0.1:PORT`.
    pub root_url: String,
    /// For `google.auth_url`.
    pub auth_url: String,
    /// For `google.token_url`.
    pub token_url: String,
    /// For `google.revoke_url`.
    pub revoke_url: String,
    /// For `google.drive_url`: the root that `/files` is appended to.
    pub drive_url: String,
    /// For `google.issuer`.
    pub issuer: String,
    /// For `google.picker_url`.
    pub picker_url: String,
    /// The installed client's id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// The web client's id, for `google.client_id`.
    pub web_client_id: String,
    /// Its secret, for `google.client_secret`.
    pub web_client_secret: String,
    /// For `google.api_key`.
    pub api_key: String,
    /// For `google.project_number`.
    pub project_number: String,
    /// The address to share folders with.
    pub robot_address: String,
    /// What was asked so far.
    pub recorder: Recorder,
    world: Arc<World>,
    server: JoinHandle<()>,
}

impl Simulator {
    /// Renders the company's documents and listens on a free loopback port.
    ///
    /// # Errors
    /// When a document cannot be rendered or no port can be had.
    pub async fn start(company: &Company, options: SimulatorOptions) -> Result<RunningSimulator, SimulatorError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let root_url = format!("http://{}", listener.local_addr()?);
        let recorder = Recorder::default();
        let world = Arc::new(World::of(company, options, &root_url, recorder.clone())?);
        let router = Router::new().fallback(serve).with_state(Arc::clone(&world));
        let server = tokio::spawn(async move {
            // Serving ends only with the task; an error on one connection does not end it.
            let _ = axum::serve(listener, router).await;
        });
        Ok(RunningSimulator {
            auth_url: format!("{root_url}/o/oauth2/v2/auth"),
            token_url: world.token_url.clone(),
            revoke_url: format!("{root_url}/revoke"),
            drive_url: format!("{root_url}/drive/v3"),
            issuer: root_url.clone(),
            picker_url: format!("{root_url}/picker/api.js"),
            root_url,
            client_id: world.clients.installed.id.clone(),
            client_secret: world.clients.installed.secret.clone(),
            web_client_id: world.clients.web.id.clone(),
            web_client_secret: world.clients.web.secret.clone(),
            api_key: API_KEY.to_owned(),
            project_number: PROJECT_NUMBER.to_owned(),
            robot_address: world.drives.robot_address().to_owned(),
            recorder,
            world,
            server,
        })
    }
}

impl RunningSimulator {
    /// Adds a fault while the simulator runs.
    pub fn add_fault(&self, fault: Fault) {
        self.world.faults.add(fault);
    }

    /// Lets every access token run out; refresh tokens stay alive.
    pub fn expire_access_tokens(&self) {
        self.world.grants.expire_access_tokens();
    }

    /// Revokes every grant, as a user does on their account page.
    pub fn revoke_all_grants(&self) {
        self.world.grants.revoke_all();
    }

    /// How many refresh tokens are alive.
    #[must_use]
    pub fn living_grants(&self) -> usize {
        self.world.grants.living()
    }

    /// From now on something goes wrong at sign-in or consent; several things may.
    pub fn misbehave(&self, what: Misbehaviour) {
        self.world.misbehaviours.add(what);
    }

    /// From now on everything goes right again.
    pub fn behave(&self) {
        self.world.misbehaviours.clear();
    }

    /// Signs ID tokens with a new key from now on, and names the old one no longer.
    pub fn rotate_keys(&self) {
        self.world.keys.rotate();
    }

    /// The key file of the service account, for `google.service_account_file`.
    #[must_use]
    pub fn service_account_json(&self) -> String {
        self.world.service_account_json()
    }

    /// E-mail addresses of the people who have an account: the owner of the company's Drive, a colleague whose Drive is empty, and
    /// somebody of another company.
    #[must_use]
    pub fn people(&self) -> Vec<String> {
        self.world.people.iter().map(|person| person.email.clone()).collect()
    }

    /// What a person picked in the Picker.
    pub fn pick(&self, email: &str, ids: &[String]) {
        if let Some(number) = self.world.people.iter().position(|person| person.email == email) {
            self.world.drives.pick(number, ids);
        }
    }

    /// Shares a folder or shared drive with the robot, as its owner does in Drive.
    pub fn share_with_robot(&self, id: &str) {
        self.world.drives.share(id);
    }

    /// Takes that back.
    pub fn unshare_with_robot(&self, id: &str) {
        self.world.drives.unshare(id);
    }

    /// A person makes an empty folder in a folder of theirs; its id.
    #[must_use]
    pub fn make_folder(&self, parent_id: &str, name: &str) -> Option<String> {
        self.world.drives.make_folder(parent_id, name)
    }

    /// A person makes a shortcut in a folder of theirs; its id.
    #[must_use]
    pub fn make_shortcut(&self, parent_id: &str, name: &str, target_id: &str) -> Option<String> {
        self.world.drives.make_shortcut(parent_id, name, target_id)
    }

    /// A person moves a file to the trash, or takes it back. False when there is no such file.
    #[must_use]
    pub fn trash(&self, id: &str, is_trashed: bool) -> bool {
        self.world.drives.trash(id, is_trashed)
    }

    /// A person saves a file with another content: its revision and its checksums are others from then on. False when there is no such
    /// file, or it is one of Google's own that has no bytes.
    #[must_use]
    pub fn edit(&self, id: &str, bytes: Vec<u8>) -> bool {
        self.world.drives.edit(id, bytes)
    }

    /// The id of the first file or folder of this name, also in shared drives and the trash, and also of another company.
    #[must_use]
    pub fn id_of(&self, name: &str) -> Option<String> {
        self.world.drives.id_of(name)
    }

    /// The id of a shared drive.
    #[must_use]
    pub fn shared_drive_id(&self, name: &str) -> Option<String> {
        self.world.drives.shared_drive_id(name)
    }

    /// Stops answering.
    pub fn shutdown(self) {
        self.server.abort();
    }
}

impl Drop for RunningSimulator {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(State(world): State<Arc<World>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let path = parts.uri.path().to_owned();
    let query = parts.uri.query().unwrap_or("").to_owned();
    let answer = match to_bytes(body, MAX_FORM_BYTES).await {
        Ok(body) => world.answer(&Asked {
            method: parts.method.as_str(),
            path: &path,
            query: &query,
            authorization: header(header::AUTHORIZATION),
            range: header(header::RANGE),
            body: &body,
        }),
        Err(_) => Answer::html(413, String::new()),
    };
    let fault = world.faults.take(&path, &query);
    let answer = match &fault {
        Some(FaultAnswer::Error { status, reason, retry_after }) => {
            let mut answer = Answer::drive_error(*status, reason, "A fault from the script.");
            answer.headers.extend(retry_after.iter().map(|value| ("retry-after", value.clone())));
            answer
        }
        Some(FaultAnswer::Body { status, content_type, body }) => Answer::bytes(*status, content_type, body.clone().into_bytes()),
        Some(FaultAnswer::CutBody { .. } | FaultAnswer::CorruptBody | FaultAnswer::Delay { .. }) | None => answer,
    };
    world.recorder.record(RecordedRequest {
        method: parts.method.to_string(),
        query: if path.starts_with(DRIVE_ROOT) { query } else { String::new() },
        path,
        user_agent: header(header::USER_AGENT).unwrap_or("").to_owned(),
        status: answer.status,
        size_bytes: answer.body.len(),
    });
    match fault {
        Some(FaultAnswer::Delay { milliseconds }) => {
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            answer.into_response()
        }
        Some(FaultAnswer::CorruptBody) => answer.with_body(|mut body| {
            if let Some(last) = body.last_mut() {
                *last ^= 0x55;
            }
            Body::from(body)
        }),
        Some(FaultAnswer::CutBody { keep_bytes }) => cut(answer, keep_bytes),
        Some(FaultAnswer::Error { .. } | FaultAnswer::Body { .. }) | None => answer.into_response(),
    }
}

/// The head promises the whole body; the connection ends before it.
fn cut(mut answer: Answer, keep_bytes: usize) -> Response<Body> {
    answer.headers.push(("content-length", answer.body.len().to_string()));
    answer.with_body(|mut body| {
        body.truncate(keep_bytes);
        let start = stream::once(std::future::ready(Ok(Bytes::from(body))));
        // The pause lets the head and the first bytes leave before the connection breaks.
        let broken = stream::once(async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
        });
        Body::from_stream(start.chain(broken))
    })
}
