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
use super::consent::front_page;
use super::drive_api;
use super::drive_api::{DriveRequest, Owner};
use super::drive_tree::DriveTree;
use super::faults::{Fault, FaultAnswer, FaultScript};
use super::grants::Grants;
use super::oauth::{RegisteredClient, authorize, decide, revoke, token};
use super::recorder::{RecordedRequest, Recorder};

const DRIVE_ROOT: &str = "/drive/v3/";
const MAX_FORM_BYTES: usize = 64 * 1024;

/// How the simulator shall behave.
#[derive(Debug, Clone)]
pub struct SimulatorOptions {
    /// Faults from the beginning on; more can be added while it runs.
    pub faults: Vec<Fault>,
    /// No page of a listing is longer, whatever the client asks for: Google may send short pages.
    pub longest_page: usize,
}

impl Default for SimulatorOptions {
    fn default() -> Self {
        Self { faults: Vec::new(), longest_page: 1000 }
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
    /// The registered client's id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// What was asked so far.
    pub recorder: Recorder,
    world: Arc<World>,
    server: JoinHandle<()>,
}

/// Everything that a request can see.
struct World {
    company_name: String,
    owner: Owner,
    client: RegisteredClient,
    tree: DriveTree,
    grants: Grants,
    faults: FaultScript,
    recorder: Recorder,
    token_url: String,
    longest_page: usize,
}

impl Simulator {
    /// Renders the company's documents and listens on a free loopback port.
    ///
    /// # Errors
    /// When a document cannot be rendered or no port can be had.
    pub async fn start(company: &Company, options: SimulatorOptions) -> Result<RunningSimulator, SimulatorError> {
        let tree = DriveTree::of(company)?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let root_url = format!("http://{}", listener.local_addr()?);
        let recorder = Recorder::default();
        let world = Arc::new(World {
            company_name: company.name.clone(),
            owner: Owner { name: company.owner_name.clone(), email: company.owner_email.clone() },
            client: RegisteredClient {
                id: "000000000000-simulated.apps.googleusercontent.example".to_owned(),
                secret: "simulated-client-secret".to_owned(),
            },
            tree,
            grants: Grants::default(),
            faults: FaultScript::new(options.faults),
            recorder: recorder.clone(),
            token_url: format!("{root_url}/token"),
            longest_page: options.longest_page,
        });
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
            root_url,
            client_id: world.client.id.clone(),
            client_secret: world.client.secret.clone(),
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

    /// The id of the first file or folder of this name, also in shared drives and the trash.
    #[must_use]
    pub fn id_of(&self, name: &str) -> Option<String> {
        self.world.tree.items.iter().find(|item| item.name == name).map(|item| item.id.clone())
    }

    /// The id of a shared drive.
    #[must_use]
    pub fn shared_drive_id(&self, name: &str) -> Option<String> {
        self.world.tree.shared_drives.iter().find(|drive| drive.name == name).map(|drive| drive.id.clone())
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

/// One request, taken apart.
struct Asked<'a> {
    method: &'a str,
    path: &'a str,
    query: &'a str,
    authorization: Option<&'a str>,
    range: Option<&'a str>,
    body: &'a [u8],
}

impl World {
    fn answer(&self, asked: &Asked<'_>) -> Answer {
        let pairs = |bytes: &[u8]| -> Vec<(String, String)> { url::form_urlencoded::parse(bytes).into_owned().collect() };
        if let Some(path) = asked.path.strip_prefix(DRIVE_ROOT) {
            let request = DriveRequest {
                method: asked.method,
                path,
                query: pairs(asked.query.as_bytes()).into_iter().collect(),
                authorization: asked.authorization,
                range: asked.range,
            };
            return drive_api::answer(&request, &self.tree, &self.owner, &self.grants, self.longest_page);
        }
        match (asked.method, asked.path) {
            ("GET", "/") => front_page(&self.company_name),
            ("GET", "/o/oauth2/v2/auth") => authorize(&pairs(asked.query.as_bytes()), &self.client, &self.owner, &self.grants),
            ("POST", "/o/oauth2/consent") => decide(&pairs(asked.body), &self.grants),
            ("POST", "/token") => token(&pairs(asked.body), asked.authorization, &self.client, &self.token_url, &self.grants),
            ("POST", "/revoke") => revoke(&pairs(asked.body), &self.grants),
            _ => Answer::drive_error(404, "notFound", "The simulated Google has no such page."),
        }
    }
}
